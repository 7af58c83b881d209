"""What validating a trigger's draft tells: the rows it returned over recent events, and what the rules would do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from signalbox.domain.errors import Reason
from signalbox.domain.events import from_ms
from signalbox.domain.identities import identity_of
from signalbox.domain.queries import Cell, EventRow, QueryFailure, QueryFault, QueryRows, Window

SHOWN_ROWS = 50

_ADVICE: Mapping[QueryFault, str] = {
    QueryFault.SQL_ERROR: "Change what it names.",
    QueryFault.CPU_LIMIT: "Narrow it: fewer event types, a condition on ts in every part, a join less.",
    QueryFault.MEMORY_LIMIT: "Narrow it: select fewer columns, a condition on ts in every part, a shorter look-back.",
    QueryFault.ROW_LIMIT: "Return one row for each event to act on, and fewer columns.",
    QueryFault.COLUMNS_MISSING: "Add the columns identity and event_id to those it selects.",
    QueryFault.UNUSABLE_ROW: "Leave such rows out with WHERE.",
    QueryFault.TOO_MUCH_HISTORY: "Shorten the look-back.",
    QueryFault.HISTORY_NOT_READY: "Validate once more in some minutes.",
    QueryFault.TOO_MANY_CONTACTS: "Shorten the look-back, or take traits from the event itself.",
    QueryFault.ENGINE_LOST: "Validate once more; if it happens again, write the query in smaller parts.",
}


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """What the rules would do with all rows, before a flow's own filters.

    rows_without_identity  are reported and not sent
    further_rows           name an event that an earlier row named: one decision is made for each event
    too_old                events older than the maximum event age by now; a run at the time may have come earlier
    unknown_events         event_ids that no event has which the query could read
    sendable               events that would be sent: none of these
    """

    rows_without_identity: int
    further_rows: int
    too_old: int
    unknown_events: int
    sendable: int


@dataclass(frozen=True, slots=True)
class Validation:
    """The answer: which span was read (`is_cut`: its older part was not, there were too many events), and the rows.

    `columns` is empty when no row was returned; `rows` are the first of `row_count`.
    """

    window: Window
    reads_from: datetime
    is_cut: bool
    events: int
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Cell]]
    row_count: int
    elapsed_ms: int
    rules: RuleCounts


def counted(answer: QueryRows, events: Iterable[EventRow], max_event_age: timedelta, now: datetime) -> RuleCounts:
    """Say what the rules would do with each row; of several rows for one event the first counts."""
    occurred_at = _first_occurrences(events)
    identity_by_event: dict[str, bool] = {}
    for row in answer.rows:
        identity_by_event.setdefault(str(row["event_id"]), _names_somebody(row))
    unknown = {event_id for event_id in identity_by_event if event_id not in occurred_at}
    too_old = {
        event_id for event_id in identity_by_event.keys() - unknown if now - occurred_at[event_id] > max_event_age
    }
    return RuleCounts(
        rows_without_identity=sum(not _names_somebody(row) for row in answer.rows),
        further_rows=len(answer.rows) - len(identity_by_event),
        too_old=len(too_old),
        unknown_events=len(unknown),
        sendable=sum(named for event_id, named in identity_by_event.items() if event_id not in unknown | too_old),
    )


def reason_for(failure: QueryFailure) -> Reason:
    """Tell the author why the query gave no answer and what to do about it."""
    path = "/lookback" if failure.fault is QueryFault.TOO_MUCH_HISTORY else "/sql"
    return Reason(path, f"{failure.detail.rstrip('.')}. {_ADVICE[failure.fault]}")


def _first_occurrences(events: Iterable[EventRow]) -> dict[str, datetime]:
    """Tell when each event occurred; of repeats the earliest received counts, as in the engine."""
    first: dict[str, tuple[int, int]] = {}
    for event_id, received_ms, occurred_ms, *_ in events:
        known = first.get(event_id)
        if known is None or received_ms < known[0]:
            first[event_id] = received_ms, occurred_ms
    return {event_id: from_ms(occurred_ms) for event_id, (_, occurred_ms) in first.items()}


def _names_somebody(row: Mapping[str, Cell]) -> bool:
    return row["identity"] is not None and bool(identity_of(str(row["identity"])))
