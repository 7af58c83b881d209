"""What one run of the send function does with a hundred matches: decisions a second, and calls to the store.

Speed is measured over stores and a channel in memory, each call of which takes 2 ms; the baseline is the same work
with one call after another. What a message uses is counted over DynamoDB Local; SES is answered for on this machine.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import boto3

from signalbox.adapters.aws_faults import ONE_ATTEMPT
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.deferrals import DynamoDeferrals
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.dynamodb.messages import DynamoMessages
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.dynamodb.touches import DynamoPlaces
from signalbox.adapters.recent import RecentFlows, RecentPartners
from signalbox.adapters.ses import SesEmail
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.decisions import Match, Outcome
from signalbox.domain.events import Event
from signalbox.services.lanes import AT_ONCE, do_all
from signalbox.services.sending import Sending
from signalbox.wire.queue_messages import write_match
from tests import certificates, cloudformation
from tests.bench.figures import Figure
from tests.bench.local_store import client_of_store
from tests.bench.meter import Meter
from tests.bench.rendering import BODY_TEXT, CONTENT
from tests.bench.sending_costs import SendRun
from tests.bench.staging import answering
from tests.fakes.others import Delayed
from tests.unit import makers
from tests.unit.sending import House

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

MATCHES = 100
LATENCY_S = 0.002
ROUNDS = 7
CURVE = (1, 2, 4, 8, AT_ONCE, 2 * AT_ONCE)
LEAST_OF_BASELINE = 8
SLOW = ("events", "contacts", "places", "deliveries", "deferrals", "messages", "channel")

MOST_WRITES = 3
MOST_READS = 2
RUNS = 10

_RENDERER = JinjaRenderer()


def measure() -> tuple[list[Figure], tuple[SendRun, SendRun]]:
    """Measure the speed and count the use; give also a run of one match and one of a hundred, for the costs."""
    figures = list(_speed())
    with _metered() as metered:
        metered.run(MATCHES)  # connects
        single, full = metered.usual(1), metered.usual(MATCHES)
    what = "a plain e-mail"
    figures += [
        Figure.at_most(MOST_WRITES, f"Writes to the store, {what}", full.calls.writes / MATCHES, "calls"),
        Figure.at_most(MOST_READS, f"Reads of the store, {what}", full.calls.reads / MATCHES, "calls"),
        Figure(f"Reads of partner and flow, all of a run over {MATCHES} matches", full.shared_reads, "calls"),
        Figure(f"Write units, {what}, its places in two indexes included", full.units.writes / MATCHES, "units"),
        Figure(f"Read units, {what}", full.units.reads / MATCHES, "units"),
        Figure(f"CPU time, {what}, all included", round(full.cpu_ms / MATCHES, 2), "ms"),
    ]
    return figures, (single, full)


def _speed() -> Iterator[Figure]:
    rounds = [{threads: _rate(threads) for threads in CURVE} for _ in range(ROUNDS)]
    what = f"Decisions a second, a run over {MATCHES} matches"
    ratio = median(rates[AT_ONCE] / rates[1] for rates in rounds)
    yield Figure.at_least(LEAST_OF_BASELINE, f"{what}, of one call after another", ratio, "ratio")
    for threads in CURVE:
        yield Figure(f"{what}, {threads} at once", round(median(rates[threads] for rates in rounds)), "1/s")
    of_one = median(_rate(AT_ONCE, contacts=1) for _ in range(ROUNDS))
    yield Figure(f"{what} of one contact, which go one after another", round(of_one), "1/s")


def _rate(threads: int, contacts: int = MATCHES) -> float:
    """Decide about a hundred new matches of so many contacts, over stores in memory that take their time."""
    house, pause = House(), partial(time.sleep, LATENCY_S)
    house.change_flow(content=CONTENT)
    events = _events("fast", MATCHES, contacts, makers.NOON)
    for event in events:
        house.events.append(event, 1)
    sending = house.service_with(
        **{name: Delayed(getattr(house, name), pause) for name in SLOW},
        partners=RecentPartners(Delayed(house.partners, pause), house.clock),
        live_flows=RecentFlows(Delayed(house.registry, pause), house.clock),
        renderer=_RENDERER,
    )
    begun = time.perf_counter()
    _send(sending, events, threads)
    return MATCHES / (time.perf_counter() - begun)


def _send(sending: Sending, events: Sequence[Event], threads: int = AT_ONCE) -> None:
    sent = do_all(list(map(_match, events)), lambda match: sending.send(match).outcome is Outcome.SENT, threads)
    if not all(sent):
        raise RuntimeError(f"of {len(sent)} matches {sum(sent)} were sent")


class _Metered:
    """What the send function is over a metered store, with a partner and a flow in it that limits nothing."""

    def __init__(self, store: Client, ses: "SESV2Client") -> None:
        definitions = DynamoDefinitions(store, "Registry", "Cursors")
        definitions.create_partner(makers.partner())
        definitions.launch(makers.flow(content=CONTENT), makers.cursor())
        self._events = DynamoEvents(store, "Events", 45)
        self._own = Meter(store, {"Deliveries": _index_keys("Deliveries")})
        self._shared = Meter(store)
        self._runs = 0
        self._ses = ses

    def usual(self, matches: int) -> SendRun:
        """Give what a run is as a rule: counted in each, and the median of the CPU time."""
        runs = [self.run(matches) for _ in range(RUNS)]
        cpu_ms = median(each.cpu_ms for each in runs)
        return SendRun(matches, cpu_ms, runs[-1].calls, runs[-1].units, runs[-1].shared_reads, runs[-1].size)

    def run(self, matches: int) -> SendRun:
        """Let a function that remembers nothing send so many e-mails, each to somebody new."""
        self._runs += 1
        events = _events(f"run-{self._runs}", matches, matches, SystemClock().now())
        for event in events:
            self._events.append(event, 1)
        sending, shared, own, calls = self._wired(), self._shared.calls, self._own.units, self._own.calls
        begun = time.process_time()
        _send(sending, events)
        cpu_ms = (time.process_time() - begun) * 1000
        return SendRun(
            matches,
            cpu_ms,
            calls=self._own.calls - calls,
            units=self._own.units - own,
            shared_reads=(self._shared.calls - shared).reads,
            size=sum(len(write_match(_match(each))) for each in events),
        )

    def _wired(self) -> Sending:
        clock, contacts = SystemClock(), DynamoContacts(self._own, "Contacts")
        return House().service_with(
            clock=clock,
            partners=RecentPartners(DynamoPartners(self._shared, "Registry"), clock),
            live_flows=RecentFlows(DynamoLiveFlows(self._shared, "Registry"), clock),
            events=DynamoEvents(self._own, "Events"),
            contacts=contacts,
            places=DynamoPlaces(self._own, "Contacts"),
            deliveries=DynamoDeliveries(self._own, "Deliveries"),
            deferrals=DynamoDeferrals(self._own, "Deferred"),
            messages=DynamoMessages(self._own, "Messages"),
            renderer=_RENDERER,
            channel=SesEmail(self._ses, "news@shop.example", "signalbox"),
        )


def _index_keys(table: str) -> list[list[str]]:
    indexes = cloudformation.tables()[table]["GlobalSecondaryIndexes"]
    return [[key["AttributeName"] for key in index["KeySchema"]] for index in indexes]


@contextmanager
def _metered() -> Iterator[_Metered]:
    with tempfile.TemporaryDirectory() as folder, client_of_store() as store:
        certificate = certificates.make(Path(folder))
        with answering(certificate) as url:
            ses = boto3.client(
                "sesv2",
                config=ONE_ATTEMPT,
                endpoint_url=url,
                verify=str(certificate),
                region_name="eu-west-1",
                aws_access_key_id="local",
                aws_secret_access_key="local",
            )
            yield _Metered(store, ses)


def _events(name: str, count: int, contacts: int, received_at: datetime) -> list[Event]:
    return [
        makers.event(
            event_id=f"{name}-{number}",
            event_type="custom_cart",
            identity=f"{name}-{number % contacts}@example.org",
            email=f"{name}-{number % contacts}@example.org",
            occurred_at=received_at,
            received_at=received_at,
            body=BODY_TEXT,
        )
        for number in range(count)
    ]


def _match(event: Event) -> Match:
    return makers.match(
        event_id=event.event_id, identity=event.identity, received_at=event.received_at, row={"count": 3}
    )
