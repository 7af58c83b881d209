"""What pydantic says about a field, in our words: its path and what was expected, never a value."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from signalbox.domain.errors import Reason
from signalbox.wire.json_body import pointer

OURS = "expected"
"""The type of the errors that our own validators raise; their text is ours and is passed on."""

_WORDS: Mapping[str, str] = {
    "missing": "required",
    "string_type": "expected a string",
    "string_too_short": "expected at least {min_length} character{s}",
    "string_too_long": "expected at most {max_length} characters",
    "int_type": "expected an integer",
    "bool_type": "expected true or false",
    "dict_type": "expected an object",
    "model_type": "expected an object",
    "list_type": "expected an array",
    "literal_error": "expected {expected}",
}


def reasons_of(error: ValidationError) -> Sequence[Reason]:
    """Give one reason for each fault, in the order of the fields."""
    faults = error.errors(include_url=False, include_input=False)
    return [Reason(pointer(fault["loc"]), _words(fault)) for fault in faults]


def _words(fault: ErrorDetails) -> str:
    if fault["type"] == OURS:
        return fault["msg"]
    context: Mapping[str, Any] = fault.get("ctx", {})
    plural = "" if context.get("min_length") == 1 else "s"
    return _WORDS[fault["type"]].format(s=plural, **context)
