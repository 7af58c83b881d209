"""What each recipe finds, worked out anew in plain loops over events; nothing here knows SQL or the recipes' code."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from signalbox.domain.recipes.forms import AnyItem, Comparison, Condition, Group, Joint, Path, Root

type Found = list[tuple[int, str]]
"""When each match becomes one, in milliseconds, and its event_id."""


@dataclass(frozen=True)
class Step:
    """One event that was received, as far as a recipe cares."""

    at: int
    event_id: str
    kind: str
    identity: str | None
    key: object


def first_arrivals(steps: Iterable[Step]) -> list[Step]:
    """Keep of each event the first arrival, in the order they count."""
    first: dict[str, Step] = {}
    for step in sorted(steps, key=lambda each: (each.at, each.event_id)):
        first.setdefault(step.event_id, step)
    return list(first.values())


def repetitions(steps: Sequence[Step], times: int, period: int) -> Found:
    """Keep each person's recent events in a list and look how long it is after each event."""
    found: Found = []
    recent: dict[str, list[int]] = {}
    for step in steps:
        if step.kind == "start" and step.identity is not None:
            kept = [at for at in recent.get(step.identity, []) if at > step.at - period]
            recent[step.identity] = [*kept, step.at]
            if len(recent[step.identity]) == times:
                found.append((step.at, step.event_id))
    return found


def last_starts_left_alone(steps: Sequence[Step], wait: int, *, per_person: bool, by_key: bool) -> Found:
    """Run a clock a key, which every start sets anew and every cancelling event takes away."""
    found: Found = []
    clocks: dict[object, tuple[int, str]] = {}
    for step in starts_first(steps):
        key = key_of(step, per_person=per_person, by_key=by_key)
        if key is None:
            continue
        if key in clocks and clocks[key][0] < step.at:
            found.append(clocks.pop(key))
        clocks.pop(key, None)
        if step.kind == "start":
            clocks[key] = (step.at + wait, step.event_id)
    return found + list(clocks.values())


def first_starts_left_alone(steps: Sequence[Step], wait: int, *, per_person: bool, by_key: bool) -> Found:
    """Follow one series a key: it began with a start, goes on with every start, and may have rung already."""
    found: Found = []
    clocks: dict[object, tuple[int, str]] = {}
    last_starts: dict[object, int] = {}
    for step in starts_first(steps):
        key = key_of(step, per_person=per_person, by_key=by_key)
        if key is None:
            continue
        if key in clocks and clocks[key][0] < step.at:
            found.append(clocks.pop(key))
        if step.kind == "cancel":
            clocks.pop(key, None)
            last_starts.pop(key, None)
        else:
            if key not in last_starts or step.at > last_starts[key] + wait:
                clocks[key] = (step.at + wait, step.event_id)
            last_starts[key] = step.at
    return found + list(clocks.values())


def starts_first(steps: Iterable[Step]) -> list[Step]:
    """Order what came at one instant: a cancelling event counts after the start it came with."""
    used = (step for step in steps if step.kind in {"start", "cancel"})
    return sorted(used, key=lambda each: (each.at, each.kind == "cancel", each.event_id))


def key_of(step: Step, *, per_person: bool, by_key: bool) -> tuple[object, ...] | None:
    parts = ([step.identity] if per_person else []) + ([as_text(step.key)] if by_key else [])
    return None if None in parts or (by_key and parts[-1] == "") else tuple(parts)


def meets(test: Condition | AnyItem | Group, body: Mapping[str, Any], item: Any = None) -> bool:
    """Judge an event's JSON as the forms' own descriptions say."""
    match test:
        case Group():
            verdicts = [meets(member, body, item) for member in test.members]
            return all(verdicts) if test.joint is Joint.ALL else any(verdicts)
        case AnyItem():
            return any(meets(test.where, body, each) for each in items_of(value_at(test.items, body, item)))
        case Condition():
            return holds(test, value_at(test.path, body, item))


def value_at(path: Path, body: Mapping[str, Any], item: Any) -> Any:
    value = item if path.root is Root.ITEM else body.get(path.root.value)
    for name in path.names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def items_of(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else [] if value is None else [value]


def holds(condition: Condition, value: Any) -> bool:
    text, wanted, comparison = as_text(value), condition.value, condition.comparison
    if comparison is Comparison.ONE_OF:
        assert isinstance(wanted, tuple)
        return any(holds(Condition(condition.path, Comparison.EQUALS, each), value) for each in wanted)
    if comparison in {Comparison.EXISTS, Comparison.MISSING}:
        return (text is None) == (comparison is Comparison.MISSING)
    if comparison in {Comparison.IS_TRUE, Comparison.IS_FALSE}:
        return text == comparison.value.removeprefix("is_")
    if comparison in {Comparison.CONTAINS, Comparison.STARTS_WITH}:
        place = (text or "").find(str(wanted))
        return place == 0 or (place > 0 and comparison is Comparison.CONTAINS)
    return compares(comparison, text, wanted)


def compares(comparison: Comparison, text: str | None, wanted: object) -> bool:
    read = text if isinstance(wanted, str) else as_instant(text) if isinstance(wanted, datetime) else as_number(text)
    if read is None:
        return comparison is Comparison.NOT_EQUALS
    sign = (read > wanted) - (read < wanted)  # type: ignore[operator]  # both are of the form's kind by now
    return {
        Comparison.EQUALS: sign == 0,
        Comparison.NOT_EQUALS: sign != 0,
        Comparison.GREATER_THAN: sign > 0,
        Comparison.LESS_THAN: sign < 0,
        Comparison.AT_LEAST: sign >= 0,
        Comparison.AT_MOST: sign <= 0,
    }[comparison]


def as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def as_number(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def as_instant(text: str | None) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
