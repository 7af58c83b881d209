"""Content templates: Jinja2 in its sandbox, strict about what is missing, bounded in all it does.

JSON's null counts as missing: "Dear None" is never what an author meant. `default(…)` and `if` allow for absence;
anything else that touches a missing value ends the rendering with its name (spec: triggers-and-flows, section 4).
"""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

from jinja2 import Template, TemplateSyntaxError

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.templating.endings import FAULTS, problem_of, where_and_what
from signalbox.adapters.templating.meter import RefusedError, metered
from signalbox.adapters.templating.sandbox import Sandbox
from signalbox.domain.content import NO_BLOCKS, Blocks, ContentProblem, Names, Part, PartKind, Parts, email_parts
from signalbox.domain.contents import EmailContent
from signalbox.domain.errors import Reason
from signalbox.domain.messages import EmailMessage
from signalbox.ports import Clock

MAX_BODY_BYTES = 102_400  # Gmail cuts off what comes after about 102 KB
MAX_LINE_BYTES = 1_024

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SYSTEM_CLOCK = SystemClock()


class JinjaRenderer:
    """The `Renderer` port; several threads may use one."""

    def __init__(self, clock: Clock = _SYSTEM_CLOCK) -> None:
        self._plain = Sandbox(clock.now, autoescape=False)
        self._html = Sandbox(clock.now, autoescape=True)

    def render(
        self, content: EmailContent, names: Names, to: str, blocks: Blocks = NO_BLOCKS
    ) -> EmailMessage | ContentProblem:
        """Render an e-mail, or say why not."""
        texts = self.render_parts(email_parts(content), names, blocks)
        if isinstance(texts, ContentProblem):
            return texts
        return EmailMessage(to, texts["subject"], texts.get("text"), texts.get("html"), texts.get("from_name"))

    def render_parts(
        self, parts: Parts, names: Names, blocks: Blocks = NO_BLOCKS
    ) -> Mapping[str, str] | ContentProblem:
        """Render every part after its kind within one budget, or say why not."""
        name = ""
        texts: dict[str, str] = {}
        try:
            with metered():
                for name, part in parts.items():
                    texts[name] = _rendered(self._template(part, blocks), part.kind, names)
        except FAULTS as fault:
            return problem_of(fault, names, name)
        return texts

    def faults(self, content: EmailContent, blocks: Blocks = NO_BLOCKS) -> Sequence[Reason]:
        """Name each template that cannot be compiled, by its part, and a content without a body."""
        has_body = content.text is not None or content.html is not None
        faults = [] if has_body else [Reason("", "expected a text or an html body")]
        return [*faults, *self.faults_of_parts(email_parts(content), blocks)]

    def faults_of_parts(self, parts: Parts, blocks: Blocks = NO_BLOCKS) -> Sequence[Reason]:
        """Name each template that cannot be compiled, by its part."""
        faults = []
        for name, part in parts.items():
            try:
                self._template(part, blocks)
            except TemplateSyntaxError as error:
                faults.append(Reason(f"/{name}", where_and_what(error)))
        return faults

    def includes(self, source: str) -> frozenset[str]:
        """Name what a template includes; most say no such word, which costs no more than to look for it."""
        return self._plain.includes(source) if "include" in source else frozenset()

    def names_in_parts(self, parts: Parts, blocks: Blocks = NO_BLOCKS) -> frozenset[str]:
        """Give every name that any of the parts reads; of a part that cannot be compiled none is known."""
        names: frozenset[str] = frozenset()
        for part in parts.values():
            with suppress(TemplateSyntaxError):
                names |= self._sandbox(part).names_in(part.source, frozenset(blocks.items()))
        return names

    def _template(self, part: Part, blocks: Blocks) -> Template:
        return self._sandbox(part).template(part.source, frozenset(blocks.items()))

    def _sandbox(self, part: Part) -> Sandbox:
        return self._html if part.kind is PartKind.HTML else self._plain


def _rendered(template: Template, kind: PartKind, names: Names) -> str:
    match kind:
        case PartKind.LINE:
            return _line(_bounded(template, names, MAX_LINE_BYTES))
        case PartKind.JSON:
            return _document(_bounded(template, names, MAX_BODY_BYTES))
        case PartKind.TEXT | PartKind.HTML:
            return _bounded(template, names, MAX_BODY_BYTES)


def _bounded(template: Template, names: Names, limit: int) -> str:
    pieces: list[str] = []
    size = 0
    for piece in template.root_render_func(template.new_context(dict(names))):
        size += len(piece.encode())
        if size > limit:
            raise RefusedError(f"it is over {limit} bytes long")
        pieces.append(piece)
    return "".join(pieces)


def _line(text: str) -> str:
    line = text.strip()
    if _CONTROL.search(line):
        raise RefusedError("it holds a line break or another control character")
    return line


def _document(text: str) -> str:
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise RefusedError(f"it is not JSON from line {error.lineno}, column {error.colno} on") from None
    return text


def _refuse_constant(name: str) -> NoReturn:
    raise RefusedError(f"{name} is not JSON")
