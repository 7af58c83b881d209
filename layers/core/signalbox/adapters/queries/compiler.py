"""Checks a trigger's SQL when it is saved and translates it for the engine; needs sqlglot, never DuckDB.

An allow-list: one SELECT, over the tables a query may read, from functions that make rows of their arguments alone.
What is accepted is written out again from the parsed tree, so that nothing runs that was not looked at.
"""

import logging
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError, UnsupportedError
from sqlglot.tokenizer_core import Token, TokenType

from signalbox.adapters.queries.placeholders import CURSOR_END, CURSOR_START
from signalbox.adapters.queries.rules import (
    EVENT_TABLE,
    FORBIDDEN_FUNCTIONS,
    REQUIRED_COLUMNS,
    TABLE_FUNCTIONS,
    TABLES,
)
from signalbox.domain.errors import Invalid, Reason

DIALECTS = ("duckdb", "postgres", "redshift", "snowflake", "bigquery", "trino")
MAX_LENGTH = 20_000
MAX_NESTING = 40
"""Brackets in brackets; the parser takes about fifteen frames for each, of Python's thousand."""

# sqlglot's parser also fails in these ways on text that no dialect has.
_PARSE_ERRORS = (
    SqlglotError, RuntimeError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, AssertionError
)  # fmt: skip

_STAND_INS = {CURSOR_START: "signalbox_cursor_start", CURSOR_END: "signalbox_cursor_end"}
_PLACEHOLDERS = {stand_in: placeholder for placeholder, stand_in in _STAND_INS.items()}
_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})
_SOURCES = (exp.Table, exp.Subquery, exp.Unnest, exp.Lateral, exp.Values)
_REFUSED = (
    exp.DDL, exp.DML, exp.Command, exp.Describe, exp.Summarize, exp.Show, exp.Set, exp.Pragma, exp.Into, exp.Lock,
    exp.Parameter, exp.SessionParameter, exp.Placeholder, exp.Version,
)  # fmt: skip

# Its warnings quote the query, which may hold an address.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


class QueryCompiler:
    """Checks and translates one trigger's SQL."""

    def compile(self, sql: str, dialect: str = "duckdb") -> str:
        """Give DuckDB SQL with the placeholders still in it; raises Invalid that names the construct."""
        if dialect not in DIALECTS:
            raise Invalid([Reason("/dialect", f"is one of {', '.join(DIALECTS)}")])
        if len(sql) > MAX_LENGTH:
            raise _refusal(f"is at most {MAX_LENGTH} characters long")
        if not sql.isprintable() and any(not _is_text(character) for character in sql):
            raise _refusal("holds a character that no SQL text has; write it anew")
        query = _parse(sql, dialect)
        _check(query)
        _check_columns(query)
        return _write(_prepared(query))


def _is_text(character: str) -> bool:
    """Tell text from control characters and from halves of characters, which no encoding can carry."""
    return character in "\t\r\n" or not ("\ud800" <= character <= "\udfff" or character < " ")


def _refusal(reason: str) -> Invalid:
    return Invalid([Reason("/sql", reason)])


def _parse(sql: str, dialect: str) -> exp.Query:
    """Parse exactly one query, its placeholders replaced by names that every dialect reads as a value."""
    try:
        tokens = sqlglot.tokenize(sql, dialect=dialect)
        _check_nesting(tokens)
        statements = sqlglot.parse(_with_stand_ins(sql, tokens), dialect=dialect, error_level=ErrorLevel.IMMEDIATE)
    except RecursionError as error:
        raise _refusal("is nested too deeply; split it with WITH") from error
    except SqlglotError as error:
        raise _refusal(_where(error)) from error
    except _PARSE_ERRORS as error:
        raise _refusal("cannot be read as SQL") from error
    found = [
        statement for statement in statements if statement is not None and not isinstance(statement, exp.Semicolon)
    ]
    if len(found) != 1:
        raise _refusal(f"is exactly one SELECT statement; {len(found)} were found")
    query = found[0]
    if not isinstance(query, exp.Select | exp.SetOperation | exp.Subquery):
        raise _refusal(f"is a SELECT statement; {query.key.upper()} is not allowed")
    return query


def _check_nesting(tokens: list[Token]) -> None:
    depth = 0
    for token in tokens:
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        if depth > MAX_NESTING:
            raise _refusal(f"nests more than {MAX_NESTING} brackets; split it with WITH")


def _with_stand_ins(sql: str, tokens: list[Token]) -> str:
    """Replace each placeholder that is a token of its own, quoted or not; braces inside other text stay."""
    parts, end = [], 0
    for start, stop, placeholder in _placeholders(tokens):
        parts += [sql[end:start], f" {_STAND_INS[placeholder]} "]
        end = stop
    return "".join([*parts, sql[end:]])


def _placeholders(tokens: list[Token]) -> Iterator[tuple[int, int, str]]:
    for place, token in enumerate(tokens):
        if token.token_type in {TokenType.STRING, TokenType.IDENTIFIER} and token.text in _STAND_INS:
            yield token.start, token.end + 1, token.text
        elif token.token_type is TokenType.L_BRACE:
            text = "".join(each.text for each in tokens[place : place + 3])
            if text in _STAND_INS:
                yield token.start, tokens[place + 2].end + 1, text


