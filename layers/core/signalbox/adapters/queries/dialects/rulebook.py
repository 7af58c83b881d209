"""The list of what is translated from other dialects, and by which rule; what is not on it is refused."""

import re

from sqlglot import exp

from signalbox.adapters.queries.dialects import (
    aggregates,
    arithmetic,
    casts,
    comparisons,
    conditions,
    date_parts,
    instants,
    intervals,
    json_functions,
    json_rules,
    patterns,
    text,
)
from signalbox.adapters.queries.dialects.functions_by_name import NAMED
from signalbox.adapters.queries.dialects.kinds import Kind
from signalbox.adapters.queries.dialects.shapes import SHAPES, Rule, Same, part
from signalbox.adapters.queries.refusals import refusal

_CONDITIONS: dict[type[exp.Expr], Rule] = {
    **dict.fromkeys((exp.Where, exp.Having, exp.Qualify), conditions.kept),
    **dict.fromkeys((exp.And, exp.Or), conditions.connected),
    exp.Not: conditions.denied,
    exp.Is: conditions.tested,
    exp.Case: conditions.cased,
    exp.If: conditions.picked,
    exp.Nvl2: conditions.picked_by_presence,
    exp.DecodeCase: conditions.decoded,
    exp.Coalesce: conditions.first_present,
    exp.Nullif: conditions.null_if,
    **dict.fromkeys(
        (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.EqualNull),
        comparisons.compared,
    ),
    exp.Between: comparisons.between,
    exp.In: comparisons.contained,
    **dict.fromkeys((exp.Like, exp.ILike), patterns.like),
    exp.Escape: patterns.escaped,
    **dict.fromkeys((exp.RegexpLike, exp.RegexpILike), patterns.matched),
}

_VALUES: dict[type[exp.Expr], Rule] = {
    **dict.fromkeys((exp.Cast, exp.TryCast), casts.cast),
    **dict.fromkeys((exp.Add, exp.Sub), arithmetic.added),
    **dict.fromkeys((exp.Mul, exp.Mod), arithmetic.calculated),
    exp.Div: arithmetic.divided,
    exp.SafeDivide: arithmetic.safely_divided,
    exp.IntDiv: arithmetic.divided_whole,
    exp.Neg: arithmetic.negated,
    **dict.fromkeys((exp.Round, exp.Trunc), arithmetic.rounded),
    **dict.fromkeys((exp.Greatest, exp.Least), arithmetic.extreme),
    **dict.fromkeys((exp.Abs, exp.Ceil, exp.Floor), Same(None, numbers=("this",))),
    exp.Sign: Same(Kind.INTEGER, numbers=("this",)),
    **dict.fromkeys((exp.Sqrt, exp.Exp, exp.Ln), Same(Kind.DOUBLE, numbers=("this",))),
    exp.Pow: Same(Kind.DOUBLE, numbers=("this", "expression")),
    exp.Interval: intervals.interval,
    **dict.fromkeys((exp.ToNumber, exp.ToDouble, exp.ToBoolean), casts.cast_by_function),
}

_TEXTS: dict[type[exp.Expr], Rule] = {
    **dict.fromkeys((exp.DPipe, exp.Concat), text.joined),
    exp.ConcatWs: text.joined_with,
    exp.Substring: text.cut,
    **dict.fromkeys((exp.Left, exp.Right), text.ended),
    exp.Trim: text.trimmed,
    exp.Pad: text.padded,
    exp.SplitPart: text.split_part,
    exp.Split: text.split,
    exp.StringToArray: text.split,
    exp.StrPosition: text.position,
    exp.Replace: text.replaced,
    exp.ArrayToString: text.elements_joined,
    exp.Length: text.length_of,
    exp.MD5: text.digest,
    **dict.fromkeys((exp.Upper, exp.Lower, exp.Reverse), Same(Kind.TEXT, texts=("this",))),
    exp.Repeat: Same(Kind.TEXT, texts=("this",), numbers=("times",)),
    exp.Translate: Same(Kind.TEXT, texts=("this", "from_", "to")),
    **dict.fromkeys((exp.StartsWith, exp.EndsWith, exp.Contains), Same(Kind.BOOLEAN, texts=("this", "expression"))),
    exp.RegexpExtract: patterns.taken,
    exp.RegexpReplace: patterns.replaced,
}

_TIMES: dict[type[exp.Expr], Rule] = {
    **dict.fromkeys(
        (exp.DateAdd, exp.DateSub, exp.TimestampAdd, exp.TimestampSub, exp.DatetimeAdd, exp.DatetimeSub,
         exp.TimeAdd, exp.TsOrDsAdd),
        instants.stepped,
    ),
    **dict.fromkeys((exp.DateDiff, exp.TsOrDsDiff, exp.DatetimeDiff), instants.crossed),
    exp.TimestampDiff: instants.elapsed,
    **dict.fromkeys((exp.DateTrunc, exp.TimestampTrunc, exp.DatetimeTrunc), instants.truncated),
    **dict.fromkeys(
        (exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentDatetime, exp.Localtimestamp), instants.now
    ),
    **dict.fromkeys(
        (exp.Date, exp.TsOrDsToDate, exp.TsOrDsToDatetime, exp.TsOrDsToTimestamp, exp.Datetime, exp.Timestamp,
         exp.FromISO8601Timestamp),
        instants.made,
    ),
    exp.UnixToTime: instants.from_epoch,
    **dict.fromkeys((exp.UnixSeconds, exp.UnixMillis, exp.TimeToUnix), instants.to_epoch),
    exp.AtTimeZone: instants.at_time_zone,
    exp.ConvertTimezone: instants.converted,
    **dict.fromkeys((exp.Extract, *date_parts.PART_FUNCTIONS), date_parts.extracted),
    **dict.fromkeys((exp.TimeToStr, exp.ToChar), date_parts.formatted),
}  # fmt: skip

