"""The text part of an e-mail whose author wrote only HTML: its words, its lines, and where its links lead.

Our own because what exists either is under the GPL (html2text) or brings lxml into every process that sends.
"""

import re
from html.parser import HTMLParser

_UNSEEN = {"script", "style", "template", "title"}
_PARAGRAPHS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "table", "ul"}
_LINES = {"address", "article", "br", "center", "div", "footer", "header", "hr", "li", "main", "section", "tr"}
_CELLS = {"td", "th"}
_LEADS_SOMEWHERE = ("http://", "https://", "mailto:", "tel:")

_SPACES = re.compile(r"\s+")
_AROUND_BREAKS = re.compile(r" *\n *")
_BLANK_LINES = re.compile(r"\n{3,}")


def plain_text_of(html: str) -> str | None:
    """Give the text of an HTML body, None when there is none, as in an e-mail that is one picture."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    text = "".join(writer.pieces)
    return _BLANK_LINES.sub("\n\n", _AROUND_BREAKS.sub("\n", re.sub(" {2,}", " ", text))).strip() or None


class _Writer(HTMLParser):
    """Writes what a reader sees, a piece for each bit of it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0
        self._links: list[tuple[str, int]] = []
        """The links that are open: where each leads and how many pieces there were before it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._unseen += tag in _UNSEEN
        self._break(tag)
        if tag == "li":
            self.pieces.append("- ")
        elif tag == "img":
            self.handle_data(given.get("alt") or "")
        elif tag == "a":
            self._links.append((given.get("href") or "", len(self.pieces)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag == "a" and self._links:
            self._end_link(*self._links.pop())
        if tag not in {"br", "li"}:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(_SPACES.sub(" ", data))

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.pieces.append("\n\n")
        elif tag in _LINES:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" ")

    def _end_link(self, target: str, begins_at: int) -> None:
        words = "".join(self.pieces[begins_at:]).strip()
        if not target.lower().startswith(_LEADS_SOMEWHERE) or target in {words, f"mailto:{words}"}:
            return
        self.pieces.append(f" ({target})" if words else target)
