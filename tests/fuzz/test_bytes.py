"""Whatever is sent has an answer that is no 5xx, and what is answered 200 is stored, held or in quarantine."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.door import COLLECT, Answer, Door
from tests.fuzz.bodies import BATCHES, CALLS, EVENTS, HEADERS, RAW, encoded
from tests.fuzz.tally import ANSWERED
from tests.fuzz.tally import EVENTS as PLACES
from tests.unit import makers

CASES = settings().max_examples
DOOR = Door()
_WRITE_KEY = base64.b64encode(f"{makers.PARTNER_ID}.{makers.SECRET}:".encode()).decode()
SEGMENT_HEADERS = {"Authorization": f"Basic {_WRITE_KEY}"}

pytestmark = pytest.mark.disable_socket


def send(body: bytes, headers: dict[str, str], route: str, *, as_text: bool) -> Answer:
    """Send to empty stores, as text where the bytes are any."""
    DOOR.empty()
    passed: bytes | str = body
    if as_text:
        passed = body.decode("utf-8", "surrogateescape")
    answer = DOOR.send(passed, headers, route)
    ANSWERED[answer.status] += 1
    return answer


def assert_kept_as_answered(answer: Answer) -> None:
    kept = DOOR.kept()
    assert answer.status in {200, 400, 401, 412, 413}
    if answer.status == 200:
        assert answer.body == ""
        assert kept.stored + kept.held + kept.quarantined == 1
    else:
        assert (kept.stored, kept.held, kept.quarantined) == (0, 0, 0)
        assert answer.told()["error"]
    PLACES.update({"stored": kept.stored, "held": kept.held, "in quarantine": kept.quarantined})


def assert_each_kept_as_answered(answer: Answer) -> None:
    assert answer.status in {200, 400, 401, 413}
    if answer.status != 200:
        assert answer.told().keys() >= {"error", "code", "message"}
        return
    names_by_place = {
        "stored": {event.event_id for event in DOOR.events.stored.values()},
        "held": {held.event.event_id for held in DOOR.held_events.held.values()},
        "quarantined": {each.event_id for each in DOOR.quarantine.kept.values()},
    }
    results = answer.told()["results"]
    assert results
    for result in results:
        assert result["messageId"] in names_by_place[result["status"]]
    for place, names in names_by_place.items():
        assert names == {result["messageId"] for result in results if result["status"] == place}
        PLACES[place.replace("quarantined", "in quarantine")] += len(names)


@given(RAW, HEADERS, st.booleans())
@settings(max_examples=CASES * 10, deadline=None)
def test_bytes_that_are_nothing_in_particular(body: bytes, headers: dict[str, str], as_text: bool) -> None:  # noqa: FBT001 - hypothesis passes it so
    assert_kept_as_answered(send(body, headers, COLLECT, as_text=as_text))


@given(encoded(EVENTS), HEADERS, st.booleans())
@settings(max_examples=CASES * 20, deadline=None)
def test_events_more_or_less_bent(body: bytes, headers: dict[str, str], as_text: bool) -> None:  # noqa: FBT001 - hypothesis passes it so
    assert_kept_as_answered(send(body, headers, COLLECT, as_text=as_text))


@given(encoded(CALLS), HEADERS, st.sampled_from(["track", "identify", "page", "screen", "group", "alias"]))
@settings(max_examples=CASES * 5, deadline=None)
def test_calls_more_or_less_bent(body: bytes, headers: dict[str, str], route: str) -> None:
    assert_each_kept_as_answered(send(body, {**SEGMENT_HEADERS, **headers}, f"POST /v1/{route}", as_text=False))


@given(encoded(BATCHES), HEADERS)
@settings(max_examples=CASES * 5, deadline=None)
def test_batches_more_or_less_bent(body: bytes, headers: dict[str, str]) -> None:
    assert_each_kept_as_answered(send(body, {**SEGMENT_HEADERS, **headers}, "POST /v1/batch", as_text=False))