_JSON: dict[type[exp.Expr], Rule] = {
    exp.JSONExtract: json_rules.value_at_path,
    exp.JSONExtractScalar: json_rules.text_at_path,
    **dict.fromkeys((exp.JSONBExtract, exp.JSONBExtractScalar), json_rules.at_text_array),
    exp.GetExtract: json_rules.got,
    exp.Bracket: json_rules.subscripted,
    exp.JSONBContainsTopKey: json_rules.key_exists,
    exp.ParseJSON: json_functions.read_as_json,
    exp.JSONFormat: json_functions.written_as_text,
    exp.IsNullValue: json_functions.is_json_null,
    **dict.fromkeys((exp.JSONExtractArray, exp.JSONValueArray), json_functions.array_at_path),
    **dict.fromkeys((exp.String, exp.Int64, exp.Float64, exp.JSONBool), json_functions.converted),
    exp.JSONValue: json_functions.standard_value,
    exp.ArraySize: json_functions.size,
    exp.ArrayContains: json_functions.holds,
}

_AGGREGATES: dict[type[exp.Expr], Rule] = {
    **dict.fromkeys((exp.Window, exp.Filter), aggregates.over_window),
    exp.Count: aggregates.counted,
    exp.Sum: aggregates.summed,
    exp.Avg: aggregates.averaged,
    **dict.fromkeys((exp.Max, exp.Min), aggregates.greatest_or_least),
    exp.AnyValue: aggregates.any_value,
    **dict.fromkeys((exp.ArgMax, exp.ArgMin), aggregates.value_at_extreme),
    exp.CountIf: aggregates.counted_if,
    **dict.fromkeys((exp.LogicalOr, exp.LogicalAnd), aggregates.all_or_any),
    exp.ApproxDistinct: aggregates.distinct_counted,
    exp.GroupConcat: aggregates.texts_joined,
    exp.ArrayAgg: aggregates.gathered,
    exp.WithinGroup: aggregates.quantile,
    exp.Median: aggregates.median,
    **dict.fromkeys((exp.Stddev, exp.StddevSamp), Same(Kind.DOUBLE, numbers=("this",))),
    **dict.fromkeys((exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile), Same(Kind.INTEGER, numbers=("this",))),
    **dict.fromkeys((exp.PercentRank, exp.CumeDist), Same(Kind.DOUBLE)),
    **dict.fromkeys((exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue), aggregates.first_of),
}

_RULES = SHAPES | _CONDITIONS | _VALUES | _TEXTS | _TIMES | _JSON | _AGGREGATES
_OWN_RULES: dict[tuple[str, type[exp.Expr]], Rule] = {
    ("trino", exp.DateDiff): instants.elapsed,
    ("bigquery", exp.Extract): date_parts.bigquery_extracted,
}


# Arguments that some rule reads; any other means something that none of them would see.
_READ_ARGUMENTS = frozenset({
    "this", "expression", "expressions", "unit", "to", "true", "false", "ifs", "start", "length", "delimiter",
    "part_index", "substr", "position", "occurrence", "replacement", "fill_pattern", "modifiers", "group",
    "parameters", "flag", "decimals", "truncate", "separator", "on_overflow", "format", "scale", "zone", "source_tz",
    "target_tz", "timestamp", "return_type", "offset", "default", "times", "from_", "path", "returning",
    "on_condition", "accuracy", "precision", "count", "target_type",
})  # fmt: skip
_FUNCTION_NAME = re.compile(r"[A-Za-z_]\w{0,60}(?=\()")
_UNREAD_ARGUMENTS = frozenset({
    (exp.ParseJSON, "expression"), (exp.Exists, "expression"), (exp.Date, "expressions"), (exp.TimeToStr, "zone"),
    (exp.DateDiff, "zone"), (exp.Cast, "default"), (exp.TryCast, "default"), (exp.Max, "count"), (exp.Min, "count"),
})  # fmt: skip
"""Those of them that no rule reads of this function."""


def rule_for(node: exp.Expr, dialect: str) -> Rule:
    """Find the rule for a part of a query; raises Invalid that names a part without one."""
    if isinstance(node, exp.If) and isinstance(node.parent, exp.Case):
        return part
    if isinstance(node, exp.Anonymous):
        rule = NAMED.get((dialect, node.name.lower()))
    else:
        rule = _OWN_RULES.get((dialect, type(node))) or _RULES.get(type(node))
    if rule is None:
        what = f"uses {_name(node, dialect)}, which is not translated from {dialect}"
        raise refusal(f"{what}; write the query in the duckdb dialect")
    if isinstance(node, exp.Func):
        _check_arguments(node, dialect)
    return rule


def _name(node: exp.Expr, dialect: str) -> str:
    """Name a part as its author wrote it, where it is written with a name at all."""
    written = _FUNCTION_NAME.match(node.sql(dialect=dialect)) if isinstance(node, exp.Func) else None
    return f"{written[0].upper()}()" if written else node.key.upper()


def _check_arguments(node: exp.Func, dialect: str) -> None:
    for key, value in node.args.items():
        is_given = isinstance(value, exp.Expr) or (isinstance(value, list) and bool(value))
        if is_given and (key not in _READ_ARGUMENTS or (type(node), key) in _UNREAD_ARGUMENTS):
            raise refusal(
                f"uses {_name(node, dialect)} with its {key.rstrip('_')}, which is not translated; leave it out"
            )
