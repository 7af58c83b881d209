"""Run a trigger over a span of the past, as runs that catch up would have; nothing is handed over and nothing is sent.

    asked     (──────────────────────────────────────────────]  30 days, up to what has settled
    chunks    (───────────)(───────────)(───────────)(───────]  six hours each, loaded at once with their look-back
    windows   (==)(==)(==)(==)(==)…                             a quarter of an hour each, one query each

A window's query sees what a run would have seen: its window and its look-back, nothing that came later. One window over
the whole span would answer another question wherever a query groups, counts or asks for what did not happen.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from signalbox.domain.backtests import MAX_MATCHES, Backtest, Findings
from signalbox.domain.errors import Invalid, Reason, TooLarge, Transient
from signalbox.domain.flows import MAX_LOOKBACK, Flow, LiveFlow, Trigger
from signalbox.domain.matching import matches_of, usable
from signalbox.domain.partners import Partner
from signalbox.domain.queries import Loaded, Query, QueryAnswer, QueryFailure, QueryRows, Window
from signalbox.domain.validations import reason_for
from signalbox.domain.windows import closed, steps
from signalbox.ports import Clock, Contacts, Events, History, Partners, QueryEngine
from signalbox.services.flow_authoring import EVENT_RETENTION
from signalbox.services.loading import MAX_EVENTS
from signalbox.services.rehearsing import MAX_JUDGED, Rehearsing

MAX_SPAN = MAX_LOOKBACK
COUNT_EVENTS = "SELECT NULL AS identity, count(*) AS event_id FROM event_triggers"
"""Our own query beside the author's, over what was received in a chunk; repeats of a name count once."""
CHUNK_HOURS = 6
"""Few enough events to load at once, and enough queries to be worth the loading."""

NO_TIME = "the time was up"
TOO_MANY_MATCHES = "there are too many matches"
TOO_MANY_EVENTS = f"there are more than {MAX_EVENTS} events in the hour that is not over"

type MayGoOn = Callable[[], bool]


def always() -> bool:
    """Give all the time that it takes."""
    return True


class _Stopped(Exception):
    """The backtest cannot go on from where it is; what was found stays."""


