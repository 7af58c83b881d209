"""What flows ask before a message leaves, as its people live it on a deployed stack, and the answer to why each time.

All that happens is sent at once and one run of the schedule finds it; the tests look at what became of it. What cannot
be done by the deployed functions is done by the same services over the stack's own tables: ten thousand people's
messages, of which the local stack carries some tens a second, and webhooks to this machine, which the deployed function
refuses.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from local.deployment import Deployment
from local.story import Story, emails
from signalbox.adapters.clock import SystemClock
from signalbox.domain.contents import EmailContent
from signalbox.domain.coverage import Coverage
from signalbox.domain.decisions import Decision, Match, Outcome, SkipReason
from signalbox.domain.experiments import HOLDOUT, Experiment, Variant
from signalbox.domain.flows import Flow, FlowRules
from signalbox.services.lanes import do_all
from tests import certificates
from tests.contract.endpoint import Endpoint, serving
from tests.fakes.others import FakeChannel
from tests.fakes.stores import FakeMessages
from tests.stack.storied_shop import (
    ASLEEP,
    AWAKE,
    CAP,
    DECISIONS,
    EAGER,
    GOLDEN,
    PLAIN,
    QUERY,
    SMALL,
    STAFF,
    Shop,
    open_shop,
)
from tests.stack.wired import Wired
from tests.unit import makers
from tests.unit.webhooks import SECRET

HOUR = timedelta(hours=1)
SPLIT = Experiment("experiment_of_thousands", (Variant("a", 1), Variant("b", 1)), holdout_percent=10)
PEOPLE = [f"person-{number}@example.org" for number in range(10_000)]
AGAIN = PEOPLE[:500]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with serving(certificates.make(tmp_path_factory.mktemp("certificate"))) as server:
        yield server


@pytest.fixture(scope="module")
def shop(deployed: Deployment, endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return open_shop(deployed, endpoint, Wired(deployed, tmp_path_factory.mktemp("history")))


@dataclass
class Split:
    """A flow with an experiment, whose matches are made here and decided about over the stack's tables."""

    story: Story
    flow: Flow
    wired: Wired
    email: FakeChannel = field(default_factory=FakeChannel)

    def decide(self, people: Sequence[str], visit: str) -> dict[str, str]:
        """Decide about one event of each, as many at once as the send function does, and give everybody's arm."""
        sending = self.wired.sending(channel=self.email, messages=FakeMessages())
        decisions, now = list[Decision](), SystemClock().now()
        named = {"partner_id": self.flow.partner_id, "flow_id": self.flow.flow_id, "trigger_id": self.flow.trigger_id}
        matches = [
            makers.match(**named, event_id=f"{visit} {each}", identity=each, received_at=None, matched_at=now)
            for each in people
        ]

        def decide(match: Match) -> bool:
            decisions.append(sending.send(match))
            return True

        do_all(matches, decide)
        return {str(each.identity): str(each.arm) for each in decisions}


@pytest.fixture(scope="module")
def split(deployed: Deployment, shop: Shop) -> Split:
    """Begin while the shop's events are on their way."""
    story = shop.story
    partner, _ = story.partners.create_partner("Shop with an experiment")
    trigger = story.commit_trigger(partner, "Never", QUERY.replace("NAME", "done by hand"))
    rules = FlowRules(experiment=SPLIT)
    created = story.flows.create(
        partner.partner_id, "Split", trigger.trigger_id, EmailContent("{{ variant }}", "Hello"), **rules
    )
    return Split(story, story.flows.launch(created), shop.wired)


def test_ten_thousand_people_are_split_as_the_weights_say_and_nobody_ever_moves(split: Split) -> None:
    arms = split.decide(PEOPLE, "first")

    report = split.wired.experiments().results(split.flow)
    received = {each.to: each.subject for each in split.email.sent}
    assert sum(each.exposed for each in report.arms) == len(PEOPLE)
    assert report.split_probability is not None
    assert report.split_probability > 0.001
    assert received == {who: arm for who, arm in arms.items() if arm != HOLDOUT}
    assert len(split.email.sent) == len(received)
    assert split.decide(AGAIN, "first") == split.decide(AGAIN, "second") == {who: arms[who] for who in AGAIN}


def test_a_weight_that_is_raised_only_draws_people_and_leaves_the_holdout_alone(split: Split) -> None:
    before = split.decide(AGAIN, "third")
    raised = replace(SPLIT, variants=(Variant("a", 1), Variant("b", 3)))

    split.story.flows.edit(split.flow, experiment=raised)
    after = split.decide(AGAIN, "fourth")

    moves = Counter((before[who], after[who]) for who in AGAIN if before[who] != after[who])
    assert list(moves) == [("a", "b")]
    assert 0.15 < moves["a", "b"] / len(AGAIN) < 0.30  # a quarter of nine tenths moves: 0.225


