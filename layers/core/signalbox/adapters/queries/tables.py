"""The tables in the engine's child: what the run loaded, in a schema that no query can name, and the views over it.

Events at hand are in memory; files of history are read where they lie, only the columns and row groups that a query
needs. Only trusted code runs here, between the queries as well.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import _duckdb

from signalbox.adapters.queries.event_rows import READ_BY_FORM, TYPE_BY_COLUMN

type Connection = _duckdb.DuckDBPyConnection

MAX_CONTACTS = 50_000
"""More people than that are not asked for in one run: each costs a read of the contacts' store."""
REPEATS_AT_ONCE = 4_000_000
"""Events whose names are compared at once; what that takes is about 40 bytes for each."""
MAX_ID = 320
"""Rows that name an event at greater length are of no use, so those names are not looked up."""

_PLAIN = [name for name in TYPE_BY_COLUMN if name != "body"]
_COLUMNS = ", ".join([*_PLAIN, "body::JSON AS event_raw"])

_SETUP = f"""
    CREATE SCHEMA store;
    CREATE TABLE store.loaded ({", ".join(f"{name} {kind}" for name, kind in TYPE_BY_COLUMN.items() if name != "body")},
        event_raw JSON);
    CREATE TABLE store.repeats (file BIGINT, place BIGINT);
"""
_LOAD_BY_FORM = {
    form: f"INSERT INTO store.loaded SELECT {_COLUMNS} FROM ({rows})"  # noqa: S608 - constants of ours
    for form, rows in READ_BY_FORM.items()
}
_LOAD_CONTACTS = """
    CREATE TABLE contacts AS
    SELECT identity, traits::JSON AS traits
    FROM read_json(?, format = 'array', maximum_object_size = 67108864,
                   columns = {identity: 'VARCHAR', traits: 'VARCHAR'})
"""
_HISTORY_VIEW = f"""
    CREATE VIEW store.history AS
    SELECT {_COLUMNS}, file_index AS file, file_row_number AS place FROM read_parquet([{{files}}])
"""  # noqa: S608 - constants of ours, and files that the history named
# In the place of a file's number, -1 stands for memory.
_EVERY_VIEW = "CREATE VIEW store.every AS SELECT event_id, received_ms, -1 AS file, rowid AS place FROM store.loaded"
_EVERY_OF_HISTORY = " UNION ALL SELECT event_id, received_ms, file, place FROM store.history"
_VISIBLE_VIEW = "CREATE VIEW store.visible AS SELECT * FROM store.loaded"
_VISIBLE_OF_HISTORY = " UNION ALL SELECT * EXCLUDE (file, place) FROM store.history AS h"
_NO_REPEATS = " WHERE NOT EXISTS (FROM store.repeats r WHERE r.file = h.file AND r.place = h.place)"
# Which of the events with one name are not the earliest received. Nearly always there are none: comparing short
# marks of the names finds that out, and only where two agree the names themselves are looked at. A mark is a UBIGINT;
# divided by any other type it becomes a HUGEINT, which takes longer than all the rest.
_FIND_REPEATS = """
    INSERT INTO store.repeats
    WITH every AS (SELECT event_id, received_ms, file, place FROM store.every
                   WHERE hash(event_id) % $parts::UBIGINT = $part::UBIGINT),
         marks AS (SELECT hash(event_id) AS mark FROM every GROUP BY mark HAVING count(*) > 1)
    SELECT file, place FROM every WHERE hash(event_id) IN (FROM marks)
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY received_ms, file, place) > 1
"""
# Its parts are taken out of a body by the queries that read them, so they cost no other.
_EVENT_VIEW = """
    CREATE OR REPLACE VIEW event_triggers AS
    SELECT identity, CASE WHEN identity IS NOT NULL THEN 'email' END AS identity_type,
           epoch_ms(received_ms) AS ts, event_type, event_id, event_raw, event_name,
           client_id, user_id, email,
           CASE WHEN starts_with(event_type, 'custom_') THEN event_raw->'$.properties.properties'
                ELSE event_raw->'$.properties' END AS properties,
           event_raw->'$.traits' AS traits, event_raw->'$.context' AS context,
           epoch_ms(occurred_ms) AS occurred_at, epoch_ms(sent_ms) AS sent_at, epoch_ms(received_ms) AS received_at
    FROM store.visible WHERE received_ms > {after_ms:d} AND received_ms <= {until_ms:d}
"""
_RECEIPTS = """
    SELECT event_id, received_ms FROM {table}
    WHERE received_ms > {after_ms:d} AND received_ms <= {until_ms:d} AND event_id IN (SELECT unnest(?::VARCHAR[]))
"""


