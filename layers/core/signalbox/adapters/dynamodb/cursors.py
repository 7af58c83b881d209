"""The Cursors table: how far each flow has got."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Values
from signalbox.domain.errors import Conflict
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.flows import Cursor


class DynamoCursors:
    """The `Cursors` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def of_partner(self, partner_id: str) -> Mapping[str, Cursor]:
        """Read the partner's partition."""
        return {
            stored["sk"]: Cursor(partner_id, stored["sk"], from_ms(int(stored["position_ms"])))
            for stored in self._table.query("pk = :pk", {":pk": partner_id})
        }

    def advance(self, cursor: Cursor, position: datetime) -> None:
        """Write the new position where the old one still is."""
        moved = values_of(replace(cursor, position=position))
        standing = self._table.put_if("position_ms = :expected", moved, {":expected": to_ms(cursor.position)})
        if standing is not None:
            raise Conflict("the cursor was moved by another")


def values_of(cursor: Cursor) -> Values:
    """Give the cursor's item (`partner` · `flow`); it is kept."""
    return {"pk": cursor.partner_id, "sk": cursor.flow_id, "position_ms": to_ms(cursor.position)}
