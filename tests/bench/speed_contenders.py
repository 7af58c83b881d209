"""Four queries over events, by the engine and by what else one could take for it; each a process of its own.

    speed_contenders.py NAME ITEMS    read the stored items; then, for each line on standard input, do the whole way
                                      from them to the matches and write the seconds and the matches of each query

Each contender reads the items into columns in the fastest way that is known for it and finds (identity, event_id):
carts; carts without a purchase of the same person after it; views of a product over a price that only the JSON
tells; people who come back after ten minutes.
"""

import gc
import json
import sqlite3
import sys
import time
import zlib
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path[:0] = sys.argv[3:]

PRICE = 250
PAUSE_MS = 600_000
"""Both stand in the texts of the queries in SQL, too."""

type Items = Sequence[Mapping[str, Mapping[str, Any]]]
type Found = Sequence[tuple[Any, Any]]

COLUMNS = (
    "identity", "received_ms", "event_type", "event_id", "body", "event_name", "client_id", "user_id", "email",
    "occurred_ms", "sent_ms",
)  # fmt: skip


def columns(items: Items) -> dict[str, list[Any]]:
    """Take the items apart: what the table leaves out as usual, and bodies that it holds compressed, too."""
    keys = [item["sk"]["S"].split("#", 1) for item in items]
    received = [int(padded) for padded, _ in keys]
    kinds = [item["event_type"]["S"] for item in items]
    people = [_text(item, "identity", None) for item in items]
    return {
        "identity": people,
        "received_ms": received,
        "event_type": kinds,
        "event_id": [_text(item, "event_id", key[1]) for item, key in zip(items, keys, strict=True)],
        "body": [_body(item["body"]) for item in items],
        "event_name": [
            _text(item, "event_name", kind.removeprefix("custom_")) for item, kind in zip(items, kinds, strict=True)
        ],
        "client_id": [item["client_id"]["S"] for item in items],
        "user_id": [_text(item, "user_id", None) for item in items],
        "email": [_text(item, "email", person) for item, person in zip(items, people, strict=True)],
        "occurred_ms": [
            int(item["occurred_at"]["N"]) if "occurred_at" in item else ms
            for item, ms in zip(items, received, strict=True)
        ],
        "sent_ms": [int(item["sent_at"]["N"]) for item in items],
    }


def _text(item: Mapping[str, Mapping[str, Any]], name: str, otherwise: Any) -> Any:
    return item[name].get("S") if name in item else otherwise


def _body(typed: Mapping[str, Any]) -> str:
    text = typed.get("S")
    return text if text is not None else zlib.decompress(b64decode(typed["B"])).decode()


def ours() -> Callable[[Items], list[Found]]:
    from signalbox.adapters.queries.compiler import QueryCompiler  # noqa: PLC0415
    from signalbox.adapters.queries.engine import DuckDBEngine  # noqa: PLC0415
    from signalbox.domain.queries import Loaded, Query, QueryRows, Window  # noqa: PLC0415
    from tests.bench import speed_items  # noqa: PLC0415 - each process loads its own contender alone

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

    partitions: dict[str, list[Any]] = {}

    def run(items: Items) -> list[Found]:
        if not partitions:
            partitions.update(speed_items.by_partition(items))  # the table's work, done in the round that warms up
        answers = engine.run(Loaded(speed_items.read(partitions)), lambda people: {}, queries)
        return [
            [(row["identity"], row["event_id"]) for row in answer.rows]
            for answer in answers
            if isinstance(answer, QueryRows)
        ]

    return run


def sqlite() -> Callable[[Items], list[Found]]:
    texts = (
        "SELECT identity, event_id FROM events WHERE event_type = 'cart'",
        """SELECT identity, event_id FROM events c LEFT JOIN (
               SELECT identity AS who, max(received_ms) AS last FROM events
               WHERE event_type = 'complete_transaction' GROUP BY identity) ON who = identity
           WHERE event_type = 'cart' AND (last IS NULL OR last <= received_ms)""",
        """SELECT identity, event_id FROM events
            WHERE event_type = 'product_view' AND json_extract(body, '$.properties.total') > 250""",
        """SELECT identity, event_id FROM (
                SELECT identity, event_id,
                       received_ms - lag(received_ms) OVER (PARTITION BY identity ORDER BY received_ms) AS pause
                FROM events) WHERE pause > 600000""",
    )

    def run(items: Items) -> list[Found]:
        database = sqlite3.connect(":memory:", isolation_level=None)
        database.execute("PRAGMA journal_mode = OFF")
        database.execute(f"CREATE TABLE events ({', '.join(COLUMNS)})")
        database.execute("BEGIN")
        taken = columns(items)
        places = ", ".join("?" * len(COLUMNS))
        insert = f"INSERT INTO events VALUES ({places})"  # noqa: S608 - question marks
        database.executemany(insert, zip(*(taken[name] for name in COLUMNS), strict=True))
        found: list[Found] = [database.execute(text).fetchall() for text in texts]
        database.close()
        return found

    return run


def polars() -> Callable[[Items], list[Found]]:
    import polars as pl  # noqa: PLC0415

    def run(items: Items) -> list[Found]:
        events = pl.DataFrame(columns(items), schema_overrides={"user_id": pl.String})
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
        return [each.select("identity", "event_id").rows() for each in (carts, left, dear, back)]

    return run


def pandas() -> Callable[[Items], list[Found]]:
    import pandas as pd  # noqa: PLC0415

    def run(items: Items) -> list[Found]:
        events = pd.DataFrame(columns(items))
        carts = events[events["event_type"] == "cart"]
        bought = events[events["event_type"] == "complete_transaction"]
        last = carts["identity"].map(bought.groupby("identity")["received_ms"].max())
        left = carts[last.isna() | (last <= carts["received_ms"])]
        views = events[events["event_type"] == "product_view"]
        dear = views[[json.loads(body)["properties"]["total"] > PRICE for body in views["body"]]]
        in_order = events.sort_values("received_ms")
        back = in_order[in_order.groupby("identity")["received_ms"].diff() > PAUSE_MS]
        return [list(zip(each["identity"], each["event_id"], strict=True)) for each in (carts, left, dear, back)]

    return run


CONTENDERS = {"ours": ours, "SQLite": sqlite, "pandas": pandas, "Polars": polars}


def main() -> None:
    """Answer with the seconds, and the matches' names in order, for each line."""
    run = CONTENDERS[sys.argv[1]]()
    items = json.loads(Path(sys.argv[2]).read_text())
    gc.collect()
    gc.freeze()  # the items are nobody's garbage
    for _ in sys.stdin:
        began = time.perf_counter()
        found = run(items)
        seconds = time.perf_counter() - began
        matches = [sorted(event_id for _, event_id in each) for each in found]
        sys.stdout.write(json.dumps({"seconds": seconds, "matches": matches}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
