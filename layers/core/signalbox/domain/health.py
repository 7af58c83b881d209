"""How a flow's runs are going, kept with its cursor: the last run, since when it fails, and whether it went quiet.

The exit condition of its wait is a query of its own, which fails by itself.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from signalbox.domain.queries import QueryFailure, QueryFault, Window

DAILY = 7
"""So many days in a row with a match make a flow a daily one; fewer would call every shop's weekend a silence."""
QUIET_DAYS = 1
"""A daily flow has gone quiet when so many whole days (UTC) passed without a match."""
TOLD_FOR = timedelta(days=7)
"""For so long after its last match a quiet flow is told of; then it is how things are."""
LONGEST_EXIT_DETAIL = 200
"""What of an exit condition's fault is kept, so that a cursor with all that can be told costs one write unit."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the last run of a flow's query came to; `detail` says a fault in words, without any event's data."""

    ran_at: datetime
    window: Window
    trigger_version: int
    rows: int
    matches: int
    elapsed_ms: int
    fault: QueryFault | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ExitFault:
    """Why a wait's exit condition cannot be judged, and since when; whoever waits goes on waiting."""

    since: datetime
    fault: QueryFault
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """The health of one flow's runs; `streak` counts the days in a row with a match that end on `last_match_on`."""

    last_run: LastRun | None = None
    failing_since: datetime | None = None
    last_match_on: date | None = None
    streak: int = 0
    exit_fault: ExitFault | None = None

    def after_exits(self, failure: QueryFailure | None, now: datetime) -> "Health":
        """Add what became of the exit condition; the same again when it only goes on as it was."""
        if failure is None:
            return replace(self, exit_fault=None) if self.exit_fault else self
        since = self.exit_fault.since if self.exit_fault else now
        told = ExitFault(since, failure.fault, failure.detail[:LONGEST_EXIT_DETAIL])
        return self if told == self.exit_fault else replace(self, exit_fault=told)

    def after(self, run: LastRun) -> "Health":
        """Add a run: a failed one keeps the day it began to fail, one that matched its day."""
        if run.fault is not None:
            return replace(self, last_run=run, failing_since=self.failing_since or run.ran_at)
        told = replace(self, last_run=run, failing_since=None)
        day = run.window.end.date()
        if run.matches == 0 or day == self.last_match_on:
            return told
        follows = self.last_match_on is not None and day - self.last_match_on == timedelta(days=1)
        return replace(told, last_match_on=day, streak=self.streak + 1 if follows else 1)

    def is_quiet(self, now: datetime) -> bool:
        """Tell whether a flow that matched daily has stopped to."""
        if self.last_match_on is None or self.streak < DAILY:
            return False
        silent_days = now.date() - self.last_match_on - timedelta(days=1)
        return timedelta(days=QUIET_DAYS) <= silent_days < TOLD_FOR
