"""Bytes in, exact values out; whatever comes is a value, NotJson or TooLarge."""

import gzip
import json
import tracemalloc
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalbox.domain.errors import NotJson, Reason, TooLarge
from signalbox.wire.json_body import (
    MAX_BODY_BYTES,
    MAX_NESTING,
    UNSTORABLE,
    canonical,
    read_object,
    to_text,
    unstorable_numbers,
)

NOT_JSON = {
    "nothing": (b"", "expected JSON, which it stops being at character 0"),
    "no object": (b"[]", "expected a JSON object"),
    "a bare number": (b"1", "expected a JSON object"),
    "null": (b"null", "expected a JSON object"),
    "an open object": (b'{"a":1', "expected JSON, which it stops being at character 6"),
    "two objects": (b"{} {}", "expected JSON, which it stops being at character 3"),
    "Latin-1": ('{"a":"é"}'.encode("latin-1"), "expected UTF-8"),
    "UTF-16": ('{"a":1}'.encode("utf-16"), "expected UTF-8"),
    "half a pair in a value": (rb'{"a":"\ud800"}', "expected whole characters, not half of a surrogate pair"),
    "half a pair in a name": (rb'{"\udfff":1}', "expected whole characters, not half of a surrogate pair"),
    "half a pair as bytes": (b'{"a":"\xed\xa0\x80"}', "expected UTF-8"),
    "NaN": (b'{"a":NaN}', "expected JSON, which has no NaN"),
    "Infinity": (b'{"a":[Infinity]}', "expected JSON, which has no Infinity"),
    "-Infinity": (b'{"a":-Infinity}', "expected JSON, which has no -Infinity"),
    "a name twice": (b'{"a":1,"a":1}', "expected each member name once in an object"),
    "a name twice inside": (b'{"a":{"b":1,"b":2}}', "expected each member name once in an object"),
    "a control character": (b'{"a":"\n"}', "expected JSON, which it stops being at character 6"),
    "a leading zero": (b'{"a":01}', "expected JSON, which it stops being at character 6"),
    "broken gzip": (b"\x1f\x8bnot gzip", "expected an intact gzip stream"),
    "half a gzip stream": (gzip.compress(b'{"a":1}')[:-9], "expected exactly one whole gzip stream"),
    "something after gzip": (gzip.compress(b"{}") + b"{}", "expected exactly one whole gzip stream"),
    "arrays without end": (b'{"a":' + b"[" * 100_000, f"expected at most {MAX_NESTING} levels of nesting"),
    "objects without end": (b'{"a":' * 20_000, f"expected at most {MAX_NESTING} levels of nesting"),
}


@pytest.mark.parametrize(("body", "reason"), NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_no_json_object_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NotJson) as refused:
        read_object(body)

    assert refused.value.reasons == (Reason("", reason),)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_object(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


def test_a_whole_surrogate_pair_is_one_character() -> None:
    assert read_object(rb'{"a":"\ud83d\ude00"}') == {"a": "😀"}


@pytest.mark.parametrize(
    "number",
    [
        "9223372036854775807",
        "-9223372036854775808",
        "1.10",
        "0.1",
        "-0.0",
        "1E+5",
        "12345678901234567890123456789012345678",
    ],
)
def test_a_number_survives_to_its_last_digit(number: str) -> None:
    text = f'{{"a":{number}}}'

    assert to_text(read_object(text.encode())) == text
    assert unstorable_numbers(read_object(text.encode())) == []


@pytest.mark.parametrize(
    "number",
    [
        "1" * 39,
        "-" + "9" * 50_000,
        "1." + "3" * 38,
        "1E+126",
        "1E-131",
        "1e999999999999999999999",
        "-1E+99999999999999999999",
    ],
)
def test_a_number_the_store_cannot_hold_is_named_and_kept_as_it_is(number: str) -> None:
    text = f'{{"a":{{"b/c":[0,{number}]}}}}'

    body = read_object(text.encode())

    assert unstorable_numbers(body) == [Reason("/a/b~1c/1", UNSTORABLE)]
    assert to_text(body) == text


@pytest.mark.parametrize("number", ["1" + "0" * 100, "0e999", "1e125", "1e-130"])
def test_a_number_of_few_significant_digits_may_be_large(number: str) -> None:
    assert unstorable_numbers(read_object(f'{{"a":{number}}}'.encode())) == []


def test_as_many_reasons_are_given_as_an_answer_may_hold() -> None:
    reasons = unstorable_numbers({"x" * 5_000: [10**40 + 1] * 1_000})

    assert len(reasons) == 20
    assert all(len(reason.path) == 200 for reason in reasons)


def test_nesting_ends_at_what_the_store_can_nest() -> None:
    deepest: Any = {}
    for _ in range(MAX_NESTING - 1):
        deepest = {"a": deepest}

    assert unstorable_numbers(deepest) == []
    with pytest.raises(NotJson):
        unstorable_numbers({"a": deepest})


def test_the_limit_of_size_is_the_last_size_taken() -> None:
    largest = b'{"a":"' + b"x" * (MAX_BODY_BYTES - 8) + b'"}'

    assert read_object(largest)
    assert read_object(gzip.compress(largest))
    with pytest.raises(TooLarge):
        read_object(largest + b" ")
    with pytest.raises(TooLarge):
        read_object(gzip.compress(largest + b" "))


def test_a_bomb_is_not_inflated_further_than_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=1)

    tracemalloc.start()
    with pytest.raises(TooLarge):
        read_object(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 2 * len(bomb)


def test_equal_bodies_have_one_canonical_form() -> None:
    assert canonical({"b": [1, Decimal("1.10")], "a": "é"}) == '{"a":"é","b":[1,1.10]}'.encode()
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,0123456789eE.+-\\u dDnNI', max_size=200).map(str.encode))
@settings(deadline=None)
def test_any_bytes_end_in_an_object_or_in_a_refusal(body: bytes) -> None:
    try:
        value = read_object(body)
        unstorable_numbers(value)
    except (NotJson, TooLarge):
        return

    assert read_object(to_text(value).encode()) == value


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
@settings(deadline=None)
def test_what_python_writes_as_json_is_read_back(value: Any) -> None:
    body = json.dumps({"a": value}).encode("utf-8")

    assert read_object(body) == {"a": value}
