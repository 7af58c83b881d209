"""One event in Segment's form: what is made of it, and what is refused with which reason."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from signalbox.domain.errors import Reason, TooLarge
from signalbox.domain.quarantine import Protocol
from signalbox.domain.submissions import EventDraft, Submission
from signalbox.wire.credentials import Credentials
from signalbox.wire.json_body import read_part
from signalbox.wire.segment_event import (
    HALF_CHARACTER,
    MAX_EVENT_BYTES,
    MAX_KEPT_BYTES,
    NO_OBJECT,
    NOBODY,
    TOO_LARGE,
    submission_of,
)
from tests.unit.wire.payloads import ABSENT

SENDER = Credentials("partner_1", "secret")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def track(**changes: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": "track",
        "event": "Song Played",
        "messageId": "m-1",
        "userId": "u-1",
        "anonymousId": "a-1",
        "properties": {"genre": "jazz"},
    }
    return {name: value for name, value in {**event, **changes}.items() if value is not ABSENT}


def read(event: Any) -> Submission:
    return submission_of(read_part(json.dumps(event)), SENDER)


def draft_of(event: Any) -> EventDraft:
    submission = read(event)
    assert submission.reasons == ()
    assert submission.draft is not None
    return submission.draft


def body_of(event: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(draft_of(event).body)
    return body


def test_a_track_is_a_custom_event_of_its_name() -> None:
    submission = read(track())
    draft = submission.draft

    assert draft is not None
    assert (submission.partner_id, submission.secret, submission.debug) == ("partner_1", "secret", False)
    assert submission.protocol is Protocol.SEGMENT
    assert (draft.event_type, draft.event_name, draft.event_id) == ("custom_Song Played", "Song Played", "m-1")
    assert (draft.client_id, draft.other_client_id, draft.user_id) == ("u-1", "a-1", "u-1")
    assert draft.requires_identity
    assert draft.traits == {}


def test_what_is_stored_is_laid_out_as_ours_and_leaves_nothing_out() -> None:
    event = track(context={"ip": "1.2.3.4", "traits": {"plan": "gold"}}, integrations={"All": True}, mine=[1])

    assert body_of(event) == {
        **event,
        "clientId": "u-1",
        "event": "custom",
        "properties": {"eventName": "Song Played", "properties": {"genre": "jazz"}},
        "traits": {"plan": "gold"},
        "original": {"event": "Song Played"},
    }


def test_what_our_layout_writes_over_is_kept_as_the_original() -> None:
    body = body_of(track(type="page", event="odd", clientId="c", original="o"))

    assert body["original"] == {"type": "page", "event": "odd", "clientId": "c", "original": "o"}


def test_numbers_stay_exact() -> None:
    submission = submission_of(
        read_part('{"type":"track","event":"e","userId":"u","properties":{"n":0.10,"i":12345678901234567890}}'), SENDER
    )

    assert submission.draft is not None
    assert '{"n":0.10,"i":12345678901234567890}' in submission.draft.body


def test_the_name_of_a_custom_event_may_be_long() -> None:
    assert draft_of(track(event="x" * 300)).event_type == "custom_" + "x" * 300


@pytest.mark.parametrize(
    ("ids", "client_ids", "user_id"),
    [
        ({"userId": "u", "anonymousId": "a"}, ("u", "a"), "u"),
        ({"userId": "u", "anonymousId": None}, ("u",), "u"),
        ({"userId": ABSENT, "anonymousId": "a"}, ("a",), None),
        ({"userId": "", "anonymousId": "a"}, ("a",), None),
        ({"userId": "same", "anonymousId": "same"}, ("same",), "same"),
        ({"userId": 1234, "anonymousId": 0}, ("1234", "0"), "1234"),
        ({"userId": "x" * 255, "anonymousId": ABSENT}, ("x" * 255,), "x" * 255),
        ({"userId": None, "anonymousId": None, "context": {"traits": {"email": "a@x.org"}}}, ("a@x.org",), None),
        ({"type": "alias", "userId": ABSENT, "anonymousId": ABSENT, "previousId": "p"}, ("p",), None),
    ],
)
def test_the_client_goes_by_the_persons_key_first_and_the_device_next(
    ids: dict[str, Any], client_ids: tuple[str, ...], user_id: str | None
) -> None:
    draft = draft_of(track(**ids))

    assert (draft.client_ids, draft.user_id) == (client_ids, user_id)
    assert body_of(track(**ids))["clientId"] == client_ids[0]


@pytest.mark.parametrize(
    ("changes", "email"),
    [
        ({}, None),
        ({"context": {"traits": {"email": " Ana@EXAMPLE.org "}}}, "Ana@example.org"),
        ({"traits": {"email": "ana@example.org"}, "context": {"traits": {"email": "b@x.org"}}}, "ana@example.org"),
        ({"traits": {"email": ""}, "context": {"traits": {"email": None}}, "userId": "a@X.org"}, "a@x.org"),
        ({"userId": "someone@nowhere"}, None),
        ({"event": "Signed Up", "properties": {"email": "Ana@Example.org"}}, "Ana@example.org"),
        ({"event": "Song Played", "properties": {"email": "ana@example.org"}}, None),
        ({"type": "group", "traits": {"email": "sales@example.org"}}, None),
        ({"type": "group", "traits": {"email": "none"}, "context": {"traits": {"email": "b@x.org"}}}, "b@x.org"),
    ],
)  # fmt: skip
def test_the_persons_address_is_found_where_sdks_put_it(changes: dict[str, Any], email: str | None) -> None:
    assert draft_of(track(**changes)).email == email


def test_an_identify_gives_the_person_traits_from_both_places() -> None:
    event = {
        "type": "identify",
        "userId": "u-1",
        "traits": {"email": "Ana@Example.org", "age": 41},
        "context": {"traits": {"age": 40, "plan": "gold"}},
    }

    draft = draft_of(event)

    assert (draft.event_type, draft.event_name, draft.email) == ("identify", "identify", "Ana@example.org")
    assert draft.traits == {"age": "41", "plan": '"gold"', "email": '"Ana@example.org"', "userId": '"u-1"'}
    assert json.loads(draft.body)["traits"] == {"age": 41, "plan": "gold", "email": "Ana@Example.org"}


def test_an_identify_without_an_address_is_a_draft_of_nobody_yet() -> None:
    draft = draft_of({"type": "identify", "anonymousId": "a-1", "traits": {"plan": "gold"}})

    assert (draft.event_type, draft.email, draft.traits) == ("identify", None, {"plan": '"gold"'})


def test_a_groups_traits_are_no_persons() -> None:
    body = body_of(track(type="group", event=ABSENT, groupId="g", properties=ABSENT, traits={"name": "Shop"}))

    assert body["traits"] == {}
    assert body["properties"]["properties"] == {"groupId": "g", "traits": {"name": "Shop"}}


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T12:00:00.000Z", NOON),
        ("2026-03-01T13:00:00+01:00", NOON),
        ("2026-03-01T12:00:00", NOON),
        ("2026-03-01T12:00:00.123456+00:00", NOON.replace(microsecond=123000)),
        ("2026-03-01T12:00:00.123456789Z", NOON.replace(microsecond=123000)),
        ("2026-03-01 12:00:00", NOON),
        ("20260301T120000Z", NOON),
        ("2026-03-01", NOON.replace(hour=0)),
        (None, None),
    ],
)
def test_dates_are_read_in_the_forms_that_sdks_send(written: str | None, instant: datetime | None) -> None:
    draft = draft_of(track(timestamp=written, sentAt=written))

    assert (draft.happened_at, draft.sent_at) == (instant, instant)


def test_a_date_without_a_zone_is_utc_wherever_this_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        draft = draft_of(track(timestamp="2026-03-01T12:00:00"))
    time.tzset()

    assert draft.happened_at == NOON


def test_what_rudderstack_calls_the_original_timestamp_will_do() -> None:
    assert draft_of(track(originalTimestamp="2026-03-01T12:00:00Z")).happened_at == NOON


@pytest.mark.parametrize(
    "written", ["yesterday", "", 1772366400, "0001-01-01T00:00:00Z", "2200-01-01", "1899-12-31", {}]
)
def test_a_date_that_is_none_is_a_reason(written: object) -> None:
    (reason,) = read(track(timestamp=written)).reasons

    assert reason.path == "/timestamp"
    assert reason.reason == "expected a date as ISO 8601 writes it, of the years 1900 to 2199"


@pytest.mark.parametrize(
    ("event", "path", "reason"),
    [
        (track(event=ABSENT), "/event", "required"),
        (track(event=""), "/event", "expected at least 1 character"),
        (track(event=5), "/event", "expected a string"),
        (track(type="screenshot"), "/type", "expected 'track', 'identify', 'page', 'screen', 'group' or 'alias'"),
        (track(type=ABSENT), "/type", "required"),
        (track(type=["track"]), "/type", "expected 'track', 'identify', 'page', 'screen', 'group' or 'alias'"),
        (track(userId="x" * 256), "/userId", "expected at most 255 characters"),
        (track(userId=True), "/userId", "expected a string"),
        (track(properties=[]), "/properties", "expected an object"),
        (track(traits="x"), "/traits", "expected an object"),
        (track(context={"traits": 1}), "/context/traits", "expected an object"),
        (track(traits={"email": "nobody"}), "/traits/email", "expected an e-mail address"),
        (track(context={"traits": {"email": 5}}), "/context/traits/email", "expected a string"),
        (track(userId=ABSENT, anonymousId=None), NOBODY.path, NOBODY.reason),
        (track(properties={"n": float("nan")}), "/properties/n", None),
        (track(properties={"n": 10**40 + 1}), "/properties/n", None),
        ("track", NO_OBJECT.path, NO_OBJECT.reason),
        (None, NO_OBJECT.path, NO_OBJECT.reason),
        (track(event="\ud83d"), HALF_CHARACTER.path, HALF_CHARACTER.reason),
    ],
)
def test_what_is_wrong_is_named_by_its_path(event: Any, path: str, reason: str | None) -> None:
    submission = read(event)

    assert submission.draft is None
    (told,) = submission.reasons
    assert told.path == path
    assert reason in {None, told.reason}


def test_nesting_beyond_what_the_store_takes_is_a_reason() -> None:
    deep: dict[str, Any] = {}
    for _ in range(40):
        deep = {"a": deep}

    assert [told.reason for told in read(track(properties=deep)).reasons] == ["expected at most 32 levels of nesting"]


def test_an_event_may_have_32_kilobytes_and_no_more() -> None:
    spare = MAX_EVENT_BYTES - len(json.dumps(track(properties={"x": ""}), separators=(",", ":")))

    fits, exceeds = (read(track(properties={"x": "y" * length})) for length in (spare, spare + 1))

    assert fits.draft is not None
    assert (exceeds.draft, exceeds.reasons) == (None, (TOO_LARGE,))
    assert exceeds.event_id == "m-1"


def test_an_event_that_quarantine_could_not_hold_is_refused() -> None:
    with pytest.raises(TooLarge):
        read(track(properties={"x": "y" * MAX_KEPT_BYTES}))


@pytest.mark.parametrize("event", [track(event="\ud83d"), track(messageId="\ud83d"), track(**{"\ud83d": 5}), "\ud83d"])
def test_half_a_character_is_kept_as_its_escape_so_that_the_store_can_hold_it(event: Any) -> None:
    submission = read(event)

    submission.body.encode()
    submission.event_id.encode()
    assert json.loads(submission.body) == event
    assert submission.reasons == (HALF_CHARACTER,)


@pytest.mark.parametrize("event", [track(event=5), "track", None, track(properties={"n": float("inf")})])
def test_a_kept_event_says_the_same_when_it_is_read_again(event: Any) -> None:
    first = read(event)

    again = submission_of(read_part(first.body), Credentials("partner_1"))

    assert (again.reasons, again.event_id, again.body) == (first.reasons, first.event_id, first.body)


@pytest.mark.parametrize("name", [None, ABSENT, "", 5, "x" * 101, "a\nb"])
def test_an_event_without_a_usable_name_is_named_by_its_content(name: object) -> None:
    named = [read(track(messageId=name, sentAt=sent_at)).event_id for sent_at in ("2026-03-01", "2026-03-02")]
    other = read(track(messageId=name, event="Other")).event_id

    assert named[0] == named[1] != other
    assert named[0].startswith("content:")


def test_reasons_are_told_together_up_to_a_limit() -> None:
    many = {f"n{index}": 10**40 + 1 for index in range(50)}

    reasons = read(track(event=5, properties=many)).reasons

    assert len(reasons) == 20
    assert Reason("/event", "expected a string") in read(track(event=5, userId=True)).reasons
