"""Requests to the Segment-compatible routes: the events in them, their limits, and the answer for each."""

import base64
import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.errors import NotJson, Reason, TooLarge
from signalbox.domain.submissions import Acceptance
from signalbox.wire.segment import MAX_BATCH_BYTES, MAX_BATCH_EVENTS, ROUTES, answer_of, parse_batch, read_again
from signalbox.wire.segment_event import MAX_EVENT_BYTES, TOO_LARGE
from tests.unit import makers

KEY = {"authorization": "Basic " + base64.b64encode(b"partner_1.secret:").decode()}
SONG = {"type": "track", "event": "Song Played", "userId": "u-1", "messageId": "m-1"}


def as_batch(*events: Any, **more: Any) -> bytes:
    return json.dumps({"batch": events, **more}).encode()


def test_the_events_of_a_batch_come_in_their_order_with_its_credentials() -> None:
    events = [{**SONG, "messageId": f"m-{index}"} for index in range(3)]

    submissions = parse_batch(as_batch(*events), KEY, "batch")

    assert [each.event_id for each in submissions] == ["m-0", "m-1", "m-2"]
    assert {(each.partner_id, each.secret, each.debug) for each in submissions} == {("partner_1", "secret", False)}


@pytest.mark.parametrize("route", [route for route in ROUTES if route != "batch"])
def test_a_route_of_its_own_names_the_call_whatever_the_body_says(route: str) -> None:
    body = {**SONG, "type": "other", "traits": {"email": "ana@example.org"}, "writeKey": "partner_1.secret"}

    (submission,) = parse_batch(json.dumps(body).encode(), {}, route)

    assert submission.draft is not None
    assert (submission.partner_id, submission.secret) == ("partner_1", "secret")
    assert json.loads(submission.body)["type"] == route
    assert submission.draft.event_type == {
        "track": "custom_Song Played", "identify": "identify", "page": "page_view", "screen": "page_view",
        "group": "custom_group", "alias": "custom_alias",
    }[route]  # fmt: skip


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}, {"content-encoding": "gzip"}])
def test_gzip_is_told_by_the_bytes_and_the_content_type_is_no_gate(pack: Any, headers: dict[str, str]) -> None:
    (submission,) = parse_batch(pack(as_batch(SONG)), KEY | headers, "batch")

    assert submission.draft is not None


def test_the_secret_is_in_nothing_that_is_kept() -> None:
    body = as_batch(
        {**SONG, "writeKey": "partner_1.secret"}, {"event": 5, "writeKey": "partner_1.secret"}, writeKey="p.s"
    )

    for submission in parse_batch(body, KEY, "batch"):
        assert "secret" not in submission.body + (submission.draft.body if submission.draft else "")


def test_what_a_batch_says_for_all_is_said_of_each_unless_the_event_says_otherwise() -> None:
    shared = {
        "context": {"app": "shop", "locale": "en"},
        "integrations": {"All": False},
        "sentAt": "2026-03-01T12:00:00Z",
    }
    events = [{**SONG, "context": None}, {**SONG, "context": {"locale": "nl"}, "sentAt": "2026-03-02T12:00:00Z"}]

    first, second = (json.loads(each.body) for each in parse_batch(as_batch(*events, **shared), KEY, "batch"))

    assert first == {**SONG, **shared}
    assert second == {**SONG, **shared, "context": {"app": "shop", "locale": "nl"}, "sentAt": "2026-03-02T12:00:00Z"}


def test_the_time_of_a_flush_is_no_events_time() -> None:
    (submission,) = parse_batch(as_batch(SONG, timestamp="2026-03-01T12:00:00Z"), KEY, "batch")

    assert submission.draft is not None
    assert submission.draft.happened_at is None


def test_a_bad_event_leaves_its_neighbours_alone() -> None:
    bad: list[Any] = [5, {"type": "track"}, {**SONG, "event": "\ud83d"}, {**SONG, "properties": {"n": float("nan")}}]
    deep: Any = "x"
    for _ in range(200):
        deep = [deep]

    submissions = parse_batch(as_batch(*bad, {**SONG, "properties": {"deep": deep}}, SONG), KEY, "batch")

    assert [each.draft is None for each in submissions] == [True] * 5 + [False]
    assert all(each.reasons for each in submissions[:5])


@pytest.mark.parametrize("batch", [None, [], {}, "x", 5])
def test_a_batch_is_an_array_of_at_least_one_event(batch: Any) -> None:
    with pytest.raises(NotJson) as refusal:
        parse_batch(json.dumps({"batch": batch}).encode(), KEY, "batch")

    assert refusal.value.reasons == (Reason("/batch", "expected an array of at least one event"),)


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b"5", b"\xff", b'{"a":1,"a":2}', b"\x1f\x8bno gzip", b'{"batch":[']
)
def test_what_is_no_json_object_is_refused_whole(body: bytes) -> None:
    with pytest.raises(NotJson):
        parse_batch(body, KEY, "batch")


