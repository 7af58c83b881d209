"""Validate a trigger's draft: compile it, run it over recent real events, and tell what a flow would make of the rows.

Nothing is written and nothing is sent.
"""

from datetime import timedelta
from functools import partial
from itertools import islice

from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.matching import usable
from signalbox.domain.partners import Partner
from signalbox.domain.queries import EventRow, Loaded, Query, QueryFailure, QueryRows, Window
from signalbox.domain.validations import SHOWN_ROWS, Validation, counted, reason_for
from signalbox.ports import Clock, Contacts, Events, Partners, QueryCompiler, QueryEngine
from signalbox.services.trigger_checks import checked_sql

RECENT = timedelta(hours=24)
"""The window a draft is run over; its look-back is read before it."""
MAX_EVENTS = 50_000
"""How many events are read, the newest: somebody waits for the answer."""

_STEP = timedelta(hours=1)
_SHORTEST_STEP = timedelta(seconds=1)


class TriggerValidation:
    """The use case of an author who asks what a query would find."""

    def __init__(
        self,
        *,
        clock: Clock,
        partners: Partners,
        events: Events,
        contacts: Contacts,
        compiler: QueryCompiler,
        engine: QueryEngine,
        max_events: int = MAX_EVENTS,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._events = events
        self._contacts = contacts
        self._compiler = compiler
        self._engine = engine
        self._max_events = max_events

    def validate(self, draft: TriggerDraft) -> Validation:
        """Run the draft over the last day; raises Invalid with what is wrong, in words that say what to do."""
        partner = self._partners.find(draft.partner_id)
        if partner is None:
            raise Invalid([Reason("/partner_id", "no such partner")])
        sql = checked_sql(self._compiler, draft)
        now = self._clock.now()
        wanted = Window(now - RECENT - draft.lookback, now)
        events, read = self._newest(partner, wanted)
        window = Window(max(now - RECENT, read.start), now)
        answer = self._answer(partner, Query("draft", sql, window, read.start), events)
        return Validation(
            window=window,
            reads_from=read.start,
            is_cut=read != wanted,
            events=len(events),
            columns=tuple(answer.rows[0]) if answer.rows else (),
            rows=answer.rows[:SHOWN_ROWS],
            row_count=len(answer.rows),
            elapsed_ms=answer.elapsed_ms,
            rules=counted(answer, events, draft.max_event_age, now),
        )

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
