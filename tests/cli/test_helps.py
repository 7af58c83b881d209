"""docs/cli.md tells of every command what its --help does."""

import re

from tests.cli import helps


def test_the_page_has_the_help_of_every_command() -> None:
    assert helps.kept() == helps.text(), "write it anew with: python -m tests.cli.helps"


def test_the_page_names_no_command_that_is_not_there() -> None:
    known = {" ".join(words) for words in helps.commands()}

    named = re.findall(
        r"^signalbox ([a-z-]+(?: [a-z-]+)?)", helps.PAGE.read_text().partition(helps.HEADING)[0], re.MULTILINE
    )

    assert named
    assert [each for each in named if each not in known and each.split()[0] not in known] == []
