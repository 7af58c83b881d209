"""A whole shop's clickstream through the collect function, against DynamoDB Local: nothing is lost or made up."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from functions.collect import app
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.domain.events import Event
from signalbox.domain.queries import Window
from tests import cloudformation, dynamodb_local
from tests.boto3_dynamodb import Boto3DynamoDb
from tests.fakes.rows import events_in
from tests.functions.stack import Context, Stack, prepared
from tests.realdata import ecom
from tests.unit import makers

REQUEST = Path(__file__).parent.parent / "functions" / "events" / "collect.json"
SHARDS = 4


@dataclass(frozen=True)
class Shop:
    """The collect function of a shop's stack, and what the stack keeps."""

    handler: Callable[[Any, Any], Any]
    request: Any
    started_at: datetime

    def send(self, payloads: Sequence[dict[str, Any]]) -> Counter[tuple[int, str]]:
        """Send each; count the answers by status and body."""
        credentials = {"partnerId": makers.PARTNER_ID, "partnerSecret": makers.SECRET}
        answers: Counter[tuple[int, str]] = Counter()
        for payload in payloads:
            answer = self.handler({**self.request, "body": json.dumps({**credentials, **payload})}, Context())
            answers[answer["statusCode"], answer["body"]] += 1
        return answers

    def stored(self) -> list[Event]:
        """Give every event, repeats included."""
        window = Window(self.started_at - timedelta(seconds=1), datetime.now(UTC))
        return events_in(DynamoEvents(dynamodb_client(), "Events"), makers.PARTNER_ID, SHARDS, window)

    def held(self, client_ids: set[str]) -> list[Event]:
        """Give every event that waits for its client to be identified."""
        client = dynamodb_client()
        held_events = DynamoHeldEvents(client, "Unidentified", DynamoEvents(client, "Events"))
        return [
            held.event
            for client_id in sorted(client_ids)
            for held in held_events.of_client(makers.PARTNER_ID, client_id)
        ]

    def quarantined(self) -> list[Any]:
        """Give what was invalid today or yesterday."""
        quarantine = DynamoQuarantine(dynamodb_client(), "Quarantine")
        days = {self.started_at.date(), datetime.now(UTC).date()}
        return [each for day in days for each in quarantine.of_day(makers.PARTNER_ID, day)]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """An empty stack on DynamoDB Local with one partner."""
    missing = dynamodb_local.missing_tools()
    if missing:
        pytest.skip(missing)
    with dynamodb_local.running() as endpoint:
        for name, value in {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }.items():
            monkeypatch.setenv(name, value)
        database = boto3.client("dynamodb")
        for name, properties in cloudformation.tables().items():
            database.create_table(TableName=name, **properties)
        stack = Stack(Boto3DynamoDb(database), boto3.client("sqs"), boto3.client("sesv2"), {}, history_bucket="history")
        definitions = DynamoDefinitions(dynamodb_client(), "Registry", "Cursors")
        definitions.create_partner(makers.partner(shards=SHARDS))
        handler = prepared(monkeypatch, stack, "CollectFunction", app)
        yield Shop(handler, json.loads(REQUEST.read_text()), datetime.now(UTC))
        app._service.cache_clear()  # noqa: SLF001 - its connections go with the database


def test_a_shops_events_are_counted_as_in_its_file_however_often_they_are_sent(shop: Shop) -> None:
    try:
        rows = ecom.clicks()
    except ecom.NotFetched as why:
        pytest.skip(str(why))
    payloads = list(ecom.payloads(rows))
    in_file = Counter(row.event_type for row in rows)
    tablets = {row.client_id for row in rows if row.platform == "tablet"}

    answers = [shop.send(payloads)]
    stored, held = shop.stored(), shop.held(tablets)
    answers.append(shop.send(payloads))
    stored_again, held_again = shop.stored(), shop.held(tablets)

    assert in_file.total() == ecom.EVENT_COUNT
    assert answers == [Counter({(200, ""): len(payloads)})] * 2
    assert shop.quarantined() == []
    assert _counts(stored, held) == in_file
    assert len(stored) + len(held) == len(payloads)
    assert _names(stored_again) == _names(stored)
    assert _names(held_again) == _names(held)
    assert _counts(stored_again, held_again) == in_file
    assert len(stored_again) > len(stored)  # repeats are kept and counted once
    _assert_each_is_about_the_person_who_did_it(rows, stored_again)
    assert Counter(event.event_type for event in held) == _of_strangers(rows)


def _names(events: Sequence[Event]) -> set[tuple[str, str]]:
    return {(event.event_id, event.event_type) for event in events}


def _counts(stored: Sequence[Event], held: Sequence[Event]) -> Counter[str]:
    """Count the names of each type, but for the identifies, which are not in the file."""
    counts = Counter(event_type for _, event_type in _names([*stored, *held]))
    del counts["identify"]
    return counts


def _of_strangers(rows: Sequence[ecom.Click]) -> Counter[str]:
    """Count what is never released: done on tablets on which nobody ever signs in."""
    known = {row.client_id for row in rows if row.platform != "tablet" or row.event in ecom.SIGNING_IN}
    return Counter(row.event_type for row in rows if row.client_id not in known and row.event not in ecom.NOBODYS)


def _assert_each_is_about_the_person_who_did_it(rows: Sequence[ecom.Click], events: Sequence[Event]) -> None:
    email_by_client_id = {row.client_id: row.email for row in rows}
    strangers = [event for event in events if event.identity is None]
    assert all(event.identity in {None, email_by_client_id[event.client_id]} for event in events)
    assert {event.event_name for event in strangers} <= ecom.NOBODYS
    assert all(event.client_id.endswith("-tablet") for event in strangers)
