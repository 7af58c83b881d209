"""The values of the forms that recipes are made from; `checks.py` says which make sense.

Source: spec triggers-and-flows, section 1, "Recipes".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum


class Root(StrEnum):
    """Where a path begins: a JSON column of the event, or inside AnyItem the item at hand."""

    PROPERTIES = "properties"
    TRAITS = "traits"
    CONTEXT = "context"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value is: member names from the outermost in, each taken as it is, whatever characters it holds.

    Without names it is the root itself: an item that is a plain value.
    """

    names: tuple[str, ...]
    root: Root = Root.PROPERTIES


class Comparison(StrEnum):
    """How a condition looks at a value; a value that is missing or null meets MISSING and NOT_EQUALS alone."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    GREATER_THAN = "greater_than"
    LESS_THAN = "less_than"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    ONE_OF = "one_of"
    EXISTS = "exists"
    MISSING = "missing"
    IS_TRUE = "is_true"
    IS_FALSE = "is_false"


type Scalar = str | int | Decimal | datetime
"""Text, a number, or an aware instant: the kind of the form's value says as what the event's value is read."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of one value; `value` is None for a comparison that needs none, a tuple for ONE_OF."""

    path: Path
    comparison: Comparison
    value: Scalar | tuple[Scalar, ...] | None = None


@dataclass(frozen=True, slots=True)
class AnyItem:
    """Met when one item of a list meets all of `where`; paths in it begin at Root.ITEM.

    The items of an object are its values, and a plain value is a list of itself.
    """

    items: Path
    where: "Group"


class Joint(StrEnum):
    """Whether a group needs all of its members or any."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions taken together; groups may hold groups."""

    members: "tuple[Condition | AnyItem | Group, ...]"
    joint: Joint = Joint.ALL


@dataclass(frozen=True, slots=True)
class EventSelector:
    """Events of any of these types that meet the conditions; a type is named as in the column `event_type`."""

    event_types: tuple[str, ...]
    where: Group | None = None


@dataclass(frozen=True, slots=True)
class EventRecipe:
    """Each such event is a match."""

    events: EventSelector


@dataclass(frozen=True, slots=True)
class RepetitionRecipe:
    """A person has done it `times` times within `period`; the event that brings the number there is the match.

    The number is that of the person's events in `(ts - period, ts]`. It is a match whenever it rises to exactly
    `times`: a further event is none, until so many have left the period that the number rises there again.
    Events received at one instant count one after another, as they occurred. Events without identity do not count.
    """

    events: EventSelector
    times: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class ClockEvents:
    """Events that start or cancel a clock, and where the key of that clock is in them (None: there is no such key)."""

    events: EventSelector
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class AbsenceRecipe:
    """It was started, and for the length of `wait` nothing cancelled it; the start event is the match.

    There is a clock for each key: a property, the person (`per_person`), or a property of a person.
    An event whose key is missing, null or empty text starts and cancels nothing, nor does one without identity
    where the clock is a person's.

    With `restarts` each further start event of the key, up to `ts + wait`, takes the clock over: the last one is the
    match. Otherwise the first of a series is; a series ends with a cancelling event or a pause longer than `wait`.
    A cancelling event counts from the instant of the start event, since one request may bring both, to `ts + wait`.
    It is a match of the window that holds `ts + wait`. Without `cancels` it finds the end of an activity.
    """

    starts: tuple[ClockEvents, ...]
    cancels: tuple[ClockEvents, ...]
    wait: timedelta
    restarts: bool = True
    per_person: bool = False


type Recipe = EventRecipe | RepetitionRecipe | AbsenceRecipe
