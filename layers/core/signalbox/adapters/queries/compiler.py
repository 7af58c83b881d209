"""Checks a trigger's SQL when it is saved and translates it for the engine; needs sqlglot, never DuckDB.

An allow-list: one SELECT, over the tables a query may read, from functions that make rows of their arguments alone.
DuckDB's own dialect runs as its author wrote it, since a translation could only change it; the engine's child holds
DuckDB's own reading of it against the same lists. Another dialect is written anew from the tree that was looked at.
"""

import logging
from collections.abc import Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError, UnsupportedError
from sqlglot.tokenizer_core import Token, TokenType

from signalbox.adapters.queries.calls import refused_part
from signalbox.adapters.queries.checks import check_columns, check_placeholders, check_reads_only, check_sources
from signalbox.adapters.queries.dialects.intervals import check_what_parsing_loses
from signalbox.adapters.queries.dialects.translation import translate
from signalbox.adapters.queries.placeholders import CURSOR_END, CURSOR_START, STAND_INS
from signalbox.adapters.queries.refusals import refusal
from signalbox.adapters.queries.rules import EVENT_TABLE
from signalbox.adapters.queries.tokens import as_written, with_stand_ins
from signalbox.domain.errors import Invalid, Reason

DIALECTS = ("duckdb", "postgres", "redshift", "snowflake", "bigquery", "trino")
MAX_LENGTH = 20_000
MAX_NESTING = 40
"""Brackets in brackets; the parser takes about fifteen frames for each, of Python's thousand."""
MAX_CHAINED = 200
"""`x[1][2]` and `x.f().g()`: the parser's time for a chain grows with the square of its length, 5 s for 700."""

# sqlglot's parser also fails in these ways on text that no dialect has.
_PARSE_ERRORS = (
    SqlglotError, RuntimeError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, AssertionError
)  # fmt: skip

_PLACEHOLDERS = {stand_in: placeholder for placeholder, stand_in in STAND_INS.items()}
_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})
_CHAINING = frozenset({TokenType.DOT, TokenType.L_BRACKET})
_TOO_DEEP = "is nested too deeply; split it with WITH"
_NOT_TRANSLATED = "uses something that cannot be translated; write it in the duckdb dialect"

# Its warnings quote the query, which may hold an address.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


class QueryCompiler:
    """Checks and translates one query's SQL."""

    def compile(self, sql: str, dialect: str = "duckdb", further_columns: Sequence[str] = ()) -> str:
        """Give DuckDB SQL with the placeholders still in it; raises Invalid that names the construct."""
        if dialect not in DIALECTS:
            raise Invalid([Reason("/dialect", f"is one of {', '.join(DIALECTS)}")])
        _check_text(sql)
        tokens = _tokens(sql, dialect)
        query = _parse(with_stand_ins(sql, tokens), dialect)
        check_reads_only(query)
        check_placeholders(query)
        check_columns(query, further_columns)
        if dialect == "duckdb":
            check_sources(query)
            compiled = as_written(sql, tokens)
        else:
            check_what_parsing_loses(tokens, dialect)
            compiled = _translated(query, dialect)
        _check_calls(compiled)
        return compiled


def _check_text(sql: str) -> None:
    if len(sql) > MAX_LENGTH:
        raise refusal(f"is at most {MAX_LENGTH} characters long")
    if not sql.isprintable() and any(not _is_text(character) for character in sql):
        raise refusal("holds a character that no SQL text has; write it anew")
    if any(stand_in in sql for stand_in in _PLACEHOLDERS):
        raise refusal(f"uses a name that is kept for {CURSOR_START} and {CURSOR_END}; choose another")


def _is_text(character: str) -> bool:
    """Tell text from control characters and from halves of characters, which no encoding can carry."""
    return character in "\t\r\n" or not ("\ud800" <= character <= "\udfff" or character < " ")


def _tokens(sql: str, dialect: str) -> list[Token]:
    try:
        tokens = sqlglot.tokenize(sql, dialect=dialect)
    except _PARSE_ERRORS as error:
        raise refusal("cannot be read as SQL") from error
    depth = chained = 0
    previous = None
    for token in tokens:
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        chained += token.token_type in _CHAINING and previous in _CLOSING
        previous = token.token_type
        if depth > MAX_NESTING:
            raise refusal(f"nests more than {MAX_NESTING} brackets; split it with WITH")
        if chained > MAX_CHAINED:
            raise refusal(f"has more than {MAX_CHAINED} brackets or dots right after a bracket; split it with WITH")
    return tokens


def _parse(sql: str, dialect: str) -> exp.Query:
    """Parse exactly one query."""
    try:
        statements = sqlglot.parse(sql, dialect=dialect, error_level=ErrorLevel.IMMEDIATE)
    except RecursionError as error:
        raise refusal(_TOO_DEEP) from error
    except SqlglotError as error:
        raise refusal(_where(error)) from error
    except _PARSE_ERRORS as error:
        raise refusal("cannot be read as SQL") from error
    found = [
        statement for statement in statements if statement is not None and not isinstance(statement, exp.Semicolon)
    ]
    if len(found) != 1:
        raise refusal(f"is exactly one SELECT statement; {len(found)} were found")
    query = found[0]
    if not isinstance(query, exp.Select | exp.SetOperation | exp.Subquery):
        raise refusal(f"is a SELECT statement; {query.key.upper()} is not allowed")
    return query


def _where(error: SqlglotError) -> str:
    """Say where the text stops making sense, in words of ours; the parser's own quote it with terminal colours."""
    for each in getattr(error, "errors", ()):
        return f"cannot be read as SQL at line {each['line']}, column {each['col']}"
    return "cannot be read as SQL"


def _translated(query: exp.Query, dialect: str) -> str:
    """Write another dialect's query as DuckDB's."""
    try:
        translated = translate(query, dialect)
        check_sources(translated)
        sql = _prepared(translated).sql(dialect="duckdb", comments=False, unsupported_level=ErrorLevel.RAISE)
    except RecursionError as error:
        raise refusal(_TOO_DEEP) from error
    except UnsupportedError as error:
        raise refusal(_NOT_TRANSLATED) from error
    except _PARSE_ERRORS as error:
        raise refusal(_NOT_TRANSLATED) from error
    for placeholder in STAND_INS:
        sql = sql.replace(f"CAST('{placeholder}' AS TIMESTAMP)", placeholder)
    return sql


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


def _check_calls(compiled: str) -> None:
    """Hold the functions of what will run against the allow-list."""
    try:
        refused = refused_part(compiled)
    except _PARSE_ERRORS as error:
        raise refusal(_NOT_TRANSLATED) from error
    if refused is not None:
        raise refusal(refused)
