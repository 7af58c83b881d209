"""Backtests: what a trigger would have found in a span of the past, and what a flow would have made of it."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import date

from signalbox.domain.decisions import Match
from signalbox.domain.queries import Cell, Window
from signalbox.domain.rehearsals import Rehearsal
from signalbox.domain.safety_holds import contacts_in

SHOWN_ROWS = 50
MAX_MATCHES = 100_000
"""After so many matches a backtest stops: it keeps the name of each, and of everybody in them."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """What was found by the runs of one day (UTC); `contacts` are different people."""

    day: date
    rows: int
    matches: int
    contacts: int


@dataclass(frozen=True, slots=True)
class Backtest:
    """What was found in `covered`, which is the older part of what was `asked`; `stopped` says why not all of it.

    events       received in it
    rows         that were returned; `matches` are the different events they name
    contacts     the different people in the matches
    nameless     matches that name nobody: reported and not sent
    too_old      matches whose event was received longer before they were found than the trigger lets it count
    largest_run  the most people in one run, of a quarter of an hour at most, which a safety limit is held against
    columns      of the rows; empty where there were none
    shown        the first rows
    rehearsal    what a flow would have done with the matches that are not too old; None without a flow
    """

    asked: Window
    covered: Window
    stopped: str | None
    events: int
    rows: int
    matches: int
    contacts: int
    nameless: int
    too_old: int
    largest_run: int
    by_day: Sequence[DayCount]
    columns: Sequence[str]
    shown: Sequence[Mapping[str, Cell]]
    rehearsal: Rehearsal | None = None


@dataclass(slots=True)
class _Day:
    rows: int = 0
    matches: int = 0
    identities: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Findings:
    """Gathers what run after run finds; an event that an earlier run found is a repeat, as its decision is made.

    `newest` are the last `keeps` of the matches that are not too old, of which there are `in_time`. `most` are taken.
    """

    keeps: InitVar[int]
    most: int = MAX_MATCHES
    newest: deque[Match] = field(init=False)
    events: int = 0
    in_time: int = 0
    nameless: int = 0
    largest_run: int = 0
    rows: list[Mapping[str, Cell]] = field(default_factory=list)
    days: dict[date, _Day] = field(default_factory=dict)
    event_ids: set[str] = field(default_factory=set)

    def __post_init__(self, keeps: int) -> None:
        self.newest = deque(maxlen=keeps)

    @property
    def is_full(self) -> bool:
        """Tell whether no more is gathered."""
        return len(self.event_ids) >= self.most

    def add(self, window: Window, rows: Sequence[Mapping[str, Cell]], matches: Iterable[Match]) -> None:
        """Take in what the run over a window returned, and the matches that it makes."""
        new = [each for each in matches if each.event_id not in self.event_ids]
        self.event_ids.update(each.event_id for each in new)
        self.rows += rows[: SHOWN_ROWS - len(self.rows)]
        self.largest_run = max(self.largest_run, contacts_in(each.identity for each in new))
        day = self.days.setdefault(window.end.date(), _Day())
        day.rows += len(rows)
        day.matches += len(new)
        for match in new:
            if match.identity is None:
                self.nameless += 1
            else:
                day.identities.add(match.identity)
            if not _is_too_old(match):
                self.in_time += 1
                self.newest.append(match)

    def told(self, asked: Window, covered: Window, stopped: str | None, rehearsal: Rehearsal | None) -> Backtest:
        """Tell what was found in a span."""
        days = self.days.values()
        return Backtest(
            asked=asked,
            covered=covered,
            stopped=stopped,
            events=self.events,
            rows=sum(day.rows for day in days),
            matches=len(self.event_ids),
            contacts=len(set[str]().union(*(day.identities for day in days))),
            nameless=self.nameless,
            too_old=len(self.event_ids) - self.in_time,
            largest_run=self.largest_run,
            by_day=[DayCount(on, day.rows, day.matches, len(day.identities)) for on, day in self.days.items()],
            columns=tuple(self.rows[0]) if self.rows else (),
            shown=self.rows,
            rehearsal=rehearsal,
        )


def _is_too_old(match: Match) -> bool:
    """Judge by the receipt: the event occurred no later. Whether it occurred much earlier, its rehearsal tells."""
    if match.received_at is None or match.matched_at is None:
        return False
    return match.matched_at - match.received_at > match.max_event_age
