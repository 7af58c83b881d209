"""The Segment-compatible routes of the collect function over HTTP's shape, and what they keep."""

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.collect import app
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.domain.events import Event
from signalbox.domain.quarantine import Protocol
from signalbox.domain.queries import Window
from signalbox.wire.segment import MAX_BATCH_BYTES
from signalbox.wire.segment_credentials import write_key
from tests.fakes.rows import events_in
from tests.functions.stack import Context, Stack, prepared
from tests.unit import makers

KEY = write_key(makers.PARTNER_ID, makers.SECRET)
BASIC = {"authorization": "Basic " + base64.b64encode(f"{KEY}:".encode()).decode()}

IDENTIFY = {
    "type": "identify",
    "userId": "u-1",
    "anonymousId": "a-1",
    "traits": {"email": "Ana@Example.org", "age": 41},
}
SONG = {"type": "track", "event": "Song Played", "userId": "u-1", "messageId": "m-1", "properties": {"genre": "jazz"}}
STRANGER = {"type": "page", "anonymousId": "stranger", "messageId": "m-2"}
BAD = {"type": "track", "userId": "u-1", "messageId": "m-3"}


@dataclass(frozen=True)
class Segment:
    """The function and its stores."""

    handler: Callable[[Any, Any], Any]
    stack: Stack
    request: Mapping[str, Any]
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def post(self, route: str, body: Any, headers: Mapping[str, str] = BASIC) -> Any:
        """Send a body as API Gateway passes bytes on."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        changes = {"routeKey": f"POST /v1/{route}", "body": base64.b64encode(raw).decode(), "isBase64Encoded": True}
        return self.handler({**self.request, **changes, "headers": dict(headers)}, Context())

    def stored(self) -> list[Event]:
        now = datetime.now(UTC)
        window = Window(now - timedelta(minutes=5), now + timedelta(minutes=5))
        return events_in(DynamoEvents(self.stack.dynamodb, "Events"), makers.PARTNER_ID, 1, window)

    def held(self, client_id: str) -> list[Any]:
        events = DynamoEvents(self.stack.dynamodb, "Events")
        return list(
            DynamoHeldEvents(self.stack.dynamodb, "Unidentified", events).of_client(makers.PARTNER_ID, client_id)
        )

    def quarantined(self) -> list[Any]:
        quarantine = DynamoQuarantine(self.stack.dynamodb, "Quarantine")
        days = {self.began_at.date(), datetime.now(UTC).date()}  # two, where midnight has passed
        return [kept for day in days for kept in quarantine.of_day(makers.PARTNER_ID, day)]


@pytest.fixture
def segment(stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any]) -> Segment:
    return Segment(prepared(monkeypatch, stack, "CollectFunction", app), stack, event("collect"))


def _told(answer: Any) -> Any:
    return json.loads(answer["body"])


def test_a_batch_is_answered_event_by_event_and_kept_where_the_answer_says(segment: Segment) -> None:
    answer = segment.post("batch", {"batch": [IDENTIFY, SONG, STRANGER, BAD], "sentAt": "2026-03-01T12:00:00Z"})

    told = _told(answer)
    assert (answer["statusCode"], answer["headers"]["content-type"], told["success"]) == (200, "application/json", True)
    assert [result["status"] for result in told["results"]] == ["stored", "stored", "held", "quarantined"]
    assert told["results"][1:] == [
        {"messageId": "m-1", "status": "stored"},
        {"messageId": "m-2", "status": "held"},
        {"messageId": "m-3", "status": "quarantined", "reasons": [{"path": "/event", "reason": "required"}]},
    ]
    assert {event.event_type: event.identity for event in segment.stored()} == {
        "identify": "ana@example.org",
        "custom_Song Played": "ana@example.org",
    }
    assert [held.event.event_id for held in segment.held("stranger")] == ["m-2"]
    (kept,) = segment.quarantined()
    assert (kept.protocol, json.loads(kept.body)) == (Protocol.SEGMENT, {**BAD, "sentAt": "2026-03-01T12:00:00Z"})


def test_an_identify_makes_a_profile_and_names_its_person_and_its_device(segment: Segment) -> None:
    segment.post("identify", IDENTIFY)

    for ids in ({"userId": "u-1"}, {"anonymousId": "a-1"}, {"userId": "u-9", "anonymousId": "a-1"}):
        assert _told(segment.post("track", {"event": "e", **ids}))["results"][0]["status"] == "stored"
    contact = DynamoContacts(segment.stack.dynamodb, "Contacts").find(makers.PARTNER_ID, "ana@example.org")
    assert contact is not None
    assert {name: trait.value for name, trait in contact.traits.items()} == {
        "email": '"Ana@example.org"', "age": "41", "userId": '"u-1"',
    }  # fmt: skip


@pytest.mark.parametrize("headers", [BASIC, {"authorization": f"Bearer {KEY}"}, {}])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_sdks_present_their_key_and_pack_as_they_like(
    segment: Segment, headers: Mapping[str, str], pack: Callable[[bytes], bytes]
) -> None:
    body = {"batch": [{**SONG, "context": {"traits": {"email": "ana@example.org"}}}]} | (
        {} if headers else {"writeKey": KEY}
    )

    answer = segment.post("batch", pack(json.dumps(body).encode()), headers)

    assert answer["statusCode"] == 200
    assert [event.event_id for event in segment.stored()] == ["m-1"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"no json", BASIC, 400),
        ({"batch": []}, BASIC, 400),
        ({"batch": [SONG]}, {}, 401),
        ({"batch": [SONG]}, {"authorization": f"Bearer {KEY}x"}, 401),
        ({"batch": [SONG]}, {"authorization": f"Bearer nobody.{makers.SECRET}"}, 401),
        ({"batch": [SONG] * 2_501}, BASIC, 413),
        (b'{"batch":[]}'.ljust(MAX_BATCH_BYTES + 1), BASIC, 413),
        (gzip.compress(b'{"batch":[]}'.ljust(10**7)), BASIC, 413),
    ],
)
def test_a_refusal_of_the_whole_has_what_sdks_look_for_in_it(
    segment: Segment, body: Any, headers: Mapping[str, str], status: int
) -> None:
    answer = segment.post("batch", body, headers)

    told = _told(answer)
    assert (answer["statusCode"], told["code"], told["message"]) == (status, str(status), told["error"])
    assert segment.stored() == segment.quarantined() == []


def test_a_disabled_partner_is_403(segment: Segment) -> None:
    disabled = makers.partner(partner_id="partner_2", enabled=False)
    DynamoDefinitions(segment.stack.dynamodb, "Registry", "Cursors").create_partner(disabled)

    answer = segment.post("track", SONG, {"authorization": "Bearer " + write_key("partner_2", makers.SECRET)})

    assert (answer["statusCode"], _told(answer)["error"]) == (403, "Forbidden")


def test_a_store_that_is_away_is_503_and_asks_for_another_try(segment: Segment) -> None:
    segment.stack.dynamodb.delete_table(TableName="Events")

    answer = segment.post("batch", {"batch": [IDENTIFY, SONG]})

    assert answer["statusCode"] == 503
    assert int(answer["headers"]["retry-after"]) > 0
    assert _told(answer)["code"] == "503"


def test_a_batch_sent_again_adds_no_event_of_another_name(segment: Segment) -> None:
    events = [{**SONG, "messageId": f"m-{index}", "context": {"traits": {"email": "a@x.org"}}} for index in range(60)]

    answers = [segment.post("batch", {"batch": events, "sentAt": sent_at}) for sent_at in ("2026-03-01", "2026-03-02")]

    assert answers[0] == answers[1]
    assert {event.event_id for event in segment.stored()} == {f"m-{index}" for index in range(60)}


def test_nothing_personal_and_no_key_is_in_the_log(segment: Segment, capsys: pytest.CaptureFixture[str]) -> None:
    segment.post("batch", {"batch": [IDENTIFY, SONG, STRANGER, BAD], "writeKey": KEY})
    segment.post("batch", {"batch": [SONG], "writeKey": f"{KEY}x"}, {})
    segment.stack.dynamodb.delete_table(TableName="Events")
    segment.post("batch", {"batch": [SONG, IDENTIFY]})
    app._service()[1].flush()  # noqa: SLF001 - what Lambda's next call would do

    written = capsys.readouterr().out
    lines = [json.loads(line) for line in written.splitlines()]
    counted = {"EventsStored": 2, "EventsHeld": 1, "EventsQuarantined": 1, "EventsRefused": 1, "EventsFailed": 1}
    assert {name: sum(line.get(name, 0) for line in lines) for name in counted} == counted
    for secret in (makers.SECRET, "xample.org", "u-1", "a-1", "Song", "jazz", "stranger"):
        assert secret not in written
