"""Waits: a delay before sending, and the condition by which people leave it.

    match ──begin──> waiting ──due, judged again on fresh events──> sent or skipped by the other rules
                        └─────due, the exit condition holds───────> left: skipped, nothing is sent

Nothing happens before it is due. Then the exit condition's SQL runs over all events received up to that moment,
settled or not, once for everybody of a flow who is due, and each of them is judged by its own key and start.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from signalbox.domain.errors import Reason

MIN_WAIT = timedelta(seconds=1)
MAX_WAIT = timedelta(days=30)  # spec: triggers-and-flows, section 3
BY_IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class ExitCondition:
    """SQL that finds events by which people leave.

    `key` names the column that both this query and the trigger return, and by which their rows belong together: the
    identity, or a `cartId` when only a purchase of that very cart is to count.
    """

    sql: str
    key: str = BY_IDENTITY


@dataclass(frozen=True, slots=True)
class Wait:
    """A delay before sending; without an exit condition everybody stays."""

    delay: timedelta
    exit_condition: ExitCondition | None = None

    def due_at(self, now: datetime, occurred_at: datetime | None) -> datetime:
        """Give the instant to send at, `now` being that of the match: the delay runs from when the event occurred.

        So a run that comes late does not make people wait longer. Without an event it runs from the match.
        """
        return max(now, (occurred_at or now) + self.delay)

    def longest_age(self, max_event_age: timedelta) -> timedelta:
        """Give how old an event may be at the moment of sending: the trigger's age and the time it was made to wait."""
        return max_event_age + self.delay


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits; `key` is the value of the exit condition's key column in the trigger's row, as text.

    `began_after` is the receive time of the event that began it: what came later may end it.
    """

    key: str
    began_after: datetime
    due_at: datetime

    def is_due(self, now: datetime) -> bool:
        """Tell whether the wait is over."""
        return now >= self.due_at

    def has_left(self, exits: Iterable["Exit"]) -> bool:
        """Judge by what the exit condition found; an event received before the wait began is nobody's exit."""
        return any(each.key == self.key and each.received_at > self.began_after for each in exits)


@dataclass(frozen=True, slots=True)
class Exit:
    """A row of the exit condition: its key's value as text, and when its event was received."""

    key: str
    received_at: datetime


def exits_are_read_from(waiting: Iterable[Waiting]) -> datetime | None:
    """Give the receive time after which events matter to any of these, None when there is nobody."""
    return min((each.began_after for each in waiting), default=None)


def reasons_against(wait: Wait) -> Iterator[Reason]:
    """Name each part that makes no sense, by its path; the SQL is its compiler's to judge."""
    if not MIN_WAIT <= wait.delay <= MAX_WAIT:
        yield Reason("/delay", f"expected 1 second to {MAX_WAIT.days} days")
    if wait.exit_condition and not wait.exit_condition.key:
        yield Reason("/exit_condition/key", "expected the name of a column")
