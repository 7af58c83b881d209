"""Walks a query from its sources to its columns, knowing the kind of every value, and translates part by part."""

from sqlglot import exp

from signalbox.adapters.queries.dialects.columns import reached, resolved
from signalbox.adapters.queries.dialects.json_values import as_condition
from signalbox.adapters.queries.dialects.kinds import JSONS, Kind, cast_to, common, kind_of, mark
from signalbox.adapters.queries.dialects.preparation import prepared
from signalbox.adapters.queries.dialects.rulebook import rule_for
from signalbox.adapters.queries.dialects.scopes import Columns, Scope
from signalbox.adapters.queries.dialects.shapes import LEAVES
from signalbox.adapters.queries.dialects.sources import read_elements, read_table, renamed
from signalbox.adapters.queries.refusals import refusal

_SELECT_ARGUMENTS = frozenset({
    "with_", "expressions", "distinct", "from_", "joins", "laterals", "where", "group", "having", "qualify",
    "windows", "order", "limit", "offset",
})  # fmt: skip
_QUERY_ARGUMENTS = frozenset({"with_", "this", "expression", "distinct", "alias", "order", "limit", "offset"})
_JOIN_ARGUMENTS = frozenset({"this", "on", "side", "kind", "using"})
_ARGUMENT_NAMES = {
    "match": "MATCH_RECOGNIZE",
    "connect": "CONNECT BY",
    "sample": "TABLESAMPLE",
    "pivots": "PIVOT",
    "kind": "AS STRUCT or AS VALUE",
    "method": "NATURAL or ASOF",
}
_AFTER_SOURCES = ("where", "group", "having", "qualify", "windows", "distinct", "order", "limit", "offset")


def translate(query: exp.Query, dialect: str) -> exp.Query:
    """Turn another dialect's query into DuckDB's; raises Invalid for what cannot keep its meaning."""
    query = prepared(query, dialect)
    columns = _Translator(dialect).query(query, Scope())
    if Kind.INTERVAL in {kind for _, kind in columns}:
        raise refusal("returns an interval, which engines write differently; return its seconds")
    return _with_plain_numbers(query, columns)


