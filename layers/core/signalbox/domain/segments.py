"""Segments: named sets of contacts, uploaded as a list or described by a rule over traits."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from signalbox.domain.content import ContentProblem
from signalbox.domain.decisions import SkipReason
from signalbox.domain.errors import Invalid, Reason, TooLarge
from signalbox.domain.identities import identity_of

MAX_NAME = 200
"""Characters that a list can show."""
MAX_CONDITION_BYTES = 8_192
MAX_LISTED = 20
"""As many as one filter may list: each rule among them has a rendering's time of its own."""
MAX_ROWS = 5_000
"""As many as one upload may have: they are on the list within some seconds; a longer list comes in parts."""
ADDRESS_COLUMN = "email"
DELIMITERS = (",", ";", "\t")
"""What spreadsheets write between cells, by the language they are set to."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """All that is on a list is being replaced by an upload, which its caller named; who was put on before is to go."""

    upload: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ListSegment:
    """Those who were put on a list; membership is kept with each contact."""

    partner_id: str
    segment_id: str
    name: str
    version: int = 1
    is_archived: bool = False
    replacement: Replacement | None = None


@dataclass(frozen=True, slots=True)
class RuleSegment:
    """Those for whom a condition over `contact` holds, judged anew each time it is asked."""

    partner_id: str
    segment_id: str
    name: str
    condition: str
    version: int = 1
    is_archived: bool = False


type Segment = ListSegment | RuleSegment


@dataclass(frozen=True, slots=True)
class Membership:
    """One identity's place on a list: when it was put there last, and by whom."""

    partner_id: str
    segment_id: str
    identity: str
    put_on_at: datetime
    by: str


def memberships(
    listed: frozenset[str], rules: Iterable[RuleSegment], holds: Callable[[str], bool | ContentProblem]
) -> frozenset[str] | ContentProblem:
    """Give the segments a contact is in: the lists it is on, and the rules that hold.

    A contact that lacks a trait a rule asks for is not in that segment, as an unknown contact is in none. A rule that
    fails otherwise is a problem and not a no, or it would let through whom it was to exclude.
    """
    held: set[str] = set()
    for rule in rules:
        verdict = holds(rule.condition)
        if verdict is True:
            held.add(rule.segment_id)
        elif isinstance(verdict, ContentProblem) and verdict.reason is not SkipReason.CONTENT_MISSING_VALUE:
            return ContentProblem(verdict.reason, f"segment {rule.segment_id}: {verdict.detail}")
    return listed | held


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of an upload that names nobody; `line` is that of the file, from 1. It never holds what was in it."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Upload:
    """What an upload holds: identities in the order they came, each once; `repeats` counts the rows that said no more.

    Every row that is not empty is in exactly one of the three.
    """

    identities: Sequence[str]
    repeats: int
    refused: Sequence[RefusedRow]


def parse_upload(text: str, is_address: Callable[[str], bool], most: int = MAX_ROWS) -> Upload:
    """Read addresses from CSV: the column `email` of a table with a header, or a bare list of addresses.

    A bad row is reported and the others are taken. Raises Invalid where no column of addresses is to be found or the
    text stops being CSV, TooLarge over `most` rows.
    """
    identities: dict[str, None] = {}
    repeats, refused = 0, list[RefusedRow]()
    for line, address in _addresses(_rows(text.removeprefix("\ufeff")), is_address):
        identity = identity_of(address)
        if not is_address(address):
            refused.append(RefusedRow(line, "expected an e-mail address" if address else "there is no address"))
        elif identity in identities:
            repeats += 1
        else:
            identities[identity] = None
        if len(identities) + repeats + len(refused) > most:
            raise TooLarge(f"more than {most} rows; send them in parts, each with its header")
    return Upload(tuple(identities), repeats, tuple(refused))


def _addresses(rows: Iterator[tuple[int, list[str]]], is_address: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """Find the column of addresses by the first row, and give its cell in each row with the line it ends on."""
    line, first = next(rows, (1, [ADDRESS_COLUMN]))
    titles = [cell.casefold() for cell in first]
    column = titles.index(ADDRESS_COLUMN) if ADDRESS_COLUMN in titles else 0
    if len(first) == 1 and is_address(first[0]):
        yield line, first[0]
    elif ADDRESS_COLUMN not in titles:
        raise Invalid([Reason("", f"expected a column named {ADDRESS_COLUMN!r} in line {line}, or addresses alone")])
    for line, cells in rows:
        yield line, cells[column] if column < len(cells) else ""


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give every row that has something in it, its cells trimmed."""
    lines = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for row in lines:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield lines.line_num, cells
    except csv.Error as fault:
        # Its words name the quotation mark or the length that is wrong, never what is in the file.
        raise Invalid([Reason("", f"expected CSV; in line {lines.line_num}: {fault}")]) from None


def _delimiter(text: str) -> str:
    """Take what stands most often in the first line with anything in it; a comma where nothing does."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def reasons_against(segment: Segment) -> Iterator[Reason]:
    """Name each part that makes no sense, by its path; whether a condition compiles is its compiler's to say."""
    if not 1 <= len(segment.name.strip()) <= MAX_NAME:
        yield Reason("/name", f"expected 1 to {MAX_NAME} characters")
    if not isinstance(segment, RuleSegment):
        return
    if not segment.condition.strip():
        yield Reason("/condition", "expected a condition")
    elif len(segment.condition.encode()) > MAX_CONDITION_BYTES:
        yield Reason("/condition", f"expected up to {MAX_CONDITION_BYTES} bytes")
