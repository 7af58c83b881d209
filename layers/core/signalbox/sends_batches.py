"""The matches of a run of the send function: decided about at once, and what goes in one POST sent together."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from signalbox.domain.decisions import Decision, Match
from signalbox.domain.errors import SignalboxError, Transient
from signalbox.observability import Telemetry
from signalbox.services.lanes import AT_ONCE, do_all
from signalbox.services.sending import Claimed, Sending, together


class SendsBatches:
    """What the matches of all queue messages are handed to; `has_time` tells whether anything may still be begun."""

    def __init__(self, sending: Sending, telemetry: Telemetry, has_time: Callable[[], bool]) -> None:
        self._sending = sending
        self._telemetry = telemetry
        self._has_time = has_time

    def do_all(self, matches: Sequence[Match]) -> Sequence[bool]:
        """Decide about every match, and tell of each in its order whether it is done."""
        survives, claimed = self._telemetry.survives, list[Claimed]()
        begun = do_all(matches, lambda match: survives(partial(self._begin, match, claimed), flow_id=match.flow_id))
        undone = {id(each.considered.match) for each in claimed}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda some: survives(partial(self._finish, some, undone)), together(claimed)))
        return [is_begun and id(match) not in undone for match, is_begun in zip(matches, begun, strict=True)]

    def _begin(self, match: Match, claimed: list[Claimed]) -> None:
        self._demand_time()
        begun = self._sending.begin(match)
        if isinstance(begun, Claimed):
            claimed.append(begun)
        else:
            self._count(begun)

    def _finish(self, some: Sequence[Claimed], undone: set[int]) -> None:
        """Count what ended, and raise the first fault once all have been looked at."""
        self._demand_time()
        faults = []
        for each, result in zip(some, self._sending.finish(some), strict=True):
            if isinstance(result, SignalboxError):
                faults.append(result)
            else:
                self._count(result)
                undone.discard(id(each.considered.match))
        if faults:
            raise faults[0]

    def _count(self, decision: Decision) -> None:
        self._telemetry.count("Matches" + decision.outcome.title().replace("_", ""))

    def _demand_time(self) -> None:
        if not self._has_time():
            raise Transient("no time is left for this match")