class _Translator:
    def __init__(self, dialect: str) -> None:
        self._dialect = dialect

    def query(self, query: exp.Expr, outer: Scope) -> Columns:
        """Translate a query in place and give its columns."""
        scope = outer.inner()
        self._read_with(query.args.get("with_"), scope)
        if isinstance(query, exp.Select):
            return self._select(query, scope)
        _check_arguments(query, _QUERY_ARGUMENTS)
        if isinstance(query, exp.Subquery):
            columns = self.query(query.this, scope)
        elif isinstance(query, exp.SetOperation):
            columns = self._set_operation(query, scope)
        else:
            raise refusal(f"reads from {query.key.upper()}, which is not translated from {self._dialect}")
        scope.aliases.update(columns)
        self._translate(query, ("order", "limit", "offset"), scope)
        return renamed(columns, query.args.get("alias"))

    def expression(self, node: exp.Expr, scope: Scope) -> exp.Expr:
        """Translate an expression: its parts, then itself; the answer has its kind."""
        if isinstance(node, exp.Query):
            columns = self.query(node, scope)
            return mark(node, columns[0][1] if columns else Kind.NULL)
        if isinstance(node, exp.Column):
            return resolved(node, scope, self._dialect)
        if isinstance(node, exp.Dot):
            return reached(self.expression(node.this, scope), node.expression, self._dialect)
        if type(node) in LEAVES:
            return self._leaf(mark(node, LEAVES[type(node)](node)))
        rule = rule_for(node, self._dialect)
        for key, value in list(node.args.items()):
            if isinstance(value, exp.Expr):
                node.set(key, self.expression(value, scope))
            elif isinstance(value, list):
                node.set(key, [self.expression(each, scope) for each in value])
        return rule(node, self._dialect)

    def _leaf(self, node: exp.Expr) -> exp.Expr:
        """Give 1.5 the type it has in BigQuery, where it is no decimal."""
        is_double = self._dialect == "bigquery" and kind_of(node) is Kind.DECIMAL
        return cast_to(node, "double", Kind.DOUBLE) if is_double else node

    def _translate(self, node: exp.Expr, keys: tuple[str, ...], scope: Scope) -> None:
        for key in keys:
            value = node.args.get(key)
            if isinstance(value, list):
                node.set(key, [self.expression(each, scope) for each in value])
            elif isinstance(value, exp.Expr):
                node.set(key, self.expression(value, scope))

    def _read_with(self, with_: exp.Expr | None, scope: Scope) -> None:
        for cte in with_.expressions if with_ is not None else ():
            if not isinstance(cte.this, exp.Query):
                raise refusal("holds only SELECT after WITH")
            alias, name = cte.args.get("alias"), cte.alias_or_name.lower()
            if with_ is not None and with_.args.get("recursive") and isinstance(cte.this, exp.SetOperation):
                anchor = self.query(cte.this.this.copy(), scope)
                scope.tables[name] = renamed(anchor, alias)
            scope.tables[name] = renamed(self.query(cte.this, scope), alias)

    def _set_operation(self, query: exp.SetOperation, scope: Scope) -> Columns:
        left, right = (self.query(each, scope) for each in (query.this, query.expression))
        kinds = [common([one, other], query.key.upper()) for (_, one), (_, other) in zip(left, right, strict=False)]
        return [(name, kind) for (name, _), kind in zip(left, kinds, strict=False)]

    def _select(self, query: exp.Select, scope: Scope) -> Columns:
        _check_arguments(query, _SELECT_ARGUMENTS)
        if (from_ := query.args.get("from_")) is not None:
            from_.set("this", self._source(from_.this, scope)[0])
        for join in query.args.get("joins") or ():
            self._join(join, scope)
        if query.args.get("laterals"):
            raise refusal("uses LATERAL outside of a join; write CROSS JOIN LATERAL")
        columns = self._projections(query, scope)
        self._translate(query, _AFTER_SOURCES, scope)
        return columns

    def _projections(self, query: exp.Select, scope: Scope) -> Columns:
        columns: Columns = []
        for projection in query.expressions:
            if projection.is_star:
                columns += _columns_of_star(projection, scope)
                continue
            inner = projection.this if isinstance(projection, exp.Alias) else projection
            translated = self.expression(inner, scope)
            if isinstance(projection, exp.Alias):
                projection.set("this", translated)
            elif translated is not projection:
                name = projection.alias_or_name
                projection.replace(exp.alias_(translated, name) if name else translated)
            columns.append((projection.alias_or_name.lower(), kind_of(translated)))
            if isinstance(projection, exp.Alias):
                scope.aliases.setdefault(projection.alias.lower(), kind_of(translated))
        return columns

    def _join(self, join: exp.Join, scope: Scope) -> None:
        _check_arguments(join, _JOIN_ARGUMENTS)
        source, is_outer = self._source(join.this, scope)
        join.set("this", source)
        for name in join.args.get("using") or ():
            if scope.column(name.name.lower()) in JSONS:
                raise refusal("joins USING a JSON value; join ON its text")
        if isinstance(source, exp.Lateral) and (is_outer or join.side == "LEFT") and join.args.get("on") is None:
            join.set("side", "LEFT")
            join.set("kind", None)
            join.set("on", exp.true())
        if (condition := join.args.get("on")) is not None:
            join.set("on", as_condition(self.expression(condition, scope), "ON", self._dialect))

    def _source(self, node: exp.Expr, scope: Scope) -> tuple[exp.Expr, bool]:
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            read_table(node, scope)
            return node, False
        if isinstance(node, exp.Subquery):
            scope.sources[_name_of(node, scope)] = self.query(node, scope.beside())
            return node, False
        if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            columns = self.query(node.this, scope)
            scope.sources[_name_of(node, scope)] = renamed(columns, node.args.get("alias"))
            return node, False
        if isinstance(node, exp.Table | exp.Lateral | exp.Unnest | exp.TableFromRows):
            return read_elements(node, scope, lambda each: self.expression(each, scope), self._dialect)
        raise refusal(f"reads from {node.key.upper()}, which is not translated from {self._dialect}")


def _name_of(source: exp.Expr, scope: Scope) -> str:
    """Name a source; one without a name cannot be named by a query either."""
    return source.alias.lower() or f" {len(scope.sources)}"


def _check_arguments(node: exp.Expr, known: frozenset[str]) -> None:
    for key, value in node.args.items():
        if value and key not in known:
            name = _ARGUMENT_NAMES.get(key, key.rstrip("_").upper())
            raise refusal(f"uses {name} in a {node.key.upper()}, which is not translated")


def _columns_of_star(star: exp.Expr, scope: Scope) -> Columns:
    inner = star.this if isinstance(star, exp.Column) else star
    if inner.args.get("replace") or inner.args.get("rename") or inner.args.get("ilike"):
        raise refusal("changes columns inside of *; name the columns")
    out = {each.name.lower() for each in inner.args.get("except_") or ()}
    table = star.table.lower() if isinstance(star, exp.Column) else None
    found = [columns for name, columns in scope.sources.items() if table in {None, name}]
    return [(name, kind) for columns in found for name, kind in columns if name not in out]


def _with_plain_numbers(query: exp.Query, columns: Columns) -> exp.Query:
    """Give out numbers of no fixed digits without the noughts they are computed with."""
    names = [name for name, kind in columns if kind is Kind.NUMERIC and name]
    if not names:
        return query
    shown = [
        exp.alias_(exp.cast(exp.column(name, quoted=True), "double"), name, quoted=True)
        for name in dict.fromkeys(names)
    ]
    return exp.Select(expressions=[exp.Star(replace=shown)]).from_(query.subquery("answer"))
