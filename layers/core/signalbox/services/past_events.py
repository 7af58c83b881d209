"""Look through what was received in the past: closed hours in their files, the open one in its store.

It is read as far back as it was asked for, or less far and with the reason; never less without one.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from signalbox.domain.errors import TooLarge, Transient
from signalbox.domain.events import from_ms
from signalbox.domain.partners import Partner
from signalbox.domain.queries import EventRow, Loaded, Query, QueryAnswer, Window
from signalbox.domain.windows import parted
from signalbox.ports import Clock, Events, History, QueryEngine

ENOUGH = timedelta(seconds=15)
"""After which an answer begins nothing more: whoever waits is cut off after 29 seconds, and a query may take some."""
MAX_EVENTS = 200_000
"""How many events of the open hour are read; at 1 KB each they fit the function's memory."""
NO_TIME = "the time was up"

_FIRST_SPAN = timedelta(days=2)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_INSTANT = timedelta(milliseconds=1)
_A_PAGE = 1000  # events; so many come at once

type MayGoOn = Callable[[], bool]
"""Asked between one thing and the next: is there time left?"""


def while_there_is_time(clock: Clock) -> MayGoOn:
    """Let an answer that is begun now go on for `ENOUGH`."""
    until = clock.now() + ENOUGH
    return lambda: clock.now() < until


def by_day(window: Window) -> Iterator[Window]:
    """Part a span into days, the latest first, for a question whose rows are then bounded by a day's."""
    end = window.end
    while end > window.start:
        start = max(window.start, end - _DAY)
        yield Window(start, end)
        end = start


def by_doubling(window: Window) -> Iterator[Window]:
    """Part a span, the latest first, into two days and then each as long as all before, for few rows soon.

    A query opens all files that are loaded, so each of 30 for the days of a month would take as long as one for all.
    """
    end, length = window.end, _FIRST_SPAN
    while end > window.start:
        start = max(window.start, end - length)
        yield Window(start, end)
        end, length = start, window.end - start


@dataclass(frozen=True, slots=True)
class Past:
    """What was received in `window`; `shortfall` says why that begins later than was asked for.

    `is_pending` says that there will be more when somebody asks again: files are being written.
    """

    loaded: Loaded
    window: Window
    shortfall: str | None = None
    is_pending: bool = False


class PastEvents:
    """Reads and searches; `event_retention` is for how long events are kept, `settle` how long a write may take."""

    def __init__(
        self,
        *,
        events: Events,
        history: History,
        engine: QueryEngine,
        settle: timedelta,
        event_retention: timedelta,
        max_events: int = MAX_EVENTS,
    ) -> None:
        self._events = events
        self._history = history
        self._engine = engine
        self._settle = settle
        self._event_retention = event_retention
        self._max_events = max_events

    def since(self, partner: Partner, since: datetime, now: datetime, may_go_on: MayGoOn) -> Past:
        """Read what was received in `(since, now]`, or as much of its end as can be had at once."""
        kept_since = now - self._event_retention + _HOUR  # the hour in which the store deletes is no whole one
        window = Window(max(since, kept_since), now)
        shortfall = None if window.start == since else "earlier events are kept no more"
        hours, rest = parted(window.start, Window(max(window.start, now - self._settle), now))
        events, start = self._newest(partner, rest, may_go_on)
        if start > rest.start:
            is_full = len(events) >= self._max_events
            why = f"the last hour holds over {self._max_events:,} events" if is_full else NO_TIME
            return Past(Loaded(events), Window(start, now), why)
        try:
            files = self._files(partner, hours)
        except Transient as fault:
            return Past(Loaded(events), Window(start, now), f"{fault}; ask again in a minute", is_pending=True)
        if len(files) == len(hours):
            return Past(Loaded(events, files), window, shortfall)
        start = hours[-len(files)] - _INSTANT if files else start
        return Past(Loaded(events, files), Window(start, now), "earlier events are too many for one look")

    def search(
        self, past: Past, sql: str, spans: Callable[[Window], Iterator[Window]], may_go_on: MayGoOn
    ) -> Generator[tuple[Window, QueryAnswer]]:
        """Ask a question of one span of it after the other while there is time; whoever wants no more closes it."""
        windows = list(spans(past.window))
        with closing(self._run(past, [Query(f"from {each.start}", sql, each, each.start) for each in windows])) as run:
            for window, answer in zip(windows, run, strict=True):
                yield window, answer
                if not may_go_on():
                    return

    def _run(self, past: Past, queries: Sequence[Query]) -> Generator[QueryAnswer]:
        """Run queries; closing it ends the engine's work."""
        yield from self._engine.run(past.loaded, lambda _: {}, queries)

    def _newest(self, partner: Partner, window: Window, may_go_on: MayGoOn) -> tuple[list[EventRow], datetime]:
        """Read the span, or as much of its end as fits and there is time for; an instant is never cut."""
        events: list[EventRow] = []
        for row in self._events.newest(partner.partner_id, partner.shards, window):
            if events and row[1] < events[-1][1]:
                is_full = len(events) >= self._max_events
                if is_full or (len(events) % _A_PAGE == 0 and not may_go_on()):
                    return events, from_ms(row[1])
            events.append(row)
        return events, window.start

    def _files(self, partner: Partner, hours: Sequence[datetime]) -> Sequence[Path]:
        """Give the files of the hours, or of the later half of them, or of that, as fits.

        Raises Transient when there are hours to be written and there was no time for all: the next call goes on.
        """
        while hours:
            try:
                return self._history.of_hours(partner.partner_id, partner.shards, hours)
            except TooLarge:
                hours = hours[(len(hours) + 1) // 2 :]
        return ()
