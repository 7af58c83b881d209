"""Content templates: Jinja2 in its sandbox, strict about what is missing, bounded in what it writes.

JSON's null counts as missing: "Dear None" is never what an author meant. `default(…)` and `if` allow for absence;
anything else that touches a missing value ends the rendering with its name (spec: triggers-and-flows, section 4).
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NoReturn

from jinja2 import Template, TemplateError, TemplateSyntaxError

from signalbox.adapters.templating.sandbox import MissingValueError, Sandbox, path_of
from signalbox.domain.content import ContentProblem, Names
from signalbox.domain.decisions import SkipReason
from signalbox.domain.errors import Reason
from signalbox.domain.flows import EmailContent
from signalbox.domain.messages import EmailMessage

MAX_BODY_BYTES = 65_536
MAX_HEADER_BYTES = 1_024
MAX_REASON = 200
CACHED_TEMPLATES = 256  # compiled ones; a process of send meets a few dozen flows

_BODIES = ("text", "html")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_FAULTS = (
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
"""What an author's expression can raise; a KeyError of ours would be among them, so nothing else runs inside."""


class _SkippedError(Exception):
    """The template asked for no message."""


class _UnfitError(Exception):
    """What was rendered cannot be sent; its text is ours."""


class JinjaRenderer:
    """The `Renderer` port."""

    def __init__(self) -> None:
        self._plain = Sandbox(autoescape=False)
        self._html = Sandbox(autoescape=True)
        for environment in (self._plain, self._html):
            environment.globals["skip_action"] = _skip_action
        self._compiled = lru_cache(CACHED_TEMPLATES)(self._compile)

    def render(self, content: EmailContent, names: Names, to: str) -> EmailMessage | ContentProblem:
        """Render every part, or say why not."""
        part = ""
        rendered: dict[str, str] = {}
        try:
            for part, source in _parts(content):
                template = self._compiled(source, part == "html")
                rendered[part] = _body(template, names) if part in _BODIES else _header(template, names)
        except MissingValueError as missing:
            return ContentProblem(SkipReason.CONTENT_MISSING_VALUE, path_of(missing, names))
        except _SkippedError as skipped:
            return ContentProblem(SkipReason.SKIP_ACTION, str(skipped))
        except _UnfitError as unfit:
            return ContentProblem(SkipReason.CONTENT_ERROR, f"{part}: {unfit}")
        except _FAULTS as fault:
            return ContentProblem(SkipReason.CONTENT_ERROR, f"{part}: {type(fault).__name__}")
        return EmailMessage(
            to, rendered["subject"], rendered.get("text"), rendered.get("html"), rendered.get("from_name")
        )

    def faults(self, content: EmailContent) -> Sequence[Reason]:
        """Name each template that cannot be compiled, by its part, and a content without a body."""
        has_body = content.text is not None or content.html is not None
        faults = [] if has_body else [Reason("", "expected a text or an html body")]
        for part, source in _parts(content):
            try:
                self._compiled(source, part == "html")
            except TemplateSyntaxError as error:
                faults.append(Reason(f"/{part}", f"line {error.lineno}: {error.message}"))
        return faults

    def _compile(self, source: str, is_html: bool) -> Template:  # noqa: FBT001 - the key of a cache
        return (self._html if is_html else self._plain).from_string(source)


def _parts(content: EmailContent) -> list[tuple[str, str]]:
    parts = {
        "subject": content.subject,
        "from_name": content.from_name,
        "text": content.text,
        "html": content.html,
    }
    return [(part, source) for part, source in parts.items() if source is not None]


def _bounded(template: Template, names: Names, limit: int) -> str:
    pieces: list[str] = []
    size = 0
    for piece in template.generate(names):
        size += len(piece.encode())
        if size > limit:
            raise _UnfitError(f"it is over {limit} bytes long")
        pieces.append(piece)
    return "".join(pieces)


def _body(template: Template, names: Names) -> str:
    return _bounded(template, names, MAX_BODY_BYTES)


def _header(template: Template, names: Names) -> str:
    line = _bounded(template, names, MAX_HEADER_BYTES).strip()
    if _CONTROL.search(line):
        raise _UnfitError("it holds a line break or another control character")
    return line


def _skip_action(reason: object = "") -> NoReturn:
    raise _SkippedError(str(reason)[:MAX_REASON])
