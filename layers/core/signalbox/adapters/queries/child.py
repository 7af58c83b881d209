"""What runs in the query engine's child process: load the events, give up every power, answer query by query.

Started as a script in an empty environment; it imports little, because its start is a part of every run.

    stdin   the job, one JSON document
    argv    the folders of duckdb and of signalbox, descriptors of events and contacts, index of the first query
    stdout  {"ready": true} once it is locked, then for each query in order
            {"columns": [...]}, one [...] for each row, and {"elapsed_ms": n} or {"fault": "...", "detail": "..."}
    exit    0; or a code of its own or a signal, when the query under way was its end

The author of a query is not trusted, and the whole process is not trusted by its parent either.
"""

import json
import math
import os
import re
import resource
import sys
import time
from typing import Any

sys.path += sys.argv[1:3]

# The package `duckdb` around `_duckdb` imports much that is not needed here and doubles the start of a child.
import _duckdb

from signalbox.adapters.queries.rows import encode
from signalbox.adapters.queries.rules import MAX_COLUMNS, REQUIRED_COLUMNS
from signalbox.adapters.queries.tree import Refused, check, parser_words

SLACK_BYTES = 96 * 1024 * 1024
"""Address space for parsing, planning and Python itself, beside what the query may use."""

SETTINGS = (
    "SET TimeZone = 'UTC'",
    "SET temp_directory = ''",
    "SET enable_external_file_cache = false",
    "SET autoload_known_extensions = false",
    "SET autoinstall_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET allow_persistent_secrets = false",
    "SET python_enable_replacements = false",
    "SET errors_as_json = false",
    "SET disabled_filesystems = 'LocalFileSystem'",
    "SET enable_external_access = false",
)

LOAD_EVENTS = """
    CREATE TABLE loaded AS
    SELECT identity, identity_type, epoch_ms(received_ms) AS ts, event_type, event_id, body::JSON AS event_raw,
           event_name, client_id, user_id, email,
           epoch_ms(occurred_ms) AS occurred_at, epoch_ms(sent_ms) AS sent_at
    FROM read_json(?, format = 'array', maximum_object_size = 67108864, columns = {
        identity: 'VARCHAR', identity_type: 'VARCHAR', received_ms: 'BIGINT', event_type: 'VARCHAR',
        event_id: 'VARCHAR', body: 'VARCHAR', event_name: 'VARCHAR', client_id: 'VARCHAR', user_id: 'VARCHAR',
        email: 'VARCHAR', occurred_ms: 'BIGINT', sent_ms: 'BIGINT'})
"""
LOAD_CONTACTS = """
    CREATE TABLE contacts AS
    SELECT identity, traits::JSON AS traits
    FROM read_json(?, format = 'array', maximum_object_size = 67108864,
                   columns = {identity: 'VARCHAR', traits: 'VARCHAR'})
"""
# A view, so that taking a body apart costs only the queries that read its parts.
EVENT_VIEW = """
    CREATE VIEW event_triggers AS
    SELECT identity, identity_type, ts, event_type, event_id, event_raw, event_name, client_id, user_id, email,
           CASE WHEN starts_with(event_type, 'custom_') THEN event_raw->'$.properties.properties'
                ELSE event_raw->'$.properties' END AS properties,
           event_raw->'$.traits' AS traits, event_raw->'$.context' AS context,
           occurred_at, sent_at, ts AS received_at
    FROM loaded
"""

# Raised while a query is bound, these are made from its text alone; any other may quote a value of an event.
SPEAKABLE = (_duckdb.ParserException, _duckdb.SyntaxException, _duckdb.BinderException, _duckdb.CatalogException)
DETAIL_BY_ERROR = (
    (_duckdb.ConversionException, "a value cannot be converted to the type asked for; TRY_CAST gives NULL instead"),
    (_duckdb.OutOfRangeException, "a number is larger than its type can hold"),
    (_duckdb.InvalidInputException, "a function was given a value that it cannot work with"),
    (_duckdb.PermissionException, "it asks for something outside its tables"),
)
MAX_DETAIL = 300
BATCH = 256
MEMORY_EXIT = 3
ENGINE_EXIT = 4

type Job = dict[str, Any]
type Column = tuple[str, str]


def main() -> None:
    """Load, lock, answer; end the process after a fault that may have hurt it."""
    job: Job = json.load(sys.stdin)
    inherited = (int(sys.argv[3]), int(sys.argv[4]))
    connection = load(*inherited)
    taken_names = system_tables(connection)
    lock_down(connection, job)
    for descriptor in (sys.stdin.fileno(), *inherited):
        os.close(descriptor)
    tell({"ready": True})
    for sql in job["queries"][int(sys.argv[5]) :]:
        allow_cpu(job["cpu_seconds"])
        began = time.perf_counter()
        try:
            answer(connection, sql, taken_names, job)
        except Refused as refusal:
            tell({"fault": refusal.fault, "detail": refusal.detail})
        except (_duckdb.OutOfMemoryException, MemoryError):
            os._exit(MEMORY_EXIT)
        except (_duckdb.InternalException, _duckdb.FatalException):
            os._exit(ENGINE_EXIT)
        else:
            tell({"elapsed_ms": round((time.perf_counter() - began) * 1000)})


