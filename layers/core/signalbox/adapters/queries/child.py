"""What runs in the query engine's child process: load the events, give up every power, answer query by query.

    job     a file: one JSON document
    events  files; the form of each is a byte that comes in when it is there
    order   the index of the first query, and what is known of the contacts
    output  {"identities": [...]} in parts and {"asked": true} where traits are needed, then another byte is waited for;
            {"ready": true} once it is locked, then for each query in order
            {"columns": [...]}, [[...], ...] of some rows the values of each column, {"received": {...}} in parts
            where there is history,
            and {"elapsed_ms": n} or {"fault": "...", "detail": "..."}
    exit    0; or a code of its own or a signal, when the query under way was its end

The author of a query is not trusted, and the whole process is not trusted by its parent either.
"""

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any, NoReturn

# The package `duckdb` around `_duckdb` imports much that is not needed here.
import _duckdb

from signalbox.adapters.queries import tables
from signalbox.adapters.queries.lock import allow_cpu, lock_down, prepare_settings
from signalbox.adapters.queries.rows import lines_of, plain_of
from signalbox.adapters.queries.rules import MAX_COLUMNS, REQUIRED_COLUMNS
from signalbox.adapters.queries.tree import Refused, check, names_contacts, parser_words

# Raised while a query is bound, these are made from its text alone; any other may quote a value of an event.
SPEAKABLE = (_duckdb.ParserException, _duckdb.SyntaxException, _duckdb.BinderException, _duckdb.CatalogException)
DETAIL_BY_ERROR = (
    (_duckdb.ConversionException, "a value cannot be converted to the type asked for; TRY_CAST gives NULL instead"),
    (_duckdb.OutOfRangeException, "a number is larger than its type can hold"),
    (_duckdb.InvalidInputException, "a function was given a value that it cannot work with"),
    (_duckdb.PermissionException, "it asks for something outside its tables"),
)
MAX_DETAIL = 300
TOO_MANY = (
    f"it reads contacts, and the events that it looks back on are of more than {tables.MAX_CONTACTS} people;"
    " shorten its lookback, or leave contacts to the flow's branches"
)
BATCH = 256
MEMORY_EXIT = 3
ENGINE_EXIT = 4

type Job = dict[str, Any]
type Column = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What can be made before there is a run: an empty database, and the tables' names that it has by itself."""

    connection: tables.Connection
    taken_names: frozenset[str]


def prepare() -> Prepared:
    """Make the database; with one thread alone, so that it can be forked."""
    connection = _duckdb.connect(":memory:", config={"threads": "1", "async_threads": "0"})
    prepare_settings(connection)
    return Prepared(connection, tables.set_up(connection))


def serve(prepared: Prepared, order: bytes, descriptors: Sequence[int]) -> NoReturn:
    """Do a run's work in a process that is forked for it, and end with it."""
    try:
        _work(prepared, json.loads(order), descriptors)
    except BaseException:  # noqa: BLE001 - nothing above may go on with the zygote's work in this process
        os._exit(ENGINE_EXIT)
    os._exit(0)


def _work(prepared: Prepared, order: Job, descriptors: Sequence[int]) -> None:
    """Load, lock, answer; end the process after a fault that may have hurt it."""
    job_fd, *events_fds, contacts_fd, go_fd, out_fd = descriptors
    connection = prepared.connection
    os.dup2(out_fd, sys.stdout.fileno())
    with open(f"/proc/self/fd/{job_fd}", encoding="utf-8") as file:  # noqa: PTH123 - pathlib would cost its import
        job: Job = json.load(file)
    tables.load_events(connection, _as_they_come(events_fds, go_fd), job["history"])
    contacts = order["contacts"]
    if contacts == "ask":
        contacts = "given" if _ask(connection, job["contacts"], go_fd) else "too many"
    if contacts == "given":
        tables.load_contacts(connection, contacts_fd)
    lock_down(connection, job["memory_mb"], job["history"])
    for descriptor in (sys.stdin.fileno(), *descriptors):
        os.close(descriptor)
    tell({"ready": True})
    bounds = None
    for query in job["queries"][order["first"] :]:
        if query["bounds"] != bounds:
            bounds = query["bounds"]
            tables.show(connection, bounds)
        allow_cpu(job["cpu_seconds"])
        _answer_or_end(prepared, query, job, may_read_contacts=contacts != "too many")


def _as_they_come(files: Sequence[int], go_fd: int) -> Iterator[tuple[int, bytes]]:
    """Give each file with its form once it is written."""
    for file in files:
        yield file, os.read(go_fd, 1)


def _ask(connection: tables.Connection, bounds: dict[str, int], go_fd: int) -> bool:
    """Name the people whose traits are needed and wait until they are there; say False when they are too many."""
    identities = tables.identities(connection, bounds)
    for some in batched(identities or (), BATCH, strict=False):
        tell({"identities": some})
    tell({"asked": identities is not None})
    return identities is not None and bool(os.read(go_fd, 1))