class Backtesting:
    """The use case of an author who asks what a trigger would have found, and of whoever is about to backfill."""

    def __init__(
        self,
        *,
        clock: Clock,
        partners: Partners,
        events: Events,
        history: History,
        contacts: Contacts,
        engine: QueryEngine,
        rehearsing: Rehearsing,
        settle: timedelta,
        event_retention: timedelta = EVENT_RETENTION,
        max_matches: int = MAX_MATCHES,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._events = events
        self._history = history
        self._contacts = contacts
        self._engine = engine
        self._rehearsing = rehearsing
        self._settle = settle
        self._event_retention = event_retention
        self._max_matches = max_matches

    def backtest(
        self,
        trigger: Trigger,
        since: datetime,
        until: datetime | None = None,
        *,
        flow: Flow | None = None,
        may_go_on: MayGoOn = always,
    ) -> Backtest:
        """Tell what the trigger would have found in `(since, until]`, and what the flow would have made of it then.

        `until` is at most what has settled (None: that). `may_go_on` is asked after each window; what is not covered
        can be asked for next, from `covered.end` on. Raises Invalid for a span over 30 days or that is empty, and
        where the query gives no answer.
        """
        settled = self._clock.now() - self._settle
        span = Window(since, settled if until is None else min(until, settled))
        if not timedelta(0) < span.end - span.start <= MAX_SPAN:
            raise Invalid(
                [Reason("/since", f"expected a time up to {MAX_SPAN.days} days before the end, and not later")]
            )
        return self._over(span, trigger, flow, may_go_on)

    def backfill(self, flow: Flow, trigger: Trigger, since: datetime, may_go_on: MayGoOn = always) -> Backtest:
        """Tell what launching the flow as of `since` would do: all its matches are found now, and judged so.

        Raises as `backtest` does.
        """
        now = self._clock.now()
        span = Window(since, now - self._settle)
        if not timedelta(0) < span.end - span.start <= self._event_retention:
            raise Invalid([Reason("/since", f"expected a time in the last {self._event_retention.days} days")])
        return self._over(span, trigger, flow, may_go_on, found_at=now)

    def _over(
        self, span: Window, trigger: Trigger, flow: Flow | None, may_go_on: MayGoOn, found_at: datetime | None = None
    ) -> Backtest:
        partner = self._partners.find(trigger.partner_id)
        if partner is None:
            raise Invalid([Reason("/partner_id", "no such partner")])
        findings, stopped, covered = Findings(MAX_JUDGED, self._max_matches), None, span.start
        live = LiveFlow(trigger.partner_id, flow.flow_id if flow else "", trigger.trigger_id)
        try:
            with closing(self._answers(partner, trigger, span, findings)) as answers:
                for window, answer in answers:
                    findings.add(window, answer.rows, matches_of(live, trigger, answer, found_at or window.end))
                    covered = window.end
                    _stop_where_due(findings, may_go_on, is_last=covered == span.end)
        except _Stopped as stop:
            stopped = str(stop)
        newest = list(findings.newest)
        rehearsal = self._rehearsing.rehearse(flow, newest, of=findings.in_time) if flow else None
        return findings.told(span, Window(span.start, covered), stopped, rehearsal)

    def _answers(
        self, partner: Partner, trigger: Trigger, span: Window, findings: Findings
    ) -> Generator[tuple[Window, QueryRows]]:
        """Run window after window; raises Invalid with the query's fault, and _Stopped where nothing can be loaded."""
        for chunk in _chunks(span):
            windows = steps(chunk)
            count = Query("events", COUNT_EVENTS, chunk, chunk.start)
            asked = [
                Query(window.start.isoformat(), trigger.compiled_sql, window, window.start - trigger.lookback)
                for window in windows
            ]
            loaded = self._loaded(partner, Window(chunk.start - trigger.lookback, chunk.end))
            with closing(self._run(partner, loaded, [count, *asked])) as answers:
                findings.events += int(str(_rows_of(next(answers)).rows[0]["event_id"]))
                for window, answer in zip(windows, answers, strict=True):
                    yield window, _rows_of(answer)

    def _run(self, partner: Partner, loaded: Loaded, queries: Sequence[Query]) -> Generator[QueryAnswer]:
        """Run queries; closing it ends the engine's work, whatever still holds on to a fault."""
        yield from self._engine.run(loaded, partial(self._contacts.traits_of, partner.partner_id), queries)

    def _loaded(self, partner: Partner, span: Window) -> Loaded:
        """Load closed hours from their files, which are written where no run has needed them yet, and the rest."""
        hours, rest = closed(span)
        try:
            files = self._history.of_hours(partner.partner_id, partner.shards, hours) if hours else ()
        except TooLarge as error:
            raise Invalid([Reason("/lookback", str(error))]) from error
        except Transient as error:
            raise _Stopped(str(error)) from error
        events = list(islice(self._events.read(partner.partner_id, partner.shards, rest), MAX_EVENTS + 1))
        if len(events) > MAX_EVENTS:
            raise _Stopped(TOO_MANY_EVENTS)
        return Loaded(events, files)


def _chunks(span: Window) -> Iterator[Window]:
    """Part a span where hours end, so that but for its last part all lies in files."""
    start = span.start
    while start < span.end:
        opened = start.replace(minute=0, second=0, microsecond=0)
        end = min(opened + timedelta(hours=CHUNK_HOURS), span.end)
        yield Window(start, end)
        start = end


def _rows_of(answer: QueryAnswer) -> QueryRows:
    judged = usable(answer)
    if isinstance(judged, QueryFailure):
        raise Invalid([reason_for(judged)])
    return judged


def _stop_where_due(findings: Findings, may_go_on: MayGoOn, *, is_last: bool) -> None:
    if is_last:
        return
    if findings.is_full:
        raise _Stopped(TOO_MANY_MATCHES)
    if not may_go_on():
        raise _Stopped(NO_TIME)
