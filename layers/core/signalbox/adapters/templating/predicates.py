"""Jinja's tests (`x is even`), each within the budget."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from jinja2 import tests

from signalbox.adapters.templating.members import words
from signalbox.adapters.templating.meter import RefusedError, charge

_DEFAULT: Mapping[str, Any] = tests.TESTS
_FREE = words(
    """
    boolean defined escaped false float integer iterable mapping none number sameas sequence string true undefined
    """
)
_COMPARING = words("!= < <= == > >= eq equalto ge greaterthan gt in le lessthan lower lt ne upper")
_NUMERIC = frozenset({"divisibleby", "even", "odd"})  # of a text they would be `%` formatting


def _metered(test: Callable[..., Any]) -> Callable[..., Any]:
    def metered(*args: Any) -> Any:
        for each in args:
            charge(each)
        return test(*args)

    return metered


def _numeric(test: Callable[..., Any]) -> Callable[..., Any]:
    def numeric(*args: Any) -> Any:
        for each in args:
            if not isinstance(each, int | float | Decimal):
                raise RefusedError("expected a number")
        return test(*args)

    return numeric


TESTS: Mapping[str, Callable[..., Any]] = {
    **{name: _DEFAULT[name] for name in _FREE},
    **{name: _metered(_DEFAULT[name]) for name in _COMPARING},
    **{name: _numeric(_DEFAULT[name]) for name in _NUMERIC},
}