def load(events_fd: int, contacts_fd: int) -> _duckdb.DuckDBPyConnection:
    """Make the tables; reopening a descriptor's file starts at its beginning, whoever read it before."""
    connection = _duckdb.connect(":memory:", config={"threads": "1", "async_threads": "0"})
    connection.execute(LOAD_EVENTS, [f"/proc/self/fd/{events_fd}"])
    connection.execute(LOAD_CONTACTS, [f"/proc/self/fd/{contacts_fd}"])
    connection.execute(EVENT_VIEW)
    return connection


def system_tables(connection: _duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Name what DuckDB itself offers as a table, so that no WITH name can stand in for it."""
    found = connection.execute(
        "SELECT lower(view_name) FROM duckdb_views() WHERE internal"
        " UNION SELECT lower(table_name) FROM duckdb_tables() WHERE table_name <> 'contacts'"
    ).fetchall()
    return frozenset(name for (name,) in found)


def lock_down(connection: _duckdb.DuckDBPyConnection, job: Job) -> None:
    """Take away files, network, settings, threads and memory, for good."""
    used = connection.execute("SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()").fetchall()[0][0]
    allowed = job["memory_mb"] * 1024 * 1024
    for setting in SETTINGS:
        connection.execute(setting)
    connection.execute(f"SET memory_limit = '{used + allowed}B'")
    connection.execute("SET lock_configuration = true")
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - pathlib would cost its import
        space = int(statm.read().split()[0]) * resource.getpagesize() + allowed + SLACK_BYTES
    for limit, value in (
        (resource.RLIMIT_AS, space),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (value, value))


def allow_cpu(seconds: int) -> None:
    """Let the next query use that much CPU time; at its end the kernel stops the process with SIGXCPU."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(usage.ru_utime + usage.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def answer(connection: _duckdb.DuckDBPyConnection, sql: str, taken_names: frozenset[str], job: Job) -> None:
    """Write a query's columns and rows; raises Refused."""
    begin(connection)
    try:
        columns = bind(connection, sql, taken_names)
        names = [name for name, _ in columns]
        tell({"columns": names})
        write_rows(connection, without_time_zones(sql, columns), len(json.dumps(names)), job)
    except (_duckdb.OutOfMemoryException, _duckdb.InternalException, _duckdb.FatalException):
        raise
    except _duckdb.Error as error:
        known = (words for kind, words in DETAIL_BY_ERROR if isinstance(error, kind))
        raise Refused("sql_error", next(known, "it failed while it ran")) from None
    except (RecursionError, TypeError, ValueError, OverflowError):
        raise Refused("sql_error", "it returns a value that cannot be written as JSON") from None
    finally:
        connection.execute("ROLLBACK")


def begin(connection: _duckdb.DuckDBPyConnection) -> None:
    """Open a transaction that cannot write; its end also lets go of an answer that was not read to its end."""
    connection.execute("BEGIN TRANSACTION READ ONLY")


def bind(connection: _duckdb.DuckDBPyConnection, sql: str, taken_names: frozenset[str]) -> list[Column]:
    """Check the query as DuckDB itself parses it, and give its columns with their types."""
    try:
        (tree,) = connection.execute("SELECT json_serialize_sql(?)::VARCHAR", [sql]).fetchall()[0]
        check(json.loads(tree), taken_names)
        described = connection.execute(f"DESCRIBE SELECT * FROM ({sql}\n)").fetchall()  # noqa: S608 - checked
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


def write_rows(connection: _duckdb.DuckDBPyConnection, sql: str, names_bytes: int, job: Job) -> None:
    """Write the rows as they come, so that no answer is ever held whole, and stop at the first limit.

    The names of the columns are a part of every row where it is used, so they count in its size.
    """
    connection.execute(sql)
    rows = size = 0
    while batch := connection.fetchmany(BATCH):
        for row in batch:
            line = encode(row)
            rows += 1
            size += len(line)
            if rows > job["rows"]:
                raise Refused("row_limit", f"it returns more than {job['rows']} rows")
            if names_bytes + len(line) > job["row_bytes"]:
                raise Refused("row_limit", f"it returns a row of more than {job['row_bytes']} bytes")
            if size > job["answer_bytes"]:
                raise Refused("row_limit", f"it returns more than {job['answer_bytes']} bytes in all")
            sys.stdout.buffer.write(line)


def tell(note: Job) -> None:
    """Write one note to the parent at once."""
    sys.stdout.buffer.write(json.dumps(note).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
