"""Turns MJML into HTML and style sheets into attributes, once, when content is saved; template tags come through.

Only authoring imports this: what is stored and sent is the HTML. Neither step reads a file or the network.

A template tag is no markup, so each one is hidden behind a marker first: a word inside of tags and of elements that
hold text alone, elsewhere a comment, which may stand anywhere, also between the rows of a table.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from css_inline import CSSInliner
from jinja2 import Environment, TemplateSyntaxError
from mjml import mjml2html

from signalbox.adapters.templating.sandbox import MAX_SOURCE_BYTES
from signalbox.domain.errors import Invalid, Reason

_LEXER = Environment()  # noqa: S701 - it only finds the tags and renders nothing
_INLINER = CSSInliner(load_remote_stylesheets=False, keep_link_tags=True, keep_at_rules=True)

_RAW = ("style", "title", "script", "textarea", "mj-style", "mj-title", "mj-preview")
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    rf"|<(?P<raw>{'|'.join(_RAW)})\b(?P<attributes>[^<>]*)(?:>|\Z)"
    rf"|</(?P<raw_end>{'|'.join(_RAW)})\s*>"
    r"|</?[A-Za-z][^<>]*(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)


def html_of_mjml(source: str) -> str:
    """Compile MJML; raises Invalid where it is none, includes a file, or has a template tag that would be lost."""
    return _around_tags(source, mjml2html)


def with_inlined_css(html: str) -> str:
    """Move the rules of a page's style sheets to where they apply; raises Invalid where a template tag would be lost.

    Rules such as `@media` stay in the sheet, and linked sheets stay links.
    """
    return _around_tags(html, _INLINER.inline)


def _around_tags(source: str, step: Callable[[str], str]) -> str:
    if len(source.encode()) > MAX_SOURCE_BYTES:
        raise Invalid([Reason("", f"a template may have {MAX_SOURCE_BYTES} bytes")])
    try:
        pieces = list(_pieces(source))
    except TemplateSyntaxError as error:
        raise Invalid([Reason("", f"line {error.lineno}: {error.message}")]) from error
    mark = _unused_word(source)
    tags = [piece for piece, is_tag in pieces if is_tag]
    try:
        made = step(_marked(pieces, mark))
    except ValueError as error:  # what both libraries raise, in words about the markup
        raise Invalid([Reason("", str(error))]) from error
    _refuse_losses(made, tags, mark)
    return re.sub(rf"<!--{mark}(\d+)x-->|{mark}(\d+)x", lambda found: tags[int(found[1] or found[2])], made)


def _pieces(source: str) -> Iterator[tuple[str, bool]]:
    """Cut a template into text and tags; a raw section is one tag."""
    gathered = ""
    for _, kind, text in _LEXER.lex(source):
        if kind == "data" and not gathered:
            yield text, False
            continue
        gathered += text
        if kind in {"variable_end", "block_end", "comment_end", "raw_end"}:
            yield gathered, True
            gathered = ""
    if gathered:
        raise TemplateSyntaxError("a template tag is not closed", source.count("\n") + 1)


def _unused_word(source: str) -> str:
    word = "tag"
    while word in source:
        word += "q"
    return word


def _marked(pieces: list[tuple[str, bool]], mark: str) -> str:
    """Put a marker in the place of each tag, of the kind that its surroundings take."""
    marked = []
    place = _Place()
    count = 0
    for piece, is_tag in pieces:
        text = piece
        if is_tag:
            text = f"{mark}{count}x" if place.takes_words_alone else f"<!--{mark}{count}x-->"
            count += 1
        place.pass_over(text)
        marked.append(text)
    return "".join(marked)


class _Place:
    """Where in a page one is, reading from its beginning."""

    def __init__(self) -> None:
        self._unfinished = ""  # a tag or a comment that has begun
        self._element = ""  # one that holds text alone

    @property
    def takes_words_alone(self) -> bool:
        """Tell whether a comment would be no comment here."""
        return bool(self._unfinished or self._element)

    def pass_over(self, text: str) -> None:
        """Go on by so much text."""
        text, self._unfinished = self._unfinished + text, ""
        for found in _MARKUP.finditer(text):
            if self._element:
                self._element = "" if (found["raw_end"] or "").lower() == self._element else self._element
            elif not found[0].endswith("-->" if found[0].startswith("<!--") else ">"):
                self._unfinished = found[0]
            elif found["raw"] and not found["attributes"].endswith("/"):
                self._element = found["raw"].lower()


def _refuse_losses(made: str, tags: list[str], mark: str) -> None:
    """Refuse a page that a tag was dropped from, or in which statements changed their order."""
    found = [int(number) for number in re.findall(rf"{mark}(\d+)x", made)]
    for number, tag in enumerate(tags):
        if number not in found and not tag.startswith("{#"):
            raise Invalid([Reason("", f"{tag} cannot stand where it does: it would be lost")])
    statements = list(dict.fromkeys(number for number in found if tags[number].startswith("{%")))
    if statements != sorted(statements):
        moved = next(after for before, after in pairwise(statements) if after < before)
        raise Invalid([Reason("", f"{tags[moved]} cannot stand where it does: it would be moved")])
