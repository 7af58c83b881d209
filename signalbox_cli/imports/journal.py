"""How far an import has got, kept beside its file, so that the same command goes on after it was broken off.

A part is sent, then its refused rows are written to the report, then the journal is kept:

sent ──crash──> the part is sent once more, which is harmless; the report is cut back to what the journal knows
"""

import contextlib
import csv
import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from signalbox_cli.errors import Stop

_KEY_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken, by its line in the file, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class Journal:
    """The rows that are done of one file for one purpose, what became of them, and what a purpose notes of its own."""

    digest: str
    path: Path
    report: Path
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    report_bytes: int = 0
    notes: dict[str, Any] = field(default_factory=dict)

    def take(self, rows: int, counts: Mapping[str, int], refused: Sequence[Refused]) -> None:
        """Note that the next rows are done."""
        self._report(refused)
        self.rows += rows
        self.counts.update(counts)
        self.refused += len(refused)
        self.keep()

    def keep(self) -> None:
        """Write it in the place of what it was, at once."""
        known = {name: getattr(self, name) for name in ("rows", "counts", "refused", "report_bytes", "notes")}
        beside = self.path.with_name(f"{self.path.name}.new")
        try:
            beside.write_text(json.dumps(known))
            beside.replace(self.path)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def begin_anew(self) -> None:
        """Forget what was done: all rows are to be sent again."""
        self.rows, self.counts, self.refused, self.report_bytes, self.notes = 0, Counter(), 0, 0, {}
        self.keep()

    def end(self) -> None:
        """Leave nothing but the report, and that only where it has something to tell."""
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
        if not self.refused:
            with contextlib.suppress(FileNotFoundError):
                self.report.unlink()

    def _report(self, refused: Sequence[Refused]) -> None:
        """Add to the report, after what the journal knows of it."""
        try:
            with self.report.open("r+" if self.report_bytes else "w", newline="", encoding="utf-8") as file:
                file.truncate(self.report_bytes)
                file.seek(0, os.SEEK_END)
                lines = csv.writer(file, lineterminator="\n")
                if not self.report_bytes:
                    lines.writerow(["line", "reason"])
                lines.writerows([each.line, each.reason] for each in refused)
            self.report_bytes = self.report.stat().st_size
        except OSError as error:
            raise _unwritable(self.report, error) from error


def journal_of(file: Path, *purpose: str) -> Journal:
    """Give what is known of this file's very content for this purpose: server, partner, and what it is for."""
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise Stop(f"{file} cannot be read: {error.strerror}.") from error
    key = hashlib.sha256("\n".join((digest, *purpose)).encode()).hexdigest()[:_KEY_CHARACTERS]
    journal = Journal(
        digest, file.with_name(f"{file.name}.{key}.state"), file.with_name(f"{file.name}.{key}.refused.csv")
    )
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):  # none, or none that can be read: sent anew
        known = json.loads(journal.path.read_text())
        journal.rows, journal.counts, journal.refused = known["rows"], Counter(known["counts"]), known["refused"]
        journal.report_bytes, journal.notes = known["report_bytes"], known["notes"]
    return journal


def _unwritable(path: Path, error: OSError) -> Stop:
    return Stop(f"{path} cannot be written: {error.strerror}. Import a copy of the file that is in a folder of yours.")