def _where(error: SqlglotError) -> str:
    """Say where the text stops making sense, in words of ours; the parser's own quote it with terminal colours."""
    for each in getattr(error, "errors", ()):
        return f"cannot be read as SQL at line {each['line']}, column {each['col']}"
    return "cannot be read as SQL"


def _check(query: exp.Query) -> None:
    """Hold every node against the allow-lists."""
    for node in query.walk():
        if isinstance(node, _REFUSED):
            raise _refusal(f"only reads rows; {node.key.upper()} is not allowed in it")
        if isinstance(node, exp.From | exp.Join | exp.Lateral):
            _check_source(node)
        if isinstance(node, exp.CTE) and not isinstance(node.this, exp.Query):
            raise _refusal("holds only SELECT after WITH")
        if isinstance(node, exp.Table):
            _check_table(node)
        if isinstance(node, exp.Func):
            _check_function(node)


def _check_source(node: exp.From | exp.Join | exp.Lateral) -> None:
    source = node.this
    if isinstance(node, exp.Lateral) and isinstance(source, exp.Func):
        _check_table_function(source)
    elif not isinstance(source, _SOURCES):
        raise _refusal(f"reads from tables and sub-queries; {source.key.upper()} is not allowed there")


def _check_table(table: exp.Table) -> None:
    if isinstance(table.this, exp.Func):
        _check_table_function(table.this)
        return
    name = table.name.lower()
    is_event_table = name == EVENT_TABLE and isinstance(table.this, exp.Identifier)
    is_plain = not table.db and not table.catalog
    if not (is_event_table or (is_plain and (name in TABLES or name in _with_names(table)))):
        raise _refusal(f"reads only {' and '.join(sorted(TABLES))}; there is no table {table.sql(comments=False)[:80]}")


def _with_names(table: exp.Table) -> set[str]:
    """Name what WITH has defined where the table stands: its own WITHs' earlier names, or all of a recursive one."""
    names: set[str] = set()
    below: exp.Expr = table
    for above in _ancestors(table):
        if isinstance(above, exp.With):
            for each in above.expressions:
                if each is below and not above.args.get("recursive"):
                    break
                names.add(each.alias_or_name.lower())
        elif isinstance(above, exp.Query) and (own := above.args.get("with_")) is not None and own is not below:
            names |= {each.alias_or_name.lower() for each in own.expressions}
        below = above
    return names


def _ancestors(node: exp.Expr) -> Iterator[exp.Expr]:
    while (node := node.parent) is not None:  # type: ignore[assignment]  # None ends the loop
        yield node


def _check_table_function(function: exp.Func) -> None:
    name = _name_of(function)
    if name not in TABLE_FUNCTIONS:
        raise _refusal(f"may not read from {name}(); of functions only {', '.join(sorted(TABLE_FUNCTIONS))} make rows")


def _check_function(function: exp.Func) -> None:
    name = _name_of(function)
    if name in FORBIDDEN_FUNCTIONS or name.startswith(("read_", "duckdb_", "pragma_", "parquet_", "pg_")):
        raise _refusal(f"may not call {name}(): it reaches outside the events")


def _name_of(function: exp.Func) -> str:
    is_unknown = isinstance(function, exp.Anonymous | exp.AnonymousAggFunc)
    return (function.name if is_unknown else function.sql_name()).lower()


def _check_columns(query: exp.Query) -> None:
    """Refuse a query that certainly lacks a required column; one with a star is judged when it runs."""
    names = {column.alias_or_name.lower() for column in query.selects}
    if any(column.is_star or column.find(exp.Columns) for column in query.selects):
        return
    missing = [name for name in REQUIRED_COLUMNS if name not in names]
    if missing:
        raise _refusal(f"returns the columns {' and '.join(REQUIRED_COLUMNS)}; add {' and '.join(missing)} to SELECT")


def _prepared(query: exp.Query) -> exp.Query:
    """Take the partner's name off the event table, and make values of the stand-ins."""
    for table in query.find_all(exp.Table):
        if table.name.lower() == EVENT_TABLE:
            table.set("db", None)
            table.set("catalog", None)
    for column in list(query.find_all(exp.Column)):
        if column.table.lower() == EVENT_TABLE:
            column.set("db", None)
            column.set("catalog", None)
        if not column.table and column.name in _PLACEHOLDERS:
            text = exp.Literal.string(_PLACEHOLDERS[column.name])
            column.replace(exp.Cast(this=text, to=exp.DataType.build("timestamp", dialect="duckdb")))
    return query


def _write(query: exp.Query) -> str:
    try:
        sql = query.sql(dialect="duckdb", comments=False, unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as error:
        raise _refusal(
            "uses something of its dialect that cannot be translated; write it in the duckdb dialect"
        ) from error
    except RecursionError as error:
        raise _refusal("is nested too deeply; split it with WITH") from error
    except _PARSE_ERRORS as error:
        raise _refusal("uses something that cannot be translated; write it in the duckdb dialect") from error
    if any(stand_in in sql for stand_in in _PLACEHOLDERS):
        raise _refusal(f"has {CURSOR_START} or {CURSOR_END} where no value may stand")
    for placeholder in _STAND_INS:
        sql = sql.replace(f"CAST('{placeholder}' AS TIMESTAMP)", placeholder)
    return sql
