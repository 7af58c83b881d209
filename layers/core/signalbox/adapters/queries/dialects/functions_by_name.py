"""Rules for functions that the parser has no word of its own for, by dialect and name."""

from collections.abc import Callable

from sqlglot import exp

from signalbox.adapters.queries.dialects import json_functions
from signalbox.adapters.queries.dialects.casts import as_instant
from signalbox.adapters.queries.dialects.instants import from_epoch, now
from signalbox.adapters.queries.dialects.json_values import as_condition, text_of
from signalbox.adapters.queries.dialects.kinds import NUMBERS, Kind, call, kind_of
from signalbox.adapters.queries.refusals import refusal

type Rule = Callable[[exp.Expr, str], exp.Expr]


def _present(_node: exp.Expr, dialect: str) -> exp.Expr:
    return now(exp.CurrentTimestamp(), dialect)


def _every(node: exp.Expr, dialect: str) -> exp.Expr:
    return call("bool_and", as_condition(node.expressions[0], "EVERY", dialect), kind=Kind.BOOLEAN)


def _timestamp(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate Snowflake's TO_TIMESTAMP_NTZ and its trial: of ISO text, or of seconds since 1970."""
    if len(node.expressions) != 1:
        raise refusal(f"uses {node.name.upper()} with a format; cast text of the form 2026-03-01 12:30:00")
    (value,) = node.expressions
    is_trial = node.name.lower().startswith("try_")
    if kind_of(value) in NUMBERS and not is_trial:
        return from_epoch(exp.UnixToTime(this=value), dialect)
    if kind_of(value) is Kind.JSON:
        value = text_of(value)
    return as_instant(value, Kind.TIMESTAMP, is_trial=is_trial)


_BY_DIALECT: dict[str, dict[str, Rule]] = {
    "postgres": {
        **dict.fromkeys(("jsonb_array_length", "json_array_length"), json_functions.counted),
        **dict.fromkeys(
            ("jsonb_extract_path", "json_extract_path", "jsonb_extract_path_text"), json_functions.path_by_keys
        ),
        **dict.fromkeys(
            ("jsonb_array_elements", "json_array_elements", "jsonb_array_elements_text", "json_array_elements_text"),
            json_functions.elements_in_select,
        ),
        **dict.fromkeys(("clock_timestamp", "statement_timestamp", "transaction_timestamp"), _present),
        "every": _every,
    },
    "redshift": {
        "json_extract_array_element_text": json_functions.element_text,
        "json_array_length": json_functions.counted,
        "is_valid_json": json_functions.valid,
    },
    "snowflake": dict.fromkeys(
        ("to_timestamp", "to_timestamp_ntz", "try_to_timestamp", "try_to_timestamp_ntz"), _timestamp
    ),
    "trino": {"json_array_length": json_functions.counted, "every": _every},
}

NAMED: dict[tuple[str, str], Rule] = {
    (dialect, name): rule for dialect, rules in _BY_DIALECT.items() for name, rule in rules.items()
}
