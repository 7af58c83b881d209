"""Experiments: who gets which variant, who is held out, and what counts towards the goal.

Nothing is stored for an assignment: it is a hash, so any worker at any time gives the same answer
(docs/decisions/0019). Two independent places in [0, 1) are drawn for each identity, one for the holdout and one for
each variant, so that changing one part of an experiment leaves the other alone:

- raising the holdout moves people from variants into it, lowering it moves some of them back; nobody else moves;
- a variant that is added or gets more weight only draws people, one that loses weight or goes only gives them away;
- the order of the variants, or a factor common to all weights, moves nobody.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from math import log

from signalbox.domain.errors import Reason

HOLDOUT = "holdout"
"""The name of the arm that gets nothing; no variant may have it."""
MAX_VARIANTS = 20
MAX_WEIGHT = 10_000
"""Fine enough for hundredths of a percent."""
MAX_ATTRIBUTION = timedelta(days=90)

_PLACES = 2**52
"""One of so many places, and its middle, fit a float exactly: never 0, never 1."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One arm that gets a message; `content_id` None leaves the content to the branch."""

    variant_id: str
    weight: int
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What an experiment is to bring about: an event of this type within `attribution` of the exposure."""

    event_type: str
    attribution: timedelta

    def is_met(self, exposed_at: datetime, event_type: str, occurred_at: datetime) -> bool:
        """Tell whether this event counts for somebody exposed then; for the held-out that is when it was decided."""
        in_time = exposed_at < occurred_at <= exposed_at + self.attribution
        return event_type == self.event_type and in_time


@dataclass(frozen=True, slots=True)
class Experiment:
    """A split of a flow's contacts; the first variant is the control that the others are compared with."""

    experiment_id: str
    variants: Sequence[Variant]
    holdout_percent: int = 0
    goal: Goal | None = None

    def assigned(self, identity: str) -> Variant | None:
        """Give the variant of this identity, None when it is held out; at least one weight is over zero.

        Each variant draws a waiting time of rate `weight` and the shortest wins, which is weighted rendezvous hashing.
        """
        if _place(self.experiment_id, HOLDOUT, identity) * 100 < self.holdout_percent:
            return None
        weighted = [each for each in self.variants if each.weight > 0]
        return min(weighted, key=lambda each: -log(_place(self.experiment_id, each.variant_id, identity)) / each.weight)

    def shares(self) -> Mapping[str, float]:
        """Give the share each arm ought to get, by its name; together they are 1."""
        total = sum(each.weight for each in self.variants)
        held_out = self.holdout_percent / 100
        shares = {each.variant_id: each.weight / total * (1 - held_out) for each in self.variants}
        return {**shares, HOLDOUT: held_out}


def _place(experiment_id: str, arm: str, identity: str) -> float:
    """Give the identity's place strictly between 0 and 1; ids hold no line break, so no two questions read alike."""
    digest = blake2b(f"{experiment_id}\n{arm}\n{identity}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest) % _PLACES + 0.5) / _PLACES


def reasons_against(experiment: Experiment) -> Iterator[Reason]:
    """Name each part of an experiment that makes no sense, by its path in it."""
    if not 1 <= len(experiment.variants) <= MAX_VARIANTS:
        yield Reason("/variants", f"expected 1 to {MAX_VARIANTS}")
    elif not any(each.weight > 0 for each in experiment.variants):
        yield Reason("/variants", "expected at least one weight over 0")
    for place, each in enumerate(experiment.variants):
        if not 0 <= each.weight <= MAX_WEIGHT:
            yield Reason(f"/variants/{place}/weight", f"expected 0 to {MAX_WEIGHT}")
    yield from _reasons_against_names(experiment.variants)
    if not 0 <= experiment.holdout_percent <= 100:  # noqa: PLR2004 - percent
        yield Reason("/holdout_percent", "expected 0 to 100")
    if experiment.goal and not timedelta(0) < experiment.goal.attribution <= MAX_ATTRIBUTION:
        yield Reason("/goal/attribution", f"expected more than nothing and up to {MAX_ATTRIBUTION.days} days")


def _reasons_against_names(variants: Sequence[Variant]) -> Iterator[Reason]:
    uses = Counter(each.variant_id for each in variants)
    for place, each in enumerate(variants):
        if each.variant_id == HOLDOUT or not each.variant_id or "\n" in each.variant_id:
            yield Reason(f"/variants/{place}/variant_id", f"expected a name in one line other than {HOLDOUT!r}")
        elif uses[each.variant_id] > 1:
            yield Reason(f"/variants/{place}/variant_id", "expected a name that no other variant has")
