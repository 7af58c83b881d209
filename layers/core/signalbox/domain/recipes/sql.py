"""The parts of a recipe's SQL: literals, paths, conditions; only here does a form's value become SQL text.

No value holds a control character (`checks.py`), so a line break in the SQL is always one of ours and text may be
indented. Values stand in literals only, never in comments or names.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from signalbox.domain.recipes.forms import (
    AnyItem,
    Comparison,
    Condition,
    EventSelector,
    Group,
    Joint,
    Path,
    Root,
    Scalar,
)

START, END = "{cursor_start_time}", "{cursor_end_time}"
NUMBER = "DECIMAL(38, 10)"
"""Exact, and no text such as 'nan' is one: as DOUBLE that would be greater than every number."""
INSTANT = "TIMESTAMPTZ"
"""As TIMESTAMP the offset of a text such as 2026-03-01T12:00:00+02:00 would be left out of account."""

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_FORMS = {
    Comparison.EQUALS: "{read} = {value}",
    Comparison.NOT_EQUALS: "{read} IS DISTINCT FROM {value}",
    Comparison.GREATER_THAN: "{read} > {value}",
    Comparison.LESS_THAN: "{read} < {value}",
    Comparison.AT_LEAST: "{read} >= {value}",
    Comparison.AT_MOST: "{read} <= {value}",
    Comparison.CONTAINS: "contains({text}, {value})",
    Comparison.STARTS_WITH: "starts_with({text}, {value})",
    Comparison.ONE_OF: "{read} IN ({value})",
    Comparison.EXISTS: "({text}) IS NOT NULL",
    Comparison.MISSING: "({text}) IS NULL",
    Comparison.IS_TRUE: "({text}) = 'true'",
    Comparison.IS_FALSE: "({text}) = 'false'",
}
"""How each comparison is written: `text` is the event's value as text, `read` as the kind the form's value is of."""


def text(value: str) -> str:
    """Write a literal; one that is a placeholder, letter for letter, is cut in two, or it would be filled in."""
    if value in {START, END}:
        return f"({text(value[:7])} || {text(value[7:])})"
    return "'" + value.replace("'", "''") + "'"


def interval(span: timedelta) -> str:
    """Write a span in the largest unit that it is whole in."""
    seconds = span // timedelta(seconds=1)
    unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
    count = seconds // size
    return f"INTERVAL '{count} {unit}{'' if count == 1 else 's'}'"


def where(clauses: Iterable[str]) -> str:
    """Write a WHERE that needs all of the clauses; those that begin with dashes are comments on what follows."""
    lines = [clause if clause.startswith("--") else f"AND {indented(clause)}" for clause in clauses]
    return "WHERE" + "\n    ".join(lines).removeprefix("AND")


def indented(lines: str) -> str:
    """Move all lines but the first one step in."""
    return lines.replace("\n", "\n    ")


def clauses_of(events: EventSelector) -> list[str]:
    """Write what an event must meet, as clauses that are all needed."""
    types = [text(each) for each in dict.fromkeys(events.event_types)]
    clause = f"event_type = {types[0]}" if len(types) == 1 else f"event_type IN ({', '.join(types)})"
    return [clause] if events.where is None else [clause, *_all_of(events.where, depth=0)]


def text_at(path: Path, depth: int = 0) -> str:
    """Write the value at a path, as text; NULL where it is missing or null. `depth` counts the lists around it."""
    return f"{_root(path, depth)} ->> {_path(path)}"


def _root(path: Path, depth: int) -> str:
    return f"{_item(depth)}.value" if path.root is Root.ITEM else path.root.value


def _item(depth: int) -> str:
    return "item" if depth == 1 else f"item_{depth}"


def _path(path: Path) -> str:
    """Write plain names as a JSON path; any others as a JSON pointer (RFC 6901), which knows no wildcards."""
    if all(map(_PLAIN_NAME.fullmatch, path.names)):
        return text(".".join(("$", *path.names)))
    return text("".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path.names))


def _all_of(group: Group, depth: int) -> list[str]:
    """Write a group as clauses that are all needed."""
    members = [_test(member, depth) for member in group.members]
    if group.joint is Joint.ALL or len(members) == 1:
        return members
    return [_bracketed("\nOR ".join(members))]


def _bracketed(lines: str) -> str:
    return "(" + indented("\n" + lines) + "\n)"


def _test(test: Condition | AnyItem | Group, depth: int) -> str:
    match test:
        case Condition():
            return _condition(test, depth)
        case AnyItem():
            return _any_item(test, depth + 1)
        case Group():
            clauses = _all_of(test, depth)
            return clauses[0] if len(clauses) == 1 else _bracketed("\nAND ".join(clauses))


def _any_item(test: AnyItem, depth: int) -> str:
    """Write a test of a list's items, which have a name of their own at each depth."""
    column = _root(test.items, depth - 1)
    path = _path(test.items)
    # json_each takes no pointer as its path.
    source = f"{column}, {path}" if path.startswith("'$") else f"json_extract({column}, {path})"
    lines = ("SELECT 1", f"FROM json_each({source}) AS {_item(depth)}", where(_all_of(test.where, depth)))
    return "EXISTS " + _bracketed("\n".join(lines))


def _condition(condition: Condition, depth: int) -> str:
    found = text_at(condition.path, depth)
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    written = ", ".join(_literal(value) for value in values if value is not None)
    return _FORMS[condition.comparison].format(text=found, value=written, read=_read_as(found, values[0]))


def _read_as(found: str, value: Scalar | None) -> str:
    """Read the event's value as the kind that the form's value is of; what is no such thing is NULL."""
    if isinstance(value, str):
        return f"({found})"
    return f"TRY_CAST({found} AS {INSTANT if isinstance(value, datetime) else NUMBER})"


def _literal(value: Scalar) -> str:
    match value:
        case str():
            return text(value)
        case datetime():
            return f"{INSTANT} '{value.astimezone(UTC).isoformat(sep=' ')}'"
        case _:
            return format(Decimal(value), "f")
