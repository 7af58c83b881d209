"""Conditions and choices: AND, OR, NOT, IS, CASE and the functions that are short for them."""

from sqlglot import exp

from signalbox.adapters.queries.dialects.comparisons import aligned, text_as
from signalbox.adapters.queries.dialects.json_values import as_condition, refuse_json
from signalbox.adapters.queries.dialects.kinds import (
    JSONS,
    Kind,
    common,
    copied,
    is_text_literal,
    kind_of,
    mark,
)
from signalbox.adapters.queries.refusals import refusal

_PAIR = 2


def connected(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate AND and OR."""
    left, right = (as_condition(each, node.key.upper(), dialect) for each in (node.this, node.expression))
    return mark(type(node)(this=left, expression=right), Kind.BOOLEAN)


def denied(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate NOT."""
    return mark(exp.Not(this=as_condition(node.this, "NOT", dialect)), Kind.BOOLEAN)


def kept(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate WHERE, HAVING and QUALIFY."""
    node.set("this", as_condition(node.this, node.key.upper(), dialect))
    return mark(node, Kind.BOOLEAN)


def tested(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate IS NULL, IS TRUE and IS FALSE."""
    if isinstance(node.expression, exp.Null):
        return mark(node, Kind.BOOLEAN)
    if not isinstance(node.expression, exp.Boolean):
        raise refusal(f"uses IS {node.expression.key.upper()}, which is not translated from {dialect}")
    node.set("this", as_condition(node.this, "IS", dialect))
    return mark(node, Kind.BOOLEAN)


def cased(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate CASE; one that compares a value becomes the comparisons that it stands for."""
    ifs, default = node.args["ifs"], node.args.get("default")
    for each in ifs:
        if node.this is not None:
            left, right = aligned(copied(node.this), each.this, dialect)
            each.set("this", mark(exp.EQ(this=left, expression=right), Kind.BOOLEAN))
        each.set("this", as_condition(each.this, "CASE", dialect))
    results = [each.args["true"] for each in ifs] + ([] if default is None else [default])
    results, kind = alike(results, "CASE", dialect)
    for each, result in zip(ifs, results, strict=False):
        each.set("true", result)
    return mark(exp.Case(ifs=ifs, default=None if default is None else results[-1]), kind)


def picked(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate IF, IFF and the like as CASE."""
    branch = exp.If(this=node.this, true=node.args["true"])
    return cased(exp.Case(ifs=[branch], default=node.args.get("false")), dialect)


def picked_by_presence(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate NVL2."""
    is_missing = exp.Is(this=exp.Paren(this=node.this), expression=exp.Null())
    present = mark(exp.Not(this=is_missing), Kind.BOOLEAN)
    return cased(exp.Case(ifs=[exp.If(this=present, true=node.args["true"])], default=node.args.get("false")), dialect)


def decoded(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate DECODE: NULL equals NULL in it."""
    value, *rest = node.expressions
    default = rest.pop() if len(rest) % _PAIR else None
    ifs = []
    for wanted, result in zip(rest[::2], rest[1::2], strict=True):
        left, right = aligned(copied(value), wanted, dialect)
        ifs.append(exp.If(this=mark(exp.NullSafeEQ(this=left, expression=right), Kind.BOOLEAN), true=result))
    return cased(exp.Case(ifs=ifs, default=default), dialect)


def first_present(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate COALESCE, NVL and IFNULL."""
    values, kind = alike([node.this, *node.expressions], "COALESCE", dialect)
    return mark(exp.Coalesce(this=values[0], expressions=values[1:]), kind)


def null_if(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate NULLIF."""
    refuse_json(node.this, "NULLIF", dialect)
    left, right = aligned(node.this, node.expression, dialect)
    return mark(exp.Nullif(this=left, expression=right), kind_of(left))


def alike(values: list[exp.Expr], where: str, dialect: str) -> tuple[list[exp.Expr], Kind]:
    """Bring results to one kind: quoted text adapts to the others where its dialect lets it."""
    others = [each for each in values if not is_text_literal(each)]
    kinds = {kind_of(each) for each in others} - {Kind.NULL, Kind.TEXT}
    if kinds and not kinds & JSONS:
        model = next(each for each in others if kind_of(each) in kinds)
        values = [text_as(each, model, dialect) if is_text_literal(each) else each for each in values]
    return values, common([kind_of(each) for each in values], where)
