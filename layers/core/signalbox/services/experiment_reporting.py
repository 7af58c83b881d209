"""The results of a flow's experiment, counted when somebody asks: sending writes nothing for them."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import cast

from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.event_queries import goals_sql
from signalbox.domain.events import from_ms
from signalbox.domain.experiment_reports import (
    ExperimentReport,
    Exposure,
    arm_results,
    converted,
    first_exposures,
    first_version_of,
    of_versions,
)
from signalbox.domain.experiments import Goal
from signalbox.domain.flows import Flow
from signalbox.domain.partners import Partner
from signalbox.domain.queries import QueryFailure, QueryRows, Window
from signalbox.ports import Clock, DecisionLists, Definitions
from signalbox.services.past_events import NO_TIME, MayGoOn, PastEvents, by_day, while_there_is_time

MAX_DECISIONS = 200_000
"""How many decisions are read, the latest."""

_BEGINNING = from_ms(0)


class _Unknown(Exception):
    """The goal's events could not be found out; the words say why."""


class ExperimentReporting:
    """The use case of whoever wants to know which variant does better."""

    def __init__(
        self,
        *,
        clock: Clock,
        definitions: Definitions,
        decision_lists: DecisionLists,
        past_events: PastEvents,
        max_decisions: int = MAX_DECISIONS,
    ) -> None:
        self._clock = clock
        self._definitions = definitions
        self._decision_lists = decision_lists
        self._past_events = past_events
        self._max_decisions = max_decisions

    def results(self, flow: Flow) -> ExperimentReport:
        """Count everybody once, in the arm of their first exposure since the split was last changed.

        Raises Invalid for a flow without an experiment, or of a partner that is unknown.
        """
        partner = self._definitions.partner(flow.partner_id)
        if flow.experiment is None or partner is None:
            raise Invalid([Reason("/experiment", "expected a flow with an experiment")])
        now, may_go_on = self._clock.now(), while_there_is_time(self._clock)
        versions = self._definitions.flow_versions(flow.partner_id, flow.flow_id)
        first_version = first_version_of(flow, versions)
        exposures, shortfalls = self._exposures(flow, first_version, now)
        conversions: set[str] | None = None
        since = min((each.exposed_at for each in exposures.values()), default=now)
        if flow.experiment.goal is not None:
            try:
                search = _Search(partner, Window(since, now), may_go_on, shortfalls)
                conversions, since = self._conversions(search, flow.experiment.goal, exposures)
                exposures = {who: each for who, each in exposures.items() if each.exposed_at >= since}
            except _Unknown as unknown:
                shortfalls.append(str(unknown))
        arms, split = arm_results(flow.experiment, exposures, conversions)
        return ExperimentReport(flow.experiment, first_version, Window(since, now), shortfalls, arms, split)

    def _exposures(self, flow: Flow, first_version: int, now: datetime) -> tuple[dict[str, Exposure], list[str]]:
        """Give the first exposures, and what there was against reading all."""
        listed = self._decision_lists.of_flow(flow.partner_id, flow.flow_id, Window(_BEGINNING, now))
        read = list(islice(of_versions(first_version, listed), self._max_decisions + 1))
        shortfalls: list[str] = []
        if len(read) > self._max_decisions:
            del read[self._max_decisions :]
            shortfalls.append(f"decisions before {read[-1].decided_at.isoformat()} were not read; there are too many")
        return first_exposures(read), shortfalls

    def _conversions(
        self, search: "_Search", goal: Goal, exposures: Mapping[str, Exposure]
    ) -> tuple[set[str], datetime]:
        """Name those who met the goal, and tell from when on that is known; raises _Unknown."""
        past = self._past_events.since(search.partner, search.window.start, search.window.end, search.may_go_on)
        if past.is_pending:
            raise _Unknown(past.shortfall)
        met, start = set[str](), search.window.end
        goals = self._past_events.search(past, goals_sql(goal.event_type), by_day, search.may_go_on)
        with closing(goals) as answers:
            for window, answer in answers:
                if isinstance(answer, QueryFailure):
                    raise _Unknown(f"the goal's events could not be searched for: {answer.detail}")
                met |= converted(goal, exposures, _times(answer))
                start = window.start
        if past.shortfall is not None:
            search.shortfalls.append(past.shortfall)
        if start > past.window.start:
            search.shortfalls.append(f"earlier events were not looked through: {NO_TIME}")
        return met, start


@dataclass(frozen=True, slots=True)
class _Search:
    """Where the goal's events are looked for, and what there was against looking at all of them."""

    partner: Partner
    window: Window
    may_go_on: MayGoOn
    shortfalls: list[str]


def _times(answer: QueryRows) -> Iterator[tuple[str, datetime]]:
    """Give who met the goal and when, each time."""
    for row in answer.rows:
        for occurred_ms in cast("list[int]", row["occurred"]):
            yield str(row["identity"]), from_ms(occurred_ms)
