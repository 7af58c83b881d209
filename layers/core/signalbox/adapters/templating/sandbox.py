"""The Jinja2 environment that authors' templates run in: nothing but what is on a list, and all of it metered."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from threading import Lock
from types import BuiltinMethodType, MethodType
from typing import Any, NoReturn

from jinja2 import Template, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup

from signalbox.adapters.templating import filters, predicates
from signalbox.adapters.templating.absence import Absent, MissingValueError
from signalbox.adapters.templating.members import call_of_method, is_member
from signalbox.adapters.templating.meter import ELEMENT, RefusedError, charge, spend
from signalbox.adapters.templating.names import names_in
from signalbox.adapters.templating.percent import percent
from signalbox.adapters.templating.trees import TOO_DEEP, TOO_MANY, prepare

MAX_SOURCE_BYTES = 131_072
MAX_TOKENS = 10_000  # counted before they are parsed, which would take 1 s for 131 KB of nothing else
MAX_INTEGER_BITS = 4_096
MAX_PLAIN_EXPONENT = 200  # past what the store holds of a number; beyond it a Decimal is written with its exponent
CACHED_TEMPLATES = 256  # compiled ones; a process of send meets a few dozen flows
MAX_REASON = 200  # characters of what an author says about a skip
RESULT = "result"

_GLOBALS = frozenset({"cycler", "dict", "joiner", "namespace", "range"})

type BlockSources = frozenset[tuple[str, str]]


class SkippedError(Exception):
    """The template asked for no message."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox over JSON-like values: members before methods, null as missing, exact numbers.

    Nothing is computed when a template is compiled: only a rendering has a budget.
    """

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])

    def __init__(self, now: Callable[[], datetime], *, autoescape: bool) -> None:
        super().__init__(autoescape=autoescape, undefined=Absent, finalize=_printed, optimized=False)
        self.filters = {**filters.FILTERS}
        self.tests = {**predicates.TESTS}
        self.globals = {**{name: self.globals[name] for name in _GLOBALS}, "now": now, "skip_action": _skip_action}
        self.policies["json.dumps_function"] = filters.json_text
        self._compiling = Lock()
        self._templates = lru_cache(CACHED_TEMPLATES)(self._compiled)
        self._expressions = lru_cache(CACHED_TEMPLATES)(self._compiled_expression)
        self._included = lru_cache(CACHED_TEMPLATES)(self._names_included)

    def template(self, source: str, blocks: BlockSources) -> Template:
        """Give the template compiled; threads that all meet a new one, which may take a second, compile it once."""
        with self._compiling:
            return self._templates(source, blocks)

    def expression(self, source: str) -> Template:
        """Give a lone expression compiled; rendering it leaves its value in its context as `RESULT`."""
        with self._compiling:
            return self._expressions(source)

    def includes(self, source: str) -> frozenset[str]:
        """Name the content blocks that a template includes; of one that cannot be read none."""
        with self._compiling:
            return self._included(source)

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
        if not isinstance(argument, str | int):
            charge(argument)
        return self._present(obj, argument, super().getitem(obj, argument))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether it is on the list."""
        return is_member(obj, attr) and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """Leave `str.format` refused: its widths are nested where nobody can count them; `%` and `format` do it."""

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template reached, metered."""
        if isinstance(obj, BuiltinMethodType | MethodType) and not isinstance(obj.__self__, type):
            if isinstance(obj.__self__, str | list | tuple | dict | date | timedelta):
                return call_of_method(obj, *args, **kwargs)
            if isinstance(obj.__self__, LoopContext):
                charge(args)  # `changed` compares them
        elif isinstance(obj, type):
            charge(args)  # dict and namespace copy them
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute within bounds; an author's `1.2` is a Decimal beside one, as the two do not mix."""
        if isinstance(left, Decimal) and isinstance(right, float):
            right = Decimal(str(right))
        elif isinstance(left, float) and isinstance(right, Decimal):
            left = Decimal(str(left))
        if operator == "%" and isinstance(left, str):
            return percent(left, right)
        _pay_ahead(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def _present(self, obj: Any, name: Any, value: Any) -> Any:
        return self.undefined(obj=obj, name=str(name)) if value is None else value

    def names_in(self, source: str, blocks: BlockSources) -> frozenset[str]:
        """Give the names that a template and the blocks in it read; raises TemplateSyntaxError as compiling it does."""
        with _within_python():
            return frozenset(names_in(self._prepared(source, blocks)))

    def names_in_expression(self, source: str) -> frozenset[str]:
        """Give the names that a lone expression reads; raises TemplateSyntaxError as compiling it does."""
        with _within_python():
            return frozenset(names_in(self._prepared_expression(source)))

    def _compiled(self, source: str, blocks: BlockSources) -> Template:
        with _within_python():
            return self.from_string(self._prepared(source, blocks))

    def _compiled_expression(self, source: str) -> Template:
        with _within_python():
            return self.from_string(self._prepared_expression(source))

    def _prepared(self, source: str, blocks: BlockSources) -> nodes.Template:
        self._refuse_large(source)
        return prepare(self.parse(source), self, dict(blocks))

    def _prepared_expression(self, source: str) -> nodes.Template:
        self._refuse_large(source, "variable")
        parser = Parser(self, source, state="variable")
        expression = parser.parse_expression()
        if not parser.stream.eos:
            raise TemplateSyntaxError("expected one expression", parser.stream.current.lineno)
        assignment = nodes.Assign(nodes.Name(RESULT, "store", lineno=1), expression, lineno=1)
        return prepare(nodes.Template([assignment], lineno=1), self, {})

    def _names_included(self, source: str) -> frozenset[str]:
        try:
            with _within_python():
                self._refuse_large(source)
                included = self.parse(source).find_all(nodes.Include)
                named = [each.template.value for each in included if isinstance(each.template, nodes.Const)]
        except TemplateSyntaxError:
            return frozenset()
        return frozenset(name for name in named if isinstance(name, str))

    def _refuse_large(self, source: str, state: str | None = None) -> None:
        if len(source.encode()) > MAX_SOURCE_BYTES:
            raise TemplateSyntaxError(f"a template may have {MAX_SOURCE_BYTES} bytes", 1)
        tokens = self.lexer.tokeniter(source, None, state=state)
        if next(islice(tokens, MAX_TOKENS, None), None) is not None:
            raise TemplateSyntaxError(TOO_MANY, 1)


@contextmanager
def _within_python() -> Iterator[None]:
    """Turn Python's own limits on what it parses and compiles into a fault of the template."""
    try:
        yield
    except (MemoryError, OverflowError, RecursionError, SyntaxError, ValueError) as error:
        raise TemplateSyntaxError(TOO_DEEP, 1) from error


def _skip_action(reason: object = "") -> NoReturn:
    raise SkippedError(str(reason)[:MAX_REASON])


@pass_context
def _printed(_: Context, value: Any) -> Any:
    """Write what would come out as Python's notation in a way a reader expects.

    It asks for the context because Jinja computes what it can at compile time with one that does not.
    """
    charge(value)
    match value:
        case Undefined():
            return value  # says its name when it is written
        case None:
            raise MissingValueError(missing, "none")
        case Decimal() if abs(value.adjusted()) <= MAX_PLAIN_EXPONENT:
            return format(value, "f")
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        case _ if hasattr(value, "__next__"):
            raise RefusedError("a list that was not made yet was written")
        case _:
            return value


def _pay_ahead(operator: str, left: Any, right: Any) -> None:
    """Pay for what an operator is about to make, and refuse integers without end."""
    if isinstance(left, int) and isinstance(right, int):
        bits = _bits(operator, left.bit_length(), right)
        if bits > MAX_INTEGER_BITS:
            raise RefusedError("a number is too large")
    elif operator == "*":
        spend(_repeated(left, right) + _repeated(right, left))
    elif operator == "+":
        spend(_size(left) + _size(right))


def _bits(operator: str, left_bits: int, right: int) -> int:
    if operator == "**":
        return left_bits * max(right, 0)
    return left_bits + right.bit_length() if operator == "*" else max(left_bits, right.bit_length())


def _repeated(sequence: Any, times: Any) -> int:
    return _size(sequence) * max(times, 0) if isinstance(times, int) else 0


def _size(value: Any) -> int:
    """Give the units that a copy of a text or a list costs; Markup escapes what it is joined to."""
    if isinstance(value, str):
        return len(value) * (1 if isinstance(value, Markup) else 6)
    return ELEMENT * len(value) if isinstance(value, list | tuple) else 0
