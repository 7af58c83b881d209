"""Validate a flow, a draft or the edit of a live one: what stands in its way, and what it would do with recent matches.

Nothing is written and nothing is sent.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from signalbox.domain.decisions import Match
from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.flow_validations import FlowValidation, TriedTrigger
from signalbox.domain.flows import Flow, Trigger
from signalbox.domain.partners import Partner
from signalbox.domain.queries import Window
from signalbox.domain.safety_holds import contacts_in
from signalbox.ports import Clock
from signalbox.services.flow_checks import FlowChecks
from signalbox.services.flow_trials import FlowTrial, FlowTrials
from signalbox.services.flow_warnings import FlowWarnings
from signalbox.services.query_trials import RECENT
from signalbox.services.rehearsing import Rehearsing

RUN = timedelta(minutes=1)
"""What a run covers while nothing is behind."""


class FlowValidating:
    """The use case of an author who asks what a flow would do."""

    def __init__(
        self,
        *,
        clock: Clock,
        trials: FlowTrials,
        checks: FlowChecks,
        warnings: FlowWarnings,
        rehearsing: Rehearsing,
    ) -> None:
        self._clock = clock
        self._trials = trials
        self._checks = checks
        self._warnings = warnings
        self._rehearsing = rehearsing

    def validate(self, flow: Flow, draft: TriggerDraft | None = None) -> FlowValidation:
        """Judge the flow's matches of the last day as if it had been live then; `draft` stands in for its trigger.

        All that is wrong with the flow is in the answer; raises Invalid where there is no such partner.
        """
        partner = self._trials.partner(flow.partner_id)
        faults = [each for each in self._checks.faults(flow) if draft is None or each.path != "/trigger_id"]
        try:
            trigger = self._trials.trigger(flow, draft)
            found = None if faults else self._tried(partner, flow, trigger)
        except Invalid as invalid:
            return FlowValidation(_each_once([*faults, *invalid.reasons]))
        if found is None:
            return FlowValidation(faults)
        tried = _told(found)
        warnings = self._warnings.of(flow, tried.columns)
        return FlowValidation((), warnings, tried, self._rehearsing.rehearse(flow, found.matches))

    def _tried(self, partner: Partner, flow: Flow, trigger: Trigger) -> FlowTrial:
        now = self._clock.now()
        return self._trials.over(partner, flow, trigger, Window(now - RECENT, now))


def largest_run(matches: Iterable[Match], start: datetime) -> int:
    """Count the most people that one of the runs from `start` on would have found."""
    identities_by_run: dict[int, list[str | None]] = defaultdict(list)
    for match in matches:
        if match.matched_at is not None:
            identities_by_run[(match.matched_at - start) // RUN].append(match.identity)
    return max((contacts_in(identities) for identities in identities_by_run.values()), default=0)


def _told(found: FlowTrial) -> TriedTrigger:
    trial, rows = found.trial, found.trial.answer.rows
    return TriedTrigger(
        trigger_version=found.trigger.version,
        window=trial.window,
        reads_from=trial.reads_from,
        is_cut=trial.is_cut,
        events=len(trial.events),
        rows=len(rows),
        columns=tuple(rows[0]) if rows else (),
        largest_run=largest_run(found.matches, trial.window.start),
    )


def _each_once(reasons: Iterable[Reason]) -> list[Reason]:
    return list(dict.fromkeys(reasons))
