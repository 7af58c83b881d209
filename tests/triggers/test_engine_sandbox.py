"""What a query may not reach, even when no compiler has looked at it, and what its failure may not say."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from signalbox.adapters.queries import engine as duckdb_engine
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.queries import QueryFailure, QueryFault, QueryLimits
from tests.triggers.conftest import Ask, make_event, query
from tests.triggers.test_engine_limits import ENDLESS

FORBIDDEN = (
    "SELECT 'x' AS identity, content AS event_id FROM read_text('/etc/passwd')",
    "SELECT *, 'x' AS identity, 'y' AS event_id FROM read_csv('/etc/passwd')",
    "SELECT *, 'x' AS identity, 'y' AS event_id FROM '/etc/passwd'",
    "SELECT *, 'x' AS identity, 'y' AS event_id FROM glob('/*')",
    "SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_settings()",
    "SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_views",
    "SELECT *, 'x' AS identity, 'y' AS event_id FROM information_schema.tables",
    "SELECT *, 'x' AS identity, 'y' AS event_id FROM query('SELECT 1')",
    "SELECT *, 'x' AS identity, 'y' AS event_id FROM query_table('event_triggers')",
    "SELECT *, 'y' AS event_id FROM acme.contacts",
    "SELECT *, 'x' AS identity, 'y' AS event_id FROM loaded",
    "SELECT getenv('HOME') AS identity, 'y' AS event_id",
    "SELECT current_setting('memory_limit') AS identity, 'y' AS event_id",
    "SELECT sleep_ms(100000) AS identity, 'y' AS event_id",
    "WITH a AS (COPY (SELECT 1) TO 'leak.csv') SELECT 'x' AS identity, 'y' AS event_id FROM a",
    "WITH a AS (INSERT INTO contacts VALUES ('x', NULL) RETURNING *) SELECT identity, 'y' AS event_id FROM a",
    "SELECT 'x' AS identity, 'y' AS event_id FROM (WITH duckdb_views AS (SELECT 1) FROM duckdb_views), duckdb_views",
    "COPY (SELECT 1) TO 'leak.csv'",
    "ATTACH 'leak.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET memory_limit = '100GB'",
    "RESET lock_configuration",
    "PRAGMA version",
    "CALL pragma_version()",
    "SHOW TABLES",
    "DESCRIBE event_triggers",
    "EXPLAIN ANALYZE SELECT 1",
    "CREATE TABLE t AS SELECT 1",
    "DROP TABLE contacts",
    "CREATE MACRO f() AS 1",
    "SELECT 'x' AS identity, 'y' AS event_id; DROP TABLE contacts",
    "SELECT 'x' AS identity, 'y' AS event_id) TO 'leak.csv'; --",
)
type Fail = Callable[..., QueryFailure]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_child_refuses_what_the_compiler_never_saw(
    sql: str, fail: Fail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    failure = fail(sql)

    assert failure.fault is QueryFault.SQL_ERROR
    assert list(tmp_path.iterdir()) == []


# What the parse tree's check would refuse already, tried on the locked child without that check.
LOCKED_OUT = (
    "FROM read_text('/etc/passwd')",
    "FROM read_csv('/proc/self/environ')",
    "FROM glob('/*')",
    "COPY (SELECT 1) TO 'leak.csv'",
    "ATTACH 'leak.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET memory_limit = '100GB'",
    "RESET lock_configuration",
    "SET enable_external_access = true",
    "SET temp_directory = '.'",
    "SET threads = 8",
    "SELECT i FROM range(20000000) t(i) ORDER BY hash(i)",
    "FROM a_python_list",
    "INSERT INTO contacts VALUES ('x', NULL)",
    "DROP VIEW event_triggers",
    "CREATE TABLE t AS SELECT 1",
)
LOCKED_CHILD = """
import sys, tempfile
from signalbox.adapters.queries import child
with tempfile.TemporaryFile() as nothing:
    nothing.write(b"[]"), nothing.flush()
    connection = child.load(nothing.fileno(), nothing.fileno())
