"""Evaluate one partner: read its new events once, run its live triggers over them, hand the matches over.

A flow's matches are handed over before its cursor advances. A crash in between repeats the window, which is
harmless: a decision is made once per (flow, event). A cursor moves by condition, so of two overlapping runs
one moves it and the other's work is the harmless repeat (invariant 3).
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import batched, groupby

from signalbox.domain.errors import Conflict, Misconfigured
from signalbox.domain.events import to_ms
from signalbox.domain.flows import Cursor, LiveFlow, Trigger
from signalbox.domain.health import LastRun
from signalbox.domain.matching import matches_of, usable
from signalbox.domain.partners import Partner
from signalbox.domain.queries import Loaded, QueryAnswer, QueryFailure, QueryRows
from signalbox.domain.windows import IDLE_STEP, next_window
from signalbox.ports import (
    Clock,
    Contacts,
    Cursors,
    Deferrals,
    Events,
    Handover,
    History,
    LiveFlows,
    Partners,
    QueryEngine,
)
from signalbox.services.loading import FlowWindow, Load, Loading

TAKEN_UP_AT_ONCE = 100
"""How many deferred matches are handed over together; what has no time left waits for the next run."""

type Place = tuple[LiveFlow, Trigger, Cursor]
"""A live flow with its trigger and how far it has got."""


@dataclass(slots=True)
class EvaluationReport:
    """What a run did for one partner: counts, failures and silences by trigger, up to where each flow was read.

    `taken_up` counts the matches that had been deferred and were due.
    """

    settled: datetime
    taken_up: int = 0
    events: int = 0
    matches: int = 0
    failures: list[tuple[str, QueryFailure]] = field(default_factory=list)
    gone_quiet: list[str] = field(default_factory=list)
    read_up_to: dict[str, datetime] = field(default_factory=dict)

    @property
    def lag(self) -> timedelta:
        """Tell how far the last flow is behind what has settled."""
        return max((self.settled - position for position in self.read_up_to.values()), default=timedelta(0))


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
        history: History,
        contacts: Contacts,
        deferrals: Deferrals,
        engine: QueryEngine,
        handover: Handover,
        settle: timedelta,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._live_flows = live_flows
        self._cursors = cursors
        self._contacts = contacts
        self._deferrals = deferrals
        self._engine = engine
        self._handover = handover
        self._settle = settle
        self._loading = Loading(events, history)

    def evaluate(self, partner_id: str, may_go_on: Callable[[], bool] = lambda: True) -> EvaluationReport:
        """Bring every live flow of the partner up to what has settled, in bounded steps, oldest first.

        `may_go_on` is asked after each flow; what is left then waits for the next run, and comes first in it.
        A trigger that fails keeps its flows' cursors where they are and holds up no other.
        """
        partner = self._partners.find(partner_id)
        if partner is None:
            raise Misconfigured("a partner with live flows is not in the registry")
        now = self._clock.now()
        report = EvaluationReport(settled=now - self._settle, taken_up=self._take_up(partner_id, now, may_go_on))
        cursors = self._cursors.of_partner(partner_id)
        pending = [
            (flow, trigger, cursors[flow.flow_id])
            for flow, trigger in self._live_flows.of_partner(partner_id)
            if flow.flow_id in cursors
        ]
        report.read_up_to = {flow.flow_id: cursor.position for flow, _, cursor in pending}
        report.gone_quiet = sorted(
            {trigger.trigger_id for _, trigger, cursor in pending if cursor.health.is_quiet(now)}
        )
        while pending:
            advanced: list[Place] = []
            for group in self._groups(pending, now):
                advanced += self._step(partner, group, report, may_go_on)
                if not may_go_on():
                    return report
            pending = advanced
        return report

    def _take_up(self, partner_id: str, now: datetime, may_go_on: Callable[[], bool]) -> int:
        """Hand over again what was deferred and is due, and give its number; done twice it is harmless."""
        count = 0
        for due in batched(self._deferrals.due(partner_id, now), TAKEN_UP_AT_ONCE, strict=False):
            self._handover.hand_over([each.match for each in due])
            for each in due:
                self._deferrals.remove(each)
            count += len(due)
            if not may_go_on():
                break
        return count

    def _groups(self, pending: Sequence[Place], now: datetime) -> Iterator[list[FlowWindow]]:
        """Put flows that read up to the same instant together, those that are up to date and read little first.

        Flows that look back are apart: what their history takes, in time or in faults, is theirs alone. Flows that
        failed come last: they may fail again by using up their limits. In a group the longest waiting is first.
        """
        windows = [
            FlowWindow(flow, trigger, cursor, window)
            for flow, trigger, cursor in pending
            if (window := next_window(cursor.position, now, self._settle))
        ]
        windows.sort(key=_group_of)
        for _, group in groupby(windows, key=_group_of):
            yield sorted(group, key=_waits_since)

    def _step(
        self, partner: Partner, group: Sequence[FlowWindow], report: EvaluationReport, may_go_on: Callable[[], bool]
    ) -> list[Place]:
        """Cover one group's windows and give the flows that may go on, with their cursors as they are then.

        A flow that lies beyond a shortened step goes on from where it is.
        """
        load = self._loading.load(partner, group)
        report.events += len(load.loaded.events)
        for each, failure in load.refused:
            self._fail(each, failure, report)
        touched = {each.flow.flow_id for each in (*load.group, *(each for each, _ in load.refused))}
        advanced = [(each.flow, each.trigger, each.cursor) for each in group if each.flow.flow_id not in touched]
        with closing(self._answers(partner.partner_id, load)) as answers:
            for each, answer in answers:
                if isinstance(answer, QueryFailure):
                    self._fail(each, answer, report)
                elif (following := self._commit(each, answer, load.loaded, report)) is not None:
                    advanced.append((each.flow, each.trigger, following))
                if not may_go_on():
                    break
        return advanced

    def _answers(self, partner_id: str, load: Load) -> Generator[tuple[FlowWindow, QueryAnswer]]:
        """Give each flow with the answer to its query, as they come; flows with one query share its answer."""
        flows_by_key: dict[str, list[FlowWindow]] = {}
        for each in load.group:
            flows_by_key.setdefault(each.query_key, []).append(each)
        if load.loaded.is_empty:
            answers: Iterator[QueryAnswer] = (QueryRows(key, (), elapsed_ms=0) for key in flows_by_key)
        else:
            traits_of = partial(self._contacts.traits_of, partner_id)
            queries = [flows[0].query() for flows in flows_by_key.values()]
            answers = self._engine.run(load.loaded, traits_of, queries)
        for answer in answers:
            for each in flows_by_key[answer.key]:
                yield each, usable(answer)

    def _commit(self, each: FlowWindow, answer: QueryRows, loaded: Loaded, report: EvaluationReport) -> Cursor | None:
        """Hand the matches over, then move the cursor; None when the flow is done for this run.

        It is done when an overlapping run has moved its cursor, and when nothing happened since it was written.
        """
        is_up_to_date = each.window.end == report.settled
        if loaded.is_empty and is_up_to_date and each.window.end - each.window.start < IDLE_STEP:
            report.read_up_to[each.flow.flow_id] = each.window.end
            return None  # the next run's window begins where this one did, and holds it
        matches = matches_of(each.flow, each.trigger, answer, self._clock.now())
        self._handover.hand_over(matches)
        report.matches += len(matches)
        run = self._run(each, rows=len(answer.rows), matches=len(matches), elapsed_ms=answer.elapsed_ms)
        following = replace(each.cursor, position=each.window.end, health=each.cursor.health.after(run))
        if not self._advance(each.cursor, following):
            return None
        report.read_up_to[each.flow.flow_id] = following.position
        return following

    def _fail(self, each: FlowWindow, failure: QueryFailure, report: EvaluationReport) -> None:
        """Leave the cursor where it is, and keep with it why."""
        report.failures.append((each.trigger.trigger_id, failure))
        run = replace(self._run(each), fault=failure.fault, detail=failure.detail)
        self._advance(each.cursor, replace(each.cursor, health=each.cursor.health.after(run)))

    def _run(self, each: FlowWindow, *, rows: int = 0, matches: int = 0, elapsed_ms: int = 0) -> LastRun:
        return LastRun(self._clock.now(), each.window, each.trigger.version, rows, matches, elapsed_ms)

    def _advance(self, standing: Cursor, following: Cursor) -> bool:
        try:
            self._cursors.advance(standing, following)
        except Conflict:  # an overlapping run covered this window
            return False
        return True


def _group_of(each: FlowWindow) -> tuple[bool, bool, int]:
    """Order: what failed after what did not, look-backs after the rest, then from the present backwards."""
    return each.is_failing, bool(each.trigger.lookback), -to_ms(each.window.end)


def _waits_since(each: FlowWindow) -> datetime:
    """Tell when it ran last, or where it began: what was just launched comes last, what was left over first."""
    last_run = each.cursor.health.last_run
    return each.cursor.position if last_run is None else last_run.ran_at
