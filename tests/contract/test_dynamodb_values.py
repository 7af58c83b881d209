"""Values become DynamoDB's form, and come back, as with boto3's own conversion."""

from base64 import b64decode
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from signalbox.adapters.dynamodb.values import from_item, stored_size, to_item

NUMBERS = st.integers(-(10**38) + 1, 10**38 - 1)
VALUES: Any = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
)


def with_bytes(typed: dict[str, Any]) -> dict[str, Any]:
    """Undo what JSON asks for: bytes as base64 text."""
    [(kind, content)] = typed.items()
    match kind:
        case "B":
            return {kind: b64decode(content)}
        case "M":
            return {kind: {name: with_bytes(each) for name, each in content.items()}}
        case "L":
            return {kind: [with_bytes(each) for each in content]}
        case _:
            return typed


def plain(value: Any) -> Any:
    if isinstance(value, Binary):
        return bytes(value)  # type: ignore[call-overload]  # the stubs give __bytes__ a str
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


@given(VALUES)
def test_a_value_is_written_as_boto3_writes_it(value: Any) -> None:
    assert with_bytes(to_item({"name": value})["name"]) == TypeSerializer().serialize(value)


@given(VALUES)
def test_a_value_is_read_as_boto3_reads_it(value: Any) -> None:
    read = from_item(to_item({"name": value}))["name"]

    assert read == plain(TypeDeserializer().deserialize(TypeSerializer().serialize(value)))
    assert type(read) in {type(value), Decimal, list}


@pytest.mark.parametrize("number", ["0", "-7", "3.14", "1E+20", "12345678901234567890.123456789012345678"])
def test_a_number_keeps_its_digits(number: str) -> None:
    assert from_item({"name": {"N": number}}) == {"name": Decimal(number)}


def test_a_type_that_no_store_writes_is_not_guessed_at() -> None:
    with pytest.raises(TypeError, match="NS"):
        from_item({"name": {"NS": ["1"]}})


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("abc", 3),
        ("жук", 6),
        (b"1234", 4),
        (7, 2),
        (1234, 3),
        (True, 1),
        (None, 1),
        (["a", 7], 3 + (1 + 1) + (1 + 2)),
        ({"ab": "c"}, 3 + (1 + 2 + 1)),
    ],
)
def test_sizes_follow_the_documented_rules(value: Any, size: int) -> None:
    assert stored_size({"name": value}) == len("name") + size
