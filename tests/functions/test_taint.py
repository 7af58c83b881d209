"""Collect writes nothing personal and no secret: marked values go through every path of it, and none comes out."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from functions.collect import app as collect_app
from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.wire.segment_credentials import write_key
from tests.contract.loopback import serving
from tests.functions.stack import Stack
from tests.functions.taint import EMAIL, MARK, SECRET, Watch, Watched, quoting, watching
from tests.unit import makers
from tests.unit.wire.payloads import ABSENT, as_bytes, custom, identify

MARKED = {
    "partnerId": "partner_2",
    "partnerSecret": SECRET,
    "clientId": MARK,
    "userId": MARK,
    "ipAddress": MARK,
    "context": {"userAgent": MARK, "page": {"url": f"https://shop.example/{MARK}"}},
    "traits": {"email": EMAIL, "firstName": MARK, "properties": {MARK: MARK}},
    "properties": {"eventName": MARK, "properties": {MARK: [MARK]}},
}
DEBUG = {"debug": True, "name": MARK}
STRANGER = {**MARKED, "traits": ABSENT}
SEGMENT = {"userId": MARK, "anonymousId": MARK, "type": "track", "event": MARK, "properties": {MARK: EMAIL}}


@pytest.fixture
def watch(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Watch:
    definitions = DynamoDefinitions(stack.dynamodb, "Registry", "Cursors")
    definitions.create_partner(makers.partner(partner_id="partner_2", secrets=(makers.secret(SECRET),), lenient=True))
    definitions.create_partner(makers.partner(partner_id="partner_3", secrets=(makers.secret(SECRET),), enabled=False))
    return watching(stack, monkeypatch, capfd, caplog)


@dataclass(frozen=True)
class Collect:
    """The collect function, watched."""

    watched: Watched
    request: Any

    def post(self, body: bytes, headers: Mapping[str, str] | None = None, route: str = "/http/v1/collect") -> Any:
        routed = {**self.request, "routeKey": f"POST {route}", "rawPath": route}
        sent = {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        return self.watched.call({**routed, **sent, "headers": {**self.request["headers"], **(headers or {})}})


@pytest.fixture
def collect(watch: Watch, event: Callable[[str], Any]) -> Collect:
    return Collect(watch("CollectFunction", collect_app), event("collect"))


def _statuses(answers: list[Any]) -> list[int]:
    return [answer["statusCode"] for answer in answers]


def test_nothing_of_an_event_is_written_whatever_becomes_of_it(collect: Collect) -> None:
    accepted = [
        collect.post(as_bytes(custom(**MARKED))),
        collect.post(as_bytes(custom(**{**STRANGER, "clientId": f"held {MARK}"}))),
        collect.post(as_bytes(identify(**{**MARKED, "clientId": f"held {MARK}"}))),
        collect.post(as_bytes(custom(**{**MARKED, "sentAt": "1524776691259"}))),
        collect.post(as_bytes(custom(**{**MARKED, "sentAt": MARK, MARK: 1, "event": MARK}))),
        collect.post(as_bytes(custom(**MARKED)), {"Idempotency-Key": MARK, "User-Agent": MARK}),
    ]
    refused = [
        collect.post(f'{{"{EMAIL}": {MARK}'.encode()),
        collect.post(as_bytes(custom(**{**MARKED, "partnerId": MARK}))),
        collect.post(as_bytes(custom(**{**MARKED, "partnerSecret": f"{SECRET} wrong"}))),
        collect.post(b"{}", {"Authorization": f"Bearer {MARK}:{SECRET}"}),
        collect.post(as_bytes(custom(**{**MARKED, "partnerId": "partner_3"}))),
        collect.post(as_bytes(custom(**{**MARKED, "context": DEBUG, "properties": {MARK: MARK}, "event": MARK}))),
        collect.post(as_bytes(custom(**{**STRANGER, "context": DEBUG, "clientId": f"nobody {MARK}"}))),
        collect.post(as_bytes(custom(**{**MARKED, "ipAddress": MARK * 20_000}))),
    ]

    assert _statuses(accepted) == [200] * 6
    assert _statuses(refused) == [400, 401, 401, 401, 403, 412, 412, 413]
    written = collect.watched.written()
    assert MARK not in written
    counted = [json.loads(line) for line in written.splitlines()]
    assert sum(line.get("EventsStored", 0) for line in counted) == 4
    assert all("_aws" in line for line in counted)


def test_of_an_event_that_is_taken_in_nothing_is_written_but_its_counter(collect: Collect) -> None:
    collect.post(as_bytes(custom(**MARKED)))

    (line,) = collect.watched.lines()
    assert set(line) == {"_aws", "service", "EventsStored"}
    assert line["EventsStored"] == 1
    assert set(line["_aws"]) == {"Timestamp", "CloudWatchMetrics"}


def test_nothing_of_a_segment_batch_is_written(collect: Collect) -> None:
    key = {"writeKey": write_key("partner_2", SECRET)}
    batch = [SEGMENT, {**SEGMENT, "type": "identify", "traits": {"email": EMAIL}}, {**SEGMENT, "type": MARK}]

    answers = [
        collect.post(as_bytes({**key, "batch": batch}), route="/v1/batch"),
        collect.post(as_bytes({**key, **SEGMENT}), route="/v1/track"),
        collect.post(as_bytes({"writeKey": f"partner_2.{SECRET} wrong", **SEGMENT}), route="/v1/track"),
        collect.post(f'{{"writeKey": "{SECRET}", {MARK}'.encode(), route="/v1/batch"),
    ]

    assert _statuses(answers) == [200, 200, 401, 400]
    assert MARK not in collect.watched.written()


@pytest.mark.parametrize("table", ["Events", "Identities", "Unidentified", "Contacts", "Quarantine"])
def test_nothing_of_an_event_is_written_when_a_table_is_gone(collect: Collect, stack: Stack, table: str) -> None:
    collect.post(as_bytes(custom(**MARKED)))
    stack.dynamodb.delete_table(TableName=table)

    answers = [
        collect.post(as_bytes(custom(**MARKED))),
        collect.post(as_bytes(custom(**{**STRANGER, "clientId": f"held {MARK}"}))),
        collect.post(as_bytes(identify(**{**MARKED, "clientId": f"other {MARK}"}))),
        collect.post(as_bytes(custom(**{**MARKED, "event": MARK}))),
    ]

    assert 503 in _statuses(answers)
    written = collect.watched.written()
    assert "an event was not taken" in written
    assert MARK not in written


@pytest.mark.parametrize(
    ("failure", "answered"),
    [
        ((400, "ProvisionedThroughputExceededException"), 429),
        ((400, "ValidationException"), 503),
        ((400, "SomethingNew"), 503),
        ((500, "InternalServerError"), 503),
    ],
)
def test_what_the_store_quotes_when_it_fails_is_not_written(
    watch: Watch,
    event: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
    failure: tuple[int, str],
    answered: int,
) -> None:
    with serving(quoting(*failure)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        watched = watch("CollectFunction", collect_app)

        answer = watched.call({**event("collect"), "body": as_bytes(custom(**MARKED)).decode()})

    assert answer["statusCode"] == answered
    written = watched.written()
    assert failure[1] in written
    assert MARK not in written


def test_a_crash_over_what_is_stored_does_not_quote_it(collect: Collect, stack: Stack) -> None:
    key = keys.mapping("partner_2", MARK)
    stored = {**key, "email": EMAIL, "ends_at": MARK}
    stack.dynamodb.put_item(TableName="Identities", Item={name: {"S": value} for name, value in stored.items()})

    answer = collect.post(as_bytes(custom(**STRANGER)))

    assert answer["statusCode"] == 503
    assert "an event was not taken" in collect.watched.written()
    assert MARK not in collect.watched.written()
