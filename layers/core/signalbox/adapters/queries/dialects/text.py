"""Text functions whose edges differ: NULL in a concatenation, positions of nought, parts that are not there."""

from sqlglot import exp

from signalbox.adapters.queries.dialects.json_values import as_text
from signalbox.adapters.queries.dialects.kinds import LISTS, Kind, call, is_text_literal, kind_of, mark
from signalbox.adapters.queries.refusals import refusal

_TRIMS_ALL_SPACE = frozenset({"bigquery", "trino"})
_SPACE = r"[\s\p{Z}]+"
_BY_POSITION = {"LEADING": f"^{_SPACE}", "TRAILING": f"{_SPACE}$"}


def joined(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate || and CONCAT: NULL makes all of it NULL, except in Postgres's CONCAT."""
    is_concat = isinstance(node, exp.Concat)
    given = node.expressions if is_concat else (node.this, node.expression)
    parts = [as_text(each, "CONCAT" if is_concat else "||", dialect) for each in given]
    if is_concat and dialect == "postgres":
        return call("concat", *parts, kind=Kind.TEXT)
    total = parts[0]
    for part in parts[1:]:
        total = exp.DPipe(this=total, expression=part)
    return mark(exp.Paren(this=total), Kind.TEXT)


def joined_with(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate CONCAT_WS: Snowflake gives NULL for a NULL among the texts, others leave it out."""
    parts = [as_text(each, "CONCAT_WS", dialect) for each in node.expressions]
    if dialect != "snowflake":
        return call("concat_ws", *parts, kind=Kind.TEXT)
    total = parts[1]
    for part in parts[2:]:
        total = exp.DPipe(this=exp.DPipe(this=total, expression=parts[0].copy()), expression=part)
    return mark(exp.Paren(this=total), Kind.TEXT)


def cut(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate SUBSTRING: starts below 1 mean something else in every dialect."""
    start, length = node.args.get("start"), node.args.get("length")
    value = as_text(node.this, "SUBSTRING", dialect)
    if start is None or any(kind_of(each) is not Kind.INTEGER for each in (start, length) if each is not None):
        raise refusal("uses SUBSTRING without whole numbers; to match a pattern use a regular-expression function")
    if isinstance(start, exp.Neg) or (isinstance(start, exp.Literal) and int(start.name) < 1):
        raise refusal(f"starts SUBSTRING at {start.sql()}; start at 1 or later, or use RIGHT")
    if not isinstance(start, exp.Literal) and dialect in {"snowflake", "bigquery"}:
        start = call("if", exp.EQ(this=start.copy(), expression=exp.Literal.number(0)), 1, start, kind=Kind.INTEGER)
    return call("substr", value, start, *([] if length is None else [length]), kind=Kind.TEXT)


def ended(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate LEFT and RIGHT of a number of characters that is not below nought."""
    if kind_of(node.expression) is not Kind.INTEGER or isinstance(node.expression, exp.Neg):
        raise refusal(f"uses {node.key.upper()} with a number below nought; use SUBSTRING")
    return call(node.key, as_text(node.this, node.key.upper(), dialect), node.expression, kind=Kind.TEXT)


def trimmed(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate TRIM, LTRIM, RTRIM and BTRIM: without characters, spaces alone or all white space."""
    value = as_text(node.this, "TRIM", dialect)
    position = str(node.args.get("position") or "BOTH").upper()
    characters = node.args.get("expression")
    if characters is None and dialect in _TRIMS_ALL_SPACE:
        pattern = _BY_POSITION.get(position, f"^{_SPACE}|{_SPACE}$")
        return call("regexp_replace", value, pattern, "", "g", kind=Kind.TEXT)
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(position, "trim")
    wanted = [] if characters is None else [as_text(characters, "TRIM", dialect)]
    return call(name, value, *wanted, kind=Kind.TEXT)


def padded(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate LPAD and RPAD; without a filling it is a space."""
    if kind_of(node.expression) is not Kind.INTEGER:
        raise refusal("pads to a length that is no whole number; cast it")
    filling = node.args.get("fill_pattern")
    name = "lpad" if node.args.get("is_left") else "rpad"
    fill = exp.Literal.string(" ") if filling is None else as_text(filling, "LPAD", dialect)
    return call(name, as_text(node.this, name.upper(), dialect), node.expression, fill, kind=Kind.TEXT)


def split_part(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate SPLIT_PART: a part that is not there is empty, in Trino NULL."""
    value, delimiter = (as_text(each, "SPLIT_PART", dialect) for each in (node.this, node.args["delimiter"]))
    index = node.args["part_index"]
    is_counted = isinstance(index, exp.Literal) and int(index.name) > 0
    if not is_counted or not is_text_literal(delimiter) or not delimiter.name:
        raise refusal("uses SPLIT_PART with a part below 1 or without a delimiter in text; count from 1")
    if dialect == "trino":
        return call("list_extract", call("string_split", value, delimiter, kind=Kind.TEXT_LIST), index, kind=Kind.TEXT)
    return call("split_part", value, delimiter, index, kind=Kind.TEXT)


def split(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate SPLIT at a delimiter that is not empty."""
    if not (is_text_literal(node.expression) and node.expression.name):
        raise refusal("uses SPLIT with a delimiter that is not written in the query")
    return call("string_split", as_text(node.this, "SPLIT", dialect), node.expression, kind=Kind.TEXT_LIST)


def position(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate POSITION, STRPOS, CHARINDEX and INSTR: counted from 1, nought when not found."""
    if node.args.get("position") is not None or node.args.get("occurrence") is not None:
        raise refusal("looks for text from a position on; take SUBSTRING first")
    value, wanted = (as_text(each, "POSITION", dialect) for each in (node.this, node.args["substr"]))
    return call("strpos", value, wanted, kind=Kind.INTEGER)


def replaced(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate REPLACE; without a replacement it removes."""
    replacement = node.args.get("replacement") or mark(exp.Literal.string(""), Kind.TEXT)
    parts = [as_text(each, "REPLACE", dialect) for each in (node.this, node.expression, replacement)]
    return call("replace", *parts, kind=Kind.TEXT)


def elements_joined(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate ARRAY_TO_STRING and array_join, which leave NULL out; Snowflake does not."""
    if kind_of(node.this) is not Kind.TEXT_LIST or dialect == "snowflake" or node.args.get("null") is not None:
        raise refusal("joins an array that may hold NULL or other than text; use an aggregate such as STRING_AGG")
    return call("array_to_string", node.this, node.expression, kind=Kind.TEXT)


def length_of(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate LENGTH in characters."""
    if kind_of(node.this) in LISTS:
        raise refusal("uses LENGTH of an array; use the function for its size")
    return call("length", as_text(node.this, "LENGTH", dialect), kind=Kind.INTEGER)


def digest(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate MD5 as hexadecimal text."""
    return call("md5", as_text(node.this, "MD5", dialect), kind=Kind.TEXT)
