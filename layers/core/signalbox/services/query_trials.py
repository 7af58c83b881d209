"""Try a trigger's query over recent events, for an author who waits for the answer: the newest that can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from signalbox.domain.errors import Invalid
from signalbox.domain.matching import usable
from signalbox.domain.partners import Partner
from signalbox.domain.queries import EventRow, Loaded, Query, QueryFailure, QueryRows, Window
from signalbox.domain.validations import reason_for
from signalbox.ports import Contacts, Events, QueryEngine

RECENT = timedelta(hours=24)
"""The window a query is tried over; its look-back is read before it."""
MAX_EVENTS = 50_000
"""How many events are read, the newest: somebody waits for the answer."""

_STEP = timedelta(hours=1)
_SHORTEST_STEP = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a query answered over which span; `is_cut` says that there were too many events for its older part."""

    window: Window
    reads_from: datetime
    is_cut: bool
    events: Sequence[EventRow]
    answer: QueryRows


class QueryTrials:
    """Reads and runs; nothing is written."""

    def __init__(
        self, *, events: Events, contacts: Contacts, engine: QueryEngine, max_events: int = MAX_EVENTS
    ) -> None:
        self._events = events
        self._contacts = contacts
        self._engine = engine
        self._max_events = max_events

    def over(self, partner: Partner, sql: str, lookback: timedelta, window: Window) -> Trial:
        """Run compiled SQL over a window and its look-back; raises Invalid with why there is no answer."""
        wanted = Window(window.start - lookback, window.end)
        events, read = self._newest(partner, wanted)
        tried = Window(max(window.start, read.start), window.end)
        answer = self._answer(partner, Query("trial", sql, tried, read.start), events)
        return Trial(tried, read.start, read != wanted, events, answer)

    def _answer(self, partner: Partner, query: Query, events: list[EventRow]) -> QueryRows:
        traits_of = partial(self._contacts.traits_of, partner.partner_id)
        [answer] = self._engine.run(Loaded(events), traits_of, [query])
        judged = usable(answer)
        if isinstance(judged, QueryFailure):
            raise Invalid([reason_for(judged)])
        return judged

    def _newest(self, partner: Partner, wanted: Window) -> tuple[list[EventRow], Window]:
        """Read backwards, step by step, for as long as whole steps fit; give what was read and its span."""
        events: list[EventRow] = []
        start, step = wanted.end, _STEP
        while start > wanted.start:
            earlier = Window(max(wanted.start, start - step), start)
            room = self._max_events - len(events)
            found = list(islice(self._events.read(partner.partner_id, partner.shards, earlier), room + 1))
            if len(found) <= room:
                events += found
                start = earlier.start
            elif events or step <= _SHORTEST_STEP:
                break
            else:
                step = max(_SHORTEST_STEP, step / 2)
        return events, Window(start, wanted.end)
