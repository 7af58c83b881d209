"""Decide about one match and, if the rules allow, hand its message to the channel: at most once.

read ─> judge ─> render ─> claim (in_flight, by condition) ─> channel ─> settle (sent …)
crash here: nothing left  │                                 │ crash here: `unknown`, never sent again
                          └── a second worker stops here ───┘
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signalbox.domain.contacts import ContactView
from signalbox.domain.content import ContentProblem, content_names
from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import Decision, Deferral, Match, Outcome, SkipReason, Step, Verdict
from signalbox.domain.errors import Ambiguous, Conflict, Misconfigured, Rejected, Transient
from signalbox.domain.events import Event
from signalbox.domain.flows import Flow
from signalbox.domain.messages import EmailMessage
from signalbox.domain.partners import Partner
from signalbox.domain.rules import judge
from signalbox.domain.unsubscribing import unsubscribe_url
from signalbox.ports import Clock, Contacts, Deferrals, Deliveries, EmailChannel, Events, LiveFlows, Partners, Renderer

HELD_FOR = timedelta(minutes=15)
"""For how long a match of a held flow is put off at a time (docs/decisions/0021)."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One match with all that was read about it."""

    match: Match
    partner: Partner | None
    flow: Flow | None
    event: Event | None
    view: ContactView | None
    verdict: Verdict

    @property
    def is_held(self) -> bool:
        """Tell whether the flow's pause keeps it: it is looked at again until the flow is live or it is too old."""
        return self.verdict.reason is SkipReason.FLOW_NOT_LIVE and self.flow is not None and self.flow.holds_matches


class Sending:
    """The use case of one match on the sends queue."""

    def __init__(
        self,
        *,
        clock: Clock,
        partners: Partners,
        live_flows: LiveFlows,
        events: Events,
        contacts: Contacts,
        deliveries: Deliveries,
        deferrals: Deferrals,
        renderer: Renderer,
        channel: EmailChannel,
        public_url: str,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._live_flows = live_flows
        self._events = events
        self._contacts = contacts
        self._deliveries = deliveries
        self._deferrals = deferrals
        self._renderer = renderer
        self._channel = channel
        self._public_url = public_url

    def send(self, match: Match) -> Decision:
        """Bring the (flow, event) to its decision and give it, whoever made it.

        Raises Transient or Misconfigured when the match must come again; the message did not leave then,
        or another worker may still be at it.
        """
        case = self._look_up(match)
        message = self._message(case)
        if case.is_held:
            return self._defer(case, self._clock.now() + HELD_FOR)
        if not isinstance(message, EmailMessage):
            return self._claim(self._decision(case, Outcome.SKIPPED, message))[0]
        decision, is_ours = self._claim(self._decision(case, Outcome.IN_FLIGHT, case.verdict))
        return self._deliver(decision, message) if is_ours else decision

    def _defer(self, case: _Case, due_at: datetime) -> Decision:
        """Keep the match until it is due, then record that; a crash in between only brings it again."""
        self._deferrals.keep(Deferral(case.match, due_at))
        return self._claim(self._decision(case, Outcome.DEFERRED, case.verdict))[0]

    def _look_up(self, match: Match) -> _Case:
        partner = self._partners.find(match.partner_id)
        flow = self._live_flows.flow(match.partner_id, match.flow_id) if partner else None
        event = None
        if match.received_at is not None and partner is not None:
            event = self._events.find(match.partner_id, partner.shards, match.event_id, match.received_at)
        view = self._contacts.view(match.partner_id, match.identity) if match.identity else None
        return _Case(match, partner, flow, event, view, judge(flow, match, event, view, self._clock.now()))

    def _message(self, case: _Case) -> EmailMessage | Verdict:
        """Render what the rules let through; a verdict with its reason where there is nothing to send."""
        if case.verdict.reason is not None or case.partner is None or case.flow is None or case.view is None:
            return case.verdict
        name = DecisionName.of(case.match.partner_id, case.match.flow_id, case.match.event_id)
        url = unsubscribe_url(self._public_url, name, case.partner.signing_key)
        names = content_names(case.flow, case.match, case.event, case.view.contact, unsubscribe_url=url)
        rendered = self._renderer.render(case.flow.content, names, to=self._address(case))
        if isinstance(rendered, ContentProblem):
            step = Step(rendered.reason.value, rendered.detail)
            return Verdict(rendered.reason, rendered.detail, [*case.verdict.trace, step])
        return replace(rendered, unsubscribe_url=url, decision=name)

    def _address(self, case: _Case) -> str:
        """Prefer the address as the event gave it, which keeps the case of its local part."""
        event, identity = case.event, case.match.identity or ""
        return event.email if event and event.email and event.identity == identity else identity

    def _decision(self, case: _Case, outcome: Outcome, verdict: Verdict) -> Decision:
        match = case.match
        return Decision(
            partner_id=match.partner_id,
            flow_id=match.flow_id,
            flow_version=case.flow.version if case.flow else 0,
            trigger_id=match.trigger_id,
            trigger_version=match.trigger_version,
            event_id=match.event_id,
            identity=match.identity,
            outcome=outcome,
            decided_at=self._clock.now(),
            received_at=match.received_at,
            reason=verdict.reason,
            detail=verdict.detail,
            trace=tuple(verdict.trace),
        )

    def _claim(self, decision: Decision) -> tuple[Decision, bool]:
        """Make the decision ours, or give the one that stands and False."""
        standing = self._deliveries.claim(decision)
        if standing is None:
            return decision, True
        match standing.outcome:
            case Outcome.DEFERRED:
                following = replace(decision, attempts=standing.attempts + 1)
                self._settle(standing, following)
                return following, True
            case Outcome.IN_FLIGHT:
                return self._abandoned(standing), False
            case _:
                return standing, False

    def _abandoned(self, standing: Decision) -> Decision:
        """End a claim whose worker died: whether its message left cannot be known, so it is not repeated."""
        if not standing.is_abandoned(self._clock.now()):
            raise Transient("another worker is at this decision")
        return self._end(standing, Outcome.UNKNOWN, "the worker stopped before the channel's answer was kept")

    def _deliver(self, claimed: Decision, message: EmailMessage) -> Decision:
        try:
            message_id = self._channel.send(message)
        except Rejected as refusal:
            return self._end(claimed, Outcome.FAILED, str(refusal), reason=SkipReason.CHANNEL_REJECTED)
        except Ambiguous as doubt:
            return self._end(claimed, Outcome.UNKNOWN, str(doubt))
        except (Transient, Misconfigured) as fault:
            self._end(claimed, Outcome.DEFERRED, str(fault))
            raise
        return self._end(claimed, Outcome.SENT, provider_message_id=message_id)

    def _end(
        self,
        standing: Decision,
        outcome: Outcome,
        detail: str | None = None,
        *,
        reason: SkipReason | None = None,
        provider_message_id: str | None = None,
    ) -> Decision:
        ended = replace(
            standing,
            outcome=outcome,
            decided_at=self._clock.now(),
            reason=reason,
            detail=detail,
            provider_message_id=provider_message_id,
            trace=(*standing.trace, Step("channel", detail or outcome.value)),
        )
        self._settle(standing, ended)
        return ended

    def _settle(self, standing: Decision, following: Decision) -> None:
        """Write what follows; where another worker was first, let the queue bring the match again to see its end."""
        try:
            self._deliveries.settle(standing, following)
        except Conflict as conflict:
            raise Transient("another worker changed this decision") from conflict
