"""Carrying a file's rows to the API in parts, with a progress bar, going on where an earlier run was broken off."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from signalbox_cli.errors import Stop
from signalbox_cli.imports.journal import Journal, Refused
from signalbox_cli.showing import Screen


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its line in the file: what is sent of it, or why it is not."""

    line: int
    text: str = ""
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a part: counts by name, and the rows that were refused."""

    counts: Mapping[str, int]
    refused: Sequence[Refused] = ()


@dataclass(frozen=True, slots=True)
class Size:
    """How much one part may have."""

    rows: int
    characters: int


type Send = Callable[[Sequence[Row]], Told]
"""Sends a part, which may come twice, and tells what became of it."""


def carry(screen: Screen, journal: Journal, rows: Callable[[], Iterator[Row]], size: Size, send: Send) -> None:
    """Send all rows that are not done yet; whatever happens, the journal tells which are."""
    total = sum(1 for _ in rows())
    if total == 0:
        raise Stop("There is no row in the file.")
    if journal.rows:
        screen.say(f"Going on after {journal.rows} of {total} rows, which an earlier run has sent.")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen.about, disable=not screen.about.is_terminal) as progress:
        task = progress.add_task("Rows", total=total, completed=journal.rows)
        try:
            for part in _parts(islice(rows(), journal.rows, None), size):
                _carry_part(journal, part, send)
                progress.update(task, completed=journal.rows)
        except BaseException:
            screen.say(
                f"Broken off after {journal.rows} of {total} rows; run the same command again to go on.", "yellow"
            )
            raise


def conclude(screen: Screen, journal: Journal, **more: int) -> None:
    """Show what became of all rows, and leave no journal; raises Stop where some were refused."""
    counts = {"rows": journal.rows, **journal.counts, **more, "refused": journal.refused}
    journal.end()
    if screen.as_json:
        screen.json({**counts, "report": str(journal.report) if journal.refused else None})
    else:
        rows = [{"what": name, "count": count} for name, count in counts.items()]
        screen.table(rows, {"what": "What", "count": "How many"}, none="")
    if journal.refused:
        raise Stop(f"Rows refused: {journal.refused}. Which and why is in {journal.report}")


def _carry_part(journal: Journal, part: Sequence[Row], send: Send) -> None:
    whole = [row for row in part if row.fault is None]
    told = send(whole) if whole else Told({})
    faulty = [Refused(row.line, row.fault) for row in part if row.fault is not None]
    journal.take(len(part), told.counts, sorted([*faulty, *told.refused], key=lambda each: each.line))


def _parts(rows: Iterable[Row], size: Size) -> Iterator[Sequence[Row]]:
    part: list[Row] = []
    characters = 0
    for row in rows:
        if part and (len(part) == size.rows or characters + len(row.text) > size.characters):
            yield part
            part, characters = [], 0
        part.append(row)
        characters += len(row.text)
    if part:
        yield part
