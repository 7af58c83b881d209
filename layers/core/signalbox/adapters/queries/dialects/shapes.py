"""Rules for the parts that only hold others together, and for functions that mean the same everywhere."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from signalbox.adapters.queries.dialects.json_values import as_number, as_text, refuse_json
from signalbox.adapters.queries.dialects.kinds import LISTS, Kind, common, kind_of, mark
from signalbox.adapters.queries.refusals import refusal

type Rule = Callable[[exp.Expr, str], exp.Expr]


@dataclass(frozen=True, slots=True)
class Same:
    """A function that means the same in every dialect, once its arguments are of the right kind."""

    result: Kind | None
    """None when it is the kind of the first argument."""
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def __call__(self, node: exp.Expr, dialect: str) -> exp.Expr:
        """Convert the arguments; raises Invalid for one that this rule does not know."""
        for key, value in node.args.items():
            if not isinstance(value, exp.Expr):
                continue
            if key in self.texts:
                node.set(key, as_text(value, node.key.upper(), dialect))
            elif key in self.numbers:
                node.set(key, as_number(value, node.key.upper(), dialect))
            elif key in self.others:
                refuse_json(value, node.key.upper(), dialect)
            else:
                raise refusal(f"uses {node.key.upper()} with its {key.rstrip('_')}, which is not translated")
        return mark(node, self.result or kind_of(node.this))


def _of_this(node: exp.Expr, _dialect: str) -> exp.Expr:
    return mark(node, kind_of(node.this) if isinstance(node.this, exp.Expr) else Kind.NULL)


def part(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Take a part as it is; it gives no value of its own."""
    return mark(node, Kind.NULL)


def _condition(node: exp.Expr, _dialect: str) -> exp.Expr:
    return mark(node, Kind.BOOLEAN)


def _first(node: exp.Expr, _dialect: str) -> exp.Expr:
    return mark(node, kind_of(node.expressions[0]) if node.expressions else Kind.NULL)


def _ordered(node: exp.Expr, dialect: str) -> exp.Expr:
    refuse_json(node.this, "ORDER BY", dialect)
    return mark(node, kind_of(node.this))


def _row(node: exp.Expr, dialect: str) -> exp.Expr:
    for each in node.expressions:
        refuse_json(each, "a list of values", dialect)
    return mark(node, Kind.LIST)


def _array(node: exp.Expr, _dialect: str) -> exp.Expr:
    if any(isinstance(each, exp.Query) for each in node.expressions):
        raise refusal("makes an array of a sub-query; use ARRAY_AGG")
    kind = common([kind_of(each) for each in node.expressions], "an array")
    if kind in LISTS:
        raise refusal("makes an array of arrays")
    return mark(node, Kind.TEXT_LIST if kind is Kind.TEXT else Kind.LIST)


def _limited(node: exp.Expr, _dialect: str) -> exp.Expr:
    if node.args.get("with_ties") or node.args.get("percent"):
        raise refusal("limits its rows WITH TIES or by PERCENT; use RANK in a sub-query")
    return mark(node, Kind.NULL)


def _plain_text(node: exp.Expr, _dialect: str) -> exp.Expr:
    return mark(exp.Literal.string(node.name), Kind.TEXT)


def _literal(node: exp.Expr) -> Kind:
    if node.is_string:
        return Kind.TEXT
    if node.name.isdigit():
        return Kind.INTEGER
    return Kind.DOUBLE if "e" in node.name.lower() else Kind.DECIMAL


def _kind(kind: Kind) -> Callable[[exp.Expr], Kind]:
    return lambda _: kind


LEAVES: dict[type[exp.Expr], Callable[[exp.Expr], Kind]] = {
    exp.Literal: _literal,
    exp.Boolean: _kind(Kind.BOOLEAN),
    **dict.fromkeys(
        (exp.Null, exp.Star, exp.Var, exp.DataType, exp.JSONPath, exp.Identifier, exp.WeekStart, exp.IntervalSpan),
        _kind(Kind.NULL),
    ),
}
"""What has no parts to translate, with the kind of its value."""

SHAPES: dict[type[exp.Expr], Rule] = {
    **dict.fromkeys((exp.Paren, exp.Order, exp.IgnoreNulls, exp.RespectNulls), _of_this),
    **dict.fromkeys(
        (exp.Group, exp.GroupingSets, exp.Cube, exp.Rollup, exp.WindowSpec, exp.Limit, exp.Offset, exp.Fetch,
         exp.PercentileCont, exp.PercentileDisc),
        part,
    ),
    exp.LimitOptions: _limited,
    exp.Distinct: _first,
    exp.Unnest: _first,
    exp.HavingMax: _of_this,
    exp.Ordered: _ordered,
    exp.Tuple: _row,
    exp.Array: _array,
    exp.Any: _of_this,
    exp.All: _of_this,
    exp.Exists: _condition,
    exp.RawString: _plain_text,
    exp.ByteString: _plain_text,
}  # fmt: skip
