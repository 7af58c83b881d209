"""Jinja's filters, each within the budget, and those that stand for what Jinja has no hook for.

A filter that is not here does not exist: `pprint` writes Python, and what is new in Jinja is looked at first.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import wraps
from typing import Any

import simplejson
from jinja2 import pass_context, pass_eval_context
from jinja2.filters import FILTERS as DEFAULT_FILTERS
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, markup_join, str_join

from signalbox.adapters.templating import trees
from signalbox.adapters.templating.members import replaced_length, width_of, words
from signalbox.adapters.templating.meter import ELEMENT, RefusedError, charge, counted, spend
from signalbox.adapters.templating.percent import percent

CALL = 40  # units: a filter takes some µs, whatever its value
MAX_DIGITS = 400
MAX_PRECISION = 20
MAX_SLOW_TEXT = 20_000  # characters; what is longer takes these filters more time than its length tells
MAX_INDENT = 100

_FREE = frozenset({"attr", "count", "d", "default", "first", "last", "length", "random"})
_PLAIN = words(
    """
    abs capitalize dictsort e escape filesizeformat forceescape groupby items list lower map max min reject rejectattr
    reverse safe select selectattr sort string tojson trim truncate unique upper urlencode xmlattr
    """
)
_FORMATTING = words("format_currency format_date format_datetime format_decimal format_number format_time")
_SLOW = frozenset({"striptags", "title", "wordcount"})

type Check = Callable[..., None]
"""Pays or refuses ahead of a filter, given its value and arguments."""


def json_text(value: Any, **settings: Any) -> str:
    """Write JSON with a Decimal's very digits and instants after ISO 8601."""
    indent = settings.get("indent")
    if indent is not None and not (isinstance(indent, int) and 0 <= indent <= MAX_PRECISION):
        raise RefusedError("expected an indent of 0 to 20")
    text: str = simplejson.dumps(value, use_decimal=True, default=_json_instant, indent=indent, sort_keys=False)
    return text


def _json_instant(value: Any) -> str:
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise RefusedError(f"a {type(value).__name__} has no form in JSON")


def _metered(name: str, check: Check | None = None) -> Callable[..., Any]:
    """Wrap one of Jinja's filters: pay for what it is given, check, pay for what it gives."""
    inner = DEFAULT_FILTERS[name]
    ahead = 1 if hasattr(inner, "jinja_pass_arg") else 0  # an environment or a context comes first

    @wraps(inner)
    def metered(*args: Any, **kwargs: Any) -> Any:
        spend(CALL)
        for each in (*args[ahead:], *kwargs.values()):
            charge(each)
        if check:
            check(*args[ahead:], **kwargs)
        made = inner(*args, **kwargs)
        if isinstance(made, Iterator):
            return counted(made)
        charge(made)
        return made

    return metered


def _refuse_long(value: Any, *_: Any, **__: Any) -> None:
    if len(str(value)) > MAX_SLOW_TEXT:
        raise RefusedError(f"over {MAX_SLOW_TEXT} characters")


def _check_urlize(value: Any, *given: Any, **named: Any) -> None:
    _refuse_long(value)
    repeated = sum(len(each) for each in (*given, *named.values()) if isinstance(each, str))
    spend(len(str(value)) * (1 + repeated))  # as if every character were a link


def _check_wordwrap(value: Any, width: Any = 79, *_: Any, **__: Any) -> None:
    _refuse_long(value)
    spend(len(value) ** 2 // (ELEMENT * max(width_of(width), 1)))


def _check_digits(value: Any, *_: Any, **__: Any) -> None:
    if isinstance(value, str) and len(value) > MAX_DIGITS:
        raise RefusedError("expected a number")


def _check_round(value: Any, precision: Any = 0, *_: Any, **__: Any) -> None:
    if not isinstance(value, int | float | Decimal) or not isinstance(precision, int) or abs(precision) > MAX_PRECISION:
        raise RefusedError("expected a number and a precision of at most 20")


def _check_center(_: Any, width: Any = 80) -> None:
    spend(width_of(width))


def _check_indent(value: Any, width: Any = 4, *_: Any, **__: Any) -> None:
    if not (len(width) if isinstance(width, str) else width_of(width)) <= MAX_INDENT:
        raise RefusedError(f"expected an indent of at most {MAX_INDENT}")
    spend(str(value).count("\n") * MAX_INDENT)


def _check_replace(value: Any, old: Any, new: Any, *_: Any, **__: Any) -> None:
    spend(6 * replaced_length(str(value), old, new))  # markup escapes what is put in


def _check_batch(_: Any, count: Any, *__: Any, **___: Any) -> None:
    spend(ELEMENT * width_of(count))


def _check_sum(_: Any, attribute: Any = None, start: Any = 0) -> None:
    del attribute
    if not isinstance(start, int | float | Decimal):
        raise RefusedError("a sum is one of numbers")  # lists would be copied again and again


@wraps(DEFAULT_FILTERS["join"])
def _join(eval_ctx: EvalContext, value: Any, d: Any = "", attribute: Any = None) -> Any:
    elements = list(counted(iter(value)))
    charge(elements)
    spend(6 * len(elements) * (1 + len(str(d))))
    made = DEFAULT_FILTERS["join"](eval_ctx, elements, d, attribute)
    charge(made)
    return made


def _format(value: Any, *args: Any, **kwargs: Any) -> str:
    if args and kwargs:
        raise RefusedError("values by place or by name, not both")
    return percent(value if isinstance(value, str) else str(value), kwargs or args)


def _formatting(name: str) -> Callable[..., str]:
    def formatted(*args: Any, **kwargs: Any) -> str:
        from signalbox.adapters.templating import formats  # noqa: PLC0415 - Babel costs 20 ms, and most messages need none

        return formats.FILTERS[name](*args, **kwargs)

    return formatted


@pass_context  # or Jinja would tick once, when it compiles
def _tick(_: Context, cost: int) -> bool:
    spend(cost)
    return True


def _read(value: Any) -> Any:
    charge(value)
    return value


def _looked_up(value: Any) -> Any:
    if not isinstance(value, Mapping):
        charge(value)
    return value


def _sliced(value: Any, start: Any, stop: Any, step: Any) -> Any:
    spend(len(value) * (1 if isinstance(value, str) else ELEMENT))
    return value[start:stop:step]


@pass_eval_context
def _concatenated(eval_ctx: EvalContext, values: Any) -> str:
    charge(values)
    made = markup_join(values) if eval_ctx.autoescape else str_join(values)
    charge(made)
    return made


FILTERS: Mapping[str, Callable[..., Any]] = {
    **{name: DEFAULT_FILTERS[name] for name in _FREE},
    **{name: _metered(name) for name in _PLAIN},
    **{name: _metered(name, _refuse_long) for name in _SLOW},
    **{name: _formatting(name) for name in _FORMATTING},
    "batch": _metered("batch", _check_batch),
    "center": _metered("center", _check_center),
    "float": _metered("float", _check_digits),
    "format": _format,
    "indent": _metered("indent", _check_indent),
    "int": _metered("int", _check_digits),
    "join": _join,
    "replace": _metered("replace", _check_replace),
    "round": _metered("round", _check_round),
    "slice": _metered("slice", _check_batch),
    "sum": _metered("sum", _check_sum),
    "urlize": _metered("urlize", _check_urlize),
    "wordwrap": _metered("wordwrap", _check_wordwrap),
    trees.TICK: _tick,
    trees.READ: _read,
    trees.LOOKED_UP: _looked_up,
    trees.SLICED: _sliced,
    trees.CONCATENATED: _concatenated,
}
