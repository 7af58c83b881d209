"""Look through what was received in the past: closed hours in their files, the open one in its store.

It is read as far back as it was asked for, or less far and with the reason; never less without one.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from signalbox.domain.errors import TooLarge, Transient
from signalbox.domain.partners import Partner
from signalbox.domain.queries import EventRow, Loaded, Query, QueryAnswer, Window
from signalbox.domain.windows import halved, parted
from signalbox.ports import Events, History, QueryEngine

MAX_EVENTS = 200_000
"""How many events of the open hour are read; at 1 KB each they fit the function's memory."""
QUERY_SPAN = timedelta(days=1)
"""What one query covers, so that its rows are bounded by a day's and not by all there are."""

_HOUR = timedelta(hours=1)
_INSTANT = timedelta(milliseconds=1)


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

    def since(self, partner: Partner, since: datetime, now: datetime) -> Past:
        """Read what was received in `(since, now]`, or as much of its end as can be had at once."""
        kept_since = now - self._event_retention + _HOUR  # the hour in which the store deletes is no whole one
        window = Window(max(since, kept_since), now)
        shortfall = None if window.start == since else "earlier events are kept no more"
        hours, rest = parted(window.start, Window(max(window.start, now - self._settle), now))
        events, start = self._newest(partner, rest)
        if start > rest.start:
            return Past(Loaded(events), Window(start, now), f"the last hour holds over {self._max_events:,} events")
        try:
            files = self._files(partner, hours)
        except Transient as fault:
            return Past(Loaded(events), Window(start, now), f"{fault}; ask again in a minute", is_pending=True)
        if len(files) == len(hours):
            return Past(Loaded(events, files), window, shortfall)
        start = hours[-len(files)] - _INSTANT if files else start
        return Past(Loaded(events, files), Window(start, now), "earlier events are too many for one look")

    def search(self, past: Past, sql: str) -> Generator[QueryAnswer]:
        """Ask a question of each day of it, the latest first; whoever wants no more closes it."""
        queries = [Query(f"from {each.start}", sql, each, each.start) for each in _days(past.window)]
        yield from self._engine.run(past.loaded, lambda _: {}, queries)

    def _newest(self, partner: Partner, window: Window) -> tuple[list[EventRow], datetime]:
        """Read the span, or the last half of it, or of that, as fits; a second is never cut."""
        start: datetime | None = window.start
        while start is not None:
            window = Window(start, window.end)
            events = list(islice(self._events.read(partner.partner_id, partner.shards, window), self._max_events + 1))
            if len(events) <= self._max_events:
                return events, start
            start = halved(start, window.end)
        return list(self._events.read(partner.partner_id, partner.shards, window)), window.start

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


def _days(window: Window) -> Iterator[Window]:
    end = window.end
    while end > window.start:
        start = max(window.start, end - QUERY_SPAN)
        yield Window(start, end)
        end = start