def _answer_or_end(prepared: Prepared, query: Job, job: Job, *, may_read_contacts: bool) -> None:
    began = time.perf_counter()
    try:
        answer(prepared, query, job, may_read_contacts=may_read_contacts)
    except Refused as refusal:
        tell({"fault": refusal.fault, "detail": refusal.detail})
    except (_duckdb.OutOfMemoryException, MemoryError):
        os._exit(MEMORY_EXIT)
    except (_duckdb.InternalException, _duckdb.FatalException):
        os._exit(ENGINE_EXIT)
    else:
        tell({"elapsed_ms": round((time.perf_counter() - began) * 1000)})


def answer(prepared: Prepared, query: Job, job: Job, *, may_read_contacts: bool = True) -> None:
    """Write a query's columns and rows; raises Refused.

    Where there is history, nobody else can tell when the events that the rows name were received.
    """
    connection, sql = prepared.connection, query["sql"]
    begin(connection)
    try:
        columns = bind(prepared, sql, may_read_contacts=may_read_contacts)
        names = [name for name, _ in columns]
        tell({"columns": names})
        event_ids = write_rows(connection, without_time_zones(sql, columns), names, job)
        if job["history"]:
            received = tables.receipts(connection, event_ids, query["bounds"])
            for some in batched(received.items(), BATCH, strict=False):
                tell({"received": dict(some)})
    except (_duckdb.OutOfMemoryException, _duckdb.InternalException, _duckdb.FatalException):
        raise
    except _duckdb.Error as error:
        known = (words for kind, words in DETAIL_BY_ERROR if isinstance(error, kind))
        raise Refused("sql_error", next(known, "it failed while it ran")) from None
    except (RecursionError, TypeError, ValueError, OverflowError):
        raise Refused("sql_error", "it returns a value that cannot be written as JSON") from None
    finally:
        connection.execute("ROLLBACK")


def begin(connection: tables.Connection) -> None:
    """Open a transaction that cannot write; its end also lets go of an answer that was not read to its end."""
    connection.execute("BEGIN TRANSACTION READ ONLY")


def bind(prepared: Prepared, sql: str, *, may_read_contacts: bool) -> list[Column]:
    """Check the query as DuckDB itself parses it, and give its columns with their types."""
    try:
        (tree,) = prepared.connection.execute("SELECT json_serialize_sql(?)::VARCHAR", [sql]).fetchall()[0]
        check(json.loads(tree), prepared.taken_names)
        if not may_read_contacts and names_contacts(json.loads(tree)):
            raise Refused("too_many_contacts", TOO_MANY)
        described = prepared.connection.execute(f"DESCRIBE SELECT * FROM ({sql}\n)").fetchall()  # noqa: S608 - checked
    except SPEAKABLE as error:
        raise Refused("sql_error", first_line(str(error))) from None
    except RecursionError:
        raise Refused("sql_error", "it is nested too deeply") from None
    if len(described) > MAX_COLUMNS:
        raise Refused("row_limit", f"it returns more than {MAX_COLUMNS} columns")
    # The columns that the product itself reads are written in one way; SQL's names do not mind their case.
    columns = [(name.lower() if name.lower() in REQUIRED_COLUMNS else name, kind) for name, kind, *_ in described]
    missing = [name for name in REQUIRED_COLUMNS if name not in dict(columns)]
    if missing:
        raise Refused("columns_missing", f"it does not return the column {' or '.join(missing)}")
    return columns


def first_line(message: str) -> str:
    """Cut a message of DuckDB's down to what it says, without its kind and its quotation of the query."""
    words = parser_words(message)
    return (words.partition("Error: ")[2] or words)[:MAX_DETAIL] or "it cannot be understood"


def without_time_zones(sql: str, columns: list[Column]) -> str:
    """Turn instants with a zone into naive UTC; reading them otherwise asks for a library that is not here."""
    if not any("WITH TIME ZONE" in kind for _, kind in columns):
        return sql
    kinds = [re.sub(r"TIMESTAMP(\w*) WITH TIME ZONE", r"TIMESTAMP\1", kind) for _, kind in columns]
    casts = ", ".join(f"CAST(#{place} AS {kind})" for place, kind in enumerate(kinds, 1))
    return f"SELECT {casts} FROM ({sql}\n)"  # noqa: S608 - wraps the query, which is checked


def write_rows(connection: tables.Connection, sql: str, names: Sequence[str], job: Job) -> set[str]:
    """Write the rows as they come, so that no answer is ever held whole, and stop at the first limit.

    The names of the columns are a part of every row where it is used, so they count in its size.
    Gives the event ids that the rows name, where there is history.
    """
    connection.execute(sql)
    event_ids: set[str] = set()
    place, longest = names.index("event_id"), job["row_bytes"] - len(json.dumps(names))
    rows = size = 0
    while batch := connection.fetchmany(BATCH):
        rows += len(batch)
        if rows > job["rows"]:
            raise Refused("row_limit", f"it returns more than {job['rows']} rows")
        for line in lines_of(batch, longest):
            size += len(line)
            if len(line) > longest:
                raise Refused("row_limit", f"it returns a row of more than {job['row_bytes']} bytes")
            if size > job["answer_bytes"]:
                raise Refused("row_limit", f"it returns more than {job['answer_bytes']} bytes in all")
            sys.stdout.buffer.write(line)
        if job["history"]:
            event_ids.update(str(plain_of(row[place])) for row in batch)
    return event_ids


def tell(note: Job) -> None:
    """Write one note to the parent at once."""
    sys.stdout.buffer.write(json.dumps(note, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()
