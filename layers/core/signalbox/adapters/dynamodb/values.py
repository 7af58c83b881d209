"""Stored values: between Python's and DynamoDB's, how large an item is, and how long text is kept small."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from signalbox.domain.events import to_ms

type Value = str | int | bool | bytes | Sequence[Value] | Mapping[str, Value] | None
type Values = Mapping[str, Value]
type Item = dict[str, dict[str, Any]]
"""DynamoDB's form of values: each one's type and content, bytes as base64 text (AWS: "DynamoDB low-level API")."""
type Stored = dict[str, Any]
"""Values as they come back: as they were, but numbers as Decimal; `int` makes them plain."""

WRITE_UNIT_BYTES = 1024
MAX_ITEM_BYTES = 400 * 1024  # AWS: "Constraints in Amazon DynamoDB"


def to_item(values: Values) -> Item:
    """Make DynamoDB's form of the values."""
    return {name: _typed(value) for name, value in values.items()}


def from_item(item: Mapping[str, Mapping[str, Any]]) -> Stored:
    """Read DynamoDB's form back."""
    return {
        name: typed["S"] if "S" in typed else _plain(typed)  # most of it is text, and there is much of it
        for name, typed in item.items()
    }


def given(values: Values) -> Values:
    """Leave out what is None."""
    return {name: value for name, value in values.items() if value is not None}


def expiry(instant: datetime) -> int:
    """Give the TTL attribute for an instant: whole seconds, rounded up so that nothing is deleted before its time."""
    return -(-to_ms(instant) // 1000)


def compressed(values: Values, name: str) -> Values:
    """Give the values with the named text compressed, where an item over one write unit becomes smaller by it."""
    text = values[name]
    if not isinstance(text, str) or stored_size(values) <= WRITE_UNIT_BYTES:
        return values
    encoded = text.encode()
    packed = zlib.compress(encoded)
    return {**values, name: packed} if len(packed) < len(encoded) else values


def text_of(stored: str | bytes) -> str:
    """Read a text that may have been compressed."""
    return stored if isinstance(stored, str) else zlib.decompress(stored).decode()


def plain_text(typed: Mapping[str, Any]) -> str:
    """Read such a text in DynamoDB's form."""
    return typed["S"] if "S" in typed else text_of(b64decode(typed["B"]))


def stored_size(values: Mapping[str, Any]) -> int:
    """Count an item's bytes as DynamoDB bills them (AWS: "DynamoDB item sizes and formats")."""
    size = 0
    for name, value in values.items():  # a plain loop: it runs twice for each event
        size += len(name.encode()) + (len(value.encode()) if isinstance(value, str) else _size(value))
    return size


def _typed(value: Value) -> dict[str, Any]:  # noqa: PLR0911 - one for each type
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case bytes():
            return {"B": b64encode(value).decode()}
        case Mapping():
            return {"M": to_item(value)}
        case _:
            return {"L": [_typed(each) for each in value]}


def _plain(typed: Mapping[str, Any]) -> Any:
    [(kind, content)] = typed.items()
    match kind:
        case "S" | "BOOL":
            return content
        case "N":
            return Decimal(content)
        case "NULL":
            return None
        case "B":
            return b64decode(content)
        case "M":
            return from_item(content)
        case "L":
            return [_plain(each) for each in content]
        case _:
            raise TypeError(f"no store writes values of DynamoDB's type {kind}")


def _size(value: Any) -> int:
    match value:
        case bool() | None:
            return 1
        case int() | Decimal():
            return (len(str(value)) + 1) // 2 + 1
        case str():
            return len(value.encode())
        case bytes():
            return len(value)
        case Mapping():
            return 3 + len(value) + stored_size(value)
        case _:
            return 3 + sum(1 + _size(each) for each in value)