def set_up(connection: Connection) -> frozenset[str]:
    """Make the empty tables; give the names that DuckDB itself offers as tables, which no WITH may stand in for."""
    found = connection.execute(
        "SELECT lower(view_name) FROM duckdb_views() WHERE internal UNION SELECT lower(table_name) FROM duckdb_tables()"
    ).fetchall()
    connection.execute(_SETUP)
    return frozenset(name for (name,) in found)


def load_events(
    connection: Connection,
    parts: Iterable[tuple[int, bytes]],
    history: Sequence[str],
    repeats_at_once: int = REPEATS_AT_ONCE,
) -> None:
    """Load what is at hand and open the files of history; of repeats only the earliest received stays.

    What is at hand comes in parts, each a file's descriptor and its form, when they are there. Reopening a
    descriptor's file starts at its beginning, whoever read it before.
    """
    connection.execute("BEGIN")  # the ends of ten transactions take as long as the load of two parts
    for events_fd, form in parts:
        connection.execute(_LOAD_BY_FORM[form], {"file": f"/proc/self/fd/{events_fd}"})
    connection.execute("COMMIT")
    if history:
        files = ", ".join(f"'{file.replace("'", "''")}'" for file in history)
        connection.execute(_HISTORY_VIEW.format(files=files))
    connection.execute(_EVERY_VIEW + (_EVERY_OF_HISTORY if history else ""))
    repeats = _find_repeats(connection, repeats_at_once)
    connection.execute(
        _VISIBLE_VIEW + (_VISIBLE_OF_HISTORY if history else "") + (_NO_REPEATS if history and repeats else "")
    )


def _find_repeats(connection: Connection, at_once: int) -> int:
    """Note which events are repeats, drop those in memory, and say how many were found in all."""
    ((events,),) = connection.execute("SELECT count(*) FROM store.every").fetchall()
    parts = events // at_once + 1
    for part in range(parts):
        connection.execute(_FIND_REPEATS, {"part": part, "parts": parts})
    ((repeats,),) = connection.execute("SELECT count(*) FROM store.repeats").fetchall()
    if repeats:
        connection.execute("DELETE FROM store.loaded WHERE rowid IN (SELECT place FROM store.repeats WHERE file = -1)")
    return int(repeats)


def identities(connection: Connection, bounds: Mapping[str, int]) -> list[str] | None:
    """Name the people of the events within bounds; None when they are too many to ask for."""
    found = connection.execute(
        "SELECT DISTINCT identity FROM store.visible"
        " WHERE received_ms > $after_ms AND received_ms <= $until_ms AND identity IS NOT NULL LIMIT $most",
        {"after_ms": bounds["after_ms"], "until_ms": bounds["until_ms"], "most": MAX_CONTACTS + 1},
    ).fetchall()
    return None if len(found) > MAX_CONTACTS else [identity for (identity,) in found]


def load_contacts(connection: Connection, contacts_fd: int) -> None:
    """Make the table of the contacts."""
    connection.execute(_LOAD_CONTACTS, [f"/proc/self/fd/{contacts_fd}"])


def show(connection: Connection, bounds: Mapping[str, int]) -> None:
    """Let the next query see what was received within bounds, `(after_ms, until_ms]`."""
    connection.execute(_EVENT_VIEW.format(**bounds))


def receipts(connection: Connection, event_ids: Collection[str], bounds: Mapping[str, int]) -> dict[str, int]:
    """Tell when each of these events was received, in epoch milliseconds, where it lies within bounds.

    What a query finds is mostly new and in memory, so history is asked only for the rest.
    """
    found: dict[str, int] = {}
    for table in ("store.loaded", "store.visible"):
        wanted = [event_id for event_id in event_ids if event_id not in found and len(event_id) <= MAX_ID]
        if wanted:
            found |= connection.execute(_RECEIPTS.format(table=table, **bounds), [wanted]).fetchall()
    return found
