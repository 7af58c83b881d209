"""Which members of a value a template may reach, and what calling one costs. What is not named here is refused."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import BuiltinMethodType, MethodType
from typing import Any

from jinja2.runtime import LoopContext
from jinja2.utils import Cycler, Namespace
from markupsafe import Markup

from signalbox.adapters.templating.meter import RefusedError, charge, counted, spend

MAX_PATTERN = 100
ESCAPING = 6  # the most that a character grows by when a Markup escapes it


def words(text: str) -> frozenset[str]:
    """Read a list of names."""
    return frozenset(text.split())


_TEXT = words(
    """
    capitalize casefold center count endswith find index isalnum isalpha isascii isdecimal isdigit islower isnumeric
    isspace istitle isupper join ljust lower lstrip partition removeprefix removesuffix replace rfind rindex rjust
    rpartition rsplit rstrip split splitlines startswith strip swapcase title upper zfill
    """
)
_DAY = frozenset({"day", "isoformat", "isoweekday", "month", "strftime", "weekday", "year"})
_LOOP = words(
    """
    changed cycle depth depth0 first index index0 last length nextitem previtem revindex revindex0
    """
)
_MEMBERS: Mapping[type, frozenset[str]] = {
    str: _TEXT,
    dict: frozenset({"get", "items", "keys", "values"}),
    list: frozenset({"count", "index"}),
    tuple: frozenset({"count", "grouper", "index", "list"}),  # `groupby` gives tuples with two names
    datetime: _DAY | {"date", "hour", "minute", "second", "timestamp"},
    date: _DAY,
    timedelta: frozenset({"days", "seconds", "total_seconds"}),
    LoopContext: _LOOP,
    Cycler: frozenset({"current", "next", "reset"}),
}
_SOUND_PATTERN = re.compile(r"(?:[^%]|%-?[A-Za-z%])*")  # a width in it would write as many characters as it likes


def is_member(value: Any, name: str) -> bool:
    """Tell whether a template may reach the member of a value."""
    if isinstance(value, Namespace):
        return not name.startswith("_")
    return next((name in names for kind, names in _MEMBERS.items() if isinstance(value, kind)), False)


def call_of_method(method: BuiltinMethodType | MethodType, *args: Any, **kwargs: Any) -> Any:
    """Call a value's method: pay for what it reads, for what it will make of it, and for what it made."""
    owner = method.__self__
    given = [list(counted(iter(each))) if _is_lazy(each) else each for each in args]
    for each in (*given, *kwargs.values()):
        charge(each)
    if isinstance(owner, str):
        charge(owner)
        growth = _GROWTH.get(method.__name__)
        if growth is not None:
            spend(growth(owner, *given) * (ESCAPING if isinstance(owner, Markup) else 1))
    elif isinstance(owner, list | tuple):
        charge(owner)
    elif method.__name__ == "strftime":
        _refuse_wide(*given)
    made = method(*given, **kwargs)
    if isinstance(owner, str):
        charge(made)
    return made


def width_of(width: Any) -> int:
    """Give how many characters a width asks for; what is none fails in the method itself."""
    return max(width, 0) if isinstance(width, int) else 0


def replaced_length(text: str, old: Any, new: Any, *_: Any) -> int:
    """Give how many characters replacing puts in at most."""
    return text.count(str(old)) * len(str(new))


def _padded_length(_: str, width: Any, *__: Any) -> int:
    return width_of(width)


def _joined_length(text: str, parts: Any, *_: Any) -> int:
    return len(text) * len(parts) + sum(len(each) for each in parts if isinstance(each, str))


_GROWTH: Mapping[str, Callable[..., int]] = {
    "center": _padded_length,
    "ljust": _padded_length,
    "rjust": _padded_length,
    "zfill": _padded_length,
    "replace": replaced_length,
    "join": _joined_length,
}


def _is_lazy(value: Any) -> bool:
    return hasattr(value, "__next__")


def _refuse_wide(pattern: Any = "", *_: Any) -> None:
    if not isinstance(pattern, str) or len(pattern) > MAX_PATTERN or not _SOUND_PATTERN.fullmatch(pattern):
        raise RefusedError("a pattern of strftime is too long or has a width")
