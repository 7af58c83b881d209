"""Reaching into JSON: every dialect's way becomes json_extract or json_extract_string with one plain path."""

from collections.abc import Sequence

from sqlglot import exp

from signalbox.adapters.queries.dialects.kinds import JSONS, NUMBERS, Kind, call, cast_to, choose, kind_of
from signalbox.adapters.queries.refusals import refusal

type Step = str | int

_STEPS = "json steps"
_BASE = "json base"

HOW_TO_TAKE_TEXT = {
    "postgres": "take its text with ->>",
    "redshift": "cast it, for example with ::varchar",
    "snowflake": "cast it, for example with ::string",
    "bigquery": "take its text with JSON_VALUE",
    "trino": "take its text with json_extract_scalar",
}


def at(base: exp.Expr, steps: Sequence[Step]) -> exp.Expr:
    """Give the JSON value at a path; a path into a path is one path."""
    if not steps:
        return base
    if _STEPS in base.meta:
        base, steps = base.meta[_BASE], [*base.meta[_STEPS], *steps]
    node = call("json_extract", base, _path(steps), kind=Kind.JSON)
    node.meta[_BASE], node.meta[_STEPS] = base, list(steps)
    return node


def text_of(node: exp.Expr) -> exp.Expr:
    """Give the text of a JSON value: a string without its quotes, NULL for JSON's null."""
    if kind_of(node) is Kind.RAW:
        return cast_to(node, "varchar", Kind.TEXT)
    if _STEPS in node.meta:
        return call("json_extract_string", node.meta[_BASE], _path(node.meta[_STEPS]), kind=Kind.TEXT)
    return call("json_extract_string", node, "$", kind=Kind.TEXT)


def scalar_text_of(node: exp.Expr) -> exp.Expr:
    """Give the text of a JSON string, number or boolean; NULL for an object or an array."""
    if _STEPS in node.meta:
        value = call("json_value", node.meta[_BASE], _path(node.meta[_STEPS]), kind=Kind.JSON)
    else:
        value = call("json_value", node, "$", kind=Kind.JSON)
    return call("json_extract_string", value, "$", kind=Kind.TEXT)


def number_of(node: exp.Expr) -> exp.Expr:
    """Give the number that a JSON value holds."""
    return cast_to(text_of(node), "decimal(38, 12)", Kind.NUMERIC)


def steps_of(path: exp.Expr, where: str) -> list[Step]:
    """Read a path that names one place; raises Invalid for one with a wildcard, slice or filter."""
    steps: list[Step] = []
    for part in path.expressions:
        if isinstance(part, exp.JSONPathKey | exp.JSONPathSubscript) and isinstance(part.this, str | int):
            steps.append(part.this)
        elif not isinstance(part, exp.JSONPathRoot):
            raise refusal(f"uses {where} with a path that names more than one place; take the array apart instead")
    return steps


def refuse_json(node: exp.Expr, where: str, dialect: str) -> None:
    """Refuse a JSON value where another kind belongs."""
    if kind_of(node) in JSONS:
        raise refusal(f"uses a JSON value in {where}; {HOW_TO_TAKE_TEXT[dialect]}")


def as_number(node: exp.Expr, where: str, dialect: str) -> exp.Expr:
    """Take a number where one belongs; only Snowflake makes one of JSON and of text by itself."""
    if kind_of(node) in (*NUMBERS, Kind.NULL):
        return node
    if dialect == "snowflake" and kind_of(node) is Kind.JSON:
        return number_of(node)
    if dialect == "snowflake" and kind_of(node) is Kind.TEXT:
        return cast_to(node, "decimal(38, 12)", Kind.NUMERIC)
    raise refusal(f"uses {kind_of(node)} in {where}, where a number belongs; cast it")


def as_text(node: exp.Expr, where: str, dialect: str) -> exp.Expr:
    """Take text where text belongs; other values only where every engine writes them alike."""
    kind = kind_of(node)
    if kind in {Kind.TEXT, Kind.NULL}:
        return node
    if kind is Kind.RAW or (kind is Kind.JSON and dialect == "snowflake"):
        return text_of(node)
    refuse_json(node, where, dialect)
    is_alike = kind in {Kind.INTEGER, Kind.DATE} or (kind is Kind.DECIMAL and dialect != "bigquery")
    if is_alike and dialect not in {"bigquery", "trino"}:
        return cast_to(node, "varchar", Kind.TEXT)
    raise refusal(f"uses {kind} as text in {where}; write it as text first")


def as_condition(node: exp.Expr, where: str, dialect: str) -> exp.Expr:
    """Take a boolean where one belongs."""
    if kind_of(node) is Kind.JSON and dialect == "snowflake":
        return cast_to(text_of(node), "boolean", Kind.BOOLEAN)
    refuse_json(node, where, dialect)
    if kind_of(node) not in {Kind.BOOLEAN, Kind.NULL}:
        raise refusal(f"uses {kind_of(node)} in {where}, where a condition belongs")
    return node


def parsed(node: exp.Expr, *, is_trial: bool = False) -> exp.Expr:
    """Read text as JSON; what is JSON already stays, and a JSON string is read once more."""
    if kind_of(node) is Kind.RAW:
        return node
    text = text_of(node) if kind_of(node) is Kind.JSON else node
    return cast_to(text, "json", Kind.JSON, is_trial=is_trial)


def elements(node: exp.Expr) -> exp.Expr:
    """Give a JSON array as a list of JSON values, NULL for what is no array."""
    return cast_to(node, "json[]", Kind.JSON_LIST, is_trial=True)


def array_length(node: exp.Expr) -> exp.Expr:
    """Count the elements of a JSON array, NULL for what is no array."""
    is_array = exp.EQ(this=call("json_type", node.copy(), kind=Kind.TEXT), expression=exp.Literal.string("ARRAY"))
    return choose(is_array, call("json_array_length", node, kind=Kind.INTEGER))


def has_key(node: exp.Expr, key: str) -> exp.Expr:
    """Tell whether a JSON object has a key."""
    return call("json_exists", node, _path([key]), kind=Kind.BOOLEAN)


def _path(steps: Sequence[Step]) -> str:
    """Write a path as DuckDB reads it: every key in quotes, a negative index from the end."""
    return "$" + "".join(_written(step) for step in steps)


def _written(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]" if step >= 0 else f"[#{step}]"
    if not step or step == "*" or any(character in '"\\' for character in step):
        raise refusal(f"uses the JSON key '{step[:40]}', which no path can name; write it in the duckdb dialect")
    return f'."{step}"'
