"""Branches: which content a contact gets, by the first condition that holds."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from signalbox.domain.decisions import Step
from signalbox.domain.errors import Reason

MAX_BRANCHES = 50
MAX_NAME = 200
"""Characters that a list can show."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on; `content_id` None stands for the flow's own content."""

    name: str
    condition: str
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class DefaultBranch:
    """The way on of everybody for whom no condition holds."""

    name: str = "default"
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class Branches:
    """Conditions in their order, and what takes the rest; without a default the rest gets nothing."""

    ordered: Sequence[Branch] = ()
    default: DefaultBranch | None = None


@dataclass(frozen=True, slots=True)
class Choice[Problem]:
    """Which branch was chosen and what each that was asked said.

    `chosen` is the problem where a condition could not be judged, and None where nothing holds (`branch_none`).
    """

    chosen: Branch | DefaultBranch | Problem | None
    trace: Sequence[Step]


def choose[Problem](branches: Branches, holds: Callable[[str], bool | Problem]) -> Choice[Problem]:
    """Ask the conditions in order and stop at the first that holds or cannot be judged.

    A condition that cannot be judged is not taken for one that does not hold: the branches after it were meant for
    those it turned away, so going on could send somebody what was not for them.
    """
    trace: list[Step] = []
    for branch in branches.ordered:
        verdict = holds(branch.condition)
        if not isinstance(verdict, bool):
            trace.append(_step(branch.name, "cannot be judged"))
            return Choice(verdict, trace)
        trace.append(_step(branch.name, "holds" if verdict else "does not hold"))
        if verdict:
            return Choice(branch, trace)
    if branches.default:
        trace.append(_step(branches.default.name, "takes the rest"))
    return Choice(branches.default, trace)


def _step(name: str, verdict: str) -> Step:
    return Step("branch", f"{name}: {verdict}")


def reasons_against(branches: Branches) -> Iterator[Reason]:
    """Name each part that makes no sense, by its path; whether a condition compiles is its compiler's to say."""
    if len(branches.ordered) > MAX_BRANCHES:
        yield Reason("/ordered", f"expected up to {MAX_BRANCHES}")
    if not branches.ordered and not branches.default:
        yield Reason("/ordered", "expected a branch or a default, or nobody would get anything")
    default_name = [branches.default.name] if branches.default else []
    uses = Counter([*default_name, *(each.name for each in branches.ordered)])
    for place, branch in enumerate(branches.ordered):
        if not 1 <= len(branch.name.strip()) <= MAX_NAME:
            yield Reason(f"/ordered/{place}/name", f"expected 1 to {MAX_NAME} characters")
        elif uses[branch.name] > 1:
            yield Reason(f"/ordered/{place}/name", "expected a name that no other branch has")
        if not branch.condition.strip():
            yield Reason(f"/ordered/{place}/condition", "expected a condition")
