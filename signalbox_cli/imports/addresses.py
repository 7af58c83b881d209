"""Addresses out of CSV: the column `email` of a table with a header, or a bare list; sent as that column alone.

The other columns never leave the machine. Whether a cell is an address is the API's to say.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from signalbox_cli.errors import Stop
from signalbox_cli.imports.carrying import Row, Told
from signalbox_cli.imports.journal import Refused
from signalbox_cli.imports.tables import rows_of

COLUMN = "email"
PUT_ON = ("added", "alreadyIn", "repeats")
TAKEN_OFF = ("removed", "notIn", "repeats")
_FIRST_LINE = 2
"""Of the first address in what is sent: the header is before it."""


def addresses_in(path: Path) -> Iterator[Row]:
    """Give the addresses with their lines; raises Stop where no column of them is to be found."""
    rows = rows_of(path)
    line, first = next(rows, (1, [COLUMN]))
    titles = [cell.casefold() for cell in first]
    if COLUMN in titles:
        column = titles.index(COLUMN)
    elif len(first) == 1 and "@" in first[0]:
        column = 0
        yield _row(line, first[0])
    else:
        raise Stop(f"{path} has no column named '{COLUMN}' in line {line}, and is no bare list of addresses.")
    for line, cells in rows:
        yield _row(line, cells[column] if column < len(cells) else "")


def as_csv(rows: Sequence[Row]) -> str:
    """Write rows as one column with its header, an address a line."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([[COLUMN], *([row.text] for row in rows)])
    return text.getvalue()


def told_of(rows: Sequence[Row], answer: Mapping[str, Any], counted: Sequence[str] = PUT_ON) -> Told:
    """Read what became of them, with the lines of the file in the place of those of the part."""
    refused = [Refused(rows[each["line"] - _FIRST_LINE].line, each["reason"]) for each in answer["refused"]]
    return Told({name: answer[name] for name in counted}, refused)


def _row(line: int, cell: str) -> Row:
    address = " ".join(cell.split())  # a line break in it would move the lines after it
    return Row(line, address) if address else Row(line, fault="there is no address")
