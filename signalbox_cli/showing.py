"""What commands put on the terminal: tables and colours for people, plain text in pipes, JSON for programs.

What is shown goes to standard output; what is said about it, questions and errors go to standard error.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text


class Screen:
    """Shows things; text from the API is text alone, whatever brackets and escapes are in it."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._out = Console(highlight=False, soft_wrap=True)
        self._about = Console(stderr=True, highlight=False, soft_wrap=True)

    def table(self, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], *, none: str) -> None:
        """Show rows, columns as member to title; `none` is said where there is no row."""
        found = list(rows)
        if self.as_json:
            self.json(found)
            return
        if not found:
            self.say(none)
            return
        if not self._out.is_terminal:
            for row in found:
                self.line("\t".join(_shown(row.get(member)).plain for member in columns))
            return
        drawn = Table(box=None, pad_edge=False, header_style="bold")
        for title in columns.values():
            drawn.add_column(title, overflow="fold")
        for row in found:
            drawn.add_row(*(_shown(row.get(member)) for member in columns))
        self._out.print(drawn, soft_wrap=False)

    def thing(self, members: Mapping[str, Any], *, titles: Mapping[str, str]) -> None:
        """Show one thing, a member a line; those without a title are left to --json."""
        if self.as_json:
            self.json(members)
            return
        width = max(map(len, titles.values())) + 2
        for member, title in titles.items():
            self._out.print(Text(f"{title:<{width}}", style="bold") + _shown(members.get(member)))

    def json(self, value: Any) -> None:
        """Show a value as JSON, whole."""
        self.line(as_document(value))

    def json_line(self, value: Any) -> None:
        """Show a value as one line of JSON."""
        self.line(json.dumps(value, ensure_ascii=False))

    def line(self, text: str, style: str = "") -> None:
        """Show a line."""
        _print(self._out, visible(text), style)

    def diff(self, lines: Sequence[str]) -> None:
        """Show a unified diff in its colours."""
        for line in lines:
            style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
            self.line(line, style)

    def say(self, text: str, style: str = "") -> None:
        """Say something about what is shown or done."""
        _print(self._about, visible(text), style)

    @property
    def about(self) -> Console:
        """The console of what is said, for progress bars."""
        return self._about


def as_document(value: Any) -> str:
    """Write a value as JSON that people can read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def visible(text: str, *, kept: str = "\n\t") -> str:
    """Write control characters as escapes, but for `kept`: what others sent in must not steer somebody's terminal."""
    return "".join(each if each in kept or each.isprintable() else repr(each)[1:-1] for each in text)


def _print(console: Console, text: str, style: str) -> None:
    """Print text in its colour; in a pipe as it is, for rich would turn its tabs into spaces."""
    if console.is_terminal:
        console.print(Text(text, style=style))
    else:
        console.file.write(f"{text}\n")


def _shown(value: Any) -> Text:
    if value is None:
        return Text("-", style="dim")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, str):
        return Text(visible(value, kept=""))
    return Text(visible(json.dumps(value, ensure_ascii=False), kept=""))
