"""Previews: the message that a flow makes of one event, and what it would have done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.content import ContentProblem
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.flows import Flow, SegmentFilter
from signalbox.domain.rehearsals import Rehearsed


@dataclass(frozen=True, slots=True)
class Preview:
    """The texts of a message by its parts, or why there are none.

    `is_matched` tells whether the trigger returned the event; where it did not, `trigger.…` is missing in content.
    `verdict` is what would have become of the match, which the message is shown in spite of. `warnings` are the flow's.
    """

    is_matched: bool
    verdict: Rehearsed
    texts: Mapping[str, str]
    problem: ContentProblem | None = None
    branch: str | None = None
    arm: str | None = None
    warnings: Sequence[Reason] = ()


def shown(flow: Flow, branch: str | None = None, arm: str | None = None) -> Flow:
    """Give the flow without what keeps messages back from a contact that had none, for its author to see its message.

    Everybody takes the branch and the arm that are named; where none is, each takes their own, and who is held out
    takes the one they would have had. Raises Invalid when there is no branch or arm of that name.
    """
    plain = replace(flow, segment_filter=SegmentFilter(), wait=None, quiet_hours=None)
    if branch is not None:
        plain = replace(plain, branches=Branches(default=_branch(flow, branch)))
    if flow.experiment is None:
        if arm is not None:
            raise Invalid([Reason("/arm", "expected none: the flow has no experiment")])
        return plain
    variants = [each for each in flow.experiment.variants if arm in (None, each.variant_id)]
    if not variants:
        raise Invalid([Reason("/arm", "no such variant")])
    if arm is not None:
        variants = [replace(variants[0], weight=1)]
    return replace(plain, experiment=replace(flow.experiment, variants=variants, holdout_percent=0))


def _branch(flow: Flow, name: str) -> DefaultBranch:
    branches: list[Branch | DefaultBranch] = [*flow.branches.ordered]
    if flow.branches.default:
        branches.append(flow.branches.default)
    for each in branches:
        if each.name == name:
            return DefaultBranch(each.name, each.content_id)
    raise Invalid([Reason("/branch", "no such branch")])
