"""Consider one match at the moment of sending: read what is known, ask every rule, render. Nothing is written here."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signalbox.domain.contacts import ContactView
from signalbox.domain.content import ContentProblem, Names, content_names, email_parts
from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import Match, Outcome, SkipReason, Step, Verdict
from signalbox.domain.events import Event
from signalbox.domain.flows import Flow, FlowStatus
from signalbox.domain.frequency import Entry, Touches
from signalbox.domain.judging import Judgement, MessageRules, judge_rules
from signalbox.domain.messages import EMAIL, EmailMessage
from signalbox.domain.partners import Partner
from signalbox.domain.quiet_hours import zone_of
from signalbox.domain.rules import judge
from signalbox.domain.unsubscribing import unsubscribe_url
from signalbox.ports import (
    Clock,
    Conditions,
    Contacts,
    Events,
    Flows,
    KnownBlocks,
    KnownSegments,
    Partners,
    Renderer,
)
from signalbox.services.belonging import Belonging
from signalbox.services.composing import Composing
from signalbox.services.holding import holding

NO_LINK = "preview"
"""The token of the unsubscribe link in what is only looked at: it is nobody's."""
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
    now: datetime
    is_supposed: bool = False

    @property
    def address(self) -> str:
        """Prefer the address as the event gave it, which keeps the case of its local part."""
        event, identity = self.event, self.match.identity or ""
        return event.email if event and event.email and event.identity == identity else identity


@dataclass(frozen=True, slots=True)
class Considered:
    """A match, and what is to become of it: with outcome `in_flight` there is a message, and the entry it makes.

    `touches` are the contact's as they were read, None for a match that names nobody.
    """

    match: Match
    flow_version: int
    judgement: Judgement
    touches: Touches | None
    now: datetime
    message: EmailMessage | None = None
    entry: Entry | None = None

    @property
    def may_have_place(self) -> bool:
        """Tell whether this attempt may have taken a place, or one before it had."""
        touches, match = self.touches, self.match
        if touches is None:
            return False
        if self.message is not None and self.entry is not None:
            touches = touches.after(self.entry, self.now)
        return touches.without(match.flow_id, match.event_id) is not touches


