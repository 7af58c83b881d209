"""Take up what was deferred and is due: hand it over again, with a verdict where its wait has an exit condition.

    due ─────────> settled ─────────> this run ────────────────────> sent
    purchase here, | or here: all of it | or here, as far as it is    | here: not seen, a minute at most
    is seen        | is seen            | stored: it is seen          |

It is taken up only once its instant has settled: what was received up to then is in the store, whoever wrote it, and
no clock that is a little behind can put the match off to the same instant again while it is being taken out here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched

from signalbox.domain.decisions import Deferral, Match
from signalbox.domain.flows import LiveFlow, Trigger
from signalbox.domain.partners import Partner
from signalbox.domain.queries import QueryFailure
from signalbox.ports import Deferrals, Handover
from signalbox.services.leaving import Leaving, Waiters

TAKEN_UP_AT_ONCE = 100
"""How many deferred matches are handed over together; what has no time left waits for the next run."""
JUDGED_AT_ONCE = 5_000
"""Of how many people a run judges the exit condition of one flow; the others wait for the next run.

They are all in memory, a few KB each, and are to be handed over before their verdicts are old.
"""


@dataclass(slots=True)
class TakenUp:
    """What was taken up: how many, and for each flow whose exit condition was asked why it failed, None where not."""

    count: int = 0
    exit_faults: dict[str, QueryFailure | None] = field(default_factory=dict)


class TakingUp:
    """The part of a run that comes before its windows."""

    def __init__(self, *, deferrals: Deferrals, handover: Handover, leaving: Leaving, settle: timedelta) -> None:
        self._deferrals = deferrals
        self._handover = handover
        self._leaving = leaving
        self._settle = settle

    def take_up(
        self,
        partner: Partner,
        flows: Iterable[tuple[LiveFlow, Trigger]],
        now: datetime,
        may_go_on: Callable[[], bool],
    ) -> TakenUp:
        """Hand over what is due, the longest due first; done twice it is harmless.

        What an exit condition cannot say anything about stays deferred.
        """
        taken, waiters_by_flow = TakenUp(), _waiters(flows)
        for due in batched(self._deferrals.due(partner.partner_id, now - self._settle), TAKEN_UP_AT_ONCE, strict=False):
            at_once = [each for each in due if not _is_judged(each, waiters_by_flow, now)]
            self._pass_on(at_once, [each.match for each in at_once], taken)
            if not may_go_on():
                return taken
        waiting = [each for each in waiters_by_flow.values() if each.deferrals]
        with closing(self._leaving.judge(partner, waiting)) as judgements:
            for judged in judgements:
                self._pass_on(judged.deferrals, judged.matches, taken)
                taken.exit_faults[judged.waiters.flow.flow_id] = judged.failure
        return taken

    def _pass_on(self, deferrals: Sequence[Deferral], matches: Sequence[Match], taken: TakenUp) -> None:
        """Hand over and then take out; dying in between hands over twice."""
        self._handover.hand_over(matches)
        self._deferrals.remove_all(deferrals)
        taken.count += len(deferrals)


def _waiters(flows: Iterable[tuple[LiveFlow, Trigger]]) -> Mapping[str, Waiters]:
    """Give the flows that have exit conditions, by their ids."""
    return {
        flow.flow_id: Waiters(flow, trigger, flow.wait, flow.wait.exit_condition)
        for flow, trigger in flows
        if flow.wait is not None and flow.wait.exit_condition is not None
    }


def _is_judged(deferral: Deferral, waiters_by_flow: Mapping[str, Waiters], now: datetime) -> bool:
    """Put it with those of its flow to be judged, unless it needs none: it is too old, or its flow asks nothing.

    Where the flow has its fill it is left for the next run.
    """
    waiters = waiters_by_flow.get(deferral.match.flow_id)
    if waiters is None:
        return False
    if now - waiters.began_at(deferral) > waiters.wait.longest_age(deferral.match.max_event_age):
        return False
    if len(waiters.deferrals) < JUDGED_AT_ONCE:
        waiters.deferrals.append(deferral)
    return True
