"""Which flows a run takes a step with, over which spans, and in which order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from signalbox.domain.events import to_ms
from signalbox.domain.flows import Cursor, LiveFlow, Trigger
from signalbox.domain.queries import Query, Window
from signalbox.domain.safety_holds import SafetyHold
from signalbox.domain.windows import IDLE_STEP, next_window

type Place = tuple[LiveFlow, Trigger, Cursor, SafetyHold | None]
"""A live flow with its trigger, how far it has got, and the last of its runs that was stopped."""


@dataclass(frozen=True, slots=True)
class FlowWindow:
    """One live flow with the span this step covers for it."""

    flow: LiveFlow
    trigger: Trigger
    cursor: Cursor
    window: Window
    hold: SafetyHold | None = None

    @property
    def query_key(self) -> str:
        """Name the query; flows of one trigger at one position share its answer."""
        return f"{self.trigger.trigger_id} v{self.trigger.version} from {to_ms(self.window.start)}"

    @property
    def reads_from(self) -> datetime:
        """Give where the look-back begins."""
        return self.window.start - self.trigger.lookback

    @property
    def is_idle(self) -> bool:
        """Tell whether the span is so short that a cursor need not be moved over nothing; a count that ends must be."""
        return self.window.end - self.window.start < IDLE_STEP and not self.cursor.contacts

    @property
    def is_failing(self) -> bool:
        """Tell whether the flow's last run failed."""
        return self.cursor.health.failing_since is not None

    def place(self) -> Place:
        """Give where the flow is before this span."""
        return self.flow, self.trigger, self.cursor, self.hold

    def query(self) -> Query:
        """Ask the trigger's question of this span."""
        return Query(self.query_key, self.trigger.compiled_sql, self.window, self.reads_from)


def steps(pending: Sequence[Place], now: datetime, settle: timedelta) -> Iterator[list[FlowWindow]]:
    """Put flows that read up to the same instant together, those that are up to date and read little first.

    Flows that look back are apart: what their history takes, in time or in faults, is theirs alone. Flows that
    failed come last: they may fail again by using up their limits. In a group the longest waiting is first.
    """
    windows = [
        FlowWindow(flow, trigger, cursor, hold.part_of(window, trigger.version) if hold else window, hold)
        for flow, trigger, cursor, hold in pending
        if (window := next_window(cursor.position, now, settle))
    ]
    windows.sort(key=_group_of)
    for _, group in groupby(windows, key=_group_of):
        yield sorted(group, key=_waits_since)


def is_held(place: Place) -> bool:
    """Tell whether the flow waits for a person."""
    _, trigger, cursor, hold = place
    return hold is not None and hold.stops(cursor.position, trigger.version)


def _group_of(each: FlowWindow) -> tuple[bool, bool, int]:
    """Order: what failed after what did not, look-backs after the rest, then from the present backwards."""
    return each.is_failing, bool(each.trigger.lookback), -to_ms(each.window.end)


def _waits_since(each: FlowWindow) -> datetime:
    """Tell when it ran last, or where it began: what was just launched comes last, what was left over first."""
    last_run = each.cursor.health.last_run
    return each.cursor.position if last_run is None else last_run.ran_at
