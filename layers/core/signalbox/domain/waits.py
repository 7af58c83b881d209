"""Waits: a delay before sending, and the condition by which people leave it.

    match ──begin──> waiting ──due, judged again on fresh events──> sent or skipped by the other rules
                        └─────due, the exit condition holds───────> left: skipped(exited), nothing is sent

Nothing happens before it is due. Then the exit condition's SQL runs over all events received up to that moment,
settled or not, once for everybody of a flow who is due, and each of them is judged by its own key and start.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from signalbox.domain.errors import Reason
from signalbox.domain.identities import identity_of
from signalbox.domain.queries import Cell

MIN_WAIT = timedelta(seconds=1)
MAX_WAIT = timedelta(days=30)  # spec: triggers-and-flows, section 3
BY_IDENTITY = "identity"
MAX_EXIT_AGE = timedelta(seconds=60)
"""How long what was found about an exit is believed: a match that took longer to be sent is judged again."""


@dataclass(frozen=True, slots=True)
class ExitCondition:
    """SQL that finds events by which people leave.

    `key` names the column that both this query and the trigger return, and by which their rows belong together: the
    identity, or a `cartId` when only a purchase of that very cart is to count. `compiled_sql` is what the engine runs,
    empty until the flow is launched.
    """

    sql: str
    key: str = BY_IDENTITY
    dialect: str = "duckdb"
    compiled_sql: str = ""


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
class Exit:
    """An event that the exit condition found."""

    event_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Exits:
    """The latest exit of each key: who began to wait before it has left, whatever came earlier."""

    latest_by_key: Mapping[str, Exit]

    @classmethod
    def of(cls, found: Iterable[tuple[str, Exit]]) -> "Exits":
        """Keep the latest of each key."""
        latest: dict[str, Exit] = {}
        for key, each in found:
            if key not in latest or each.received_at > latest[key].received_at:
                latest[key] = each
        return cls(latest)

    def left_by(self, key: str | None, began_at: datetime) -> str | None:
        """Name the event by which somebody left, None for who stays, as who has no key does.

        `began_at` is when the event was received that began the wait; what was received up to then is nobody's exit.
        """
        latest = None if key is None else self.latest_by_key.get(key)
        return latest.event_id if latest is not None and latest.received_at > began_at else None


def column_of(row: Mapping[str, Cell], key: str) -> str | None:
    """Give the row's own name of the key's column, None when it has no such; SQL's names do not mind their case."""
    return next((name for name in row if name.lower() == key.lower()), None)


def key_of(row: Mapping[str, Cell], column: str) -> str | None:
    """Give the key in a row as text, None where it is NULL; an identity is folded as all identities are."""
    cell = row[column]
    if cell is None:
        return None
    if column.lower() == BY_IDENTITY:
        return identity_of(str(cell))
    return cell if isinstance(cell, str) else json.dumps(cell, sort_keys=True)


def reasons_against(wait: Wait) -> Iterator[Reason]:
    """Name each part that makes no sense, by its path; the SQL is its compiler's to judge."""
    if not MIN_WAIT <= wait.delay <= MAX_WAIT:
        yield Reason("/delay", f"expected 1 second to {MAX_WAIT.days} days")
    if wait.exit_condition and not wait.exit_condition.key:
        yield Reason("/exit_condition/key", "expected the name of a column")
