"""Four queries over events, by the engine and by what else one could take for it; each a process of its own.

    speed_contenders.py NAME ITEMS    read the stored items; then, for each line on standard input, do the whole way
                                      from them to the matches and write the seconds and the matches of each query

All take the stored items apart with the product's own code, the fastest that is known, which makes rows of plain
values; each loads these in the fastest way that is known for it, leaves out repeats, and finds who and which event,
and when that was received: carts; carts without a purchase of the same person after it; views of a product over a
price that only the JSON tells; people who come back after ten minutes.
"""

import gc
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path[:0] = sys.argv[3:]

from signalbox.domain.queries import EventRow  # noqa: E402 - found only now
from tests.bench import speed_items  # noqa: E402

PRICE = 250
PAUSE_MS = 600_000
"""Both stand in the texts of the queries in SQL, too."""

COLUMNS = (
    "event_id", "received_ms", "occurred_ms", "sent_ms", "event_type", "event_name", "client_id", "user_id",
    "identity", "email", "body",
)  # fmt: skip

type Found = Sequence[Any]
"""Tuples that begin with a person and an event, and end with its receipt, or an answer of ours."""
type Contender = Callable[[Sequence[EventRow]], list[Found]]


def ours() -> Contender:
    from signalbox.adapters.queries.compiler import QueryCompiler  # noqa: PLC0415
    from signalbox.adapters.queries.engine import DuckDBEngine  # noqa: PLC0415
    from signalbox.domain.queries import Loaded, Query, QueryRows, Window  # noqa: PLC0415

    engine = DuckDBEngine()
    window = Window(speed_items.START - speed_items.SPAN, speed_items.START + speed_items.SPAN)
    texts = (
        "SELECT identity, event_id FROM event_triggers WHERE event_type = 'cart'",
        """SELECT identity, event_id FROM event_triggers c WHERE event_type = 'cart' AND NOT EXISTS (
               SELECT 1 FROM event_triggers p
               WHERE p.event_type = 'complete_transaction' AND p.identity = c.identity AND p.ts > c.ts)""",
        """SELECT identity, event_id FROM event_triggers
            WHERE event_type = 'product_view' AND (properties->>'total')::DOUBLE > 250""",
        """SELECT identity, event_id FROM event_triggers
            QUALIFY epoch_ms(ts) - epoch_ms(lag(ts) OVER (PARTITION BY identity ORDER BY ts)) > 600000""",
    )
    queries = [
        Query(f"{number}", QueryCompiler().compile(text), window, window.start) for number, text in enumerate(texts)
    ]

    def run(rows: Sequence[EventRow]) -> list[Found]:
        answers = engine.run(Loaded(rows), lambda people: {}, queries)
        return [answer.rows for answer in answers if isinstance(answer, QueryRows)]  # receipts are beside them

    return run


def sqlite() -> Contender:
    texts = (
        "SELECT identity, event_id, received_ms FROM events WHERE event_type = 'cart'",
        """SELECT identity, event_id, received_ms FROM events c LEFT JOIN (
               SELECT identity AS who, max(received_ms) AS last FROM events
               WHERE event_type = 'complete_transaction' GROUP BY identity) ON who = identity
           WHERE event_type = 'cart' AND (last IS NULL OR last <= received_ms)""",
        """SELECT identity, event_id, received_ms FROM events
            WHERE event_type = 'product_view' AND json_extract(body, '$.properties.total') > 250""",
        """SELECT identity, event_id, received_ms FROM (
                SELECT identity, event_id, received_ms,
                       received_ms - lag(received_ms) OVER (PARTITION BY identity ORDER BY received_ms) AS pause
                FROM events) WHERE pause > 600000""",
    )

    def run(rows: Sequence[EventRow]) -> list[Found]:
        database = sqlite3.connect(":memory:", isolation_level=None)
        database.execute("PRAGMA journal_mode = OFF")
        database.execute(f"CREATE TABLE events ({', '.join(COLUMNS)}, UNIQUE (event_id))")
        database.execute("BEGIN")
        places = ", ".join("?" * len(COLUMNS))
        insert = f"INSERT OR IGNORE INTO events VALUES ({places})"  # noqa: S608 - question marks
        database.executemany(insert, rows)
        found: list[Found] = [database.execute(text).fetchall() for text in texts]
        database.close()
        return found

    return run


def polars() -> Contender:
    import polars as pl  # noqa: PLC0415

    schema = {name: pl.Int64 if name.endswith("_ms") else pl.String for name in COLUMNS}

    def run(rows: Sequence[EventRow]) -> list[Found]:
        columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
        events = pl.DataFrame(columns, schema=schema).unique("event_id", keep="first")
        carts = events.filter(pl.col("event_type") == "cart")
        bought = events.filter(pl.col("event_type") == "complete_transaction")
        last = bought.group_by("identity").agg(pl.col("received_ms").max().alias("last"))
        left = carts.join(last, on="identity", how="left").filter(
            pl.col("last").is_null() | (pl.col("last") <= pl.col("received_ms"))
        )
        views = events.filter(pl.col("event_type") == "product_view")
        dear = views.filter(pl.col("body").str.json_path_match("$.properties.total").cast(pl.Float64) > PRICE)
        pause = pl.col("received_ms") - pl.col("received_ms").shift().over("identity", order_by="received_ms")
        back = events.filter(pause > PAUSE_MS)
        return [each.select("identity", "event_id", "received_ms").rows() for each in (carts, left, dear, back)]

    return run


def pandas() -> Contender:
    import pandas as pd  # noqa: PLC0415

    def run(rows: Sequence[EventRow]) -> list[Found]:
        events = pd.DataFrame.from_records(rows, columns=COLUMNS).drop_duplicates("event_id")
        carts = events[events["event_type"] == "cart"]
        bought = events[events["event_type"] == "complete_transaction"]
        last = carts["identity"].map(bought.groupby("identity")["received_ms"].max())
        left = carts[last.isna() | (last <= carts["received_ms"])]
        views = events[events["event_type"] == "product_view"]
        dear = views[[json.loads(body)["properties"]["total"] > PRICE for body in views["body"]]]
        in_order = events.sort_values("received_ms")
        back = in_order[in_order.groupby("identity")["received_ms"].diff() > PAUSE_MS]
        found = (carts, left, dear, back)
        return [list(zip(each["identity"], each["event_id"], each["received_ms"], strict=True)) for each in found]

    return run


CONTENDERS = {"ours": ours, "SQLite": sqlite, "pandas": pandas, "Polars": polars}


def main() -> None:
    """Answer with the seconds, and the matches' names in order, for each line."""
    run = CONTENDERS[sys.argv[1]]()
    partitions = speed_items.by_partition(json.loads(Path(sys.argv[2]).read_text()))  # the table's own work
    gc.collect()
    gc.freeze()  # the items are nobody's garbage
    for _ in sys.stdin:
        began = time.perf_counter()
        found = run(speed_items.read(partitions))
        seconds = time.perf_counter() - began
        matches = [sorted(row["event_id"] if isinstance(row, dict) else row[1] for row in each) for each in found]
        sys.stdout.write(json.dumps({"seconds": seconds, "matches": matches}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
