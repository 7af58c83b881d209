"""Reads the hostile queries of this folder: what each must meet at save, and what when nothing looked at it before.

-- name: what it tries
-- save: refused, or refused: the words that must be in the reason, or passes
-- run: the fault of the raw text in the child, with words of its reason; or answered: why that harms nobody
-- compiled: the same for the compiler's output, where it differs
-- bare: stopped, or runs: why that harms nobody; in a locked child that does not look at the tree
the SQL, with <<3 text#>> for text0text1text2 and <<NUL>> for the byte 0
"""

import re
from dataclasses import dataclass
from pathlib import Path

GROUPS = tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.sql")))
_ENTRY = re.compile(
    r"-- name: (\w+)\n((?:-- (?:save|run|compiled|bare): [^\n]+\n)+)(.*?)(?=\n\n-- name: |\n*\Z)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """One query, what must stop it, and why it may be answered where it is."""

    name: str
    sql: str
    save: str
    run: str
    compiled: str
    bare: str | None


def hostile_queries(group: str) -> list[Hostile]:
    """Read one file of the corpus."""
    text = Path(__file__).with_name(f"{group}.sql").read_text()
    return [_entry(*found) for found in _ENTRY.findall(text)]


def _entry(name: str, headers: str, sql: str) -> Hostile:
    said = dict(line.removeprefix("-- ").split(": ", 1) for line in headers.splitlines())
    return Hostile(name, _expand(sql), said["save"], said["run"], said.get("compiled", said["run"]), said.get("bare"))


def _expand(sql: str) -> str:
    repeated = re.sub(
        r"<<(\d+) (.*?)>>",
        lambda found: "".join(found[2].replace("#", str(each)) for each in range(int(found[1]))),
        sql,
    )
    return repeated.replace("<<NUL>>", "\0")
