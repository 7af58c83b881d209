"""The collect function over HTTP's shape: each answer of the spec's table (collect-api, section 2)."""

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.collect import app
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.domain.events import Event
from signalbox.domain.queries import Window
from tests.fakes.rows import events_in
from tests.functions.stack import Context, Stack, prepared
from tests.unit import makers
from tests.unit.wire.payloads import ABSENT, as_bytes, custom, identify

KNOWN = {"partnerId": makers.PARTNER_ID, "partnerSecret": makers.SECRET}


@dataclass(frozen=True)
class Collect:
    """The function and what it keeps."""

    handler: Callable[[Any, Any], Any]
    stack: Stack
    request: Any
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def post(self, body: bytes | str, headers: dict[str, str] | None = None) -> Any:
        """Send a body as API Gateway passes it on: text as it is, anything else in base64."""
        changes = (
            {"body": body}
            if isinstance(body, str)
            else {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        )
        return self.handler(
            {**self.request, **changes, "headers": {**self.request["headers"], **(headers or {})}}, Context()
        )

    def stored(self) -> list[Event]:
        now = datetime.now(UTC)
        window = Window(now - timedelta(minutes=5), now + timedelta(minutes=5))
        return events_in(DynamoEvents(self.stack.dynamodb, "Events"), makers.PARTNER_ID, 1, window)

    def quarantined(self) -> list[Any]:
        quarantine = DynamoQuarantine(self.stack.dynamodb, "Quarantine")
        days = {self.began_at.date(), datetime.now(UTC).date()}  # two, where midnight has passed
        return [kept for day in days for kept in quarantine.of_day(makers.PARTNER_ID, day)]

    def held(self) -> list[Any]:
        events = DynamoEvents(self.stack.dynamodb, "Events")
        return list(
            DynamoHeldEvents(self.stack.dynamodb, "Unidentified", events).of_client(makers.PARTNER_ID, "client-1")
        )


@pytest.fixture
def collect(stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any]) -> Collect:
    return Collect(prepared(monkeypatch, stack, "CollectFunction", app), stack, event("collect"))


def _told(answer: Any) -> Any:
    return json.loads(answer["body"])


def test_the_guides_own_example_is_stored(collect: Collect) -> None:
    body = collect.request["body"].replace("PARTNER", makers.PARTNER_ID).replace("SECRET", makers.SECRET)

    answer = collect.post(body)

    assert (answer["statusCode"], answer["body"]) == (200, "")
    (event,) = collect.stored()
    assert (event.event_type, event.identity, event.client_id) == (
        "custom_some_event", "ana@example.org", "92adbc3c-c22b-49bf-a9ae-11d9e8b3e6b4",
    )  # fmt: skip
    assert event.occurred_at == event.received_at
    assert makers.SECRET not in event.body
    assert json.loads(event.body)["properties"]["properties"] == {"someProperty": "Some value"}


def test_compressed_bytes_and_a_header_for_credentials_do_as_well(collect: Collect) -> None:
    body = gzip.compress(as_bytes(custom(partnerId=ABSENT, partnerSecret=ABSENT)))
    pair = base64.b64encode(f"{makers.PARTNER_ID}:{makers.SECRET}".encode()).decode()

    answer = collect.post(body, {"Authorization": f"Basic {pair}", "Idempotency-Key": "mine"})

    assert answer["statusCode"] == 200
    assert [event.event_id for event in collect.stored()] == ["mine"]


def test_a_body_that_is_no_json_is_400_whoever_sends_it(collect: Collect) -> None:
    answer = collect.post("no json")

    assert answer["statusCode"] == 400
    assert _told(answer)["error"] == "Invalid JSON body"
    assert _told(answer)["reasons"][0]["reason"].startswith("expected JSON")


def test_an_unknown_partner_and_a_wrong_secret_are_the_same_401(collect: Collect) -> None:
    answers = [
        collect.post(as_bytes(custom(**changes)))
        for changes in (
            {"partnerId": "nobody", "partnerSecret": makers.SECRET},
            {"partnerId": makers.PARTNER_ID, "partnerSecret": "wrong"},
            {"partnerId": makers.PARTNER_ID, "partnerSecret": ABSENT},
            {"partnerId": ABSENT, "partnerSecret": ABSENT},
            {"partnerId": "x" * 5_000, "partnerSecret": "x" * 5_000},
            {"partnerId": "nobody", "partnerSecret": "wrong", "context": {"debug": True}, "clientId": ABSENT},
        )
    ]

    assert {json.dumps(answer) for answer in answers} == {json.dumps(answers[0])}
    assert (answers[0]["statusCode"], _told(answers[0])) == (401, {"error": "Unauthorized"})


def test_a_disabled_partner_is_403(collect: Collect) -> None:
    disabled = makers.partner(partner_id="partner_2", enabled=False)
    DynamoDefinitions(collect.stack.dynamodb, "Registry", "Cursors").create_partner(disabled)

    answer = collect.post(as_bytes(custom(partnerId="partner_2", partnerSecret=makers.SECRET)))

    assert (answer["statusCode"], _told(answer)) == (403, {"error": "Forbidden"})


def test_a_fault_is_412_in_debug_mode_and_nothing_is_kept(collect: Collect) -> None:
    answer = collect.post(as_bytes(custom(**KNOWN, context={"debug": True}, properties={})))

    assert answer["statusCode"] == 412
    assert _told(answer) == {
        "error": "/properties/eventName: required",
        "reasons": [{"path": "/properties/eventName", "reason": "required"}],
        "requestId": collect.request["requestContext"]["requestId"],
    }
    assert collect.stored() == collect.quarantined() == []


