"""What a lenient partner's event may be written like, and that nothing is lost in taking it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalbox.domain.errors import NotJson
from signalbox.domain.submissions import Submission
from signalbox.wire.coercions import coerced
from signalbox.wire.collect import parse
from signalbox.wire.json_body import read_object
from signalbox.wire.reasons import STRING, Fault
from tests.unit.wire.cases.coercions import REFUSED, TAKEN
from tests.unit.wire.payloads import ABSENT, as_bytes, custom

LINE = {"productId": "p", "variant": "v", "quantity": 1}


def body_with(path: str, text: str) -> bytes:
    """Put a value, given as JSON text, into a well-formed event."""
    body: Any = custom(event="add_to_cart", properties={**LINE, "cartItems": [dict(LINE)]})
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")[1:]]
    inner = body
    for step in way:
        inner = inner[step]
    inner[last] = "HERE"
    return as_bytes(body).replace(b'"HERE"', text.encode())


def leniently(submission: Submission) -> Submission:
    assert submission.draft is None
    assert submission.leniently is not None
    return submission.leniently()


@pytest.mark.parametrize(("path", "given", "taken"), TAKEN.values(), ids=TAKEN)
def test_what_a_coercion_loses_nothing_of_is_taken_for_what_is_expected(path: str, given: str, taken: str) -> None:
    strict = parse(body_with(path, given), {})

    again = leniently(strict)

    assert again.draft is not None
    assert again.reasons == ()
    as_expected = parse(body_with(path, taken), {})
    assert again.body == as_expected.body
    assert again.draft == as_expected.draft
    assert [reason.path for reason in strict.reasons] == [path]


@pytest.mark.parametrize(("path", "given"), REFUSED.values(), ids=REFUSED)
def test_what_would_be_a_guess_stays_refused(path: str, given: str) -> None:
    strict = parse(body_with(path, given), {})

    assert strict.draft is None
    assert strict.leniently is None or strict.leniently().draft is None


def test_an_event_that_is_well_formed_has_nothing_to_coerce() -> None:
    assert parse(as_bytes(custom()), {}).leniently is None


def test_an_event_with_other_faults_only_has_nothing_to_coerce() -> None:
    assert parse(as_bytes(custom(clientId=ABSENT, traits=[])), {}).leniently is None


def test_one_fault_that_cannot_be_mended_keeps_the_event_out() -> None:
    strict = parse(as_bytes(custom(clientId=3, sentAt=ABSENT)), {})

    again = leniently(strict)

    assert [(reason.path, reason.reason) for reason in again.reasons] == [("/sentAt", "required")]


def test_what_was_received_stays_as_it_was() -> None:
    body = {"traits": {"phone": 49}}

    mended = coerced(body, [Fault(("traits", "phone"), STRING, "expected a string")])

    assert mended == {"traits": {"phone": "49"}}
    assert body == {"traits": {"phone": 49}}


def test_a_name_that_was_coerced_is_the_events_name() -> None:
    strict = parse(as_bytes(custom(messageId=17)), {"idempotency-key": "other"})

    assert leniently(strict).event_id == "17"


def test_the_debug_mode_that_was_meant_is_on() -> None:
    strict = parse(as_bytes(custom(context={"debug": "true"})), {})

    assert (strict.debug, leniently(strict).debug) == (False, True)


def _meant(value: Any) -> Any:
    return read_object(f'{{"a":{value}}}'.encode())["a"] if isinstance(value, str) else value


_SCALARS = (
    st.integers().map(str)
    | st.decimals(allow_nan=False, allow_infinity=False).map(str)
    | st.from_regex(r"-?[0-9]{1,4}(\.[0-9]{1,4})?([eE]-?[0-9]{1,2})?", fullmatch=True)
    | st.sampled_from(["true", "false", "null"])
)


@given(
    st.sampled_from(["/clientId", "/sentAt", "/timezone", "/properties/price", "/context/debug"]),
    _SCALARS | _SCALARS.map(json.dumps) | st.text(max_size=5).map(json.dumps),
)
@settings(deadline=None, max_examples=500)
def test_a_coerced_value_is_the_same_value_written_otherwise(path: str, text: str) -> None:
    try:
        submission = parse(body_with(path, text), {})
    except NotJson:
        return
    if submission.draft is not None or submission.leniently is None:
        return

    again = submission.leniently()

    if again.draft is not None:
        given, taken = (read_object(body.encode()) for body in (submission.body, again.body))
        for step in path.split("/")[1:]:
            given, taken = given[step], taken[step]
        assert _meant(given) == _meant(taken)
