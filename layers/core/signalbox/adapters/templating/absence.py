"""What a missing value is in a template, and how it is named."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, Self

from jinja2 import Undefined, UndefinedError
from jinja2.utils import missing

from signalbox.domain.content import Names

MAX_NAME = 200  # characters after which a way into a missing value is not told further
MAX_PATH_STEPS = 40  # deeper than any event nests; a trigger's row may nest without end


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
        if self._undefined_exception is not UndefinedError or len(self.name) > MAX_NAME:
            return self
        return type(self)(obj=self._undefined_obj, name=f"{self.name}.{step}")

    def _fail_with_undefined_error(self, *_: Any, **__: Any) -> NoReturn:
        if self._undefined_exception is not UndefinedError:
            raise self._undefined_exception(self._undefined_message)
        raise MissingValueError(self._undefined_obj, self.name)

    __repr__ = _fail_with_undefined_error  # it is how a list that holds one is written
    __iter__ = __str__ = __len__ = __contains__ = __call__ = _fail_with_undefined_error
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _fail_with_undefined_error
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _fail_with_undefined_error
    __pow__ = __rpow__ = __pos__ = __neg__ = __int__ = __float__ = _fail_with_undefined_error
    __lt__ = __le__ = __gt__ = __ge__ = _fail_with_undefined_error


def path_of(error: MissingValueError, names: Names) -> str:
    """Name what was missing as its author did, e.g. `event.properties.someProperty`."""
    holder = "" if error.holder is missing else _path_to(error.holder, names, ())
    return f"{holder}.{error.name}" if holder else error.name


def _path_to(wanted: Any, around: Any, steps: Sequence[str]) -> str:
    """Find the very object inside the names; empty when a template made it itself."""
    if len(steps) > MAX_PATH_STEPS:
        return ""
    if around is wanted and not isinstance(wanted, int | float):  # of which one object may stand in many places
        return ".".join(steps)
    members = around.items() if isinstance(around, Mapping) else enumerate(around) if isinstance(around, list) else ()
    return next((path for step, value in members if (path := _path_to(wanted, value, (*steps, str(step))))), "")
