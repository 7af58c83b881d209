"""Puts a parsed query into the one form that the rules know, before any of its meaning is looked at."""

from sqlglot import exp

from signalbox.adapters.queries.dialects.scopes import TABLE_COLUMNS
from signalbox.adapters.queries.refusals import refusal
from signalbox.adapters.queries.rules import REQUIRED_COLUMNS

_FOLDED = {"postgres": str.lower, "snowflake": str.upper}
"""How a name without quotes is read where a name in quotes is read as it is written."""
_KNOWN = (
    {name for columns in TABLE_COLUMNS.values() for name, _ in columns} | set(TABLE_COLUMNS) | set(REQUIRED_COLUMNS)
)


def prepared(query: exp.Query, dialect: str) -> exp.Query:
    """Bring a query's other spellings to one; raises Invalid for names that differ in their case alone."""
    query = query.copy()  # the parser lets one part stand in two places; here each is translated once
    _check_names(query, dialect)
    if dialect == "postgres":
        _read_as_postgres(query)
    for group in list(query.find_all(exp.Anonymous)):
        if group.name.upper() == "ALL" and isinstance(group.parent, exp.Binary):
            group.replace(exp.All(this=group.expressions[0]))
    for within in list(query.find_all(exp.WithinGroup)):
        _fold_order(within)
    for wrapper in list(query.find_all(exp.IgnoreNulls)):
        if isinstance(wrapper.this, exp.ArrayAgg):
            wrapper.replace(exp.ArrayAgg(this=wrapper.this.this, nulls_excluded=True))
    return query


def _read_as_postgres(query: exp.Query) -> None:
    for arrow in list(query.find_all(exp.Lambda)):
        arrow.replace(_arrow_in_argument(arrow))
    for match in query.find_all(exp.RegexpLike, exp.RegexpILike):
        if isinstance(match.expression, exp.DPipe):
            raise refusal("uses ~ before ||, which postgres reads from the left; put the pattern in brackets")


def _check_names(query: exp.Query, dialect: str) -> None:
    """Refuse two names that are one to DuckDB, which never minds the case of a name."""
    fold = _FOLDED.get(dialect)
    if fold is None:
        return
    seen: dict[str, str] = {}
    for name in query.find_all(exp.Identifier):
        read = name.name if name.args.get("quoted") else fold(name.name)
        key = read.lower()
        if key not in _KNOWN and seen.setdefault(key, read) != read:
            raise refusal(f"names {key[:60]} in two ways that differ in their case alone; rename one")


def _arrow_in_argument(arrow: exp.Expr) -> exp.Expr:
    """Read f(properties -> 'a') as the JSON access that it is in Postgres, which has no lambdas.

    The parser takes what follows the arrow for a lambda's body; the access is its leftmost part.
    """
    (name,) = arrow.expressions if len(arrow.expressions) == 1 else (None,)
    body: exp.Expr = arrow.this
    leaf = body
    while isinstance(leaf, exp.Binary | exp.In | exp.Between | exp.Is):
        leaf = leaf.this
    if name is None or not isinstance(leaf, exp.Literal):
        raise refusal("uses -> in a function's argument in a way that may be read twice; put brackets around it")
    column = exp.Column(this=exp.to_identifier(name.name, quoted=name.args.get("quoted")))
    step = exp.JSONPathKey(this=leaf.name) if leaf.is_string else exp.JSONPathSubscript(this=int(leaf.name))
    access = exp.JSONExtract(this=column, expression=exp.JSONPath(expressions=[exp.JSONPathRoot(), step]))
    if leaf is body:
        return access
    leaf.replace(access)
    return body


def _fold_order(within: exp.WithinGroup) -> None:
    """Write LISTAGG(x) WITHIN GROUP (ORDER BY y) as LISTAGG(x ORDER BY y)."""
    aggregate = within.this
    if isinstance(aggregate, exp.GroupConcat | exp.ArrayAgg):
        inner = aggregate.this
        aggregate.set("this", exp.Order(this=inner, expressions=within.expression.expressions))
        within.replace(aggregate)
