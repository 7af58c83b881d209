"""What stands in FROM: tables, sub-queries, and each dialect's way to take an array apart, one row an element."""

from collections.abc import Callable

from sqlglot import exp

from signalbox.adapters.queries.dialects.json_values import at, elements
from signalbox.adapters.queries.dialects.kinds import JSONS, LISTS, Kind, call, cast_to, kind_of, mark
from signalbox.adapters.queries.dialects.scopes import Columns, Scope
from signalbox.adapters.queries.refusals import refusal
from signalbox.adapters.queries.rules import TABLES

type Translate = Callable[[exp.Expr], exp.Expr]

_TABLE_ARGUMENTS = frozenset({"this", "db", "catalog", "alias"})
_ELEMENTS_AS_JSON = frozenset({"jsonb_array_elements", "json_array_elements"})
_ELEMENTS_AS_TEXT = frozenset({"jsonb_array_elements_text", "json_array_elements_text"})
_PAIRS = frozenset({"jsonb_each", "json_each", "jsonb_each_text", "json_each_text"})
_FLATTEN_ARGUMENTS = frozenset({"input", "path", "outer"})


def renamed(columns: Columns, alias: exp.Expr | None) -> Columns:
    """Give columns the names that an alias lists."""
    names = [each.name.lower() for each in alias.args.get("columns") or ()] if alias is not None else []
    return [(name, kind) for name, (_, kind) in zip(names, columns, strict=False)] + columns[len(names) :]


def read_table(table: exp.Table, scope: Scope) -> None:
    """Note a table's columns; raises Invalid for one that does not exist."""
    extra = [key for key, value in table.args.items() if value and key not in _TABLE_ARGUMENTS]
    if extra:
        raise refusal(f"reads a table with {extra[0].upper().rstrip('_')}, which is not translated")
    name = table.name.lower()
    columns = scope.table(name)
    if columns is None or not isinstance(table.this, exp.Identifier):
        raise refusal(f"reads only {' and '.join(sorted(TABLES))}; there is no table {table.name[:60] or '()'}")
    scope.sources[(table.alias or name).lower()] = renamed(columns, table.args.get("alias"))


def read_elements(node: exp.Expr, scope: Scope, translate: Translate, dialect: str) -> tuple[exp.Expr, bool]:
    """Make a sub-query of what takes an array apart; says too whether a row without elements stays."""
    alias = node.args.get("alias")
    if isinstance(node, exp.Unnest):
        query, columns, name = _unnested(node, translate, dialect)
        is_outer = False
    elif isinstance(node.this, exp.Explode):
        query, columns, is_outer = _flattened(node.this, translate)
        name, alias = _name(alias, "flatten"), None
    else:
        query, columns, name = _from_function(node, translate, dialect)
        is_outer = False
    scope.sources[name.lower()] = columns
    subquery = exp.Subquery(this=query)
    return exp.Lateral(this=subquery, alias=exp.TableAlias(this=exp.to_identifier(name))), is_outer


def _name(alias: exp.Expr | None, default: str) -> str:
    return alias.this.name if alias is not None and alias.this is not None else default


def _unnested(node: exp.Unnest, translate: Translate, dialect: str) -> tuple[exp.Select, Columns, str]:
    """Read UNNEST of one array (BigQuery, Trino, Postgres), and Redshift's FROM e.items."""
    if len(node.expressions) != 1:
        raise refusal("takes several arrays apart at once with UNNEST; use one UNNEST for each")
    alias, offset = node.args.get("alias"), node.args.get("offset")
    names = [each.name for each in alias.args.get("columns") or ()] if alias is not None else []
    array = translate(node.expressions[0])
    if dialect == "redshift" and kind_of(array) is Kind.JSON:
        array = elements(array)
    column = names[0] if names else _name(alias, "unnest")
    number = (offset.name if isinstance(offset, exp.Identifier) else "offset") if offset else None
    if number is None and len(names) > 1:
        raise refusal("takes rows apart into columns with UNNEST; name one column and reach into it")
    query, columns = _rows_of(array, column, number, first=0 if dialect == "bigquery" else 1)
    return query, columns, _name(alias, column)


def _rows_of(array: exp.Expr, column: str, number: str | None, first: int) -> tuple[exp.Select, Columns]:
    """Select each element, and its number counted from `first`."""
    if kind_of(array) not in LISTS:
        raise refusal(f"takes {kind_of(array)} apart, where an array belongs")
    kind = {Kind.JSON_LIST: Kind.JSON, Kind.TEXT_LIST: Kind.TEXT}.get(kind_of(array))
    if kind is None:
        raise refusal("takes an array apart whose elements are neither text nor JSON; make it of one of them")
    selected = [_named(call("unnest", array, kind=kind), column)]
    columns: Columns = [(column.lower(), kind)]
    if number is not None:
        subscript = call("generate_subscripts", array.copy(), 1, kind=Kind.INTEGER)
        shifted = exp.Sub(this=subscript, expression=exp.Literal.number(1 - first)) if first == 0 else subscript
        selected.append(_named(shifted, number))
        columns.append((number.lower(), Kind.INTEGER))
    return exp.Select(expressions=selected), columns


