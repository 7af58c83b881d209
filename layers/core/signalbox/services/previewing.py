"""Show the message that a flow makes of one real event, before it is launched; nothing is written and nothing is sent.

The message is shown whoever the contact is: filters, waits, quiet hours, caps, suppressions and the holdout are told
of in the verdict and do not keep its author from seeing it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signalbox.domain.contacts import ContactView
from signalbox.domain.content import ContentProblem
from signalbox.domain.decisions import Match
from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.flows import Flow, LiveFlow, Trigger
from signalbox.domain.matching import unmatched
from signalbox.domain.messages import rendered_parts
from signalbox.domain.partners import Partner
from signalbox.domain.previews import Preview, shown
from signalbox.domain.queries import Window
from signalbox.ports import Clock, Contacts, Events
from signalbox.services.considering import Considered, Considering
from signalbox.services.flow_trials import FlowTrials
from signalbox.services.flow_warnings import FlowWarnings
from signalbox.services.query_trials import RECENT
from signalbox.services.rehearsing import Rehearsing

_INSTANT = timedelta(milliseconds=1)
_ANY_AGE = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which event is shown, and which message of the flow's.

    `event_id` names it; with `received_at` it may be any event, without it is among the matches of the last day, of
    which None stands for the newest. `branch` and `arm` are names; None: those that the contact would take. `draft`
    stands in for the flow's trigger.
    """

    event_id: str | None = None
    received_at: datetime | None = None
    branch: str | None = None
    arm: str | None = None
    draft: TriggerDraft | None = None


class Previewing:
    """The use case of looking before launching."""

    def __init__(
        self,
        *,
        clock: Clock,
        events: Events,
        contacts: Contacts,
        trials: FlowTrials,
        considering: Considering,
        rehearsing: Rehearsing,
        warnings: FlowWarnings,
    ) -> None:
        self._clock = clock
        self._events = events
        self._contacts = contacts
        self._trials = trials
        self._considering = considering
        self._rehearsing = rehearsing
        self._warnings = warnings

    def preview(self, flow: Flow, chosen: Chosen) -> Preview:
        """Show the message; raises Invalid where there is no such event, branch or arm, or the trigger fails."""
        match, is_matched = self.match(flow, chosen)
        considered = self.considered(flow, match, chosen)
        [verdict] = self._rehearsing.judged(flow, [match])
        return Preview(
            is_matched=is_matched,
            verdict=verdict,
            texts=rendered_parts(considered.message) if considered.message else {},
            problem=_problem(considered),
            branch=considered.judgement.branch,
            arm=considered.judgement.arm,
            warnings=self._warnings.of(flow, match.row if is_matched else ()),
        )

    def match(self, flow: Flow, chosen: Chosen) -> tuple[Match, bool]:
        """Find the match that is shown, and tell whether the trigger returned it; raises as `preview`."""
        partner = self._trials.partner(flow.partner_id)
        trigger = self._trials.trigger(flow, chosen.draft)
        if chosen.event_id is not None and chosen.received_at is not None:
            return self._match_of(partner, flow, trigger, chosen.event_id, chosen.received_at)
        now = self._clock.now()
        matches = self._trials.over(partner, flow, trigger, Window(now - RECENT, now)).matches
        for match in reversed(matches):
            if chosen.event_id in (None, match.event_id):
                return match, True
        raise Invalid([Reason("/event_id", "the trigger returned no such event in the last 24 hours")])

    def _match_of(
        self, partner: Partner, flow: Flow, trigger: Trigger, event_id: str, received_at: datetime
    ) -> tuple[Match, bool]:
        """Look for its row at the instant it was received, then a day on: it may take what did not happen since."""
        event = self._events.find(partner.partner_id, partner.shards, event_id, received_at)
        if event is None:
            raise Invalid([Reason("/event_id", "no such event")])
        before = received_at - _INSTANT
        for end in (received_at, min(self._clock.now(), received_at + RECENT)):
            for match in self._trials.over(partner, flow, trigger, Window(before, end)).matches:
                if match.event_id == event_id:
                    return match, True
        live = LiveFlow(flow.partner_id, flow.flow_id, trigger.trigger_id)
        return unmatched(live, trigger, event), False

    def considered(self, flow: Flow, match: Match, chosen: Chosen) -> Considered:
        """Make the message of a match, whatever would keep it back."""
        plain = shown(flow, chosen.branch, chosen.arm)
        view = None
        if match.identity is not None:
            view = ContactView(self._contacts.view(match.partner_id, match.identity).contact)
        return self._considering.consider(replace(match, max_event_age=_ANY_AGE), plain, view=view)


def _problem(considered: Considered) -> ContentProblem | None:
    reason = considered.judgement.reason
    return None if reason is None else ContentProblem(reason, considered.judgement.detail or "")
