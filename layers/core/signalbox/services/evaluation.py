"""Evaluate one partner: read its new events once, run its live triggers over them, hand the matches over.

A flow's matches are handed over before its cursor advances. A crash in between repeats the window, which is
harmless: a decision is made once per (flow, event). A cursor moves by condition, so of two overlapping runs
one moves it and the other's work is the harmless repeat (invariant 3).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby, islice

from signalbox.domain.decisions import Match
from signalbox.domain.errors import Conflict, Misconfigured
from signalbox.domain.events import Event, to_ms
from signalbox.domain.flows import Cursor, Flow, Trigger
from signalbox.domain.identities import identity_of
from signalbox.domain.queries import Cell, Query, QueryAnswer, QueryFailure, QueryFault, QueryRows, Window
from signalbox.domain.windows import halved, next_window
from signalbox.ports import Clock, Contacts, Cursors, Events, Handover, LiveFlows, Partners, QueryEngine

MAX_EVENTS = 200_000
"""How many events one step loads before it takes a shorter one; at 1 KB each they fit the function's memory."""

MAX_KEY_LENGTH = 320
"""The longest event_id or identity a query may return: that of an e-mail address (RFC 3696, errata 1690)."""


@dataclass(frozen=True, slots=True)
class FlowWindow:
    """One live flow with the span this step covers for it."""

    flow: Flow
    trigger: Trigger
    cursor: Cursor
    window: Window

    @property
    def query_key(self) -> str:
        """Name the query; flows of one trigger at one position share its answer."""
        return f"{self.trigger.trigger_id} v{self.trigger.version} from {to_ms(self.window.start)}"

    def query(self) -> Query:
        """Ask the trigger's question of this span."""
        return Query(self.query_key, self.trigger.compiled_sql, self.window)


@dataclass(slots=True)
class EvaluationReport:
    """What a run did for one partner: counts, the failures by trigger, and how far behind the last flow is."""

    events: int = 0
    matches: int = 0
    failures: list[tuple[str, QueryFailure]] = field(default_factory=list)
    lag: timedelta = timedelta(0)


