"""What partners send and what becomes of it (spec: collect-api, sections 1 to 6)."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalbox.domain.errors import Invalid
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.submissions import EventDraft
from signalbox.wire.collect import parse, read_again
from tests.unit import makers
from tests.unit.wire.cases.envelope import ACCEPTED, LONG, REFUSED
from tests.unit.wire.payloads import ABSENT, GUIDE, as_bytes, custom, identify


def draft_of(body: dict[str, Any], headers: dict[str, str] | None = None) -> EventDraft:
    submission = parse(as_bytes(body), headers or {})
    assert submission.reasons == ()
    assert submission.draft is not None
    return submission.draft


def reasons_of(body: dict[str, Any], headers: dict[str, str] | None = None) -> list[tuple[str, str]]:
    submission = parse(as_bytes(body), headers or {})
    assert submission.draft is None
    return [(reason.path, reason.reason) for reason in submission.reasons]


def test_the_guides_own_example_is_understood_whole() -> None:
    submission = parse(GUIDE, {"content-type": "application/json"})

    assert (submission.partner_id, submission.secret, submission.debug) == ("PARTNER", "SECRET", True)
    assert submission.draft == EventDraft(
        event_type="custom_some_event",
        event_name="some_event",
        event_id=submission.event_id,
        client_id="92adbc3c-c22b-49bf-a9ae-11d9e8b3e6b4",
        user_id="97980cfea0067",
        email="ana@example.org",
        requires_identity=True,
        sent_at=datetime(2018, 4, 26, 21, 4, 51, 259000, tzinfo=UTC),
        happened_at=None,
        traits={},
        body=submission.body,
    )
    received = json.loads(GUIDE)
    del received["partnerSecret"]
    assert list(json.loads(submission.body).items()) == list(received.items())


def test_an_identify_gives_each_trait_as_json_text() -> None:
    body = identify(
        userId=ABSENT,
        timezone=-120,
        traits={
            "email": " Ana@EXAMPLE.org ",
            "userId": "u",
            "age": 41,
            "score": 1.5,
            "name": None,
            "properties": {"a": [1]},
        },
    )

    draft = draft_of(body)

    assert (draft.event_type, draft.event_name, draft.user_id, draft.email) == (
        "identify",
        "identify",
        "u",
        "Ana@example.org",
    )
    assert draft.traits == {
        "email": '"Ana@example.org"',
        "userId": '"u"',
        "age": "41",
        "score": "1.5",
        "name": "null",
        "properties": '{"a":[1]}',
        "timezone_offset": "-120",
    }


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_a_well_formed_event_is_taken(body: dict[str, Any]) -> None:
    draft_of(body)


@pytest.mark.parametrize(("body", "reasons"), REFUSED.values(), ids=REFUSED)
def test_a_fault_is_named_by_its_path_and_what_was_expected(
    body: dict[str, Any], reasons: list[tuple[str, str]]
) -> None:
    assert sorted(reasons_of(body)) == sorted(reasons)


@pytest.mark.parametrize("body", [case[0] for case in REFUSED.values()], ids=REFUSED)
def test_what_is_refused_is_kept_whole_but_for_the_secret(body: dict[str, Any]) -> None:
    submission = parse(as_bytes(body), {})

    assert json.loads(submission.body) == {name: value for name, value in body.items() if name != "partnerSecret"}


def test_a_reason_holds_no_value() -> None:
    secret = "a-value-nobody-may-see"
    body = custom(
        clientId=secret * 5, sentAt=secret, type="track", event=secret, traits={"email": secret}, partnerSecret=secret
    )

    submission = parse(as_bytes(body), {})

    assert len(submission.reasons) == 4
    assert secret not in repr(submission.reasons)


def test_a_body_of_a_thousand_faults_gets_a_few_reasons() -> None:
    numbers = {str(number): 10**40 + 1 for number in range(1_000)}
    body = custom(clientId=ABSENT, properties={"eventName": "e", "properties": numbers})

    assert len(reasons_of(body)) == 20


def test_only_the_senders_secret_is_taken_out() -> None:
    body = custom(properties={"eventName": "e", "properties": {"partnerSecret": "theirs"}})

    submission = parse(as_bytes(body), {})

    assert "SECRET" not in submission.body
    assert json.loads(submission.body)["properties"]["properties"] == {"partnerSecret": "theirs"}


@pytest.mark.parametrize(
    ("debug", "expected"), [(True, True), (False, False), ("true", False), (1, False), (None, False)]
)
def test_debug_is_on_for_true_alone(debug: Any, *, expected: bool) -> None:
    assert parse(as_bytes(custom(context={"debug": debug})), {}).debug is expected


@pytest.mark.parametrize("context", [ABSENT, None, [], "debug"])
def test_debug_is_off_where_context_is_no_object(context: Any) -> None:
    assert parse(as_bytes(custom(context=context)), {}).debug is False


@pytest.mark.parametrize(
    ("context", "normalised"),
    [
        ({"page": {"url": "u"}, "device": {"type": "t"}}, {"page": {"url": "u"}, "device": {"type": "t"}}),
        ({"page.url": "u", "device.type": "t"}, {"page": {"url": "u"}, "device": {"type": "t"}}),
        ({"url": "u", "type": "t"}, {"page": {"url": "u"}, "device": {"type": "t"}}),
        ({"url": "u", "page": {"title": "x"}}, {"page": {"title": "x", "url": "u"}}),
        ({"url": "u", "page": None}, {"page": {"url": "u"}}),
        ({"url": "bare", "page.url": "dotted"}, {"url": "bare", "page": {"url": "dotted"}}),
        ({"url": "bare", "page": {"url": "nested"}}, {"url": "bare", "page": {"url": "nested"}}),
        ({"url": None}, {"url": None}),
    ],
)
def test_published_forms_of_context_become_nested(context: dict[str, Any], normalised: dict[str, Any]) -> None:
    body = custom(context=context)

    draft = draft_of(body)

    del body["partnerSecret"]
    assert json.loads(draft.body) == {**body, "context": normalised}


@pytest.mark.parametrize(
    ("given", "required"),
    [
        ({}, True),
        ({"requiresIdentity": None}, True),
        ({"requiresIdentity": True}, True),
        ({"requiresIdentity": False}, False),
    ],
)
def test_identity_is_required_unless_a_custom_event_says_no(given: dict[str, Any], *, required: bool) -> None:
    assert draft_of(custom(properties={"eventName": "e", **given})).requires_identity is required


def test_a_user_id_is_taken_from_the_top_before_the_traits() -> None:
    assert draft_of(custom(userId="top", traits={"userId": "inner"})).user_id == "top"
    assert draft_of(custom(traits={"userId": "inner"})).user_id == "inner"


def test_numbers_in_a_stored_body_keep_their_digits() -> None:
    text = (
        '{"eventName":"e","properties":{"price":19.90,"big":9007199254740993,"exact":0.12345678901234567890123456789}}'
    )
    body = as_bytes(custom()).replace(b'{"eventName": "some_event"}', text.encode())

    submission = parse(body, {})

    assert text in submission.body
    assert submission.draft is not None


def test_a_repeat_of_the_same_content_has_the_same_name() -> None:
    names = {
        parse(body, {}).event_id
        for body in (
            as_bytes(custom()),
            as_bytes(custom(partnerSecret="another one")),
            as_bytes(dict(reversed(custom().items()))),
            json.dumps(custom(), indent=4).encode(),
            gzip.compress(as_bytes(custom())),
        )
    }

    assert len(names) == 1
    assert names.pop().startswith("content:")


def test_other_content_has_another_name() -> None:
    assert parse(as_bytes(custom()), {}).event_id != parse(as_bytes(custom(sentAt=1)), {}).event_id


@pytest.mark.parametrize(
    ("message_id", "key", "name"),
    [
        ("mine", None, "mine"),
        ("mine", "theirs", "mine"),
        (ABSENT, "theirs", "theirs"),
        (None, "theirs", "theirs"),
        ("mine", LONG, "mine"),
    ],
)
def test_a_sender_may_name_its_event(message_id: Any, key: str | None, name: str) -> None:
    headers = {"idempotency-key": key} if key else {}

    assert draft_of(custom(messageId=message_id), headers).event_id == name


@pytest.mark.parametrize("key", ["", LONG, "é", "a\tb", "\ud800"])
def test_an_idempotency_key_that_cannot_name_an_event_is_a_fault(key: str) -> None:
    reasons = reasons_of(custom(), {"idempotency-key": key})

    assert reasons == [("", "expected an Idempotency-Key header of 1 to 100 printable ASCII characters")]


def test_an_event_that_is_refused_has_a_name_all_the_same() -> None:
    submission = parse(as_bytes(custom(clientId=ABSENT, messageId=LONG)), {"idempotency-key": LONG})

    assert submission.event_id.startswith("content:")


def quarantined(body: dict[str, Any], headers: dict[str, str] | None = None) -> QuarantinedEvent:
    submission = parse(as_bytes(body), headers or {})
    return QuarantinedEvent("PARTNER", submission.event_id, makers.NOON, submission.reasons, submission.body)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (custom(), {}),
        (custom(properties={"eventName": "e", "properties": {"price": 1e5, "digits": 10**30}}), {}),
        (custom(messageId="mine"), {}),
        (custom(messageId="mine"), {"idempotency-key": "theirs"}),
        (custom(), {"idempotency-key": "theirs"}),
        (custom(clientId=ABSENT), {"idempotency-key": "theirs"}),
    ],
)
def test_an_event_that_is_read_again_keeps_its_name(body: dict[str, Any], headers: dict[str, str]) -> None:
    first = parse(as_bytes(body), headers)

    again = read_again(quarantined(body, headers))

    assert (again.partner_id, again.event_id, again.reasons) == ("PARTNER", first.event_id, first.reasons)
    assert again.draft == first.draft


def test_an_event_that_is_read_again_leniently_has_the_name_of_a_lenient_retry() -> None:
    body = custom(clientId=7)
    again, retry = read_again(quarantined(body)).leniently, parse(as_bytes(body), {}).leniently
    assert again is not None
    assert retry is not None

    assert again().event_id == retry().event_id


def test_an_event_is_read_again_however_much_longer_its_numbers_are_written() -> None:
    body = custom(properties={"eventName": "e", "properties": {"many": ["HERE"]}})
    sent = as_bytes(body).replace(b'"HERE"', b",".join([b"1e5"] * 25_000))
    first = parse(sent, {})
    kept = QuarantinedEvent("PARTNER", first.event_id, makers.NOON, (), first.body)

    again = read_again(kept)

    assert len(first.body) > 102_400
    assert again.draft == first.draft


def test_credentials_may_come_in_a_header() -> None:
    submission = parse(
        as_bytes(custom(partnerId=ABSENT, partnerSecret=ABSENT)), {"authorization": "Bearer PARTNER:SECRET"}
    )

    assert (submission.partner_id, submission.secret) == ("PARTNER", "SECRET")
    assert submission.draft is not None


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_MEMBERS = [*custom(), *identify(), "messageId", "timezone", "ipAddress", "partnerSecret"]
_EVENTS = st.builds(
    lambda base, changes: {**base, **changes},
    st.sampled_from([custom(), identify(), {}]),
    st.dictionaries(st.sampled_from(_MEMBERS) | st.text(max_size=5), _VALUES, max_size=4),
)


@given(
    _EVENTS | st.dictionaries(st.text(max_size=5), _VALUES),
    st.dictionaries(st.sampled_from(["authorization", "idempotency-key"]), st.text()),
)
@settings(deadline=None, max_examples=300)
def test_any_object_becomes_an_event_or_reasons(body: dict[str, Any], headers: dict[str, str]) -> None:
    submission = parse(as_bytes(body), headers)

    assert (submission.draft is None) == bool(submission.reasons)
    assert "partnerSecret" not in json.loads(submission.body)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_become_a_submission_or_invalid(body: bytes) -> None:
    try:
        submission = parse(body, {})
    except Invalid:
        return

    assert submission.reasons
