"""Holds a parsed query against the allow-list: one SELECT that reads rows, from the tables a query may read."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from signalbox.adapters.queries.placeholders import CURSOR_END, CURSOR_START, STAND_INS
from signalbox.adapters.queries.refusals import refusal
from signalbox.adapters.queries.rules import EVENT_TABLE, REQUIRED_COLUMNS, TABLE_FUNCTIONS, TABLES

_SOURCES = (exp.Table, exp.Subquery, exp.Unnest, exp.Lateral, exp.Values)
_REFUSED = (
    exp.DDL, exp.DML, exp.Command, exp.Describe, exp.Summarize, exp.Show, exp.Set, exp.Pragma, exp.Into, exp.Lock,
    exp.Parameter, exp.SessionParameter, exp.Placeholder, exp.Version,
)  # fmt: skip


def check_reads_only(query: exp.Query) -> None:
    """Refuse what does more than read rows."""
    for node in query.walk():
        if isinstance(node, _REFUSED):
            raise refusal(f"only reads rows; {node.key.upper()} is not allowed in it")
        if isinstance(node, exp.CTE) and not isinstance(node.this, exp.Query):
            raise refusal("holds only SELECT after WITH")


def check_sources(query: exp.Query) -> None:
    """Refuse what reads from anything but the tables a query may read."""
    for node in query.walk():
        if isinstance(node, exp.From | exp.Join | exp.Lateral):
            _check_source(node)
        if isinstance(node, exp.Table):
            _check_table(node)


def check_placeholders(query: exp.Query) -> None:
    """Refuse a placeholder that stands where no value may."""
    for name in query.find_all(exp.Identifier):
        is_value = isinstance(name.parent, exp.Column) and name.arg_key == "this" and not name.parent.table
        if name.name in STAND_INS.values() and not is_value:
            raise refusal(f"has {CURSOR_START} or {CURSOR_END} where no value may stand")


def check_columns(query: exp.Query, further: Sequence[str] = ()) -> None:
    """Refuse a query that certainly lacks a required column; one with a star is judged when it runs."""
    required = (*REQUIRED_COLUMNS, *(name for name in further if name.lower() not in REQUIRED_COLUMNS))
    names = {column.alias_or_name.lower() for column in query.selects}
    if any(column.is_star or column.find(exp.Columns) for column in query.selects):
        return
    missing = [name for name in required if name.lower() not in names]
    if missing:
        raise refusal(f"returns the columns {' and '.join(required)}; add {' and '.join(missing)} to SELECT")


def _check_source(node: exp.From | exp.Join | exp.Lateral) -> None:
    source = node.this
    if isinstance(node, exp.Lateral) and isinstance(source, exp.Func):
        _check_table_function(source)
    elif not isinstance(source, _SOURCES):
        raise refusal(f"reads from tables and sub-queries; {source.key.upper()} is not allowed there")


def _check_table(table: exp.Table) -> None:
    if isinstance(table.this, exp.Func):
        _check_table_function(table.this)
        return
    name = table.name.lower()
    is_event_table = name == EVENT_TABLE and isinstance(table.this, exp.Identifier)
    is_plain = not table.db and not table.catalog
    if not (is_event_table or (is_plain and (name in TABLES or name in _with_names(table)))):
        raise refusal(f"reads only {' and '.join(sorted(TABLES))}; there is no table {table.sql(comments=False)[:80]}")


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
    is_unknown = isinstance(function, exp.Anonymous | exp.AnonymousAggFunc)
    name = (function.name if is_unknown else function.sql_name()).lower()
    if name not in TABLE_FUNCTIONS:
        raise refusal(f"may not read from {name}(); of functions only {', '.join(sorted(TABLE_FUNCTIONS))} make rows")
