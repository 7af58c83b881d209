"""Holds the functions and types of a translated query against the allow-lists; needs sqlglot, never DuckDB.

It reads the SQL that will run, not the author's: what a function becomes in translation is what counts.
"""

import difflib
import re

import sqlglot
from sqlglot import exp

from signalbox.adapters.queries.rules import FUNCTIONS, TABLE_FUNCTIONS, TYPES

# Words that stand before a bracket and are syntax, not functions.
_SYNTAX = frozenset({
    "array", "cast", "coalesce", "columns", "exists", "extract", "grouping", "ifnull", "try", "try_cast",
})  # fmt: skip
_NAME = re.compile(r"([A-Za-z_]\w*)\(")
_UNKNOWN = (exp.Anonymous, exp.AnonymousAggFunc)
_PLAIN = (exp.Cast, exp.Connector, exp.Case)  # functions to sqlglot alone; chains of them may be thousands deep
_LEAVES = (exp.Literal, exp.Var, exp.Identifier, exp.DataType, exp.Boolean, exp.Null, exp.Star)


def refused_part(sql: str) -> str | None:
    """Say which function of this DuckDB query is not allowed, with its nearest allowed neighbour, or which type.

    None when all are allowed. Raises what sqlglot raises on text that it cannot read.
    """
    for query in sqlglot.parse(sql, dialect="duckdb"):
        for node in query.walk() if query is not None else ():
            name = _called(node)
            if name is not None and name not in FUNCTIONS | TABLE_FUNCTIONS | _SYNTAX:
                return f"may not call {name}(){_suggestion(name)}"
            if isinstance(node, exp.TableSample):
                return "may not sample: run again, it would find other rows"
            if isinstance(node, exp.DataType) and (kind := _type_name(node)) not in TYPES:
                return f"may not use the type {kind}"
    return None


def _called(node: exp.Expr) -> str | None:
    if isinstance(node, _UNKNOWN):
        return str(node.name).lower()
    if not isinstance(node, exp.Func) or isinstance(node, _PLAIN):
        return None
    # A function that sqlglot knows is written out to see its name; operators and literals have none.
    written = _NAME.match(_without_depth(node).sql(dialect="duckdb", comments=False))
    return None if written is None else written[1].lower()


def _type_name(kind: exp.DataType) -> str:
    """Name a type as DuckDB writes it, without its size and its members; a list is named by what it holds."""
    return kind.sql(dialect="duckdb", comments=False).lower().split("(")[0].split("[")[0]


def _without_depth(function: exp.Func) -> exp.Expr:
    """Copy a function with a column in place of each argument, so that writing all of them takes linear time."""
    arguments = {
        key: [_leaf(each) for each in value] if isinstance(value, list) else _leaf(value)
        for key, value in function.args.items()
    }
    return type(function)(**arguments)


def _leaf(value: object) -> object:
    if not isinstance(value, exp.Expr):
        return value
    return value.copy() if isinstance(value, _LEAVES) else exp.column("x")


def _suggestion(name: str) -> str:
    near = difflib.get_close_matches(name, FUNCTIONS | TABLE_FUNCTIONS, n=1, cutoff=0.8)
    return f"; did you mean {near[0]}()?" if near else ""