class Evaluation:
    """The use case of one message on the evaluations queue."""

    def __init__(
        self,
        *,
        clock: Clock,
        partners: Partners,
        live_flows: LiveFlows,
        cursors: Cursors,
        events: Events,
        contacts: Contacts,
        engine: QueryEngine,
        handover: Handover,
        settle: timedelta,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._live_flows = live_flows
        self._cursors = cursors
        self._events = events
        self._contacts = contacts
        self._engine = engine
        self._handover = handover
        self._settle = settle

    def evaluate(self, partner_id: str, may_go_on: Callable[[], bool] = lambda: True) -> EvaluationReport:
        """Bring every live flow of the partner up to what has settled, in bounded steps, oldest first.

        `may_go_on` is asked before each further step; what is left then waits for the next run.
        A trigger that fails keeps its flows' cursors where they are and holds up no other.
        """
        partner = self._partners.find(partner_id)
        if partner is None:
            raise Misconfigured("a partner with live flows is not in the registry")
        report = EvaluationReport()
        now = self._clock.now()
        cursors = self._cursors.of_partner(partner_id)
        pending = [
            (flow, trigger, cursors[flow.flow_id])
            for flow, trigger in self._live_flows.of_partner(partner_id)
            if flow.flow_id in cursors
        ]
        positions = {flow.flow_id: cursor.position for flow, _, cursor in pending}
        while pending:
            advanced: list[tuple[Flow, Trigger, Cursor]] = []
            for group in self._groups(pending, now):
                advanced += self._step(partner_id, partner.shards, group, report)
            positions |= {flow.flow_id: cursor.position for flow, _, cursor in advanced}
            pending = advanced if may_go_on() else []
        report.lag = max((now - self._settle - position for position in positions.values()), default=timedelta(0))
        return report

    def _groups(self, pending: Sequence[tuple[Flow, Trigger, Cursor]], now: datetime) -> Iterator[list[FlowWindow]]:
        """Put flows that read up to the same instant together, those that are up to date first."""
        windows = [
            FlowWindow(flow, trigger, cursor, window)
            for flow, trigger, cursor in pending
            if (window := next_window(cursor.position, now, self._settle))
        ]
        windows.sort(key=lambda each: each.window.end, reverse=True)
        for _, group in groupby(windows, key=lambda each: each.window.end):
            yield list(group)

    def _step(
        self, partner_id: str, shards: int, group: list[FlowWindow], report: EvaluationReport
    ) -> list[tuple[Flow, Trigger, Cursor]]:
        """Cover one group's windows and give the flows that may go on, with their cursors as they are then.

        A flow that lies beyond a shortened step goes on from where it is.
        """
        covered, events = self._load(partner_id, shards, group)
        answers = self._answers(partner_id, covered, events)
        report.events += len(events)
        within = {each.flow.flow_id for each in covered}
        advanced = [(each.flow, each.trigger, each.cursor) for each in group if each.flow.flow_id not in within]
        for each in covered:
            answer = _usable(answers.get(each.query_key, QueryRows(each.query_key, (), elapsed_ms=0)))
            if isinstance(answer, QueryFailure):
                report.failures.append((each.trigger.trigger_id, answer))
                continue
            matches = _matches(each, answer, events)
            self._handover.hand_over(matches)
            report.matches += len(matches)
            if self._advance(each):
                advanced.append((each.flow, each.trigger, replace(each.cursor, position=each.window.end)))
        return advanced

    def _load(self, partner_id: str, shards: int, group: list[FlowWindow]) -> tuple[list[FlowWindow], list[Event]]:
        """Read what the group's queries may see; where that is too much, shorten the step until it fits."""
        while True:
            start = min(each.window.start - each.trigger.lookback for each in group)
            span = Window(start, group[0].window.end)
            events = list(islice(self._events.read(partner_id, shards, span), MAX_EVENTS + 1))
            shorter = halved(min(each.window.start for each in group), span.end)
            if len(events) <= MAX_EVENTS or shorter is None:
                return group, events
            group = [
                replace(each, window=Window(each.window.start, shorter))
                for each in group
                if each.window.start < shorter
            ]

    def _answers(
        self, partner_id: str, group: Sequence[FlowWindow], events: Sequence[Event]
    ) -> Mapping[str, QueryAnswer]:
        if not events:
            return {}
        queries = {each.query_key: each.query() for each in group}
        reads_contacts = any("contacts" in query.sql.lower() for query in queries.values())
        identities = {event.identity for event in events if event.identity} if reads_contacts else set()
        contacts = self._contacts.traits_of(partner_id, identities) if identities else {}
        return self._engine.run(events, contacts, list(queries.values()))

    def _advance(self, each: FlowWindow) -> bool:
        try:
            self._cursors.advance(each.cursor, each.window.end)
        except Conflict:  # an overlapping run covered this window
            return False
        return True


def _usable(answer: QueryAnswer) -> QueryAnswer:
    """Refuse an answer with a row that no decision could be kept under."""
    if isinstance(answer, QueryFailure):
        return answer
    for row in answer.rows:
        if row["event_id"] is None:
            return QueryFailure(answer.key, QueryFault.UNUSABLE_ROW, "a row has no event_id")
        for column in ("event_id", "identity"):
            if len(str(row[column])) > MAX_KEY_LENGTH:
                words = f"a row's {column} has over {MAX_KEY_LENGTH} characters"
                return QueryFailure(answer.key, QueryFault.UNUSABLE_ROW, words)
    return answer


def _matches(each: FlowWindow, answer: QueryRows, events: Sequence[Event]) -> list[Match]:
    """Make one match of each event a query named; of several rows for one event the first counts."""
    known: dict[str, Event] = {}
    for event in sorted(events, key=lambda event: event.received_at, reverse=True):
        known[event.event_id] = event  # the earliest of repeats stays
    matches: dict[str, Match] = {}
    for row in answer.rows:
        event_id = str(row["event_id"])
        if event_id not in matches:
            matches[event_id] = _match(each, row, event_id, known.get(event_id))
    return list(matches.values())


def _match(each: FlowWindow, row: Mapping[str, Cell], event_id: str, event: Event | None) -> Match:
    """Leave out `event_raw` where the stored event has it: the largest column need not travel."""
    identity = identity_of(str(row["identity"])) if row["identity"] is not None else ""
    return Match(
        partner_id=each.flow.partner_id,
        flow_id=each.flow.flow_id,
        trigger_id=each.trigger.trigger_id,
        trigger_version=each.trigger.version,
        event_id=event_id,
        identity=identity or None,
        received_at=event.received_at if event else None,
        max_event_age=each.trigger.max_event_age,
        row={name: cell for name, cell in row.items() if event is None or name != "event_raw"},
    )
