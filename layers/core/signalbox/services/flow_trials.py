"""Try a flow's trigger over real events and give the matches it would have had; nothing is written or handed over."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from signalbox.domain.decisions import Match
from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.flows import Flow, LiveFlow, Trigger
from signalbox.domain.matching import matches_of
from signalbox.domain.partners import Partner
from signalbox.domain.queries import Window
from signalbox.ports import Clock, Definitions, Partners, QueryCompiler
from signalbox.services.query_trials import QueryTrials, Trial
from signalbox.services.trigger_checks import tried_trigger


@dataclass(frozen=True, slots=True)
class FlowTrial:
    """What a trigger answered, and the matches that this makes for the flow, in the order of their events' receipt.

    Each match was found when its event was received, as by a run a moment later; one whose event is not known was
    found at the end of the window.
    """

    trigger: Trigger
    trial: Trial
    matches: Sequence[Match]


class FlowTrials:
    """The part that validating, previewing and test sends share."""

    def __init__(
        self,
        *,
        clock: Clock,
        partners: Partners,
        definitions: Definitions,
        compiler: QueryCompiler,
        trials: QueryTrials,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._definitions = definitions
        self._compiler = compiler
        self._trials = trials

    def partner(self, partner_id: str) -> Partner:
        """Give the partner; raises Invalid when there is none."""
        partner = self._partners.find(partner_id)
        if partner is None:
            raise Invalid([Reason("/partner_id", "no such partner")])
        return partner

    def trigger(self, flow: Flow, draft: TriggerDraft | None = None) -> Trigger:
        """Give the flow's trigger as committed, or the draft in its place; raises Invalid by paths under /trigger."""
        if draft is not None:
            with under_trigger():
                return tried_trigger(self._compiler, draft, self._clock.now())
        trigger = self._definitions.trigger(flow.partner_id, flow.trigger_id)
        if trigger is None:
            raise Invalid([Reason("/trigger_id", "no such trigger")])
        return trigger

    def over(self, partner: Partner, flow: Flow, trigger: Trigger, window: Window) -> FlowTrial:
        """Run the trigger over a window; raises Invalid by paths under /trigger when it gives no answer."""
        with under_trigger():
            trial = self._trials.over(partner, trigger.compiled_sql, trigger.lookback, window)
        live = LiveFlow(flow.partner_id, flow.flow_id, trigger.trigger_id)
        end = trial.window.end
        found = sorted(matches_of(live, trigger, trial.answer, end), key=lambda match: match.received_at or end)
        return FlowTrial(trigger, trial, [replace(each, matched_at=each.received_at or end) for each in found])


@contextmanager
def under_trigger() -> Iterator[None]:
    """Put what is wrong with a trigger below its place in the flow."""
    try:
        yield
    except Invalid as invalid:
        raise Invalid([replace(each, path=f"/trigger{each.path}") for each in invalid.reasons]) from None
