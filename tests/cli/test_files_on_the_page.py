"""The files that docs/cli.md shows are read as they stand there."""

import re
from pathlib import Path

from signalbox_cli.code import directory
from signalbox_cli.code.kinds import Kind
from tests.cli import helps
from tests.cli.code import write

_INDENT = 29
"""Where the text of the files begins, beside their paths."""


def _shown() -> dict[str, str]:
    block = re.search(r"```\n(blocks/.*?)```", helps.PAGE.read_text(), re.DOTALL)
    assert block is not None
    files: dict[str, str] = {}
    for line in block[1].splitlines():
        path = line[:_INDENT].strip() or list(files)[-1]
        files[path] = files.get(path, "") + line[_INDENT:] + "\n"
    return files


def test_the_files_define_one_of_each_but_two_segments(tmp_path: Path) -> None:
    shown = _shown()
    named = {
        f"{path.split('/')[0]}/{name}": "x" for path, text in shown.items() for name in re.findall(r"!file (\S+)", text)
    }

    sources = directory.read(write(tmp_path, {**named, **shown}))

    assert [(each.definition.kind, each.definition.name) for each in sources] == [
        (Kind.BLOCK, "footer"),
        (Kind.SEGMENT, "Gold"),
        (Kind.SEGMENT, "Staff"),
        (Kind.DESTINATION, "Shop"),
        (Kind.TRIGGER, "Left carts"),
        (Kind.FLOW, "Remind"),
    ]
