"""Evaluate one partner: read its new events once, run its live triggers over them, hand the matches over.

A flow's matches are handed over before its cursor advances. A crash in between repeats the window, which is
harmless: a decision is made once per (flow, event). A cursor moves by condition, so of two overlapping runs
one moves it and the other's work is the harmless repeat (invariant 3).
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from signalbox.domain.errors import Conflict, Misconfigured
from signalbox.domain.flows import Cursor, LiveFlow, Trigger
from signalbox.domain.health import LastRun
from signalbox.domain.matching import matches_of, usable
from signalbox.domain.partners import Partner
from signalbox.domain.queries import Loaded, QueryAnswer, QueryFailure, QueryRows
from signalbox.domain.safety_holds import Passage
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
    SafetyHolds,
)
from signalbox.services.leaving import Leaving
from signalbox.services.loading import Load, Loading
from signalbox.services.safety_holding import Holding
from signalbox.services.steps import FlowWindow, Place, is_held, steps
from signalbox.services.taking_up import TakingUp


@dataclass(slots=True)
class EvaluationReport:
    """What a run did for one partner: counts, failures and silences by trigger, up to where each flow was read.

    `taken_up` counts the matches that had been deferred and were due. `held` are the flows whose run waits for a
    person; what they have not read is not behind.
    """

    settled: datetime
    taken_up: int = 0
    events: int = 0
    matches: int = 0
    failures: list[tuple[str, QueryFailure]] = field(default_factory=list)
    gone_quiet: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    read_up_to: dict[str, datetime] = field(default_factory=dict)

    @property
    def lag(self) -> timedelta:
        """Tell how far the last flow is behind what has settled."""
        return max((self.settled - position for position in self.read_up_to.values()), default=timedelta(0))

    def begin(self, places: Sequence[Place], now: datetime) -> list[Place]:
        """Note where the flows are, and give those that do not wait for a person."""
        self.gone_quiet = sorted(
            {trigger.trigger_id for _, trigger, cursor, _ in places if cursor.health.is_quiet(now)}
        )
        self.held = [place[0].flow_id for place in places if is_held(place)]
        free = [place for place in places if not is_held(place)]
        self.read_up_to = {flow.flow_id: cursor.position for flow, _, cursor, _ in free}
        return free

    def hold(self, flow_id: str) -> None:
        """Note that a flow waits for a person from now on."""
        self.held.append(flow_id)
        del self.read_up_to[flow_id]


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
        safety_holds: SafetyHolds,
        engine: QueryEngine,
        handover: Handover,
        settle: timedelta,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._live_flows = live_flows
        self._cursors = cursors
        self._contacts = contacts
        self._engine = engine
        self._handover = handover
        self._settle = settle
        self._loading = Loading(events, history)
        leaving = Leaving(clock=clock, loading=self._loading, contacts=contacts, engine=engine, settle=settle)
        self._holding = Holding(clock=clock, safety_holds=safety_holds)
        self._taking_up = TakingUp(deferrals=deferrals, handover=handover, leaving=leaving, settle=settle)

    def evaluate(self, partner_id: str, may_go_on: Callable[[], bool] = lambda: True) -> EvaluationReport:
        """Bring every live flow of the partner up to what has settled, in bounded steps, oldest first.

        `may_go_on` is asked after each flow; what is left then waits for the next run, and comes first in it.
        A trigger that fails keeps its flows' cursors where they are and holds up no other.
        """
        partner = self._partners.find(partner_id)
        if partner is None:
            raise Misconfigured("a partner with live flows is not in the registry")
        now = self._clock.now()
        report = EvaluationReport(settled=now - self._settle)
        live = self._live_flows.of_partner(partner_id)
        taken = self._taking_up.take_up(partner, live, now, may_go_on)
        report.taken_up = taken.count
        places = self._places(partner_id, live)
        places = [self._after_exits(place, taken.exit_faults, report) for place in places]
        pending = report.begin(places, now)
        while pending:
            advanced: list[Place] = []
            for group in steps(pending, now, self._settle):
                advanced += self._step(partner, group, report, may_go_on)
                if not may_go_on():
                    return report
            pending = advanced
        return report

    def _places(self, partner_id: str, live: Iterable[tuple[LiveFlow, Trigger]]) -> list[Place]:
        """Find where the flows have got to."""
        cursors, holds = self._cursors.of_partner(partner_id), self._holding.of_partner(partner_id)
        return [
            (flow, trigger, cursors[flow.flow_id], holds.get(flow.flow_id))
            for flow, trigger in live
            if flow.flow_id in cursors
        ]

    def _after_exits(
        self, place: Place, exit_faults: Mapping[str, QueryFailure | None], report: EvaluationReport
    ) -> Place:
        """Keep with the cursor what became of the flow's exit condition, where it was asked."""
        flow, trigger, cursor, hold = place
        if flow.flow_id not in exit_faults:
            return place
        failure = exit_faults[flow.flow_id]
        if failure is not None:
            told = replace(failure, detail=f"exit condition of {flow.flow_id}: {failure.detail}")
            report.failures.append((trigger.trigger_id, told))
        health = cursor.health.after_exits(failure, self._clock.now())
        following = replace(cursor, health=health)
        if health is not cursor.health:
            self._advance(cursor, following)
        return flow, trigger, following, hold

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
        advanced = [each.place() for each in group if each.flow.flow_id not in touched]
        with closing(self._answers(partner.partner_id, load)) as answers:
            for each, answer in answers:
                if isinstance(answer, QueryFailure):
                    self._fail(each, answer, report)
                elif (following := self._commit(each, answer, load.loaded, report)) is not None:
                    advanced.append((each.flow, each.trigger, following, each.hold))
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

        It is done when an overlapping run has moved its cursor, when nothing happened since it was written, and when
        it finds more people than it may.
        """
        is_up_to_date = each.window.end == report.settled
        if loaded.is_empty and is_up_to_date and each.is_idle:
            report.read_up_to[each.flow.flow_id] = each.window.end
            return None  # the next run's window begins where this one did, and holds it
        found = matches_of(each.flow, each.trigger, answer, self._clock.now())
        flow_run = self._holding.run_of(each, found)
        passed, matches = self._holding.passing(each, flow_run, found)
        if passed is Passage.STOP:
            report.hold(each.flow.flow_id)
            return None
        self._handover.hand_over(matches)
        report.matches += len(matches)
        run = self._run(each, rows=len(answer.rows), matches=len(matches), elapsed_ms=answer.elapsed_ms)
        following = replace(
            each.cursor,
            position=each.window.end,
            health=each.cursor.health.after(run),
            contacts=flow_run.contacts if passed is Passage.HAND_OVER and not is_up_to_date else 0,
        )
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
