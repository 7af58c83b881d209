"""The Cursors table: how far each flow has got, and how its runs are going; one write unit tells both."""

from collections.abc import Mapping
from datetime import date

from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Values, given
from signalbox.domain.errors import Conflict
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.flows import Cursor
from signalbox.domain.health import ExitFault, Health, LastRun
from signalbox.domain.queries import QueryFault, Window


class DynamoCursors:
    """The `Cursors` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def of_partner(self, partner_id: str) -> Mapping[str, Cursor]:
        """Read the partner's partition."""
        found = self._table.query("pk = :pk", {":pk": partner_id})
        return {stored["sk"]: _from_stored(stored) for stored in found}

    def advance(self, standing: Cursor, following: Cursor) -> None:
        """Write the new position where the old one still is."""
        expected: Values = {":expected": to_ms(standing.position)}
        if self._table.put_if("position_ms = :expected", values_of(following), expected) is not None:
            raise Conflict("the cursor was moved by another")


def values_of(cursor: Cursor) -> Values:
    """Give the cursor's item (`partner` · `flow`); it is kept."""
    values: Values = {
        "pk": cursor.partner_id,
        "sk": cursor.flow_id,
        "position_ms": to_ms(cursor.position),
        "contacts": cursor.contacts or None,
    }
    return {**given(values), **_values_of_health(cursor.health)}


def _values_of_health(health: Health) -> Values:
    values: Values = {
        "failing_since_ms": None if health.failing_since is None else to_ms(health.failing_since),
        "last_match_on": None if health.last_match_on is None else health.last_match_on.isoformat(),
        "streak": health.streak or None,
        "exit_fault": None if health.exit_fault is None else _values_of_exit_fault(health.exit_fault),
    }
    return given(values) if health.last_run is None else given({**values, **_values_of_run(health.last_run)})


def _values_of_exit_fault(exit_fault: ExitFault) -> Values:
    return {"since_ms": to_ms(exit_fault.since), "fault": exit_fault.fault.value, "detail": exit_fault.detail}


def _values_of_run(run: LastRun) -> Values:
    return {
        "ran_at_ms": to_ms(run.ran_at),
        "window_start_ms": to_ms(run.window.start),
        "window_end_ms": to_ms(run.window.end),
        "trigger_version": run.trigger_version,
        "rows": run.rows,
        "matches": run.matches,
        "elapsed_ms": run.elapsed_ms,
        "fault": None if run.fault is None else run.fault.value,
        "detail": run.detail or None,
    }


def _from_stored(stored: Stored) -> Cursor:
    failing_since, last_match_on = stored.get("failing_since_ms"), stored.get("last_match_on")
    health = Health(
        last_run=_run_from(stored) if "ran_at_ms" in stored else None,
        failing_since=None if failing_since is None else from_ms(int(failing_since)),
        last_match_on=None if last_match_on is None else date.fromisoformat(last_match_on),
        streak=int(stored.get("streak", 0)),
        exit_fault=_exit_fault_from(stored["exit_fault"]) if "exit_fault" in stored else None,
    )
    position, contacts = from_ms(int(stored["position_ms"])), int(stored.get("contacts", 0))
    return Cursor(stored["pk"], stored["sk"], position, health, contacts)


def _exit_fault_from(stored: Stored) -> ExitFault:
    return ExitFault(from_ms(int(stored["since_ms"])), QueryFault(stored["fault"]), stored["detail"])


def _run_from(stored: Stored) -> LastRun:
    return LastRun(
        ran_at=from_ms(int(stored["ran_at_ms"])),
        window=Window(from_ms(int(stored["window_start_ms"])), from_ms(int(stored["window_end_ms"]))),
        trigger_version=int(stored["trigger_version"]),
        rows=int(stored["rows"]),
        matches=int(stored["matches"]),
        elapsed_ms=int(stored["elapsed_ms"]),
        fault=QueryFault(stored["fault"]) if "fault" in stored else None,
        detail=stored.get("detail", ""),
    )
