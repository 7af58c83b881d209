"""What flows would have done with real matches, on the wire."""

from collections.abc import Iterable

from signalbox.domain.rehearsals import Rehearsal, Rehearsed, Tally
from signalbox.wire.admin.base import Instant, Wire
from signalbox.wire.admin.decisions import StepShape


class VerdictShape(Wire):
    """What would have become of a match; `sent` stands for what would be sent."""

    outcome: str
    reason: str | None
    detail: str | None
    sends_at: Instant
    branch: str | None
    arm: str | None
    trace: list[StepShape]


class ExampleShape(Wire):
    """One match that ended so."""

    event_id: str
    identity: str | None


class RehearsedMessage(ExampleShape):
    """What would be sent for a match, by the message's parts."""

    texts: dict[str, str]


class TallyOfEnds(Wire):
    """How many matches would have ended alike, and the first of them."""

    outcome: str
    reason: str | None
    detail: str | None
    count: int
    examples: list[ExampleShape]


class RehearsalShape(Wire):
    """What would have become of `judged` out of `matches`, the newest; `failing` by what their content lacks."""

    matches: int
    judged: int
    contacts: int
    tallies: list[TallyOfEnds]
    failing: list[TallyOfEnds]
    sent_by_branch: dict[str, int]
    sent_by_arm: dict[str, int]
    messages: list[RehearsedMessage]


def shape_of_verdict(rehearsed: Rehearsed) -> VerdictShape:
    """Show what would have become of a match."""
    return VerdictShape(
        outcome=rehearsed.outcome.value,
        reason=rehearsed.reason.value if rehearsed.reason else None,
        detail=rehearsed.detail,
        sends_at=rehearsed.sends_at,
        branch=rehearsed.branch,
        arm=rehearsed.arm,
        trace=[StepShape(check=each.check, verdict=each.verdict) for each in rehearsed.trace],
    )


def shape_of(rehearsal: Rehearsal) -> RehearsalShape:
    """Show what would have become of matches."""
    return RehearsalShape(
        matches=rehearsal.matches,
        judged=rehearsal.judged,
        contacts=rehearsal.contacts,
        tallies=_tallies(rehearsal.tallies),
        failing=_tallies(rehearsal.failing),
        sent_by_branch=dict(rehearsal.sent_by_branch),
        sent_by_arm=dict(rehearsal.sent_by_arm),
        messages=[
            RehearsedMessage(event_id=each.event_id, identity=each.identity, texts=dict(each.texts or {}))
            for each in rehearsal.messages
        ],
    )


def _tallies(tallies: Iterable[Tally]) -> list[TallyOfEnds]:
    return [
        TallyOfEnds(
            outcome=each.outcome.value,
            reason=each.reason.value if each.reason else None,
            detail=each.detail,
            count=each.count,
            examples=[ExampleShape(event_id=one.event_id, identity=one.identity) for one in each.examples],
        )
        for each in tallies
    ]