child.lock_down(connection, {"memory_mb": 64})
a_python_list = [{"a": 1}]
for sql in sys.argv[3:]:
    child.begin(connection)
    try:
        connection.execute(sql).fetchall()
        print("RAN", sql)
    except Exception as error:
        print("stopped", type(error).__name__)
    connection.execute("ROLLBACK")
"""


def test_locked_child_stops_everything_that_reaches_outside_or_writes(tmp_path: Path) -> None:
    core = str(Path(duckdb_engine.__file__).parents[3])
    command = [sys.executable, "-c", LOCKED_CHILD, core, core, *LOCKED_OUT]

    said = subprocess.run(
        command, env={"PYTHONPATH": core}, cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.splitlines()

    assert [line for line in said if not line.startswith("stopped ")] == []
    assert len(said) == len(LOCKED_OUT)
    assert list(tmp_path.iterdir()) == []


def test_child_has_no_environment_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    run = threading.Thread(
        target=lambda: DuckDBEngine(QueryLimits(cpu_seconds=1)).run([make_event()], {}, [query(ENDLESS)]), daemon=True
    )
    run.start()

    environ = _environment_of_child_of(run)

    run.join()
    assert set(environ) <= {"LD_LIBRARY_PATH"}


def _environment_of_child_of(run: threading.Thread) -> dict[str, str]:
    """Read what the kernel says of the engine's child while it works."""
    while run.is_alive():
        children = Path(f"/proc/{os.getpid()}/task/{run.native_id}/children").read_text().split()
        for child in children:
            if b"queries/child.py" in Path(f"/proc/{child}/cmdline").read_bytes():
                text = Path(f"/proc/{child}/environ").read_text()
                return dict(line.split("=", 1) for line in text.split("\0") if line)
    raise AssertionError("no child was seen")


@pytest.mark.parametrize(
    "expression",
    [
        "CAST(email AS INTEGER)",
        "error(email)",
        "strptime(email, '%Y')",
        "json_extract(event_raw, '$.' || email || '[[')",
        "CAST(email AS DATE)",
        "regexp_matches('x', email || '(')",
        "chr(length(email) * 100000000)",
    ],
)
def test_failure_holds_no_data_of_events(expression: str, fail: Fail) -> None:
    secret = make_event(email="very-private@example.org")

    failure = fail(f"SELECT identity, event_id, {expression} AS value FROM event_triggers", secret)  # noqa: S608 - a constant of this file

    assert failure.fault is QueryFault.SQL_ERROR
    assert "private" not in failure.detail


def test_failure_names_what_the_author_wrote_wrong(fail: Fail) -> None:
    failure = fail("SELECT identity, event_id, no_such_column FROM event_triggers")

    assert "no_such_column" in failure.detail


@pytest.mark.parametrize(
    ("sql", "missing"),
    [
        ("SELECT identity FROM event_triggers", "event_id"),
        ("SELECT event_id FROM event_triggers", "identity"),
        ("SELECT * EXCLUDE (identity) FROM event_triggers", "identity"),
    ],
)
def test_query_without_a_required_column_is_refused_by_name(sql: str, missing: str, fail: Fail) -> None:
    failure = fail(sql)

    assert failure.fault is QueryFault.COLUMNS_MISSING
    assert missing in failure.detail


def test_required_columns_are_found_whatever_their_case(ask: Ask) -> None:
    rows = ask('SELECT identity AS "IDENTITY", event_id AS "Event_Id" FROM event_triggers', make_event())

    assert rows == [{"identity": "ana@example.org", "event_id": "e1"}]


def test_text_of_any_kind_survives(ask: Ask) -> None:
    odd = "a\tb\n\"c\" 'd' \\ é 🙂 \u2028 \x00 \x7f"

    rows = ask("SELECT identity, event_id, client_id FROM event_triggers", make_event(client_id=odd))

    assert rows[0]["client_id"] == odd
