"""What a rendering may cost: a budget of units that every loop, operator, method and filter pays into.

Counted rather than timed, so the same template over the same event always ends the same way, and several threads
may render at once. Whoever makes or reads a value pays for its size; whoever would make a large one pays first.
"""

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, time, timedelta
from decimal import Decimal
from types import GeneratorType
from typing import Any

from jinja2 import Undefined

BUDGET = (
    2_000_000  # units: the costliest templates known end within 0.5 s and 30 MB (tests/contract/test_template_limits)
)
STEP = 10  # one step of a template; about 100 ns
ELEMENT = 10  # one element of a list or a mapping, up to about 100 bytes of memory; a character is one unit
BITS_A_UNIT = 8
MAX_EXPONENT = 400  # more than a float has; the integer of a larger Decimal takes seconds to write


class RefusedError(Exception):
    """A template did what it may not; its text is ours and holds nothing of an event."""


class OverworkedError(RefusedError):
    """The rendering has used up its budget."""

    def __init__(self) -> None:
        super().__init__("it takes too long or needs too much memory")


class Meter:
    """What is left of one rendering's budget."""

    __slots__ = ("left", "locales")

    def __init__(self) -> None:
        self.left = BUDGET
        self.locales: set[str] = set()


_METER: ContextVar[Meter] = ContextVar("meter")


@contextmanager
def metered() -> Iterator[None]:
    """Give a fresh budget to what runs inside."""
    token = _METER.set(Meter())
    try:
        yield
    finally:
        _METER.reset(token)


def spend(units: int) -> None:
    """Take units from the budget; raises OverworkedError when there are not as many."""
    meter = _METER.get()
    meter.left -= units
    if meter.left < 0:
        raise OverworkedError


def spend_on_locale(name: str, units: int) -> None:
    """Take units for a locale that this rendering has not used before."""
    known = _METER.get().locales
    if name not in known:
        spend(units)
        known.add(name)


def charge(value: Any) -> None:
    """Pay for all that a value holds, to any depth; raises RefusedError for what is no data, such as a macro."""
    match value:
        case str():
            spend(1 + len(value))
        case int() | Decimal() | None | float() | date() | time() | timedelta() | Undefined():
            spend(_units_of_atom(value))
        case Mapping():
            spend(ELEMENT * len(value))
            for name, member in value.items():
                charge(name)
                charge(member)
        case list() | tuple() | KeysView() | ValuesView() | ItemsView() | range():
            spend(ELEMENT * len(value))
            for element in value if not isinstance(value, range) else ():
                charge(element)
        case GeneratorType():
            pass  # `counted`: it pays as it goes
        case _:
            raise RefusedError(f"a {type(value).__name__} is not a value")


def _units_of_atom(value: Any) -> int:
    if isinstance(value, int):
        return 1 + value.bit_length() // BITS_A_UNIT
    if isinstance(value, Decimal) and abs(value.adjusted()) > MAX_EXPONENT:
        raise RefusedError("a number is too large")
    return 1


def counted(elements: Iterator[Any]) -> Iterator[Any]:
    """Pay for each element as it is taken."""
    for element in elements:
        spend(ELEMENT)
        yield element