def test_a_fault_is_quarantined_without_debug_mode(collect: Collect) -> None:
    answer = collect.post(as_bytes(custom(**KNOWN, properties={"eventName": 5})))

    assert (answer["statusCode"], answer["body"]) == (200, "")
    (kept,) = collect.quarantined()
    assert [(reason.path, reason.reason) for reason in kept.reasons] == [("/properties/eventName", "expected a string")]
    assert json.loads(kept.body)["properties"] == {"eventName": 5}
    assert makers.SECRET not in kept.body


@pytest.mark.parametrize("debug", [True, False])
def test_a_body_over_the_limit_is_413_in_every_mode(collect: Collect, *, debug: bool) -> None:
    body = as_bytes(custom(**KNOWN, context={"debug": debug, "name": "x" * 102_400}))

    assert collect.post(body)["statusCode"] == 413
    assert collect.post(gzip.compress(body))["statusCode"] == 413


def test_an_event_of_nobody_is_held_until_its_client_is_identified(collect: Collect) -> None:
    answer = collect.post(as_bytes(custom(**KNOWN, traits=ABSENT)))

    assert answer["statusCode"] == 200
    assert len(collect.held()) == 1
    assert collect.stored() == []

    collect.post(as_bytes(identify(**KNOWN)))

    assert collect.held() == []
    assert {event.event_type: event.identity for event in collect.stored()} == {
        "identify": "ana@example.org", "custom_some_event": "ana@example.org",
    }  # fmt: skip


def test_an_event_of_nobody_is_412_in_debug_mode(collect: Collect) -> None:
    answer = collect.post(as_bytes(custom(**KNOWN, traits=ABSENT, context={"debug": True})))

    assert (answer["statusCode"], _told(answer)["reasons"][0]["path"]) == (412, "/traits/email")
    assert collect.held() == []


def test_an_identify_fills_the_profile(collect: Collect) -> None:
    collect.post(as_bytes(identify(**KNOWN, timezone=-60, traits={"email": "Ana@Example.org", "age": 41})))

    contact = DynamoContacts(collect.stack.dynamodb, "Contacts").find(makers.PARTNER_ID, "ana@example.org")
    assert contact is not None
    assert {name: trait.value for name, trait in contact.traits.items()} == {
        "email": '"Ana@example.org"', "age": "41", "timezone_offset": "-60",
    }  # fmt: skip


def test_a_repeat_has_the_name_of_the_first(collect: Collect) -> None:
    for _ in range(2):
        collect.post(as_bytes(custom(**KNOWN)))

    assert len({event.event_id for event in collect.stored()}) == 1


def test_a_store_that_fails_is_503_and_asks_for_another_try(collect: Collect) -> None:
    collect.stack.dynamodb.delete_table(TableName="Events")

    answer = collect.post(as_bytes(custom(**KNOWN)))
    collect.stack.dynamodb.delete_table(TableName="Registry")
    stranger = collect.post(as_bytes(custom(partnerId="never seen")))

    for failed in (answer, stranger):
        assert failed["statusCode"] == 503
        assert int(failed["headers"]["retry-after"]) > 0
        assert _told(failed) == {"error": "Not available, try again"}


def test_a_partner_is_remembered_for_the_next_event(collect: Collect) -> None:
    collect.post(as_bytes(custom(**KNOWN)))
    collect.stack.dynamodb.delete_table(TableName="Registry")

    assert collect.post(as_bytes(custom(**KNOWN)))["statusCode"] == 200


def test_what_is_written_to_the_log_is_counts_and_nothing_personal(
    collect: Collect, capsys: pytest.CaptureFixture[str]
) -> None:
    collect.post(as_bytes(custom(**KNOWN)))
    collect.post(as_bytes(custom(**KNOWN, traits=ABSENT)))
    collect.post(as_bytes(custom(**KNOWN, clientId=ABSENT)))
    collect.post(as_bytes(custom(**KNOWN, clientId=ABSENT, context={"debug": True})))
    collect.post(as_bytes(custom()))
    collect.post(b"ana@example.org")
    collect.stack.dynamodb.delete_table(TableName="Events")
    collect.post(as_bytes(custom(**KNOWN)))
    app._service()[1].flush()  # noqa: SLF001 - what Lambda's next call would do

    written = capsys.readouterr().out
    lines = [json.loads(line) for line in written.splitlines()]
    counted = {"EventsStored": 1, "EventsHeld": 1, "EventsQuarantined": 1, "EventsRefused": 3, "EventsFailed": 1}
    assert {name: sum(line.get(name, 0) for line in lines) for name in counted} == counted
    assert [line["level"] for line in lines if "_aws" not in line] == ["ERROR"]
    for secret in (makers.SECRET, "SECRET", "ana@example.org", "client-1", "some_event"):
        assert secret not in written


@given(st.binary(max_size=100) | st.text(max_size=100))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_body_has_an_answer(collect: Collect, body: bytes | str) -> None:
    assert collect.post(body)["statusCode"] in {200, 400, 401}


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from([custom(**KNOWN), identify(**KNOWN)]),
    st.dictionaries(
        st.sampled_from([*custom(), "messageId", "timezone", "userId"]) | st.text(max_size=5), _VALUES, max_size=3
    ),
)
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_event_of_a_partner_is_stored_held_or_quarantined(
    collect: Collect, base: dict[str, Any], changes: dict[str, Any]
) -> None:
    answer = collect.post(as_bytes({**base, **changes, **KNOWN, "context": {}}))

    assert (answer["statusCode"], answer["body"]) == (200, "")
