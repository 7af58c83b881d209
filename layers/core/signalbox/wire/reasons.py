"""What pydantic says about a field, in our words: its path and what was expected, never a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from signalbox.domain.errors import Reason
from signalbox.wire.json_body import pointer

OURS = "expected"
"""The type of the errors that our own validators raise; their text is ours and is passed on."""

STRING, NUMBER, INTEGER, BOOLEAN = "string_type", "number_type", "int_type", "bool_type"
"""The types of the errors that a lossless coercion may mend; the second is ours, the others pydantic's."""

_WORDS: Mapping[str, str] = {
    "missing": "required",
    STRING: "expected a string",
    "string_too_short": "expected at least {min_length} character{s}",
    "string_too_long": "expected at most {max_length} characters",
    INTEGER: "expected an integer",
    NUMBER: "expected a number",
    BOOLEAN: "expected true or false",
    "dict_type": "expected an object",
    "model_type": "expected an object",
    "list_type": "expected an array",
    "literal_error": "expected {expected}",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that breaks its shape: the steps to it from the top of the body, and pydantic's name for the error."""

    steps: tuple[str | int, ...]
    kind: str
    words: str

    def reason(self) -> Reason:
        """Tell people."""
        return Reason(pointer(self.steps), self.words)


def faults_of(error: ValidationError, *under: str) -> Sequence[Fault]:
    """Give each fault, in the order of the fields; what was validated lies `under` these members of the body."""
    details = error.errors(include_url=False, include_input=False)
    return [Fault((*under, *each["loc"]), each["type"], _words(each)) for each in details]


def reasons_of(error: ValidationError) -> Sequence[Reason]:
    """Give one reason for each fault, in the order of the fields."""
    return [fault.reason() for fault in faults_of(error)]


def _words(fault: ErrorDetails) -> str:
    if fault["type"] == OURS:
        return fault["msg"]
    context: Mapping[str, Any] = fault.get("ctx", {})
    plural = "" if context.get("min_length") == 1 else "s"
    return _WORDS[fault["type"]].format(s=plural, **context)
