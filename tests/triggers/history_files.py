"""Files of closed hours for the tests of triggers: events as Parquet, written by DuckDB as the history writes them."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import duckdb

from signalbox.adapters.queries.event_rows import TYPE_BY_COLUMN, named, write_array
from signalbox.domain.events import Event, to_ms
from tests.fakes.rows import row_of
from tests.unit import makers

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def write_history(folder: Path, events: Iterable[Event]) -> list[Path]:
    """Write a file for each hour that has events, in their order of receipt, oldest first."""
    folder.mkdir(exist_ok=True)
    in_order = sorted(events, key=lambda event: event.received_at)
    return [
        _write(folder / f"{hour}.parquet", some)
        for hour, some in groupby(in_order, key=lambda event: f"{event.received_at:%Y-%m-%dT%H}")
    ]


def _write(path: Path, events: Iterable[Event]) -> Path:
    with tempfile.NamedTemporaryFile() as rows, duckdb.connect() as connection:
        write_array(rows, (named(row_of(event)) for event in events))
        columns = dict(TYPE_BY_COLUMN)
        read = connection.sql(
            "SELECT * FROM read_json($file, columns = $columns)", params={"file": rows.name, "columns": columns}
        )
        read.write_parquet(str(path), compression="zstd")
    return path


class WrittenHistory:
    """Files of the hours, written when they are asked for; of silent ones one that holds what no query may read."""

    def __init__(self, folder: Path, events: Iterable[Event]) -> None:
        self._folder = folder
        by_hour = groupby(sorted(events, key=_hour_of), key=_hour_of)
        self._events = {hour: list(some) for hour, some in by_hour}

    def of_hours(self, partner_id: str, shards: int, hours: Sequence[datetime]) -> Sequence[Path]:
        [silent] = write_history(self._folder, [makers.event(event_id="silence", received_at=_LONG_AGO)])
        files = {hour: write_history(self._folder, self._events[hour])[0] for hour in hours if hour in self._events}
        return [files.get(hour, silent) for hour in hours]


def _hour_of(event: Event) -> datetime:
    return event.received_at.replace(minute=0, second=0, microsecond=0)


def write_busy_day(folder: Path, day: datetime, events_an_hour: int) -> list[Path]:
    """Write a day of as many events each hour, evenly spread, of 20,000 people who do the same things every hour.

    Every fifth event is a cart, of a total up to 99, and every fiftieth a purchase; nothing comes twice.
    """
    folder.mkdir(exist_ok=True)
    step_ms = 3_600_000 // events_an_hour
    files = [folder / f"{hour:02}.parquet" for hour in range(24)]
    with duckdb.connect() as connection:
        for hour, file in enumerate(files):
            first_ms = to_ms(day) + hour * 3_600_000
            connection.sql(
                _BUSY_HOUR, params={"first": first_ms, "step": step_ms, "count": events_an_hour}
            ).write_parquet(str(file), compression="zstd")
    return files


_BUSY_HOUR = """
    WITH numbers AS (SELECT i, $first::BIGINT + i * $step AS ms, i % 20000 AS person FROM range($count) t(i)),
         kinds AS (SELECT *, CASE WHEN i % 50 = 0 THEN 'complete_transaction' WHEN i % 5 = 0 THEN 'cart'
                                  ELSE 'page_view' END AS kind FROM numbers)
    SELECT 'p' || person || '@example.org' AS identity, ms AS received_ms,
           kind AS event_type, md5(ms::VARCHAR) AS event_id,
           '{"type":"track","event":"' || kind || '","clientId":"c' || person || '","properties":{"total":' || i % 100
               || ',"sku":"sku-' || i % 5000 || '","url":"https://shop.example.org/products/' || i || '"},'
               || '"context":{"page":{"url":"https://shop.example.org/","title":"Shop"},'
               || '"userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"}}' AS body,
           kind AS event_name, 'c' || person AS client_id, NULL::VARCHAR AS user_id,
           'p' || person || '@example.org' AS email, ms AS occurred_ms, ms AS sent_ms
    FROM kinds ORDER BY ms
"""
