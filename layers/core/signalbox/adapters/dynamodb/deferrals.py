"""The Deferred table: matches that wait, by the instant they are due; a partner's are one partition."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched

from signalbox.adapters.dynamodb import keys, matches
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import WRITTEN_AT_ONCE, Table
from signalbox.adapters.dynamodb.values import Stored, Values, compressed, given
from signalbox.domain.decisions import Deferral
from signalbox.domain.events import from_ms, to_ms

_RECEIVED_NO_EARLIER = "attribute_not_exists(received_at) OR received_at >= :received_at"


class DynamoDeferrals:
    """The `Deferrals` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def keep(self, deferral: Deferral) -> None:
        """Write it under its instant and its decision's name, so that a repeat writes the same again."""
        values = _values(deferral)
        if deferral.match.received_at is None:
            self._table.put(values)
        else:
            self._table.put_if(_RECEIVED_NO_EARLIER, values, {":received_at": values["received_at"]})

    def due(self, partner_id: str, up_to: datetime) -> Iterator[Deferral]:
        """Read the partition from its beginning, page by page as they are taken."""
        operands: Values = {":pk": partner_id, ":beyond": keys.beyond(up_to)}
        return map(_from_stored, self._table.query("pk = :pk AND sk < :beyond", operands))

    def remove_all(self, deferrals: Sequence[Deferral]) -> None:
        """Delete them by their keys, several a call."""
        for some in batched(deferrals, WRITTEN_AT_ONCE, strict=False):
            self._table.delete_all([_key(each) for each in some])


def _key(deferral: Deferral) -> keys.Key:
    match = deferral.match
    return keys.deferral(match.partner_id, deferral.due_at, match.flow_id, match.event_id)


def _values(deferral: Deferral) -> Values:
    """Give its item; it is kept until a run takes it out."""
    match = deferral.match
    values: Values = {
        **_key(deferral),
        "due_ms": to_ms(deferral.due_at),
        "flow_id": match.flow_id,
        "trigger_id": match.trigger_id,
        "trigger_version": match.trigger_version,
        "event_id": match.event_id,
        "identity": match.identity,
        "received_at": None if match.received_at is None else to_ms(match.received_at),
        **matches.values_of(match),
    }
    return compressed(given(values), matches.ROW)


def _from_stored(stored: Stored) -> Deferral:
    return Deferral(matches.match_from(stored, stored["pk"]), from_ms(int(stored["due_ms"])))
