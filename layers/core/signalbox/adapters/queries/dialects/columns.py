"""Names of columns, and the dots with which BigQuery and Redshift reach from a column into its JSON."""

from sqlglot import exp

from signalbox.adapters.queries.dialects.json_values import at
from signalbox.adapters.queries.dialects.kinds import JSONS, Kind, kind_of, mark
from signalbox.adapters.queries.dialects.scopes import Columns, Scope
from signalbox.adapters.queries.placeholders import STAND_INS
from signalbox.adapters.queries.refusals import refusal
from signalbox.adapters.queries.rules import EVENT_TABLE

_REACHES_BY_DOTS = frozenset({"bigquery", "redshift"})


def resolved(column: exp.Column, scope: Scope, dialect: str) -> exp.Expr:
    """Find what a column means; raises Invalid for one that is not there."""
    if column.name in STAND_INS.values() and not column.table:
        return mark(column, Kind.ZONED)
    names = [part.name for part in column.parts]
    if len(names) > 1 and EVENT_TABLE in [name.lower() for name in names[1:-1]]:
        names = [EVENT_TABLE, names[-1]]
    kind = _kind_of_names([name.lower() for name in names], scope)
    if kind is not None:
        return mark(column, kind)
    found = _reached_by_dots(names, scope) if dialect in _REACHES_BY_DOTS else None
    if found is None:
        if scope.source(names[0].lower()) is not None and len(names) == 1:
            raise refusal(f"uses the table {names[0][:60]} as a value; name its columns")
        raise refusal(f"names the column {'.'.join(names)[:80]}, which is not there")
    return found


def reached(value: exp.Expr, name: exp.Expr, dialect: str) -> exp.Expr:
    """Translate a dot after a JSON value."""
    if dialect not in _REACHES_BY_DOTS or kind_of(value) not in JSONS or not isinstance(name, exp.Identifier):
        raise refusal(f"reaches into {kind_of(value)} with a dot; use the dialect's JSON path")
    return at(value, [name.name])


def _kind_of_names(names: list[str], scope: Scope) -> Kind | None:
    match names:
        case [name]:
            return scope.column(name)
        case [source, name]:
            return _find(scope.source(source), name)
    return None


def _find(columns: Columns | None, name: str) -> Kind | None:
    return next((kind for each, kind in columns or () if each == name), None)


def _reached_by_dots(names: list[str], scope: Scope) -> exp.Expr | None:
    """Read a.b.c as a column of a source and a path, or as a column and a path."""
    first, second = names[0].lower(), names[1].lower() if len(names) > 1 else ""
    if _find(scope.source(first), second) in JSONS:
        base = exp.column(names[1], table=names[0])
        return at(mark(base, Kind.JSON), list(names[2:]))
    if scope.column(first) in JSONS:
        return at(mark(exp.column(names[0]), Kind.JSON), list(names[1:]))
    return None
