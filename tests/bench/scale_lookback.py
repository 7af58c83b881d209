"""What a look-back costs to read: every run of an hour, with closed hours from the history, beside a full re-read.

Everything is as it ships but the queue behind it, the clock, and S3, which is moto. The events are one a second, a
tenth of what the target is for: above a few events a minute both sides grow alike, so the ratio does not depend on it.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

import boto3
from moto import mock_aws

from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.dynamodb.safety_holds import DynamoSafetyHolds
from signalbox.adapters.history.store import S3History
from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.events import Event
from signalbox.domain.flows import Cursor
from signalbox.domain.queries import Window
from signalbox.services.evaluation import Evaluation
from tests.bench.figures import Figure
from tests.bench.local_store import client_of_store
from tests.bench.meter import Meter
from tests.fakes.others import FakeClock, FakeHandover
from tests.fakes.stores import FakeDeferrals, FakeEvents
from tests.unit import makers

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SETTLE = timedelta(seconds=10)
PEOPLE = 1000
TARGET = 1 / 25
BUCKET = "history"

QUERY = (
    "SELECT identity, arg_max(event_id, ts) AS event_id FROM event_triggers WHERE ts <= {cursor_end_time} "
    "GROUP BY identity HAVING max(ts) > {cursor_start_time} AND count(*) >= 80"
)
"""Whoever did something in this minute and 80 times in a day, which is everybody, if no event is missing."""


@dataclass
class Requests:
    """The requests that were made to S3, by operation."""

    count: Counter[str] = field(default_factory=Counter)

    def watch(self, client: "S3Client") -> None:
        """Count what a client asks from now on."""
        client.meta.events.register(
            "provide-client-params.s3", lambda params, model, **_: self.count.update([model.name])
        )

    def since(self, before: Counter[str]) -> Counter[str]:
        """Give what came after `before`."""
        return self.count - before


def measure() -> list[Figure]:
    """Run every minute of an hour over a day of events, then ask for a month of hours."""
    with client_of_store() as client, _bucket() as (s3, requests), tempfile.TemporaryDirectory() as folder:
        figures = _a_day(client, s3, requests, Path(folder))
        return [*figures, *_a_month(s3, requests, Path(folder))]


def _a_day(client: Client, s3: "S3Client", requests: Requests, folder: Path) -> Iterator[Figure]:
    """Run for the minutes that end from 12:01 to 13:00; the first run finds its 24 closed hours, but for the last."""
    clock = FakeClock(NOON - MINUTE)
    _receive(client, NOON - DAY - HOUR, NOON + HOUR + MINUTE)
    _launch(client)
    hours = [NOON - DAY - HOUR + number * HOUR for number in range(24)]
    S3History(lambda: s3, BUCKET, DynamoEvents(client, "Events"), folder / "before", clock=clock).of_hours(
        makers.PARTNER_ID, 1, hours
    )
    clock.instant = NOON + SETTLE
    meter, units, gets = Meter(client), [], []
    history = S3History(lambda: s3, BUCKET, DynamoEvents(meter, "Events"), folder / "runs", clock=clock)
    for _ in range(60):
        clock.pass_time(MINUTE)
        read, asked = meter.units.reads, requests.count.copy()
        _run(client, meter, history, clock)
        units.append(meter.units.reads - read)
        gets.append(requests.since(asked)["GetObject"])
    full = _full(client, clock.instant - SETTLE)
    what = "Read units of a 24-hour look-back, of a full re-read"
    yield Figure.at_most(TARGET, f"{what}, mean of an hour's runs", mean(units) / full, "ratio")
    yield Figure(f"{what}, the run that writes the hour just closed", round(max(units) / full, 4), "ratio")
    yield Figure(f"{what}, the last minute of an hour", round(units[-1] / full, 4), "ratio")
    yield Figure("Read units of a 24-hour look-back at one event a second, a full re-read", full, "units")
    yield Figure("S3 requests of a 24-hour look-back, cold", gets[0], "requests")
    yield Figure("S3 requests of a 24-hour look-back, warm, most", max(gets[1:]), "requests")


def _a_month(s3: "S3Client", requests: Requests, folder: Path) -> Iterator[Figure]:
    """Ask for 720 hours as a new partner's first run does, as a new process does, and once more."""
    clock = FakeClock(NOON)
    hours = [NOON - number * HOUR for number in range(1, 721)]
    for name, place in {"none written yet": "first", "cold": "cold", "warm": "cold"}.items():
        history = S3History(lambda: s3, BUCKET, FakeEvents(), folder / place, clock=clock)
        asked, began = requests.count.copy(), time.monotonic()
        history.of_hours("partner_2", 1, hours)
        seconds, made = time.monotonic() - began, requests.since(asked).total()
        yield Figure(f"S3 requests of a 30-day look-back, {name}", made, "requests")
        yield Figure(f"Seconds for the files of a 30-day look-back without events, {name}", round(seconds, 2), "s")


@contextmanager
def _bucket() -> Iterator[tuple["S3Client", Requests]]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local")
        client.create_bucket(Bucket=BUCKET)
        requests = Requests()
        requests.watch(client)
        yield client, requests


def _receive(client: Client, start: datetime, end: datetime) -> None:
    events = DynamoEvents(client, "Events", 45)
    for some in batched(_events(start, end), 25, strict=False):
        events.append_all(some, 1)


def _events(start: datetime, end: datetime) -> Iterator[Event]:
    for number in range(int((end - start) / SECOND)):
        received_at = start + number * SECOND
        person = f"person-{number % PEOPLE}@example.org"
        yield makers.event(
            event_id=f"event-{number:08}",
            event_type="page_view",
            event_name="page_view",
            identity=person,
            email=person,
            received_at=received_at,
            occurred_at=received_at,
            body=f'{{"event":"page_view","properties":{{"url":"https://shop.example/products/{number % 997}"}}}}',
        )


def _launch(client: Client) -> None:
    definitions = DynamoDefinitions(client, "Registry", "Cursors")
    definitions.create_partner(makers.partner())
    compiled = QueryCompiler().compile(QUERY, "duckdb")
    definitions.commit_trigger(makers.trigger(sql=QUERY, compiled_sql=compiled, lookback=DAY))
    flow = makers.flow()
    definitions.launch(flow, Cursor(flow.partner_id, flow.flow_id, NOON))


def _run(client: Client, meter: Meter, history: S3History, clock: FakeClock) -> None:
    handover = FakeHandover()
    evaluation = Evaluation(
        clock=clock,
        partners=DynamoPartners(client, "Registry"),
        live_flows=DynamoLiveFlows(client, "Registry"),
        cursors=DynamoCursors(client, "Cursors"),
        events=DynamoEvents(meter, "Events"),
        history=history,
        contacts=DynamoContacts(client, "Contacts"),
        deferrals=FakeDeferrals(),
        safety_holds=DynamoSafetyHolds(client, "Cursors"),
        engine=DuckDBEngine(),
        handover=handover,
        settle=SETTLE,
    )
    report = evaluation.evaluate(makers.PARTNER_ID)
    if len(handover.matches) != MINUTE / SECOND or report.failures:
        raise RuntimeError(f"a run found {len(handover.matches)} matches: {report.failures}")


def _full(client: Client, end: datetime) -> float:
    meter = Meter(client)
    read = DynamoEvents(meter, "Events").read(makers.PARTNER_ID, 1, Window(end - MINUTE - DAY, end))
    for _ in read:
        pass
    return meter.units.reads
