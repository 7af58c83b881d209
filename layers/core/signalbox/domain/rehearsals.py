"""Rehearsals: what a flow would have done with real matches, counted, with examples; nothing is written or sent."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from signalbox.domain.decisions import Outcome, SkipReason, Step

SHOWN_MESSAGES = 10
"""How many rendered messages a rehearsal shows; each may have 200 KB."""
SHOWN_EXAMPLES = 3

_FAILING = {SkipReason.CONTENT_MISSING_VALUE, SkipReason.CONTENT_ERROR}


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would have become of one match: `sent` stands for what would be sent, `texts` are its message's parts.

    `sends_at` is the instant it was judged for at last: when it was found, or later after a wait or quiet hours.
    `channel`, `branch` and `arm` are given where the judging got as far. `detail` names a missing value or a fault,
    never a value.
    """

    event_id: str
    identity: str | None
    received_at: datetime | None
    outcome: Outcome
    sends_at: datetime
    trace: Sequence[Step]
    reason: SkipReason | None = None
    detail: str | None = None
    branch: str | None = None
    arm: str | None = None
    channel: str | None = None
    texts: Mapping[str, str] | None = None

    @property
    def would_send(self) -> bool:
        """Tell whether there would be a message."""
        return self.texts is not None

    @property
    def would_fail(self) -> bool:
        """Tell whether the content is at fault; asking for no message is what its author meant."""
        return self.reason in _FAILING


@dataclass(frozen=True, slots=True)
class Tally:
    """How many matches would have ended alike, and the first of them; `detail` where they are told apart by it."""

    outcome: Outcome
    reason: SkipReason | None
    detail: str | None
    count: int
    examples: Sequence[Rehearsed]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would have become of `judged` out of `matches`; the newest are judged.

    tallies    every one that was judged is in exactly one, by outcome and reason, the most frequent first
    failing    those whose content would fail, by the value that is missing or the fault
    messages   the first of those that would be sent
    contacts   the people who would be messaged
    """

    matches: int
    judged: int
    contacts: int
    tallies: Sequence[Tally]
    failing: Sequence[Tally]
    sent_by_branch: Mapping[str, int]
    sent_by_arm: Mapping[str, int]
    messages: Sequence[Rehearsed]

    @property
    def would_send(self) -> int:
        """Tell how many messages there would be."""
        return sum(each.count for each in self.tallies if each.outcome is Outcome.SENT)


def summed(matches: int, rehearsed: Sequence[Rehearsed]) -> Rehearsal:
    """Count what was judged out of so many matches."""
    sent = [each for each in rehearsed if each.would_send]
    return Rehearsal(
        matches=matches,
        judged=len(rehearsed),
        contacts=len({each.identity for each in sent}),
        tallies=_tallies(rehearsed),
        failing=_tallies([each for each in rehearsed if each.would_fail], by_detail=True),
        sent_by_branch=Counter(each.branch for each in sent if each.branch is not None),
        sent_by_arm=Counter(each.arm for each in sent if each.arm is not None),
        messages=sent[:SHOWN_MESSAGES],
    )


def _tallies(rehearsed: Iterable[Rehearsed], *, by_detail: bool = False) -> Sequence[Tally]:
    alike: dict[tuple[Outcome, SkipReason | None, str | None], list[Rehearsed]] = {}
    for each in rehearsed:
        alike.setdefault((each.outcome, each.reason, each.detail if by_detail else None), []).append(each)
    tallies = [Tally(*key, count=len(some), examples=some[:SHOWN_EXAMPLES]) for key, some in alike.items()]
    return sorted(tallies, key=lambda tally: -tally.count)
