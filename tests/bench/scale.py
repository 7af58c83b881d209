"""A minute of runs where there are many: a thousand triggers of one partner, a thousand partners of one trigger.

Everything is as it ships but the queue behind it, whose messages are counted, and the clock.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import batched
from multiprocessing import get_context

from signalbox.adapters.dynamodb.client import Client, HttpClient, dynamodb_client
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.deferrals import DynamoDeferrals
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.dynamodb.safety_holds import DynamoSafetyHolds
from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.decisions import Match
from signalbox.domain.events import Event
from signalbox.domain.flows import Cursor
from signalbox.domain.queries import QueryFault, QueryLimits
from signalbox.services.evaluation import Evaluation, EvaluationReport
from tests.bench.figures import Figure
from tests.bench.local_store import client_of_store, environ_of_store
from tests.bench.meter import Meter, Units
from tests.fakes.others import FakeClock
from tests.fakes.stores import FakeHistory
from tests.unit import makers

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SETTLE = timedelta(seconds=10)
EVENTS = 600  # 10 a second
TRIGGERS = (1, 10, 100, 1000)
PARTNERS = 1000
EVENTS_OF_EACH = 20
WORKERS = 2  # the processors of a small machine; on AWS ten run at once
LIMIT_S = 60

QUERY = (
    "SELECT identity, event_id FROM event_triggers WHERE event_type = 'custom_cart' AND ts > {{cursor_start_time}} "
    "AND ts <= {{cursor_end_time}} AND CAST(properties->>'$.number' AS INTEGER) % 1000 = {number}"
)
ENDLESS = (
    "SELECT e.identity, e.event_id FROM event_triggers e, range(1000000) a(i), range(1000000) b(j) WHERE hash(i, j) = 1"
)


@dataclass
class Counted:
    """Where matches go: they are counted, and the moment of the last is kept."""

    matches: int = 0
    at: list[float] = field(default_factory=list)

    def hand_over(self, matches: Sequence[Match]) -> None:
        """Count."""
        self.matches += len(matches)
        self.at.append(time.monotonic())


@dataclass(frozen=True)
class Run:
    """What one run took."""

    seconds: float
    matches: int
    events_read: Units
    all_else: Units
    report: EvaluationReport
    handed_over_at: Sequence[float]


class House:
    """One partner's triggers and flows over a store."""

    def __init__(self, client: Client, partner_id: str) -> None:
        self._client = client
        self.partner_id = partner_id
        self.clock = FakeClock(START)
        self._compiler = QueryCompiler()
        self._other = Meter(client)
        self._live_flows = DynamoLiveFlows(self._other, "Registry")
        self._definitions = DynamoDefinitions(client, "Registry", "Cursors")
        self._definitions.create_partner(makers.partner(partner_id=partner_id))

    def launch(self, number: int, sql: str) -> None:
        """Commit a trigger and launch a flow on it."""
        place = {"partner_id": self.partner_id, "trigger_id": f"trigger_{number:04}"}
        compiled = self._compiler.compile(sql, "duckdb")
        self._definitions.commit_trigger(makers.trigger(**place, sql=sql, compiled_sql=compiled))
        flow = makers.flow(**place, flow_id=f"flow_{number:04}")
        self._definitions.launch(flow, Cursor(self.partner_id, flow.flow_id, self.clock.now()))

    def receive(self, minute: int, count: int) -> None:
        """Store the events of a minute."""
        events = DynamoEvents(self._client, "Events", 45)
        for some in batched(_events(self.partner_id, START + minute * MINUTE, count), 25, strict=False):
            events.append_all(some, 1)

    def minute(self, number: int) -> Run:
        """Let a minute pass with its events, and evaluate the partner then."""
        self.receive(number, EVENTS)
        self.clock.pass_time(MINUTE)
        read, other, handover = Meter(self._client), self._other, Counted()
        before, evaluation = other.units, _evaluation(other, read, handover, self.clock, self._live_flows)
        began = time.monotonic()
        report = evaluation.evaluate(self.partner_id)
        seconds = time.monotonic() - began
        at = [each - began for each in handover.at]
        return Run(seconds, handover.matches, read.units, other.units - before, report, at)


def measure() -> list[Figure]:
    """Run with more and more triggers, then with one that uses up its limits, then for many partners."""
    figures: list[Figure] = []
    with client_of_store() as client:
        runs = {count: _run_of_triggers(client, count) for count in TRIGGERS}
        figures += _curve(runs)
        figures += _with_one_that_fails(client)
    figures += _many_partners()
    return figures


def _run_of_triggers(client: HttpClient, count: int) -> Run:
    house = House(client, f"partner_triggers{count:04}")
    for number in range(count):
        house.launch(number, QUERY.format(number=number))
    house.clock.pass_time(SETTLE)
    house.minute(0)
    run = house.minute(1)  # it knows what was read in the first, as nearly every run does
    expected = sum(1 for number in range(EVENTS) if number < count)
    if run.matches != expected or run.report.failures:
        raise RuntimeError(f"{count} triggers found {run.matches} matches, not {expected}: {run.report.failures[:3]}")
    return run


