"""The safety holds, in the Cursors table: for each flow the last run that was stopped, and the answer to it."""

from collections.abc import Mapping

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import UNTAKEN, Table
from signalbox.adapters.dynamodb.values import Stored, Values, from_item, given, to_item
from signalbox.domain.errors import Conflict
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.queries import Window
from signalbox.domain.safety_holds import FlowRun, HoldState, SafetyHold


class DynamoSafetyHolds:
    """The `SafetyHolds` port."""

    def __init__(self, client: Client, cursors_table: str) -> None:
        self._table = Table(client, cursors_table)

    def of_partner(self, partner_id: str) -> Mapping[str, SafetyHold]:
        """Read the partition of the partner's holds, which is not that of its cursors."""
        found = self._table.query("pk = :pk", {":pk": keys.safety_holds(partner_id)})
        return {stored["sk"]: _from_stored(stored, partner_id) for stored in found}

    def save(self, hold: SafetyHold) -> None:
        """Write where the version before stands; what stands there already was written by the same call before."""
        values = _values_of(hold)
        standing = (
            self._table.put_if(UNTAKEN, values)
            if hold.version == 1
            else self._table.put_if("version = :previous", values, {":previous": hold.version - 1})
        )
        if standing is not None and standing != from_item(to_item(values)):
            raise Conflict("the safety hold was changed by another")


def _values_of(hold: SafetyHold) -> Values:
    """Give the hold's item (`hold#partner` · `flow`); it is kept."""
    run = hold.run
    return given(
        {
            "pk": keys.safety_holds(run.partner_id),
            "sk": run.flow_id,
            "version": hold.version,
            "trigger_version": run.trigger_version,
            "window_start_ms": to_ms(run.window.start),
            "window_end_ms": to_ms(run.window.end),
            "contacts": run.contacts,
            "held_at_ms": to_ms(hold.held_at),
            "covers_until_ms": to_ms(hold.covers_until),
            "state": hold.state.value,
            "answered_by": hold.answered_by,
        }
    )


def _from_stored(stored: Stored, partner_id: str) -> SafetyHold:
    window = Window(from_ms(int(stored["window_start_ms"])), from_ms(int(stored["window_end_ms"])))
    return SafetyHold(
        FlowRun(partner_id, stored["sk"], int(stored["trigger_version"]), window, int(stored["contacts"])),
        version=int(stored["version"]),
        held_at=from_ms(int(stored["held_at_ms"])),
        covers_until=from_ms(int(stored["covers_until_ms"])),
        state=HoldState(stored["state"]),
        answered_by=stored.get("answered_by"),
    )
