"""Each dialect's functions and operators that read JSON."""

from itertools import product

from sqlglot import exp

from signalbox.adapters.queries.dialects.json_values import (
    HOW_TO_TAKE_TEXT,
    Step,
    at,
    has_key,
    parsed,
    scalar_text_of,
    steps_of,
    text_of,
)
from signalbox.adapters.queries.dialects.kinds import (
    JSONS,
    LISTS,
    Kind,
    call,
    is_text_literal,
    kind_of,
    mark,
)
from signalbox.adapters.queries.refusals import refusal

_READS_TEXT = frozenset({"redshift", "bigquery", "trino"})
"""Dialects whose JSON functions take text as well."""
_NULL_IF_INVALID = frozenset({"bigquery", "trino"})
_SCALARS_ONLY = frozenset({"bigquery", "trino"})
_MOST_NUMERIC_STEPS = 3


def value_at_path(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate ->, Snowflake's colon, GET_PATH, JSON_QUERY, JSON_EXTRACT and json_extract."""
    if node.args.get("json_query"):
        raise refusal("uses JSON_QUERY, which gives text in trino; use json_extract")
    return at(base_of(node.this, dialect), steps_in(node, dialect))


def text_at_path(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate ->>, JSON_EXTRACT_PATH_TEXT, JSON_VALUE and json_extract_scalar: the latter two of scalars alone."""
    base, steps = base_of(node.this, dialect), steps_in(node, dialect)
    if dialect in _SCALARS_ONLY:
        return scalar_text_of(at(base, steps))
    if dialect == "redshift" and any(isinstance(step, int) for step in steps):
        raise refusal("reaches into an array with JSON_EXTRACT_PATH_TEXT; use JSON_EXTRACT_ARRAY_ELEMENT_TEXT")
    if dialect == "postgres" and not node.args.get("only_json_types"):
        return either_way(base, steps)
    return text_of(at(base, steps))


def at_text_array(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate Postgres's #> and #>> with a path such as '{items,0,sku}'."""
    path = node.expression
    text = path.name if is_text_literal(path) else ""
    if not (text.startswith("{") and text.endswith("}")) or any(each in text for each in '"\\ '):
        raise refusal("uses #> with a path that is not of the form '{a,0,b}'; use -> step by step")
    steps: list[Step] = [int(step) if step.lstrip("-").isdigit() else step for step in text[1:-1].split(",")]
    base = base_of(node.this, dialect)
    if isinstance(node, exp.JSONBExtractScalar):
        return either_way(base, steps)
    if any(isinstance(step, int) for step in steps):
        raise refusal("uses #> with a number, which is an index or a key; use -> with one or the other")
    return at(base, steps)


def either_way(base: exp.Expr, steps: list[Step]) -> exp.Expr:
    """Read a number in a path as an index or as a key, whichever is there."""
    choices: list[list[Step]] = [[step, str(step)] if isinstance(step, int) else [step] for step in steps]
    if sum(len(each) > 1 for each in choices) > _MOST_NUMERIC_STEPS:
        raise refusal("uses a path of many numbers, each an index or a key; use -> step by step")
    texts = [text_of(at(base.copy() if number else base, list(way))) for number, way in enumerate(product(*choices))]
    if len(texts) == 1:
        return texts[0]
    return mark(exp.Coalesce(this=texts[0], expressions=texts[1:]), Kind.TEXT)


def base_of(base: exp.Expr, dialect: str) -> exp.Expr:
    """Take what is reached into: JSON, or text that holds JSON where the dialect reads that."""
    if kind_of(base) in JSONS:
        return base
    if kind_of(base) is Kind.TEXT and dialect in _READS_TEXT:
        return parsed(base, is_trial=True) if dialect in _NULL_IF_INVALID else base
    how = {"postgres": "cast it to jsonb", "snowflake": "use PARSE_JSON"}.get(dialect, "parse it as JSON")
    raise refusal(f"reaches into {kind_of(base)} as JSON; {how} first")


def steps_in(node: exp.Expr, dialect: str) -> list[Step]:
    """Read the path of a function or operator; raises Invalid for one that is not written in the query."""
    path, more = node.expression, list(node.args.get("expressions") or ())
    if isinstance(path, exp.JSONPath) and not more:
        return steps_of(path, "a JSON function")
    if isinstance(path, exp.Neg) and isinstance(path.this, exp.Literal):
        return [-int(path.this.name)]
    texts = [path, *more]
    if isinstance(texts[-1], exp.Boolean):
        texts.pop()
    if not all(is_text_literal(each) for each in texts) or dialect not in {"redshift", "postgres"}:
        raise refusal(f"reaches into JSON by a path that is not written in the query; {HOW_TO_TAKE_TEXT[dialect]}")
    return [each.name for each in texts]


def got(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate Snowflake's GET of one key or index."""
    step = node.expression
    if not isinstance(step, exp.Literal):
        raise refusal("uses GET with a key that is not written in the query")
    return at(base_of(node.this, dialect), [step.name if step.is_string else int(step.name)])


def subscripted(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate [n] and ['key'] on JSON, and [n] on an array, which counts from 1 here."""
    value, subscripts = node.this, node.expressions
    step = subscripts[0] if len(subscripts) == 1 else None
    if not isinstance(step, exp.Literal):
        raise refusal("takes an element by something else than one number or key written in the query")
    if kind_of(value) in JSONS:
        if dialect not in {"snowflake", "bigquery", "redshift"}:
            raise refusal(f"uses [ ] on a JSON value; {HOW_TO_TAKE_TEXT[dialect]}")
        return at(value, [step.name if step.is_string else int(step.name)])
    if kind_of(value) not in LISTS or step.is_string:
        raise refusal(f"takes an element of {kind_of(value)}")
    offset = node.args.get("offset")
    number = int(step.name) + (1 if offset is None else 1 - int(offset))
    if number < 1:
        raise refusal("takes an element from the end of an array; sort it the other way round")
    kind = {Kind.JSON_LIST: Kind.JSON, Kind.TEXT_LIST: Kind.TEXT}.get(kind_of(value))
    if kind is None and "element" not in value.meta:
        raise refusal("takes an element of an array that was made elsewhere; take it where the array is made")
    return call("list_extract", value, number, kind=kind or Kind(value.meta["element"]))


def key_exists(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate Postgres's ? with a key written in the query."""
    if kind_of(node.this) not in JSONS or not is_text_literal(node.expression):
        raise refusal("uses ? with a key that is not written in the query")
    return has_key(node.this, node.expression.name)
