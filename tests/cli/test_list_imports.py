"""Lists and suppressions out of files: whatever breaks off, the same command ends in what one run would have."""

from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from tests.cli.doors import Doors, interrupt, journals, once, reported
from tests.cli.terminal import Terminal
from tests.functions.admin import HERE, Admin

JUNK = "x" * 100_000
"""No address; nine of these are more than a part takes."""


@pytest.fixture
def regulars(importer: Terminal) -> Terminal:
    """A list with Zoe on it."""
    importer.done("segments", "create", "Regulars")
    importer.done("segments", "add", "Regulars", "zoe@example.org")
    return importer


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """A file of four parts with six people in them; the rest is junk."""
    file = tmp_path / "people.csv"
    rows = [row for number in range(3) for row in (f"ana{number}@example.org", *[JUNK] * 9, f"ben{number}@example.org")]
    file.write_text("\n".join(["Email", *rows]) + "\n")
    return file


EVERYBODY = sorted(f"{name}{number}@example.org" for number in range(3) for name in ("ana", "ben"))


def _members(terminal: Terminal) -> Sequence[str]:
    return [each["identity"] for each in terminal.json("segments", "members", "Regulars")]


def _replace(*more: str) -> tuple[str, ...]:
    return ("segments", "import", "Regulars", *more, "--mode", "replace", "--yes")


