"""How submitted events are checked and described: fields of a kind, in tables that are the shapes of events.

One declaration serves twice: `faults` of a kind judges a value, and its schema, or a shape's table, is what the
OpenAPI document says of it. Loading this and building every shape takes a hundredth of what pydantic takes, which
is what collect's cold start consisted of (docs/decisions/0012).

Checks are exact: `true` is no number, "3" is not 3. Values are what `json_body` reads and are never changed here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from signalbox.wire.reasons import BOOLEAN, INTEGER, OTHER, STRING, Fault

type Json = dict[str, Any]
type Faults = Sequence[Fault]
"""What is wrong with a value, in the order of the fields; empty when it is taken."""


class Kind(NamedTuple):
    """What a single value may be: its check, and the JSON Schema of what that takes."""

    faults: Callable[[Any], Faults]
    schema: Json


class ListOf:
    """An array whose items all have one shape."""

    def __init__(self, item: "Shape") -> None:
        self.item = item

    def faults(self, value: Any) -> Faults:
        """Judge every item."""
        if not isinstance(value, list):
            return _NO_ARRAY
        return [fault.under(index) for index, item in enumerate(value) for fault in self.item.faults(item)]


type Field = Kind | ListOf | Shape


class Required(NamedTuple):
    """A field that has to be there, and not as null; every other may be absent, or null as JavaScript writes it."""

    field: Field


class Shape:
    """An object with these fields, open to members that nobody described; `name` and `about` are for the document."""

    def __init__(self, name: str, about: str, fields: Mapping[str, Field | Required]) -> None:
        self.name = name
        self.about = about
        self.fields = fields
        self._checks = [
            (name, field.field.faults, True) if isinstance(field, Required) else (name, field.faults, False)
            for name, field in fields.items()
        ]

    def but(self, name: str, about: str, fields: Mapping[str, Field | Required]) -> "Shape":
        """Make another one, with these fields in place of those of their names or behind them."""
        return Shape(name, about, {**self.fields, **fields})

    def faults(self, value: Any) -> Faults:
        """Judge an object, field by field."""
        if not isinstance(value, dict):
            return _NO_OBJECT
        found: list[Fault] = []
        for name, faults_of, is_required in self._checks:
            given = value.get(name)
            if given is not None:
                faults = faults_of(given)
            elif is_required:
                faults = faults_of(None) if name in value else _MISSING
            else:
                continue
            if faults:
                found += [fault.under(name) for fault in faults]
        return found


def fault(words: str, kind: str = OTHER) -> Faults:
    """Make the one fault of a value that is not what its field is for."""
    return (Fault((), kind, words),)


def text(*, shortest: int = 0, longest: int | None = None) -> Kind:
    """Make the kind of a string of so many characters."""
    too_short = fault(f"expected at least {shortest} character{'' if shortest == 1 else 's'}")
    too_long = fault(f"expected at most {longest} characters")

    def faults(value: Any) -> Faults:
        if not isinstance(value, str):
            return NO_TEXT
        if len(value) < shortest:
            return too_short
        return too_long if longest is not None and len(value) > longest else ()

    limits = {"minLength": shortest or None, "maxLength": longest}
    return Kind(faults, {"type": "string"} | {name: limit for name, limit in limits.items() if limit is not None})


def one_of(*names: str) -> Kind:
    """Make the kind of a string that is one of these."""
    *others, last = map(repr, names)
    wrong = fault(f"expected {', '.join(others)} or {last}" if others else f"expected {last}")
    choice: Json = {"enum": [*names]} if others else {"const": names[0]}
    return Kind(lambda value: () if isinstance(value, str) and value in names else wrong, {"type": "string"} | choice)


def _faults_of_text(value: Any) -> Faults:
    return () if isinstance(value, str) else NO_TEXT


def _faults_of_integer(value: Any) -> Faults:
    return () if isinstance(value, int) and not isinstance(value, bool) else NO_INTEGER


def _faults_of_boolean(value: Any) -> Faults:
    return () if isinstance(value, bool) else _NO_BOOLEAN


def _faults_of_object(value: Any) -> Faults:
    return () if isinstance(value, dict) else _NO_OBJECT


NO_TEXT = fault("expected a string", STRING)
NO_INTEGER = fault("expected an integer", INTEGER)
_NO_BOOLEAN = fault("expected true or false", BOOLEAN)
_NO_OBJECT = fault("expected an object")
_NO_ARRAY = fault("expected an array")
_MISSING = fault("required")

TEXT = Kind(_faults_of_text, {"type": "string"})
INTEGER_NUMBER = Kind(_faults_of_integer, {"type": "integer"})
TRUE_OR_FALSE = Kind(_faults_of_boolean, {"type": "boolean"})
OBJECT = Kind(_faults_of_object, {"type": "object"})
