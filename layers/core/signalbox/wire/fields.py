"""The kinds of fields of submitted events that are more than their JSON type, each check with its schema."""

from decimal import Decimal
from typing import Any

from simplejson import RawJSON

from signalbox.domain.events import CUSTOM, PREDEFINED_TYPES
from signalbox.domain.identities import normalise_email
from signalbox.wire.addresses import is_address
from signalbox.wire.checks import INTEGER_NUMBER, NO_TEXT, Faults, Kind, fault
from signalbox.wire.reasons import NUMBER as NUMBER_FAULT

MAX_CATEGORY_LEVELS = 5  # spec: collect-api, section 4
EVENTS = (CUSTOM, *PREDEFINED_TYPES)

_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999  # the years 1 to 9999

_NUMBERS = (int, Decimal, RawJSON)
_NO_ADDRESS = fault("expected an e-mail address")
_NO_YEAR = fault("expected epoch milliseconds of a year up to 9999")
_NO_EVENT = fault(f"expected the name of a type of event: {', '.join(EVENTS)}")
_NO_NUMBER = fault("expected a number", NUMBER_FAULT)
_TOO_MANY_LEVELS = fault(f"expected at most {MAX_CATEGORY_LEVELS} levels, divided by /")
_NO_OBJECTS = fault("expected an object or an array of objects")


def _faults_of_address(value: Any) -> Faults:
    if not isinstance(value, str):
        return NO_TEXT
    return () if is_address(normalise_email(value)) else _NO_ADDRESS


def _faults_of_milliseconds(value: Any) -> Faults:
    return INTEGER_NUMBER.faults(value) or (() if _FIRST_MS <= value <= _LAST_MS else _NO_YEAR)


def _faults_of_event(value: Any) -> Faults:
    if not isinstance(value, str):
        return NO_TEXT
    return () if value in EVENTS else _NO_EVENT


def _faults_of_number(value: Any) -> Faults:
    """Take what JSON calls a number; one too large for any type is refused by `unstorable_numbers` already."""
    return () if isinstance(value, _NUMBERS) and not isinstance(value, bool) else _NO_NUMBER


def _faults_of_category(value: Any) -> Faults:
    if not isinstance(value, str):
        return NO_TEXT
    return () if value.count("/") < MAX_CATEGORY_LEVELS else _TOO_MANY_LEVELS


def _faults_of_objects(value: Any) -> Faults:
    many = value if isinstance(value, list) else [value]
    return () if all(isinstance(each, dict) for each in many) else _NO_OBJECTS


ADDRESS = Kind(_faults_of_address, {"type": "string", "format": "email"})
MILLISECONDS = Kind(_faults_of_milliseconds, {"type": "integer", "minimum": _FIRST_MS, "maximum": _LAST_MS})
KNOWN_EVENT = Kind(_faults_of_event, {"type": "string", "enum": [*EVENTS]})
NUMBER = Kind(_faults_of_number, {"type": "number"})
CATEGORY = Kind(_faults_of_category, {"type": "string", "pattern": f"^[^/]*(/[^/]*){{0,{MAX_CATEGORY_LEVELS - 1}}}$"})
OBJECTS = Kind(_faults_of_objects, {"anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]})
"""One object or an array of them; `searchItems` has been published as both."""
