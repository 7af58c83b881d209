"""Consider one match at the moment of sending: read what is known, ask every rule, render. Nothing is written here."""

import functools
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signalbox.domain.contacts import ContactView
from signalbox.domain.content import ContentProblem, Names
from signalbox.domain.decisions import Match, Outcome, SkipReason, Step, Verdict
from signalbox.domain.flows import Flow, FlowStatus
from signalbox.domain.frequency import Entry, Touches
from signalbox.domain.judging import Judgement, MessageRules, channel_of, judge_rules
from signalbox.domain.messages import Message
from signalbox.domain.quiet_hours import zone_of
from signalbox.domain.rules import judge
from signalbox.domain.suppressions import in_force
from signalbox.ports import Clock, Conditions, Contacts, Events, Flows, KnownBlocks, KnownSegments, Partners, Renderer
from signalbox.services.belonging import Belonging
from signalbox.services.holding import holding
from signalbox.services.writing import Case, Writing

HELD_FOR = timedelta(minutes=15)
"""For how long a match of a held flow is put off at a time (docs/decisions/0021)."""


@dataclass(frozen=True, slots=True)
class Considered:
    """A match, and what is to become of it: with outcome `in_flight` there is a message, and the entry it makes.

    `touches` are the contact's as they were read, None for a match that names nobody; `channel` is the one that the
    message goes over or would have, None where it did not come to that question.
    """

    match: Match
    flow_version: int
    judgement: Judgement
    touches: Touches | None
    now: datetime
    message: Message | None = None
    entry: Entry | None = None
    channel: str | None = None

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
        self._conditions = conditions
        self._belonging = Belonging(segments=segments, conditions=conditions)
        self._writing = Writing(blocks=blocks, renderer=renderer, public_url=public_url)

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
        partner = self._partners.find(match.partner_id)
        flow = None if partner is None else self._flow(match, as_flow)
        event = None
        if match.received_at is not None and partner is not None:
            event = self._events.find(match.partner_id, partner.shards, match.event_id, match.received_at)
        if view is None and match.identity:
            view = self._contacts.view(match.partner_id, match.identity)
        now = self._clock.now() if at is None else at
        if partner is None or flow is None or view is None:
            verdict = judge(flow, match, event, view, now, belongs=self._belonging.names_by_id)
            return _stopped(match, flow, view, verdict, now)
        return self._by_its_rules(Case(match, partner, flow, event, view, now, is_supposed=as_flow is not None))

    def _flow(self, match: Match, as_flow: Flow | None) -> Flow | None:
        if as_flow is not None:
            return replace(as_flow, status=FlowStatus.LIVE)
        return self._live_flows.flow(match.partner_id, match.flow_id)

    def _by_its_rules(self, case: Case) -> Considered:
        """Ask the common checks and the flow's own rules, and render the content they choose."""
        match, flow, now = case.match, case.flow, case.now
        names, touches = case.names, _touches(case.view)
        holds = functools.cache(holding(self._conditions, names))
        channel = channel_of(flow, touches.identity, holds)
        view = replace(case.view, suppressions=in_force(case.view.suppressions, channel))
        verdict = judge(flow, match, case.event, view, now, belongs=self._belonging.names_by_id)
        if verdict.reason is not None or verdict.until is not None:
            return replace(_stopped(match, flow, view, verdict, now), channel=channel)
        rules = _rules(case, channel, names)
        judgement = judge_rules(rules, touches, holds, now)
        judgement = replace(judgement, trace=[*verdict.trace, *judgement.trace])
        considered = Considered(match, flow.version, judgement, touches, now, entry=rules.entry, channel=channel)
        if judgement.outcome is not Outcome.IN_FLIGHT:
            return considered
        message = self._message(case, judgement, names)
        if isinstance(message, ContentProblem):
            return replace(considered, judgement=_spoilt(judgement, message))
        return replace(considered, message=message)

    def _message(self, case: Case, judgement: Judgement, names: Names) -> Message | ContentProblem:
        content = case.flow.content_of(judgement.content_id)
        if content is None:
            return ContentProblem(SkipReason.CONTENT_ERROR, "the flow has no such content")
        variant = {} if judgement.arm is None else {"variant": judgement.arm}
        return self._writing.write(case, content, {**names, **variant})


def _touches(view: ContactView) -> Touches:
    return view.touches or Touches(view.contact.partner_id, view.contact.identity)


def _stopped(match: Match, flow: Flow | None, view: ContactView | None, verdict: Verdict, now: datetime) -> Considered:
    """Give what becomes of a match that the common checks stop: it waits, or is skipped."""
    until = verdict.until
    if verdict.reason is SkipReason.FLOW_NOT_LIVE and flow is not None and flow.holds_matches:
        until = now + HELD_FOR
    outcome = Outcome.SKIPPED if until is None else Outcome.DEFERRED
    judgement = Judgement(outcome, verdict.trace, verdict.reason, verdict.detail, until)
    return Considered(match, flow.version if flow else 0, judgement, None if view is None else _touches(view), now)


def _rules(case: Case, channel: str, names: Names) -> MessageRules:
    flow, zone = case.flow, names["contact"].get("timezone")
    entry = Entry(
        flow.flow_id,
        case.match.event_id,
        channel,
        caps=case.partner.caps,
        re_entry=flow.re_entry,
        is_transactional=flow.is_transactional,
    )
    return MessageRules(
        entry=entry,
        branches=flow.branches,
        zone=zone_of(zone if isinstance(zone, str) else None, case.partner.timezone),
        quiet_hours=flow.quiet_hours,
        experiment=flow.experiment,
    )


def _spoilt(judgement: Judgement, problem: ContentProblem) -> Judgement:
    trace = [*judgement.trace, Step(problem.reason.value, problem.detail)]
    return replace(judgement, outcome=Outcome.SKIPPED, reason=problem.reason, detail=problem.detail, trace=trace)