class Considering:
    """What is read and asked before anything leaves."""

    def __init__(
        self,
        *,
        clock: Clock,
        partners: Partners,
        live_flows: Flows,
        events: Events,
        contacts: Contacts,
        renderer: Renderer,
        conditions: Conditions,
        segments: KnownSegments,
        blocks: KnownBlocks,
        public_url: str,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._live_flows = live_flows
        self._events = events
        self._contacts = contacts
        self._renderer = renderer
        self._conditions = conditions
        self._belonging = Belonging(segments=segments, conditions=conditions)
        self._composing = Composing(blocks=blocks, renderer=renderer)
        self._public_url = public_url

    def consider(
        self,
        match: Match,
        as_flow: Flow | None = None,
        *,
        at: datetime | None = None,
        view: ContactView | None = None,
    ) -> Considered:
        """Read, judge and render; of a plain e-mail that is one read of the event and one of the contact.

        `as_flow` is judged as if it were live and the match's own: a draft that somebody wants to look at. What it
        makes unsubscribes nobody. `at` is judged instead of now, `view` instead of the contact as it is stored.
        """
        case = self._case(match, as_flow, view)
        case = case if at is None else replace(case, now=at)
        verdict = judge(case.flow, match, case.event, case.view, case.now, belongs=self._belonging.segment_ids)
        version = case.flow.version if case.flow else 0
        refusal = _refusal(case, verdict)
        if refusal or case.partner is None or case.flow is None or case.view is None:
            judgement = refusal or Judgement(Outcome.SKIPPED, verdict.trace, verdict.reason, verdict.detail)
            return Considered(match, version, judgement, None if case.view is None else _touches(case.view), case.now)
        return self._by_its_rules(case, case.partner, case.flow, case.view, verdict)

    def _case(self, match: Match, as_flow: Flow | None, view: ContactView | None) -> _Case:
        partner = self._partners.find(match.partner_id)
        flow = as_flow and replace(as_flow, status=FlowStatus.LIVE)
        if flow is None and partner is not None:
            flow = self._live_flows.flow(match.partner_id, match.flow_id)
        event = None
        if match.received_at is not None and partner is not None:
            event = self._events.find(match.partner_id, partner.shards, match.event_id, match.received_at)
        if view is None and match.identity:
            view = self._contacts.view(match.partner_id, match.identity)
        return _Case(match, partner, flow, event, view, self._clock.now(), as_flow is not None)

    def _by_its_rules(
        self, case: _Case, partner: Partner, flow: Flow, view: ContactView, verdict: Verdict
    ) -> Considered:
        """Ask the flow's own rules, and render the content they choose."""
        match, touches = case.match, _touches(view)
        name = DecisionName.of(match.partner_id, match.flow_id, match.event_id)
        url = unsubscribe_url(self._public_url, name, partner.signing_key)
        if case.is_supposed:
            url = f"{self._public_url}/u/{NO_LINK}"
        names = content_names(flow, match, case.event, view.contact, unsubscribe_url=url)
        rules = _rules(flow, match, partner, names)
        judgement = judge_rules(rules, touches, holding(self._conditions, names), case.now)
        judgement = replace(judgement, trace=[*verdict.trace, *judgement.trace])
        considered = Considered(match, flow.version, judgement, touches, case.now, entry=rules.entry)
        if judgement.outcome is not Outcome.IN_FLIGHT:
            return considered
        rendered = self._rendered(flow, judgement, names, case.address)
        if isinstance(rendered, ContentProblem):
            return replace(considered, judgement=_spoilt(judgement, rendered))
        return replace(considered, message=replace(rendered, unsubscribe_url=url, decision=name))

    def _rendered(self, flow: Flow, judgement: Judgement, names: Names, to: str) -> EmailMessage | ContentProblem:
        content = flow.content_of(judgement.content_id)
        if content is None:
            return ContentProblem(SkipReason.CONTENT_ERROR, "the flow has no such content")
        variant = {} if judgement.arm is None else {"variant": judgement.arm}
        sources = [part.source for part in email_parts(content).values()]
        blocks = self._composing.blocks_for(flow.partner_id, sources, sees_archived=True)
        return self._renderer.render(content, {**names, **variant}, to=to, blocks=blocks)


def _touches(view: ContactView) -> Touches:
    return view.touches or Touches(view.contact.partner_id, view.contact.identity)


def _refusal(case: _Case, verdict: Verdict) -> Judgement | None:
    """Give what becomes of a match that the common checks stop: it waits, or is skipped."""
    until = verdict.until
    if verdict.reason is SkipReason.FLOW_NOT_LIVE and case.flow is not None and case.flow.holds_matches:
        until = case.now + HELD_FOR
    if until is not None:
        return Judgement(Outcome.DEFERRED, verdict.trace, verdict.reason, verdict.detail, until)
    if verdict.reason is not None:
        return Judgement(Outcome.SKIPPED, verdict.trace, verdict.reason, verdict.detail)
    return None


def _rules(flow: Flow, match: Match, partner: Partner, names: Names) -> MessageRules:
    zone = names["contact"].get("timezone")
    entry = Entry(
        flow.flow_id,
        match.event_id,
        EMAIL,
        caps=partner.caps,
        re_entry=flow.re_entry,
        is_transactional=flow.is_transactional,
    )
    return MessageRules(
        entry=entry,
        branches=flow.branches,
        zone=zone_of(zone if isinstance(zone, str) else None, partner.timezone),
        quiet_hours=flow.quiet_hours,
        experiment=flow.experiment,
    )


def _spoilt(judgement: Judgement, problem: ContentProblem) -> Judgement:
    trace = [*judgement.trace, Step(problem.reason.value, problem.detail)]
    return replace(judgement, outcome=Outcome.SKIPPED, reason=problem.reason, detail=problem.detail, trace=trace)
