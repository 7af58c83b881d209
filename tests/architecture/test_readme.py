"""What the README tells people to type, and names, is there."""

import re
import shlex
import subprocess
from pathlib import Path

from local.story_posts import GUIDE_PAYLOAD
from tests import cloudformation

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
_BLOCKS = re.findall(r"```sh\n(.*?)```|```\n(make .*?)```", README, re.DOTALL)
COMMANDS = [line.split("#")[0].strip() for blocks in _BLOCKS for line in "".join(blocks).splitlines() if line]


def test_the_first_command_is_the_demo_and_the_second_the_tests() -> None:
    assert COMMANDS[:2] == ["make demo", "make test"]


def test_every_make_command_has_its_target() -> None:
    targets = [shlex.split(command)[1] for command in COMMANDS if command.startswith("make ")]

    for target in targets:
        dry_run = ["make", "--dry-run", target]
        subprocess.run(dry_run, cwd=ROOT, check=True, capture_output=True)
    assert len(targets) >= 4


def test_every_environment_that_is_deployed_to_is_in_samconfig() -> None:
    samconfig = (ROOT / "samconfig.toml").read_text()

    for environment in re.findall(r"--config-env (\w+)", README):
        assert f"[{environment}.deploy.parameters]" in samconfig


def test_every_table_of_the_template_has_its_access_patterns() -> None:
    patterns = (ROOT / "docs" / "access-patterns.md").read_text()

    for table in cloudformation.tables():
        assert table in patterns, table


def test_the_example_has_the_members_of_the_guides_own() -> None:
    members = re.findall(r'"(\w+)"\s*:', GUIDE_PAYLOAD)

    missing = [member for member in members if f'"{member}"' not in README]
    assert missing == ["userId"]


def test_every_document_is_named_and_there() -> None:
    named = set(re.findall(r"\]\((docs/\S+?\.md)\)", README))

    assert named == {str(each.relative_to(ROOT)) for each in (ROOT / "docs").glob("*.md")}


def test_every_place_that_is_named_exists() -> None:
    places = README.split("## Where things are")[1].split("```")[1]

    for name in re.findall(r"^(\S+(?: \S+\.toml)?)", places, re.MULTILINE):
        for path in name.split():
            assert list(ROOT.glob(path.replace("<name>", "*").rstrip("/"))), path
