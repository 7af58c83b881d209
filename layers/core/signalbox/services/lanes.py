"""Do many matches at once, so that their calls to the outside wait beside each other.

The matches of one contact go one after another, in the order they came: at once they would only take the contact's
places from each other and begin anew. Of the flows that have matches waiting, the one with the fewest at work is
next, so that a flow whose destination hangs never holds more threads than the others do while those have work
(docs/decisions/0031).
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from signalbox.domain.decisions import Match

AT_ONCE = 16
"""How many matches are at work at once; the channels' and the store's clients keep as many connections and more."""

type Numbered = tuple[int, Match]
type Lane = deque[Numbered]
type FlowKey = tuple[str, str]


def do_all(matches: Sequence[Match], act: Callable[[Match], bool], at_once: int = AT_ONCE) -> Sequence[bool]:
    """Act on each match and give what that said, in the order of the matches.

    What `act` raises is raised when the others are done; who wants to go on with the contact's next gives False.
    """
    lanes, answers = _Lanes(matches), [False] * len(matches)

    def work() -> None:
        while lane := lanes.take():
            number, match = lane[0]
            answers[number] = act(match)
            lanes.leave(lane)

    with ThreadPoolExecutor(at_once) as pool:
        for worker in [pool.submit(work) for _ in range(min(at_once, lanes.count))]:
            worker.result()
    return answers


class _Lanes:
    """The matches by contact, each lane waiting under the flow of its next match.

    A lane that is at work is nobody else's. Whoever leaves one takes the next, so a worker that finds none waiting
    may go: there are never more lanes than workers left.
    """

    def __init__(self, matches: Sequence[Match]) -> None:
        self._lock = Lock()
        self._waiting: dict[FlowKey, deque[Lane]] = {}
        self._at_work = Counter[FlowKey]()
        lanes: dict[tuple[str, str] | int, Lane] = {}
        for number, match in enumerate(matches):
            whose = number if match.identity is None else (match.partner_id, match.identity)
            lanes.setdefault(whose, deque()).append((number, match))
        for lane in lanes.values():
            self._waiting.setdefault(_flow_of(lane), deque()).append(lane)
        self.count = len(lanes)

    def take(self) -> Lane | None:
        """Give the lane that is next, which is to be left after its first match; None when none waits."""
        with self._lock:
            if not self._waiting:
                return None
            flow = min(self._waiting, key=lambda each: self._at_work[each])
            lane = self._waiting[flow].popleft()
            if not self._waiting[flow]:
                del self._waiting[flow]
            self._at_work[flow] += 1
            return lane

    def leave(self, lane: Lane) -> None:
        """Take the first match off; what is left of the lane goes before others, or it would be the last to end."""
        with self._lock:
            self._at_work[_flow_of(lane)] -= 1
            lane.popleft()
            if lane:
                self._waiting.setdefault(_flow_of(lane), deque()).appendleft(lane)


def _flow_of(lane: Lane) -> FlowKey:
    _, match = lane[0]
    return match.partner_id, match.flow_id
