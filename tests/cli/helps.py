"""The help of every command as docs/cli.md keeps it; `python -m tests.cli.helps` writes it there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from signalbox_cli.app import app

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
HEADING = "## All commands\n"
_WIDTH = 100


def commands() -> Iterator[tuple[str, ...]]:
    """Give every command by its words, those that only hold others as well."""
    yield from _below(typer.main.get_command(app), ())


def text() -> str:
    """Give the part of the page that is made of the helps."""
    return "\n".join([HEADING, *(_section(words) for words in commands())])


def kept() -> str:
    """Give that part as the page has it."""
    return HEADING + PAGE.read_text().partition(HEADING)[2]


def _section(words: tuple[str, ...]) -> str:
    options: Any = {"terminal_width": _WIDTH, "prog_name": "signalbox"}
    shown = CliRunner().invoke(app, [*words, "--help"], **options)
    assert shown.exit_code == 0, shown.output
    return f"### {' '.join(('signalbox', *words))}\n\n```text\n{shown.stdout.strip()}\n```\n"


def _below(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    for name, each in getattr(command, "commands", {}).items():
        yield from _below(each, (*words, name))


if __name__ == "__main__":
    PAGE.write_text(PAGE.read_text().partition(HEADING)[0] + text())
