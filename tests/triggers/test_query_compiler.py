"""What the compiler lets through, what it refuses by name, and that it does one of the two with any text at all."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from signalbox.adapters.queries.compiler import DIALECTS, MAX_LENGTH, QueryCompiler
from signalbox.domain.errors import Invalid
from tests.triggers.test_engine_sandbox import FORBIDDEN

STARTER = (
    "SELECT identity, identity_type, ts, event_type, event_id, event_raw FROM event_triggers "
    "WHERE event_type = 'custom_some_event' AND ts > {cursor_start_time} AND ts <= {cursor_end_time}"
)
PIECES = (
    STARTER, "SELECT", "FROM", "WHERE", "event_triggers", "contacts", "identity, event_id", "{cursor_start_time}",
    "'{cursor_end_time}'", "{", "}", "(", ")", "[", "]", ",", ";", "'", '"', "`", "$$", "--", "/*", "*/", "*", "->>",
    "::", ":", "@", "#1", "?", "$1", "WITH a AS (", "UNION ALL", "LATERAL", "UNNEST(", "CASE", "END", "NOT", "1", "x",
    "properties", ":sku::string", "->'items'->0", "#>> '{a,0}'", "JSON_VALUE(", "FLATTEN(", "jsonb_array_elements(",
    "LISTAGG(", ") WITHIN GROUP (ORDER BY ts)", "DATEDIFF(day,", "date_trunc('week',", "/", "||", "COALESCE(", "IFF(",
    "AT TIME ZONE 'UTC'", "QUALIFY", "AS", "ON", "JOIN", "GROUP BY", "ORDER BY", "DISTINCT", "BETWEEN", "IS NULL",
    "PIVOT", "MATCH_RECOGNIZE", "INTERVAL", "DATE_ADD(", "CAST(", "OVER (", "\x00", "\n", "é", "LIKE", "IN", "INTO",
)  # fmt: skip


def reason_for(sql: str, dialect: str = "duckdb") -> str:
    with pytest.raises(Invalid) as refused:
        QueryCompiler().compile(sql, dialect)
    (reason,) = refused.value.reasons
    return f"{reason.path} {reason.reason}"


def test_a_query_that_certainly_lacks_a_further_column_is_refused_and_one_with_a_star_is_not() -> None:
    compiler = QueryCompiler()

    with pytest.raises(Invalid, match="identity and event_id and cartId; add cartId to SELECT"):
        compiler.compile(STARTER, "duckdb", ("cartId",))

    for sql in ("SELECT * FROM event_triggers", "SELECT identity, event_id, 1 AS CartID FROM event_triggers"):
        assert compiler.compile(sql, "duckdb", ("cartId", "Identity")) == sql


def test_starter_query_is_not_changed() -> None:
    assert QueryCompiler().compile(STARTER) == STARTER


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_compiler_refuses_all_that_the_child_refuses(sql: str) -> None:
    assert reason_for(sql).startswith("/sql ")


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("COPY (SELECT 1) TO 'x'", "COPY"),
        ("SELECT 1; SELECT 2", "2 were found"),
        ("", "0 were found"),
        ("SELECT identity FROM event_triggers", "add event_id"),
        ("SELECT 1 AS x", "add identity and event_id"),
        ("SELECT * FROM orders", "orders"),
        ("SELECT * FROM acme.contacts", "acme.contacts"),
        ("SELECT * FROM a.b.c.event_triggers", "a.b.c.event_triggers"),
        ("SELECT * FROM read_csv('/etc/passwd')", "read_csv()"),
        ("SELECT *, getenv('HOME') FROM event_triggers", "getenv()"),
        ("SELECT *, current_setting('x') FROM event_triggers", "current_setting()"),
        ("WITH a AS (INSERT INTO contacts VALUES (1) RETURNING *) SELECT * FROM a", "WITH"),
        ("WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a", "no table b"),
        ("SELECT * INTO t FROM event_triggers", "INTO"),
        ("SELECT *, $1 FROM event_triggers", "PLACEHOLDER"),
        ("SELECT 1 AS {cursor_start_time}, * FROM event_triggers", "{cursor_start_time}"),
        ("SELECT * FROM event_triggers WHERE", "cannot be read"),
        ("SELECT '\ud800' AS x, * FROM event_triggers", "character"),
        ("SELECT " + "(" * 41 + "1" + ")" * 41, "40 brackets"),
        ("SELECT " + "NOT " * 4_000 + "1", "too deeply"),
        ("x" * (MAX_LENGTH + 1), "20000 characters"),
    ],
)
def test_refusal_names_the_construct(sql: str, named: str) -> None:
    assert named in reason_for(sql)


def test_unknown_dialect_is_refused() -> None:
    assert reason_for(STARTER, "oracle").startswith("/dialect is one of duckdb, postgres")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_starter_query_reads_the_same_in_every_dialect(dialect: str) -> None:
    assert QueryCompiler().compile(STARTER, dialect) == STARTER


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM event_triggers",
        "SELECT e.* FROM acme.event_triggers AS e",
        "SELECT COLUMNS('.*') FROM event_triggers",
        "SELECT identity, event_id FROM event_triggers UNION ALL SELECT identity, event_id FROM event_triggers",
        "(SELECT identity, event_id FROM event_triggers)",
        "WITH a AS (SELECT * FROM event_triggers), b AS (SELECT * FROM a) SELECT * FROM b",
        "WITH RECURSIVE a AS (SELECT identity, event_id FROM event_triggers UNION SELECT * FROM a) SELECT * FROM a",
        "SELECT e.*, j.value FROM event_triggers AS e, json_each(e.properties) AS j",
        "SELECT * FROM event_triggers, LATERAL (SELECT 1 AS one)",
        "SELECT * FROM event_triggers;",
        "SELECT " + "1 + " * 3_000 + "1 AS n, * FROM event_triggers",
    ],
)
def test_select_over_the_tables_is_let_through(sql: str) -> None:
    assert QueryCompiler().compile(sql)


def test_names_before_the_event_table_are_dropped() -> None:
    compiled = QueryCompiler().compile('SELECT "a-1".event_triggers.identity, event_id FROM "a-1".event_triggers')

    assert compiled == "SELECT event_triggers.identity, event_id FROM event_triggers"


def test_name_that_the_compiler_needs_for_itself_is_refused() -> None:
    reason = reason_for("SELECT identity, event_id, 'signalbox_cursor_start' AS x FROM event_triggers")

    assert "a name that is kept" in reason


def test_compiler_needs_no_engine_and_the_engine_no_compiler() -> None:
    script = (
        "import sys; import signalbox.adapters.queries.compiler; assert '_duckdb' not in sys.modules; "
        "del sys.modules['sqlglot']; import signalbox.adapters.queries.engine; "
        "assert 'sqlglot' not in sys.modules and '_duckdb' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": ":".join(sys.path)})


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    sql=st.one_of(
        st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join), st.sampled_from(FORBIDDEN)
    ),
    dialect=st.sampled_from(DIALECTS),
)
@example(sql="{" * 40, dialect="snowflake")
@example(sql="SELECT {cursor_start_time", dialect="duckdb")
def test_any_text_is_compiled_or_refused(sql: str, dialect: str) -> None:
    assert outcome_of(sql, dialect) in {"compiled", "/sql"}


def outcome_of(sql: str, dialect: str) -> str:
    try:
        QueryCompiler().compile(sql, dialect)
    except Invalid as refused:
        (reason,) = refused.reasons
        return reason.path
    return "compiled"