@pytest.mark.parametrize("depth", [500, 2_000, 9_900, 9_990, 9_995, 9_998, 30_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":[', b"]}")])
def test_nesting_is_a_reason_and_beyond_what_python_bears_the_request_is_refused(
    opening: bytes, closing: bytes, depth: int
) -> None:
    event = b'{"type":"track","event":"e","userId":"u","x":' + opening * depth + closing * depth + b"}"

    try:
        (submission,) = parse_batch(b'{"batch":[' + event + b"]}", KEY, "batch")
        reasons = submission.reasons
    except (NotJson, TooLarge) as refused:
        reasons = refused.reasons if isinstance(refused, NotJson) else (Reason("", "nesting"),)

    assert "nesting" in reasons[0].reason


def test_a_batch_may_hold_2500_events_and_no_more() -> None:
    event = {"type": "track", "event": "e", "userId": "u"}

    assert len(parse_batch(as_batch(*[event] * MAX_BATCH_EVENTS), KEY, "batch")) == MAX_BATCH_EVENTS
    with pytest.raises(TooLarge):
        parse_batch(as_batch(*[event] * (MAX_BATCH_EVENTS + 1)), KEY, "batch")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_batch_may_have_500_kilobytes_when_inflated_and_no_more(pack: Any) -> None:
    body = as_batch(SONG)
    fits, exceeds = body.ljust(MAX_BATCH_BYTES), body.ljust(MAX_BATCH_BYTES + 1)

    assert len(parse_batch(pack(fits), KEY, "batch")) == 1
    with pytest.raises(TooLarge):
        parse_batch(pack(exceeds), KEY, "batch")


def test_what_is_said_for_all_counts_for_each() -> None:
    event = {"type": "track", "event": "e", "userId": "u"}

    with pytest.raises(TooLarge):
        parse_batch(as_batch(*[event] * 100, context={"x": "y" * 6_000}), KEY, "batch")


def test_an_event_that_is_too_large_is_refused_alone_in_a_batch_and_at_the_door_by_itself() -> None:
    large = {**SONG, "properties": {"x": "y" * MAX_EVENT_BYTES}}

    first, second = parse_batch(as_batch(large, SONG), KEY, "batch")

    assert (first.draft, first.reasons) == (None, (TOO_LARGE,))
    assert second.draft is not None
    with pytest.raises(TooLarge):
        parse_batch(json.dumps(large).encode(), KEY, "track")


def test_the_answer_tells_of_each_event_in_its_order() -> None:
    bad = makers.submission(event_id="m-3", draft=None, reasons=(Reason("/event", "required"),))
    submissions = [makers.submission(event_id="m-1"), makers.submission(event_id="m-2"), bad]

    answer = answer_of(submissions, [Acceptance.STORED, Acceptance.HELD, Acceptance.QUARANTINED])

    assert answer == {
        "success": True,
        "results": [
            {"messageId": "m-1", "status": "stored"},
            {"messageId": "m-2", "status": "held"},
            {
                "messageId": "m-3",
                "status": "quarantined",
                "reasons": [{"path": "/event", "reason": "required"}],
            },
        ],
    }


def test_an_event_out_of_quarantine_is_read_by_the_same_rules_without_a_sender() -> None:
    (first,) = parse_batch(json.dumps({**SONG, "timestamp": "soon"}).encode(), KEY, "track")

    again = read_again(first.body.replace('"soon"', '"2026-03-01"'), "partner_1")

    assert first.draft is None
    assert (again.partner_id, again.secret, again.event_id) == ("partner_1", "", "m-1")
    assert again.draft is not None


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_MEMBERS = st.sampled_from(
    ["type", "event", "userId", "anonymousId", "traits", "context", "properties", "timestamp", "sentAt", "messageId"]
)
_KINDS = st.sampled_from(["track", "identify", "page", "screen", "group", "alias"])
_EVENTS = st.builds(
    lambda kind, rest: {**SONG, "type": kind, **rest}, _KINDS, st.dictionaries(_MEMBERS, _VALUES, max_size=3)
)


@given(st.lists(_EVENTS | _VALUES, min_size=1, max_size=3))
def test_any_event_is_a_draft_or_has_reasons_and_can_be_stored(events: list[Any]) -> None:
    for submission in parse_batch(as_batch(*events), KEY, "batch"):
        assert (submission.draft is None) == bool(submission.reasons)
        kept = submission.draft.body if submission.draft else submission.body
        assert f"{kept}{submission.event_id}{submission.reasons}".encode()
        again = read_again(submission.body, "partner_1")
        assert (again.event_id, again.body) == (submission.event_id, submission.body)


@given(st.binary(max_size=200), st.sampled_from(ROUTES))
def test_any_bytes_are_events_or_refused(body: bytes, route: str) -> None:
    try:
        submissions = parse_batch(body, {}, route)
    except (NotJson, TooLarge):
        return
    assert submissions