def test_a_file_is_added_and_each_row_counted_once(regulars: Terminal, doors: Doors, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(
        (
            '\ufeffName;Email;Secret\nAna;Ana@example.org;s1\n\nBen;"no\naddress";s2\nCy;;s3\n'
            '"Zoe\nZ";zoe@example.org;s4\nAna;ana@example.org;s5\nDee;at home;s6\n'
        ).encode()
    )

    result = regulars.type("segments", "import", "Regulars", str(file))

    rows = dict(line.split("\t") for line in result.stdout.splitlines())
    assert rows == {"rows": "6", "added": "1", "alreadyIn": "1", "repeats": "1", "refused": "3"}
    assert (result.exit_code, "Rows refused: 3." in result.stderr) == (1, True)
    no_address = "expected an e-mail address"
    assert reported(file) == [(5, no_address), (6, "there is no address"), (10, no_address)]
    assert doors.uploads() == ["email\nAna@example.org\nno address\nzoe@example.org\nana@example.org\nat home\n"]
    assert _members(regulars) == ["ana@example.org", "zoe@example.org"]
    assert journals(file) == []


def test_a_bare_list_is_taken_off(regulars: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "people.txt"
    file.write_text("zoe@example.org\nana@example.org\n")

    told = regulars.json("segments", "import", "Regulars", str(file), "--mode", "remove")

    assert told == {"rows": 2, "removed": 1, "notIn": 1, "repeats": 0, "refused": 0, "report": None}
    assert _members(regulars) == []
    assert sorted(each.name for each in tmp_path.iterdir()) == ["config", "people.txt"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "There is no row"),
        (b"Name,Address\nAna,ana@example.org\n", "no column named 'email' in line 1"),
        (b'email\nana@example.org\n"ben', "is no CSV, from line 2 on"),
        (b"email\n\xff\n", "is not UTF-8 text"),
    ],
)
def test_a_file_that_is_none_is_told_before_anything_is_sent(
    regulars: Terminal, doors: Doors, tmp_path: Path, text: bytes, sentence: str
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(text)

    assert sentence in regulars.stopped("segments", "import", "Regulars", str(file))
    assert "cannot be read" in regulars.stopped("segments", "import", "Regulars", str(tmp_path / "none.csv"))
    assert (doors.uploads(), journals(file)) == ([], [])


@pytest.mark.parametrize("lost", ["answer", "request"])
def test_an_import_that_is_broken_off_goes_on_where_it_was(
    regulars: Terminal, doors: Doors, long: Path, lost: str
) -> None:
    step = once("/import", 2, interrupt)
    doors.before, doors.after = (doors.before, step) if lost == "answer" else (step, doors.after)

    broken_off = regulars.type("segments", "import", "Regulars", str(long))
    [journal] = journals(long)
    [report] = long.parent.glob("*.refused.csv")
    report.write_text(report.read_text() + "11,of a part that the journal does not kn")
    gone_on = regulars.type("segments", "import", "Regulars", str(long))

    assert (broken_off.exit_code, journal["rows"], journal["counts"]["added"]) == (130, 9, 1)
    assert "Broken off after 9 of 33 rows" in broken_off.stderr
    assert "Going on after 9 of 33 rows" in gone_on.stderr
    assert "rows\t33" in gone_on.stdout
    assert len(doors.uploads()) == (5 if lost == "answer" else 4)
    assert _members(regulars) == [*EVERYBODY, "zoe@example.org"]
    lines = [line for line, _ in reported(long)]
    assert (len(lines), len(set(lines)), lines) == (27, 27, sorted(lines))
    assert journals(long) == []


def test_another_file_or_list_begins_at_its_beginning(regulars: Terminal, doors: Doors, long: Path) -> None:
    doors.before = once("/import", 2, interrupt)
    regulars.type("segments", "import", "Regulars", str(long))
    regulars.done("segments", "create", "Others")
    sent = len(doors.uploads())

    regulars.type("segments", "import", "Others", str(long))
    others = doors.uploads()[sent:]
    long.write_text("email\nana@example.org\n")
    regulars.done("segments", "import", "Regulars", str(long))

    assert others[0].splitlines()[1] == "ana0@example.org"
    assert doors.uploads()[-1] == "email\nana@example.org\n"


def test_a_list_is_replaced_by_a_file_of_many_parts(regulars: Terminal, doors: Doors, long: Path) -> None:
    asked = regulars.type("segments", "import", "Regulars", str(long), "--mode", "replace", answer="n\n")
    before = _members(regulars)
    told = regulars.type(*_replace(str(long)))

    assert (asked.exit_code, "'Regulars' has 1 members" in asked.stderr, before) == (1, True, ["zoe@example.org"])
    assert "removed\t1" in told.stdout.splitlines()
    assert _members(regulars) == EVERYBODY
    assert regulars.json("segments", "show", "Regulars")["replacedBy"] is None


@pytest.mark.parametrize("path_end", ["/import", "/finish"])
@pytest.mark.parametrize("lost", ["answer", "request"])
def test_a_replacement_that_is_broken_off_loses_nobody(
    regulars: Terminal, doors: Doors, long: Path, path_end: str, lost: str
) -> None:
    step = once(path_end, 2 if path_end == "/import" else 1, interrupt)
    doors.before, doors.after = (doors.before, step) if lost == "answer" else (step, doors.after)

    broken_off = regulars.type(*_replace(str(long)))
    meanwhile, sent = _members(regulars), len(doors.uploads())
    regulars.type(*_replace(str(long)))

    assert broken_off.exit_code == 130
    assert (len(doors.uploads()) == sent) == (path_end == "/finish")
    assert ("zoe@example.org" in meanwhile) == (path_end == "/import" or lost == "request")
    assert _members(regulars) == EVERYBODY
    assert journals(long) == []


def test_a_replacement_that_somebody_gave_up_takes_nobody_off(
    regulars: Terminal, doors: Doors, long: Path, admin: Admin
) -> None:
    segment_id = regulars.json("segments", "show", "Regulars")["segmentId"]

    def give_up() -> None:
        admin.delete(f"{HERE}/segments/{segment_id}/replacement")

    doors.before = once("/import", 2, give_up)
    stopped = regulars.stopped(*_replace(str(long)))
    meanwhile = _members(regulars)
    regulars.type(*_replace(str(long)))

    assert "The list was changed meanwhile" in stopped
    assert meanwhile == [*EVERYBODY, "zoe@example.org"]
    assert _members(regulars) == EVERYBODY


def test_a_replacement_that_was_given_up_between_two_runs_begins_anew(
    regulars: Terminal, doors: Doors, long: Path
) -> None:
    doors.before = once("/import", 2, interrupt)
    regulars.type(*_replace(str(long)))
    regulars.done("segments", "give-up", "Regulars")

    gone_on = regulars.type(*_replace(str(long)))

    assert "all rows are sent again" in gone_on.stderr
    assert _members(regulars) == EVERYBODY


def test_a_file_that_names_nobody_replaces_nothing(regulars: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email\nnobody\n")

    assert "the list is left as it was" in regulars.stopped(*_replace(str(file)))
    assert _members(regulars) == ["zoe@example.org"]
    assert regulars.json("segments", "show", "Regulars")["replacedBy"] is None
    assert journals(file) == []


def test_suppressions_are_imported(importer: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "gone.csv"
    file.write_text("email\nana@example.org\nben@example.org\n")

    first = importer.json("suppressions", "import", str(file), "--scope", "sms")
    again = importer.json("suppressions", "import", str(file), "--scope", "sms")

    assert (first["added"], again["added"], again["alreadyIn"]) == (2, 0, 2)
    assert {(each["identity"], each["scope"]) for each in importer.json("suppressions", "list")} == {
        ("ana@example.org", "sms"),
        ("ben@example.org", "sms"),
    }


def test_what_is_busy_is_tried_again(regulars: Terminal, doors: Doors, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email\nana@example.org\n")
    doors.before = once("/import", 1, lambda: httpx.Response(503, json={"error": "Try again"}))

    regulars.done("segments", "import", "Regulars", str(file))

    assert _members(regulars) == ["ana@example.org", "zoe@example.org"]
