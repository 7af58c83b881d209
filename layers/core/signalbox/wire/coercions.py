"""The lossless coercions for partners whose setting is lenient (spec: collect-api, section 4).

| expected  | given                                      | taken as            |
|-----------|--------------------------------------------|---------------------|
| string    | a number written without exponent          | its digits          |
| number    | a string that is a JSON number             | that number         |
| integer   | a string that is a JSON integer            | that integer        |
| integer   | a number without fraction, such as 1.0     | that integer        |
| boolean   | "true" or "false"                          | true or false       |

Nothing else: no structure is made or opened, nothing is rounded, trimmed or guessed, and absent stays absent.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from typing import Any

from signalbox.wire.json_body import MAX_DIGITS
from signalbox.wire.reasons import BOOLEAN, INTEGER, NUMBER, STRING, Fault

_INTEGER = re.compile(rf"0|-?[1-9][0-9]{{0,{MAX_DIGITS - 1}}}")
_NUMBER = re.compile(rf"-?(0|[1-9][0-9]{{0,{MAX_DIGITS - 1}}})(\.[0-9]{{1,{MAX_DIGITS}}})?([eE][+-]?[0-9]{{1,3}})?")


def are_coercible(faults: Sequence[Fault]) -> bool:
    """Tell whether any of the faults is of a kind that a coercion may mend."""
    return any(fault.kind in _COERCIONS for fault in faults)


def coerced(body: Mapping[str, Any], faults: Sequence[Fault]) -> dict[str, Any]:
    """Give a copy of the body with every fault mended that can be."""
    copied = deepcopy(dict(body))
    for fault in faults:
        if fault.kind in _COERCIONS:
            _mend(copied, fault)
    return copied


def _mend(body: dict[str, Any], fault: Fault) -> None:
    *way, last = fault.steps
    container: Any = body
    for step in way:
        container = container[step]
    container[last] = _COERCIONS[fault.kind](container[last])


def _as_string(given: Any) -> Any:
    if isinstance(given, bool) or not isinstance(given, int | Decimal):
        return given
    digits = str(given)
    return given if "E" in digits else digits


def _as_number(given: Any) -> Any:
    if isinstance(given, str) and _NUMBER.fullmatch(given):
        return int(given) if _INTEGER.fullmatch(given) else Decimal(given)
    return given


def _as_integer(given: Any) -> Any:
    if isinstance(given, str) and _INTEGER.fullmatch(given):
        return int(given)
    if isinstance(given, Decimal) and given.adjusted() < MAX_DIGITS and given == given.to_integral_value():
        return int(given)
    return given


def _as_boolean(given: Any) -> Any:
    return {"true": True, "false": False}.get(given, given) if isinstance(given, str) else given


_COERCIONS: Mapping[str, Callable[[Any], Any]] = {
    STRING: _as_string,
    NUMBER: _as_number,
    INTEGER: _as_integer,
    BOOLEAN: _as_boolean,
}