def test_who_is_in_an_excluded_segment_gets_nothing_and_only_who_is_in_an_included_one_does(shop: Shop) -> None:
    assert shop.ends("excluding") == {
        (STAFF, Outcome.SKIPPED, SkipReason.SEGMENT_FILTER): 1,
        (GOLDEN, Outcome.SKIPPED, SkipReason.SEGMENT_FILTER): 1,
        (PLAIN, Outcome.SENT, None): 1,
    }
    assert shop.ends("including") == {
        (STAFF, Outcome.SENT, None): 1,
        (GOLDEN, Outcome.SKIPPED, SkipReason.SEGMENT_FILTER): 1,
        (PLAIN, Outcome.SKIPPED, SkipReason.SEGMENT_FILTER): 1,
    }


def test_a_branch_is_chosen_by_the_event_and_the_contact(shop: Shop, deployed: Deployment) -> None:
    decisions = shop.decided("branching")

    subjects = {each.message_id: each.subject for each in emails(deployed)}
    sent = {each.identity: subjects[str(each.provider_message_id)] for each in decisions if each.provider_message_id}
    assert sent == {GOLDEN: "Gold", PLAIN: "Large"}
    assert shop.ends("branching")[SMALL, Outcome.SKIPPED, SkipReason.BRANCH_NONE] == 1


def test_where_it_is_quiet_a_message_waits_until_it_is_not_and_elsewhere_it_does_not(shop: Shop) -> None:
    decisions = {each.identity: each for each in shop.decided("quiet")}

    assert decisions[AWAKE].outcome is Outcome.SENT
    assert decisions[ASLEEP].outcome is Outcome.DEFERRED
    assert decisions[ASLEEP].due_at == shop.quiet_until


def test_a_contact_gets_no_more_than_its_partner_allows(shop: Shop) -> None:
    assert shop.ends("capped") == {
        (EAGER, Outcome.SENT, None): CAP.messages,
        (EAGER, Outcome.SKIPPED, SkipReason.FREQUENCY_CAP): 1,
    }


def test_a_webhook_reaches_no_address_that_is_not_public_and_one_that_arrives_verifies(shop: Shop) -> None:
    (refused,) = shop.decided("posting")
    assert (refused.outcome, refused.reason) == (Outcome.FAILED, SkipReason.CHANNEL_REJECTED)
    assert shop.endpoint.requests == []

    flow = shop.flows["posting by hand"]
    named = {"partner_id": flow.partner_id, "flow_id": flow.flow_id, "trigger_id": flow.trigger_id}
    match = makers.match(**named, event_id="by hand", identity=PLAIN, received_at=None, matched_at=SystemClock().now())
    sent = shop.wired.sending(webhooks=shop.endpoint.channel(SystemClock())).send(match)

    (request,) = shop.endpoint.requests
    said = Webhook(SECRET).verify(request.body, dict(request.headers))
    assert sent.outcome is Outcome.SENT
    assert (said["id"], said["data"]) == (request.headers["webhook-id"], {"to": PLAIN})


def test_why_is_answered_by_address_and_by_event_for_every_decision(shop: Shop) -> None:
    decisions = [each for name in DECISIONS for each in shop.decided(name)]
    decisions += shop.story.await_decisions(shop.flows["posting by hand"], 1)
    why, partner_id = shop.wired.explaining(), shop.partner.partner_id

    of_people = [why.of_address(partner_id, str(each), HOUR) for each in {each.identity for each in decisions}]
    of_events = [why.of_event(partner_id, each, period=HOUR) for each in {each.event_id for each in decisions}]

    by_name = {(each.flow_id, each.event_id): each for each in decisions}
    for explanations in (of_people, of_events):
        told = [
            (event, flow) for each in explanations for event in each.events for flow in event.flows if flow.decision
        ]
        assert {(flow.flow_id, event.event_id): flow.decision for event, flow in told} == by_name
        assert {flow.covered.coverage for _, flow in told} == {Coverage.DECIDED}
        assert all(flow.message for _, flow in told if flow.decision and flow.decision.outcome is Outcome.SENT)
        assert {event.event_id for event, _ in told if event.event is None} == {"by hand"}
    assert not any(each.shortfalls for each in (*of_people, *of_events))
