"""What a flow has done: its report over a period, and its decisions page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from signalbox.domain.decision_names import DecisionName, decoded, encoded
from signalbox.domain.decision_summaries import DecisionSummary, Place
from signalbox.domain.decisions import Decision, Outcome, SkipReason
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.queries import Window
from signalbox.domain.reports import DAY, HOUR, FlowReport, reported, usual_step
from signalbox.ports import Clock, DecisionLists

PERIOD = timedelta(days=7)
LONGEST_PERIOD = timedelta(days=366)
MOST_BY_HOUR = timedelta(days=31)
MAX_DECISIONS = 200_000
"""How many decisions one report reads, some fifty pages of the index: somebody waits for it."""
PAGE = 50
MAX_PAGE = 100
LOOKED_THROUGH = 10_000
"""How many decisions one page looks through for those that are asked for, before it gives what it has."""

_BEGINNING = from_ms(0)
_STEPS = {None, HOUR, DAY}
_LAST_MS = "253402300799999"  # the end of the year 9999


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Some of a flow's decisions, the latest first, and the cursor of the next page, None behind the last.

    A page may be short, or empty, and have a next one: what was looked through held no more of what was asked for.
    """

    decisions: Sequence[Decision]
    cursor: str | None


class Reporting:
    """The use cases of whoever wants to know how a flow is doing."""

    def __init__(self, *, clock: Clock, decision_lists: DecisionLists, max_decisions: int = MAX_DECISIONS) -> None:
        self._clock = clock
        self._decision_lists = decision_lists
        self._max_decisions = max_decisions

    def report(
        self,
        partner_id: str,
        flow_id: str,
        since: datetime | None = None,
        until: datetime | None = None,
        step: timedelta | None = None,
    ) -> FlowReport:
        """Count what was decided in `(since, until]`, as a rule the last seven days; raises Invalid.

        `step` is an hour or a day between the points of the series, None for what suits the period.
        """
        window = self._window(since, until, PERIOD)
        if step not in _STEPS or (step == HOUR and window.end - window.start > MOST_BY_HOUR):
            raise Invalid([Reason("/by", f"expected hours, of up to {MOST_BY_HOUR.days} days, or days")])
        listed = self._decision_lists.of_flow(partner_id, flow_id, window)
        return reported(window, step or usual_step(window), listed, self._max_decisions)

    def decisions(
        self,
        partner_id: str,
        flow_id: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        outcomes: Collection[Outcome] = (),
        reasons: Collection[SkipReason] = (),
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> DecisionPage:
        """Give a page of what was decided in `(since, until]`, of the outcomes and the reasons where some are named.

        Without `since` all there is. Raises Invalid.
        """
        if not 1 <= limit <= MAX_PAGE:
            raise Invalid([Reason("/limit", f"expected 1 to {MAX_PAGE}")])
        before = None if cursor is None else _place_of(cursor)
        window = self._window(since, until, None)
        found, last = list[DecisionName](), before
        for number, each in enumerate(self._decision_lists.of_flow(partner_id, flow_id, window, before)):
            if len(found) == limit or number == LOOKED_THROUGH:
                break
            last = each.place
            if _is_wanted(each, outcomes, reasons):
                found.append(DecisionName(partner_id, flow_id, each.event_id))
        else:
            last = None
        return DecisionPage(self._decision_lists.find_all(found), None if last is None else _cursor_of(last))

    def _window(self, since: datetime | None, until: datetime | None, period: timedelta | None) -> Window:
        end = self._clock.now() if until is None else until
        start = since or (_BEGINNING if period is None else end - period)
        if start >= end:
            raise Invalid([Reason("/since", "expected an instant before `until`")])
        if period is not None and end - start > LONGEST_PERIOD:
            raise Invalid([Reason("/since", f"expected a period of up to {LONGEST_PERIOD.days} days")])
        return Window(start, end)


def _is_wanted(each: DecisionSummary, outcomes: Collection[Outcome], reasons: Collection[SkipReason]) -> bool:
    return (not outcomes or each.outcome in outcomes) and (not reasons or each.reason in reasons)


def _cursor_of(place: Place) -> str:
    """Write a place as text that says nothing to whoever carries it."""
    return encoded(f"{to_ms(place.decided_at)} {place.event_id}")


def _place_of(cursor: str) -> Place:
    decided_ms, space, event_id = (decoded(cursor) or "").partition(" ")
    if not space or not decided_ms.isascii() or not decided_ms.isdigit() or len(decided_ms) > len(_LAST_MS):
        raise Invalid([Reason("/cursor", "expected what a page gave as its next one's cursor")])
    return Place(from_ms(int(decided_ms)), event_id)
