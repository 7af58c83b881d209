"""Text formatting with `%`, with widths that cannot fill the memory."""

import re
from collections.abc import Mapping
from typing import Any

from signalbox.adapters.templating.meter import RefusedError, charge, spend

MAX_WIDTH = 200
MAX_WRITTEN = 2 * MAX_WIDTH + 310  # characters of one directive: a width, a precision and the longest float

_DIRECTIVE = re.compile(r"%(?:\(\w*\))?[#0\- +]*(?P<width>\d*)(?:\.(?P<precision>\d*))?[diouxXeEfFgGcrs%]")


def percent(pattern: str, values: Any) -> str:
    """Format as Python does, but for a width over MAX_WIDTH or one that comes from the values."""
    charge(pattern)
    charge(values)
    if "%" in _DIRECTIVE.sub(_within_bounds, pattern):
        raise RefusedError("a % that begins no directive")
    count = pattern.count("%")
    spend(count * MAX_WRITTEN)
    if isinstance(values, Mapping):  # one value may be named again and again
        spend(count * max((len(str(value)) for value in values.values()), default=0))
    made: str = pattern % values
    charge(made)
    return made


def _within_bounds(directive: re.Match[str]) -> str:
    for digits in (directive["width"], directive["precision"] or ""):
        if len(digits) > len(str(MAX_WIDTH)) or int(digits or 0) > MAX_WIDTH:
            raise RefusedError("a width is too large")
    return ""