def _curve(runs: Mapping[int, Run]) -> Iterator[Figure]:
    for count, run in runs.items():
        name = f"A minute's run of {count:,} trigger{'s' if count > 1 else ''} over {EVENTS} events"
        yield Figure.at_most(LIMIT_S, f"{name}, seconds", run.seconds, "s")
        yield Figure(f"{name}, read units for definitions and cursors", run.all_else.reads, "units")
        yield Figure(f"{name}, write units", run.all_else.writes, "units")
    first, last = runs[TRIGGERS[0]].events_read.reads, runs[TRIGGERS[-1]].events_read.reads
    yield Figure(f"Read units for a minute's {EVENTS} events, one trigger", first, "units")
    yield Figure.exactly(
        1, f"Read units for events, {TRIGGERS[-1]:,} triggers, of one trigger's", last / first, "ratio"
    )


def _with_one_that_fails(client: HttpClient) -> Iterator[Figure]:
    """Let a hundred triggers run alone, with one beside them that uses up its limits, and once it is known to."""
    house = House(client, "partner_endless")
    for number in range(1, 101):
        house.launch(number, QUERY.format(number=number))
    house.clock.pass_time(SETTLE)
    for minute, name in enumerate(("alone", "beside a new one without end", "beside one known to have no end")):
        if minute == 1:
            house.clock.pass_time(timedelta(milliseconds=1))
            house.launch(0, ENDLESS)
        run = house.minute(minute)
        faults = [failure.fault for _, failure in run.report.failures]
        if run.matches != 100 or faults != [QueryFault.CPU_LIMIT] * (minute > 0):
            raise RuntimeError(f"a trigger without end was not stopped alone: {run.report.failures}")
        done = max(run.handed_over_at)
        yield Figure(f"100 triggers {name}, seconds until all 100 are done", round(done, 2), "s")


def _many_partners() -> list[Figure]:
    with environ_of_store() as environ:
        client = dynamodb_client(environ)
        partner_ids = [f"partner_{number:04}" for number in range(PARTNERS)]
        for partner_id in partner_ids:
            house = House(client, partner_id)
            house.launch(
                0, QUERY.replace(" AND CAST(properties->>'$.number' AS INTEGER) % 1000 = {number}", "").format()
            )
            house.receive(0, EVENTS_OF_EACH)
        shares = [partner_ids[worker::WORKERS] for worker in range(WORKERS)]
        began = time.monotonic()
        with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
            matches = sum(pool.map(_evaluate_all, [environ] * WORKERS, shares))
        seconds = time.monotonic() - began
    if matches != PARTNERS * EVENTS_OF_EACH:
        raise RuntimeError(f"{PARTNERS} partners had {matches} matches")
    return [
        Figure.at_most(LIMIT_S, f"A minute's runs of {PARTNERS:,} partners, {WORKERS} at once, seconds", seconds, "s")
    ]


def _evaluate_all(environ: Mapping[str, str], partner_ids: Sequence[str]) -> int:
    client, handover = dynamodb_client(environ), Counted()
    live_flows = DynamoLiveFlows(client, "Registry")
    evaluation = _evaluation(client, client, handover, FakeClock(START + MINUTE + SETTLE), live_flows)
    for partner_id in partner_ids:
        evaluation.evaluate(partner_id)
    return handover.matches


def _evaluation(
    client: Client, events: Client, handover: Counted, clock: FakeClock, live_flows: DynamoLiveFlows
) -> Evaluation:
    return Evaluation(
        clock=clock,
        partners=DynamoPartners(client, "Registry"),
        live_flows=live_flows,
        cursors=DynamoCursors(client, "Cursors"),
        events=DynamoEvents(events, "Events"),
        history=FakeHistory(),
        contacts=DynamoContacts(client, "Contacts"),
        deferrals=DynamoDeferrals(client, "Deferred"),
        safety_holds=DynamoSafetyHolds(client, "Cursors"),
        engine=DuckDBEngine(QueryLimits()),
        handover=handover,
        settle=SETTLE,
    )


def _events(partner_id: str, start: datetime, count: int) -> Iterator[Event]:
    for number in range(count):
        received_at = start + MINUTE * (number + 1) / count
        received_at = received_at.replace(microsecond=received_at.microsecond // 1000 * 1000)
        yield makers.event(
            partner_id=partner_id,
            event_id=f"{start:%H%M}-{number}",
            event_type="custom_cart",
            event_name="cart",
            identity=f"person-{number}@example.org",
            email=f"person-{number}@example.org",
            received_at=received_at,
            occurred_at=received_at,
            body=f'{{"properties":{{"eventName":"cart","properties":{{"number":{number},"cartId":"c-{number}"}}}}}}',
        )
