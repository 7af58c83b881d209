"""Runs of the send function that overlap, each with many matches at once, over stores where anything may be late.

Whatever meets whatever: at most one e-mail for each (flow, event), no contact over a cap or twice in a flow that it
enters once, and every match with its outcome.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Lock
from typing import Any

import pytest

from signalbox.adapters import aws_faults
from signalbox.adapters.dynamodb import client
from signalbox.adapters.recent import RecentFlows, RecentPartners
from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.branches import Branch, Branches
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import Match, Outcome
from signalbox.domain.errors import Transient
from signalbox.domain.flows import Flow
from signalbox.domain.frequency import ReEntry
from signalbox.domain.messages import EmailMessage
from signalbox.domain.partners import FrequencyCap
from signalbox.services.lanes import AT_ONCE, do_all
from signalbox.services.sending import Sending
from tests.contract.backends import ATOMIC
from tests.contract.conftest import Stores
from tests.fakes.others import Delayed, FakeChannel, FakeClock
from tests.unit import makers
from tests.unit.makers import NOON
from tests.unit.sending import House

CONTACTS, EVENTS, RUNS, LONGEST_PAUSE_S = 5, 24, 3, 0.004
CAPS = (FrequencyCap("email", 3, timedelta(days=1)),)
CONTENT = EmailContent("Hi {{ contact.email }}", "{{ event.properties.someProperty }}, {{ unsubscribe_url }}")


class Mailbox(FakeChannel):
    """Keeps for which decision what left; at times it says that it could not be reached."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.left: list[tuple[str, str, str]] = []
        self._random = random
        self._lock = Lock()

    def send(self, message: EmailMessage) -> str:
        assert message.decision is not None
        if self._random.random() < 0.1:
            raise Transient("it could not be reached")
        with self._lock:
            self.left.append((message.decision.flow_id, message.decision.event_id, message.to.lower()))
        return f"provider-{message.decision.event_id}"


def flows(partner_id: str) -> list[Flow]:
    of_partner: dict[str, Any] = {"partner_id": partner_id, "content": CONTENT}
    return [
        makers.flow(flow_id="every", **of_partner),
        makers.flow(
            flow_id="once",
            re_entry=ReEntry.once(),
            branches=Branches((Branch("Known", "event.properties.someProperty == 'Some value'"),)),
            **of_partner,
        ),
        makers.flow(flow_id="transactional", is_transactional=True, **of_partner),
    ]


def received(stores: Stores, partner_id: str) -> list[Match]:
    """Launch the flows and let events come in, of few people; give a match of each for each flow."""
    stores.definitions.create_partner(makers.partner(partner_id=partner_id, caps=CAPS))
    launched = flows(partner_id)
    for flow in launched:
        stores.definitions.launch(flow, makers.cursor(partner_id=partner_id, flow_id=flow.flow_id))
    found = []
    for number in range(EVENTS):
        identity = f"person-{number % CONTACTS}@example.org"
        event = makers.event(partner_id=partner_id, event_id=f"event-{number}", identity=identity, email=identity)
        stores.events.append(event, 1)
        found += [
            makers.match(partner_id=partner_id, flow_id=flow.flow_id, event_id=event.event_id, identity=identity)
            for flow in launched
        ]
    return found


def wired(stores: Stores, mailbox: Mailbox, clock: FakeClock, random: Random) -> Sending:
    """Wire one process of the send function, any of whose calls may take a while."""

    def late(port: Any) -> Any:
        return Delayed(port, lambda: time.sleep(random.random() * LONGEST_PAUSE_S))

    return House().service_with(
        clock=clock,
        partners=RecentPartners(late(stores.partners), clock),
        live_flows=RecentFlows(late(stores.live_flows), clock),
        events=late(stores.events),
        contacts=late(stores.contacts),
        places=late(stores.places),
        deliveries=late(stores.deliveries),
        deferrals=late(stores.deferrals),
        renderer=JinjaRenderer(clock),
        conditions=JinjaConditions(clock),
        channel=late(mailbox),
    )


def run(sending: Sending, matches: list[Match]) -> list[Match]:
    """Let one run decide about them; give what the queue is to bring again."""

    def is_done(match: Match) -> bool:
        try:
            sending.send(match)
        except Transient:
            return False
        return True

    done = do_all(matches, is_done, at_once=8)
    return [match for match, is_done in zip(matches, done, strict=True) if not is_done]


@ATOMIC
@pytest.mark.parametrize("seed", range(2))
def test_runs_that_overlap_send_each_message_once_and_never_over_a_limit(
    stores: Stores, partner_id: str, seed: int
) -> None:
    random, clock = Random(seed), FakeClock(NOON + timedelta(minutes=1))  # noqa: S311 - only how it begins: threads differ
    mailbox, matches = Mailbox(random), received(stores, partner_id)
    waiting = [match for match in matches for _ in range(2)]
    for _ in range(50):
        shares = [random.sample(waiting, len(waiting)) for _ in range(RUNS)]
        with ThreadPoolExecutor(RUNS) as pool:
            processes = [wired(stores, mailbox, clock, random) for _ in range(RUNS)]
            again = [match for left in pool.map(run, processes, shares) for match in left]
        clock.pass_time(timedelta(minutes=10))
        due = list(stores.deferrals.due(partner_id, clock.now()))
        for each in due:
            stores.deferrals.remove_all([each])
        waiting = [*again, *(each.match for each in due)]
        if not waiting and not list(stores.deferrals.due(partner_id, clock.now() + timedelta(days=30))):
            break

    sent = Counter((flow_id, event_id) for flow_id, event_id, _ in mailbox.left)
    capped = Counter(to for flow_id, _, to in mailbox.left if flow_id != "transactional")
    assert max(sent.values()) == 1
    assert set(capped.values()) == {CAPS[0].messages}
    assert max(Counter(to for flow_id, _, to in mailbox.left if flow_id == "once").values()) == 1
    assert sum(flow_id == "transactional" for flow_id, *_ in mailbox.left) == EVENTS
    for match in matches:
        decision = stores.deliveries.find(partner_id, match.flow_id, match.event_id)
        assert decision is not None
        assert decision.outcome in {Outcome.SENT, Outcome.SKIPPED}
        assert (decision.outcome is Outcome.SENT) == ((match.flow_id, match.event_id) in sent)


@pytest.mark.parametrize("kept", [aws_faults.CONNECTIONS, client.IDLE_CONNECTIONS])
def test_every_thread_has_a_connection_that_is_kept(kept: int) -> None:
    assert kept >= AT_ONCE
