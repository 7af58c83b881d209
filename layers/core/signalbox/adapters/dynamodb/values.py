"""Stored values: between Python's and DynamoDB's, how large an item is, and how long text is kept small."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from signalbox.domain.events import to_ms

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

type Value = str | int | bool | bytes | Sequence[Value] | Mapping[str, Value] | None
type Values = Mapping[str, Value]
type Item = dict[str, AttributeValueTypeDef]
type Stored = dict[str, Any]
"""Values as they come back: text as str, but numbers as Decimal and bytes as boto3's Binary; `int` and `bytes` make
them plain."""

WRITE_UNIT_BYTES = 1024
MAX_ITEM_BYTES = 400 * 1024  # AWS: "Constraints in Amazon DynamoDB"

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def to_item(values: Values) -> "Item":
    """Make DynamoDB's form of the values."""
    return {name: _serializer.serialize(value) for name, value in values.items()}


def from_item(item: Mapping[str, Any]) -> Stored:
    """Read DynamoDB's form back."""
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


def given(values: Values) -> Values:
    """Leave out what is None."""
    return {name: value for name, value in values.items() if value is not None}


def expiry(instant: datetime) -> int:
    """Give the TTL attribute for an instant: whole seconds, rounded up so that nothing is deleted before its time."""
    return -(-to_ms(instant) // 1000)


def compressed(values: Values, name: str) -> Values:
    """Give the values with the named text compressed, where an item over one write unit becomes smaller by it."""
    text = values[name]
    if not isinstance(text, str) or stored_size(to_item(values)) <= WRITE_UNIT_BYTES:
        return values
    encoded = text.encode()
    packed = zlib.compress(encoded)
    return {**values, name: packed} if len(packed) < len(encoded) else values


def text_of(stored: str | Binary) -> str:
    """Read a text that may have been compressed."""
    if isinstance(stored, str):
        return stored
    return zlib.decompress(bytes(stored)).decode()  # type: ignore[call-overload]  # the stubs give __bytes__ a str


def stored_size(item: "Item") -> int:
    """Count an item's bytes as DynamoDB bills them (AWS: "DynamoDB item sizes and formats")."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return (len(content) + 1) // 2 + 1
        case "B":
            return len(bytes(content))
        case "L":
            return 3 + sum(1 + _size(each) for each in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _size(each) for name, each in content.items())
        case _:
            return 1
