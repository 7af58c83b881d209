"""The Jinja2 environment that authors' templates run in, and what a missing value is in it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NoReturn, Self

from jinja2 import Undefined, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from signalbox.domain.content import Names

MAX_REPETITION = 65_536
MAX_POWER_BITS = 4_096
MAX_PATH_STEPS = 40  # deeper than any event nests; a trigger's row may nest without end
MAX_PLAIN_EXPONENT = 200  # past what the store holds of a number; beyond it a Decimal is written with its exponent


class MissingValueError(UndefinedError):
    """A template used a value that is not there: `name` inside `holder`, or at the top when there is no holder."""

    def __init__(self, holder: Any, name: str) -> None:
        super().__init__(name)
        self.holder = holder
        self.name = name


class Absent(Undefined):
    """A missing value: false in an `if`, equal to nothing, an error in any other use.

    What would be inside a missing value is missing as well, so `if contact.address.city` needs no second `if`.
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """The way to it from `holder`, dotted."""
        return str(self._undefined_name)

    def inside(self, step: Any) -> Self:
        """Give what would be inside it; what was forbidden stays forbidden."""
        if self._undefined_exception is not UndefinedError:
            return self
        return type(self)(obj=self._undefined_obj, name=f"{self.name}.{step}")

    def _fail_with_undefined_error(self, *_: Any, **__: Any) -> NoReturn:
        if self._undefined_exception is not UndefinedError:
            raise self._undefined_exception(self._undefined_message)
        raise MissingValueError(self._undefined_obj, self.name)

    __iter__ = __str__ = __len__ = __contains__ = __call__ = _fail_with_undefined_error
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _fail_with_undefined_error
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _fail_with_undefined_error
    __pow__ = __rpow__ = __pos__ = __neg__ = __int__ = __float__ = _fail_with_undefined_error
    __lt__ = __le__ = __gt__ = __ge__ = _fail_with_undefined_error


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox over JSON-like values: members before methods, null as missing, exact numbers."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])

    def __init__(self, *, autoescape: bool) -> None:
        super().__init__(autoescape=autoescape, undefined=Absent, finalize=_printed)
        del self.globals["lipsum"]  # makes text without end

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Give a member; a mapping's own entries come before its methods, or `event.items` would be one."""
        if isinstance(obj, Absent):
            return obj.inside(attribute)
        if isinstance(obj, Mapping) and attribute in obj:
            return self._present(obj, attribute, obj[attribute])
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Give an element or a member."""
        if isinstance(obj, Absent):
            return obj.inside(argument)
        return self._present(obj, argument, super().getitem(obj, argument))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute within bounds; an author's `1.2` is a Decimal beside one, as the two do not mix."""
        if isinstance(left, Decimal) and isinstance(right, float):
            right = Decimal(str(right))
        elif isinstance(left, float) and isinstance(right, Decimal):
            left = Decimal(str(left))
        if operator == "*":
            _refuse_repetition(left, right)
            _refuse_repetition(right, left)
        elif operator == "**" and isinstance(left, int) and isinstance(right, int):
            _refuse_power(left, right)
        return super().call_binop(context, operator, left, right)

    def _present(self, obj: Any, name: Any, value: Any) -> Any:
        return self.undefined(obj=obj, name=str(name)) if value is None else value


def path_of(error: MissingValueError, names: Names) -> str:
    """Name what was missing as its author did, e.g. `event.properties.someProperty`."""
    holder = "" if error.holder is missing else _path_to(error.holder, names, ())
    return f"{holder}.{error.name}" if holder else error.name


def _path_to(wanted: Any, around: Any, steps: Sequence[str]) -> str:
    """Find the very object inside the names; empty when a template made it itself."""
    if len(steps) > MAX_PATH_STEPS:
        return ""
    if around is wanted:
        return ".".join(steps)
    members = around.items() if isinstance(around, Mapping) else enumerate(around) if isinstance(around, list) else ()
    return next((path for step, value in members if (path := _path_to(wanted, value, (*steps, str(step))))), "")


def _printed(value: Any) -> Any:
    """Write what would come out as Python's notation in a way a reader expects."""
    match value:
        case Undefined():
            return value  # says its name when it is written
        case None:
            raise MissingValueError(missing, "none")
        case Decimal() if abs(value.adjusted()) <= MAX_PLAIN_EXPONENT:
            return format(value, "f")
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        case _ if callable(value):
            raise TypeError("a method was written instead of called")
        case _:
            return value


def _refuse_repetition(sequence: Any, times: Any) -> None:
    if isinstance(sequence, str | bytes | list | tuple) and isinstance(times, int):
        size = len(sequence) * times
        if size > MAX_REPETITION:
            raise SecurityError("a repetition is too long")


def _refuse_power(base: int, exponent: int) -> None:
    if base.bit_length() * exponent > MAX_POWER_BITS:
        raise SecurityError("a power is too large")
