"""How a template can end other than with a text, in the words that an author reads."""

from jinja2 import TemplateError, TemplateSyntaxError

from signalbox.adapters.templating.absence import MissingValueError, path_of
from signalbox.adapters.templating.meter import RefusedError
from signalbox.adapters.templating.sandbox import SkippedError
from signalbox.domain.content import ContentProblem, Names
from signalbox.domain.decisions import SkipReason

FAULTS = (
    RefusedError,
    SkippedError,
    TemplateError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What an author's template can raise; a KeyError of ours would be among them, so nothing else runs inside."""


def problem_of(fault: BaseException, names: Names, part: str) -> ContentProblem:
    """Name a fault by the part it happened in, and by words of ours where it has any: Python's quote values."""
    match fault:
        case MissingValueError():
            return ContentProblem(SkipReason.CONTENT_MISSING_VALUE, path_of(fault, names))
        case SkippedError():
            return ContentProblem(SkipReason.SKIP_ACTION, str(fault))
        case RefusedError():
            words = str(fault)
        case TemplateSyntaxError():
            words = where_and_what(fault)
        case _:
            words = type(fault).__name__
    return ContentProblem(SkipReason.CONTENT_ERROR, f"{part}: {words}")


def where_and_what(error: TemplateSyntaxError) -> str:
    """Say what is wrong with a template and in which line."""
    return f"line {error.lineno}: {error.message}"