def _named(node: exp.Expr, name: str) -> exp.Expr:
    return exp.Alias(this=node, alias=exp.to_identifier(name, quoted=True))


def _from_function(node: exp.Expr, translate: Translate, dialect: str) -> tuple[exp.Select, Columns, str]:
    """Read Postgres's functions that stand in FROM."""
    function, alias = node.this, node.args.get("alias")
    name = function.name.lower() if isinstance(function, exp.Anonymous) else function.key
    if dialect != "postgres" or len(function.expressions) != 1:
        raise refusal(f"reads from {name[:40]}(), which is not translated from {dialect}")
    names = [each.name for each in alias.args.get("columns") or ()] if alias is not None else []
    value = translate(function.expressions[0])
    if kind_of(value) not in JSONS:
        raise refusal(f"uses {name[:40]}() of {kind_of(value)}; cast it to jsonb")
    table = _name(alias, name)
    if name in _PAIRS:
        query, columns = _pairs(value, *(names or ["key", "value"])[:2], is_text=name.endswith("_text"))
        return query, columns, table
    if name not in _ELEMENTS_AS_JSON | _ELEMENTS_AS_TEXT:
        raise refusal(f"reads from {name[:40]}(), which is not translated from {dialect}")
    is_text = name in _ELEMENTS_AS_TEXT
    array = cast_to(value, "varchar[]" if is_text else "json[]", Kind.TEXT_LIST if is_text else Kind.JSON_LIST)
    column = names[0] if names else (_name(alias, "value"))
    number = (names[1] if len(names) > 1 else "ordinality") if node.args.get("ordinality") else None
    query, columns = _rows_of(array, column, number, first=1)
    return query, columns, table


def _pairs(value: exp.Expr, key: str, inner: str, *, is_text: bool) -> tuple[exp.Select, Columns]:
    """Select the keys and values of a JSON object."""
    column = mark(exp.column("value", table="each_pair"), Kind.JSON)
    shown = call("json_extract_string", column, "$", kind=Kind.TEXT) if is_text else column
    query = exp.Select(expressions=[_named(exp.column("key", table="each_pair"), key), _named(shown, inner)])
    return query.from_(_each(value)), [(key.lower(), Kind.TEXT), (inner.lower(), kind_of(shown))]


def _each(value: exp.Expr) -> exp.Table:
    table = exp.Table(this=call("json_each", value, kind=Kind.JSON))
    table.set("alias", exp.TableAlias(this=exp.to_identifier("each_pair")))
    return table


def _flattened(flatten: exp.Expr, translate: Translate) -> tuple[exp.Select, Columns, bool]:
    """Read Snowflake's FLATTEN: rows of an array have an index, rows of an object a key, nothing else has rows."""
    given: dict[str, exp.Expr] = {}
    for each in (flatten.this, *flatten.expressions):
        is_named = isinstance(each, exp.Kwarg)
        given[each.this.name.lower() if is_named else "input"] = each.expression if is_named else each
    extra = [name for name in given if name not in _FLATTEN_ARGUMENTS]
    if extra:
        raise refusal(f"uses FLATTEN with {extra[0].upper()[:20]}; flatten one level at a time")
    value = translate(given["input"])
    if (path := given.get("path")) is not None:
        value = at(value, path.name.split("."))
    is_outer = isinstance(given.get("outer"), exp.Boolean) and bool(given["outer"].this)
    if kind_of(value) is Kind.TEXT_LIST:
        query, columns = _rows_of(value, "value", "index", first=0)
        return query, columns, is_outer
    if kind_of(value) not in JSONS:
        raise refusal(f"uses FLATTEN of {kind_of(value)}; flatten a JSON value")
    return *_flattened_json(value), is_outer


def _flattened_json(value: exp.Expr) -> tuple[exp.Select, Columns]:
    kind = call("json_type", value.copy(), kind=Kind.TEXT)
    is_array = exp.EQ(this=kind, expression=exp.Literal.string("ARRAY"))
    is_object = exp.EQ(this=kind.copy(), expression=exp.Literal.string("OBJECT"))
    key = exp.column("key", table="each_pair")
    index = exp.Case(ifs=[exp.If(this=is_array, true=exp.cast(key, "bigint"))])
    name = exp.Case(ifs=[exp.If(this=is_object, true=key.copy())])
    shown = [_named(index, "index"), _named(name, "key"), _named(exp.column("value", table="each_pair"), "value")]
    query = exp.Select(expressions=shown).from_(_each(value))
    query = query.where(exp.Or(this=is_array.copy(), expression=is_object.copy()))
    return query, [("index", Kind.INTEGER), ("key", Kind.TEXT), ("value", Kind.JSON)]
