"""Rehearse a flow: judge real matches as if it were live, through what sending judges by; nothing is written or sent.

Each match is judged as of the instant that its message would leave: when it was found, or when its wait or its quiet
hours were over. What is known of contacts is today's, but for the places under caps and re-entry: of those the ones
taken up to that instant count, and with them the ones that this rehearsal would have taken.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from signalbox.domain.contacts import ContactView
from signalbox.domain.decisions import Match, Outcome
from signalbox.domain.flows import Flow
from signalbox.domain.frequency import Touches
from signalbox.domain.messages import rendered_parts
from signalbox.domain.rehearsals import Rehearsal, Rehearsed, summed
from signalbox.ports import Clock, Contacts
from signalbox.services.considering import Considered, Considering

MAX_JUDGED = 200
"""How many matches are judged, the newest: each reads its event and its contact, and somebody waits for the answer."""
MAX_DEFERRALS = 5
"""How often one match is judged again when it was to wait: for its wait, then for quiet hours, day after day."""


class Rehearsing:
    """Judges matches of a flow in the order they were found."""

    def __init__(self, *, clock: Clock, considering: Considering, contacts: Contacts, most: int = MAX_JUDGED) -> None:
        self._clock = clock
        self._considering = considering
        self._contacts = contacts
        self._most = most

    def rehearse(self, flow: Flow, matches: Sequence[Match], of: int | None = None) -> Rehearsal:
        """Judge the newest of the matches, which are the partner's and come in the order they were found.

        `of` is how many there were, where these are only the newest of them.
        """
        return summed(len(matches) if of is None else of, list(self.judged(flow, matches[-self._most :])))

    def judged(self, flow: Flow, matches: Iterable[Match]) -> Iterator[Rehearsed]:
        """Judge each of these, the later ones after what the earlier ones would have taken.

        Nobody leaves a wait: exit conditions are the runs' to judge, over events that may be yet to come.
        """
        flow = _without_exit(flow)
        views: dict[str, ContactView] = {}
        for match in matches:
            view = self._view(views, match)
            considered = self._considered(flow, match, view)
            if view is not None and considered.message is not None and considered.entry is not None:
                touches = (view.touches or _none(view)).after(considered.entry, considered.now)
                views[view.contact.identity] = replace(view, touches=touches)
            yield _rehearsed(considered)

    def _considered(self, flow: Flow, match: Match, view: ContactView | None) -> Considered:
        """Judge, and again at the instant until which it was to wait."""
        considered = self._as_of(match.matched_at or self._clock.now(), flow, match, view)
        for _ in range(MAX_DEFERRALS):
            until = considered.judgement.until
            if until is None or until <= considered.now:
                break
            considered = self._as_of(until, flow, match, view)
        return considered

    def _as_of(self, at: datetime, flow: Flow, match: Match, view: ContactView | None) -> Considered:
        return self._considering.consider(match, flow, at=at, view=view and _as_of(view, at))

    def _view(self, views: dict[str, ContactView], match: Match) -> ContactView | None:
        identity = match.identity
        if identity is None:
            return None
        if identity not in views:
            views[identity] = self._contacts.view(match.partner_id, identity)
        return views[identity]


def _without_exit(flow: Flow) -> Flow:
    return replace(flow, wait=replace(flow.wait, exit_condition=None)) if flow.wait else flow


def _none(view: ContactView) -> Touches:
    return Touches(view.contact.partner_id, view.contact.identity)


def _as_of(view: ContactView, at: datetime) -> ContactView:
    """Leave out the places that were taken later: the messages they are for had not left."""
    if view.touches is None:
        return view
    taken = tuple(each for each in view.touches.touches if each.taken_at <= at)
    return replace(view, touches=replace(view.touches, touches=taken))


def _rehearsed(considered: Considered) -> Rehearsed:
    match, judgement, message = considered.match, considered.judgement, considered.message
    return Rehearsed(
        event_id=match.event_id,
        identity=match.identity,
        received_at=match.received_at,
        outcome=Outcome.SENT if judgement.outcome is Outcome.IN_FLIGHT else judgement.outcome,
        sends_at=considered.now,
        trace=judgement.trace,
        reason=judgement.reason,
        detail=judgement.detail,
        branch=judgement.branch,
        arm=judgement.arm,
        channel=considered.channel,
        texts=None if message is None else rendered_parts(message),
    )
