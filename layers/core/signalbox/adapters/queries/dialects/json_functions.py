"""Functions that parse, write, measure and search JSON, beside those that reach into it."""

import sqlglot.jsonpath
from sqlglot import exp
from sqlglot.errors import SqlglotError

from signalbox.adapters.queries.dialects.casts import only_integers
from signalbox.adapters.queries.dialects.json_rules import base_of, either_way, steps_in
from signalbox.adapters.queries.dialects.json_values import (
    Step,
    array_length,
    at,
    elements,
    parsed,
    scalar_text_of,
    steps_of,
    text_of,
)
from signalbox.adapters.queries.dialects.kinds import (
    JSONS,
    LISTS,
    Kind,
    bracketed,
    call,
    cast_to,
    is_text_literal,
    kind_of,
    mark,
)
from signalbox.adapters.queries.refusals import refusal


def read_as_json(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate PARSE_JSON, TRY_PARSE_JSON, json_parse and JSON_PARSE."""
    return parsed(node.this, is_trial=bool(node.args.get("safe")))


def written_as_text(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate TO_JSON_STRING and json_format."""
    if kind_of(node.this) not in JSONS:
        raise refusal(f"writes {kind_of(node.this)} as JSON; only JSON values are")
    return cast_to(node.this, "varchar", Kind.TEXT)


def is_json_null(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate IS_NULL_VALUE."""
    kind = call("json_type", base_of(node.this, dialect), kind=Kind.TEXT)
    return bracketed(mark(exp.EQ(this=kind, expression=exp.Literal.string("NULL")), Kind.BOOLEAN))


def array_at_path(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate JSON_QUERY_ARRAY and JSON_VALUE_ARRAY."""
    value = at(base_of(node.this, dialect), steps_in(node, dialect) if node.expression else [])
    if isinstance(node, exp.JSONValueArray):
        return cast_to(value, "varchar[]", Kind.TEXT_LIST, is_trial=True)
    return elements(value)


def converted(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate BigQuery's STRING, INT64, FLOAT64 and BOOL of a JSON value."""
    if kind_of(node.this) not in JSONS:
        raise refusal(f"uses {node.key.upper()} of {kind_of(node.this)}; it takes a JSON value")
    text = scalar_text_of(node.this)
    if isinstance(node, exp.String):
        return text
    if isinstance(node, exp.Int64):
        whole = call("regexp_replace", text, r"\.0+$", "", kind=Kind.TEXT)
        return cast_to(only_integers(whole), "bigint", Kind.INTEGER)
    if isinstance(node, exp.Float64):
        return cast_to(text, "double", Kind.DOUBLE)
    return cast_to(text, "boolean", Kind.BOOLEAN)


def standard_value(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate Trino's JSON_VALUE of one key; its lax paths unwrap arrays on their way, ours do not."""
    path = node.args["path"]
    text = path.name.removeprefix("lax ") if is_text_literal(path) else "strict"
    if text.startswith("strict") or node.args.get("on_condition") is not None:
        raise refusal("uses JSON_VALUE with more than a lax path; use json_extract_scalar")
    try:
        steps = steps_of(sqlglot.jsonpath.parse(text), "JSON_VALUE")
    except SqlglotError as error:
        raise refusal("uses JSON_VALUE with a path that cannot be read; use json_extract_scalar") from error
    if len(steps) != 1 or isinstance(steps[0], int) or node.args.get("returning"):
        raise refusal("uses JSON_VALUE of more than one key or with RETURNING; use json_extract_scalar and CAST")
    return scalar_text_of(at(base_of(node.this, dialect), steps))


def size(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate the sizes of arrays; Postgres's array_length of an empty one is NULL."""
    dimension = node.args.get("expression")
    if dimension is not None and dimension.name != "1":
        raise refusal("takes the length of an array's second dimension")
    if kind_of(node.this) in JSONS:
        if dialect != "snowflake":
            raise refusal(f"takes the size of a JSON value; {_SIZE_OF_JSON.get(dialect, 'take it apart first')}")
        return array_length(node.this)
    if kind_of(node.this) not in LISTS:
        raise refusal(f"takes the size of {kind_of(node.this)}")
    length = call("len", node.this, kind=Kind.INTEGER)
    return call("nullif", length, 0, kind=Kind.INTEGER) if dialect == "postgres" else length


_SIZE_OF_JSON = {
    "postgres": "use jsonb_array_length",
    "bigquery": "use ARRAY_LENGTH of JSON_QUERY_ARRAY",
    "trino": "use json_array_length",
}


def holds(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate ARRAY_CONTAINS of a JSON array (Snowflake) and contains of an array of texts (Trino)."""
    array, value = node.this, node.expression
    if kind_of(array) is Kind.JSON and kind_of(value) is Kind.JSON:
        return call("list_contains", elements(array), value, kind=Kind.BOOLEAN)
    if kind_of(array) is Kind.TEXT_LIST and kind_of(value) is Kind.TEXT:
        return call("list_contains", array, value, kind=Kind.BOOLEAN)
    raise refusal(f"looks for {kind_of(value)} in {kind_of(array)}; in snowflake cast the value with ::variant")


def valid(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate Redshift's IS_VALID_JSON."""
    (text,) = node.expressions
    return call("json_valid", text, kind=Kind.BOOLEAN)


def counted(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate the functions that count a JSON array's elements."""
    return array_length(base_of(node.expressions[0], dialect))


def element_text(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate Redshift's JSON_EXTRACT_ARRAY_ELEMENT_TEXT, whose index is never negative."""
    base, index = node.expressions[:2]
    if not (isinstance(index, exp.Literal) and index.is_number):
        raise refusal("uses JSON_EXTRACT_ARRAY_ELEMENT_TEXT with an index that is not written in the query")
    return text_of(at(base_of(base, dialect), [int(index.name)]))


def path_by_keys(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate Postgres's jsonb_extract_path and jsonb_extract_path_text."""
    base, *steps = node.expressions
    if not all(is_text_literal(each) for each in steps):
        raise refusal("reaches into JSON by a path that is not written in the query; use ->")
    names = [each.name for each in steps]
    found: list[Step] = [int(name) if name.isdigit() else name for name in names]
    if node.name.lower().endswith("_text"):
        return either_way(base_of(base, dialect), found)
    if any(isinstance(step, int) for step in found):
        raise refusal("uses a path with a number, which is an index or a key; use -> with one or the other")
    return at(base_of(base, dialect), found)


def elements_in_select(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate Postgres's jsonb_array_elements among the selected columns: one row an element."""
    value = base_of(node.expressions[0], dialect)
    if node.name.lower().endswith("_text"):
        return call("unnest", cast_to(value, "varchar[]", Kind.TEXT_LIST), kind=Kind.TEXT)
    return call("unnest", cast_to(value, "json[]", Kind.JSON_LIST), kind=Kind.JSON)
