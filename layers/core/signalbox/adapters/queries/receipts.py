"""When the events at hand were received: the engine's parent has them, so it need not ask its child."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from signalbox.domain.events import to_ms
from signalbox.domain.queries import Cell, EventRow, Query


class Receipts:
    """The receipts of events in epoch milliseconds, of those with one name the earliest."""

    def __init__(self, events: Sequence[EventRow]) -> None:
        self._ms_by_id = {event[0]: event[1] for event in events}
        if len(self._ms_by_id) < len(events):  # of equal names the last one stays, so that is to be the earliest
            latest_first = sorted(events, key=itemgetter(1), reverse=True)
            self._ms_by_id = {event[0]: event[1] for event in latest_first}
        received = self._ms_by_id.values()
        self._first_ms, self._last_ms = min(received, default=0), max(received, default=0)

    def of(self, rows: Iterable[Mapping[str, Cell]], query: Query) -> Mapping[str, int]:
        """Tell by event_id when the events that the rows name were received, where the query could read them.

        A query that could read all has those of all, which its answer shares with the others.
        """
        after_ms, until_ms = to_ms(query.reads_from), to_ms(query.window.end)
        if after_ms < self._first_ms and self._last_ms <= until_ms:
            return self._ms_by_id
        named = {str(row.get("event_id")) for row in rows}
        return {
            event_id: received_ms
            for event_id in named
            if (received_ms := self._ms_by_id.get(event_id)) is not None and after_ms < received_ms <= until_ms
        }
