"""LIKE and regular expressions: what escapes, what must match whole, and what comes of no match."""

from sqlglot import exp

from signalbox.adapters.queries.dialects.json_values import as_text
from signalbox.adapters.queries.dialects.kinds import Kind, call, choose, copied, is_text_literal, kind_of, mark
from signalbox.adapters.queries.refusals import refusal

_BACKSLASH_ESCAPES = frozenset({"postgres", "redshift", "bigquery"})
"""Dialects in which a backslash in a LIKE pattern takes the next character as it is."""
_FLAGS = frozenset({"", "i", "c", "g", "gi", "ig"})


def like(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate LIKE and ILIKE with the dialect's escape, and LIKE ANY or ALL as its comparisons."""
    if isinstance(node.expression, exp.Any | exp.All):
        return _like_several(node, dialect)
    value, pattern = (as_text(each, "LIKE", dialect) for each in (node.this, node.expression))
    is_denied = bool(node.args.get("negate"))
    found = mark(type(node)(this=value, expression=pattern, negate=is_denied), Kind.BOOLEAN)
    may_escape = not is_text_literal(pattern) or "\\" in pattern.unnest().name
    if may_escape and dialect in _BACKSLASH_ESCAPES and not isinstance(node.parent, exp.Escape):
        return mark(exp.Escape(this=found, expression=exp.Literal.string("\\")), Kind.BOOLEAN)
    return found


def escaped(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate LIKE … ESCAPE: an own character takes the place of the dialect's."""
    if not is_text_literal(node.expression) or not isinstance(node.this, exp.Like | exp.ILike):
        raise refusal("uses ESCAPE in a way that is not translated; write one character after LIKE … ESCAPE")
    return mark(node, Kind.BOOLEAN)


def _like_several(node: exp.Expr, dialect: str) -> exp.Expr:
    group = node.expression.this.unnest()
    patterns = group.expressions if isinstance(group, exp.Tuple | exp.Array) else [group]
    connector = exp.Or if isinstance(node.expression, exp.Any) else exp.And
    total: exp.Expr | None = None
    for pattern in patterns:
        if kind_of(pattern) is not Kind.TEXT:
            raise refusal("uses LIKE ANY or ALL of something else than texts; list the patterns")
        is_denied = bool(node.args.get("negate"))
        one = like(type(node)(this=copied(node.this), expression=pattern, negate=is_denied), dialect)
        total = one if total is None else connector(this=total, expression=one)
    return mark(exp.Paren(this=total), Kind.BOOLEAN)


def matched(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate REGEXP_LIKE, RLIKE, ~ and REGEXP_CONTAINS: Snowflake's must match the whole text."""
    value, pattern = (as_text(each, "a regular expression", dialect) for each in (node.this, node.expression))
    _check_pattern(pattern, dialect)
    flags = _flags(node.args.get("flag"))
    if isinstance(node, exp.RegexpILike):
        flags = "i"
    if dialect == "postgres":
        flags += "s"
    name = "regexp_full_match" if node.args.get("full_match") else "regexp_matches"
    return call(name, value, pattern, *([flags] if flags else []), kind=Kind.BOOLEAN)


def taken(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate REGEXP_SUBSTR and REGEXP_EXTRACT: NULL without a match, in Redshift the empty text."""
    if any(node.args.get(each) is not None for each in ("position", "occurrence", "parameters")):
        raise refusal("uses a regular expression with a position, an occurrence or parameters; leave them out")
    value, pattern = (as_text(each, "a regular expression", dialect) for each in (node.this, node.expression))
    _check_pattern(pattern, dialect)
    group = node.args.get("group") or exp.Literal.number(0)
    if not (isinstance(group, exp.Literal) and group.is_number):
        raise refusal("takes a group of a regular expression that is not written as a number")
    found = call("regexp_extract", value, pattern, group, kind=Kind.TEXT)
    if dialect == "redshift":
        return found
    return choose(call("regexp_matches", value.copy(), pattern.copy(), kind=Kind.BOOLEAN), found)


def replaced(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate REGEXP_REPLACE: every match, but in Postgres the first alone unless its flags say g."""
    if node.args.get("position") is not None or node.args.get("occurrence") is not None:
        raise refusal("uses REGEXP_REPLACE from a position on; leave the position out")
    replacement = node.args.get("replacement") or mark(exp.Literal.string(""), Kind.TEXT)
    parts = [as_text(each, "REGEXP_REPLACE", dialect) for each in (node.this, node.expression, replacement)]
    _check_pattern(parts[1], dialect)
    _check_replacement(parts[2], dialect)
    flags = _flags(node.args.get("modifiers"))
    if dialect != "postgres" and "g" not in flags:
        flags += "g"
    return call("regexp_replace", *parts, *([flags] if flags else []), kind=Kind.TEXT)


def _flags(node: exp.Expr | None) -> str:
    """Read flags that mean the same everywhere; `c`, to mind the case, is what they do anyway."""
    text = "" if node is None else node.name
    if text not in _FLAGS or (node is not None and not is_text_literal(node)):
        raise refusal(f"uses the regular-expression flags '{text[:10]}'; only i and g are translated")
    return text.replace("c", "")


def _check_pattern(pattern: exp.Expr, dialect: str) -> None:
    """Refuse what is a pattern here too, but another one."""
    if dialect == "postgres" and is_text_literal(pattern) and "\\b" in pattern.name:
        raise refusal(r"uses \b in a regular expression, which is no word boundary in postgres; write \y in words")


def _check_replacement(replacement: exp.Expr, dialect: str) -> None:
    if not is_text_literal(replacement):
        raise refusal("replaces with text that is not written in the query; write the replacement as text")
    text = replacement.name
    if (dialect in {"trino", "redshift"} and any(each in text for each in "$\\")) or "\\&" in text or "\\0" in text:
        raise refusal("takes groups into a replacement, which is not translated from here; use the duckdb dialect")
