"""The forms that recipes are made from, on the wire; what each value means is said in domain/recipes/forms.py."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.recipes import forms
from signalbox.domain.recipes.forms import Comparison, Joint, Root
from signalbox.wire.admin.base import Instant, Seconds, Wire, seconds_of, span_of


class PathShape(Wire):
    """Where a value is: member names from the outermost in."""

    names: list[str]
    root: Root = Root.PROPERTIES


class At(Wire):
    """An instant as a value, apart from text that looks like one."""

    at: Instant


type Value = str | int | Decimal | At


class ConditionShape(Wire):
    """One comparison of one value; `value` is left out for a comparison that needs none, a list for `one_of`."""

    path: PathShape
    comparison: Comparison
    value: Value | list[Value] | None = None


class AnyItemShape(Wire):
    """Met when one item of a list meets all of `where`."""

    items: PathShape
    where: "GroupShape"


def _kind_of(member: Any) -> str:
    """Tell a group's members apart by what each of them alone has."""
    names = member if isinstance(member, Mapping) else vars(member)
    return "group" if "members" in names else "any_item" if "items" in names else "condition"


type Member = Annotated[
    Annotated[ConditionShape, Tag("condition")]
    | Annotated[AnyItemShape, Tag("any_item")]
    | Annotated["GroupShape", Tag("group")],
    Discriminator(_kind_of),
]


class GroupShape(Wire):
    """Conditions taken together."""

    members: list[Member]
    joint: Joint = Joint.ALL


class EventsShape(Wire):
    """Events of any of these types that meet the conditions."""

    event_types: list[str]
    where: GroupShape | None = None


class ClockShape(Wire):
    """Events that start or cancel a clock, and where its key is in them."""

    events: EventsShape
    key: PathShape | None = None


class EventRecipeShape(Wire):
    """Each such event is a match."""

    kind: Literal["event"]
    events: EventsShape


class RepetitionRecipeShape(Wire):
    """A person has done it so many times within the period."""

    kind: Literal["repetition"]
    events: EventsShape
    times: int
    period_seconds: Seconds


class AbsenceRecipeShape(Wire):
    """It was started, and for the length of the wait nothing cancelled it."""

    kind: Literal["absence"]
    starts: list[ClockShape]
    cancels: list[ClockShape]
    wait_seconds: Seconds
    restarts: bool = True
    per_person: bool = False


type RecipeShape = Annotated[EventRecipeShape | RepetitionRecipeShape | AbsenceRecipeShape, Field(discriminator="kind")]


class RecipeToWrite(Wire):
    """A form whose SQL is to be shown."""

    recipe: RecipeShape


class WrittenRecipe(Wire):
    """The trigger that a form writes."""

    sql: str
    dialect: str
    lookback_seconds: Seconds
    max_event_age_seconds: Seconds


def recipe_of(shape: RecipeShape) -> forms.Recipe:
    """Read a form."""
    match shape:
        case EventRecipeShape():
            return forms.EventRecipe(_events_of(shape.events))
        case RepetitionRecipeShape():
            return forms.RepetitionRecipe(_events_of(shape.events), shape.times, span_of(shape.period_seconds))
        case AbsenceRecipeShape():
            return forms.AbsenceRecipe(
                tuple(map(_clock_of, shape.starts)),
                tuple(map(_clock_of, shape.cancels)),
                span_of(shape.wait_seconds),
                shape.restarts,
                shape.per_person,
            )


def shape_of_recipe(recipe: forms.Recipe) -> RecipeShape:
    """Show a form."""
    match recipe:
        case forms.EventRecipe():
            return EventRecipeShape(kind="event", events=_shape_of_events(recipe.events))
        case forms.RepetitionRecipe():
            return RepetitionRecipeShape(
                kind="repetition",
                events=_shape_of_events(recipe.events),
                times=recipe.times,
                period_seconds=seconds_of(recipe.period),
            )
        case forms.AbsenceRecipe():
            return AbsenceRecipeShape(
                kind="absence",
                starts=list(map(_shape_of_clock, recipe.starts)),
                cancels=list(map(_shape_of_clock, recipe.cancels)),
                wait_seconds=seconds_of(recipe.wait),
                restarts=recipe.restarts,
                per_person=recipe.per_person,
            )


@contextmanager
def refused_below_recipe() -> Iterator[None]:
    """Tell where in what was sent the form is that the domain refuses."""
    try:
        yield
    except Invalid as invalid:
        paths = [f"{each.path}_seconds" if each.path == "/wait" else each.path for each in invalid.reasons]
        found = zip(paths, invalid.reasons, strict=True)
        raise Invalid([Reason(f"/recipe{path}", each.reason) for path, each in found]) from None


def _events_of(shape: EventsShape) -> forms.EventSelector:
    return forms.EventSelector(tuple(shape.event_types), None if shape.where is None else _group_of(shape.where))


def _clock_of(shape: ClockShape) -> forms.ClockEvents:
    return forms.ClockEvents(_events_of(shape.events), None if shape.key is None else _path_of(shape.key))


def _group_of(shape: GroupShape) -> forms.Group:
    return forms.Group(tuple(map(_member_of, shape.members)), shape.joint)


def _member_of(shape: Member) -> forms.Condition | forms.AnyItem | forms.Group:
    match shape:
        case ConditionShape(value=list() as values):
            return forms.Condition(_path_of(shape.path), shape.comparison, tuple(map(_value_of, values)))
        case ConditionShape():
            value = None if shape.value is None else _value_of(shape.value)
            return forms.Condition(_path_of(shape.path), shape.comparison, value)
        case AnyItemShape():
            return forms.AnyItem(_path_of(shape.items), _group_of(shape.where))
        case GroupShape():
            return _group_of(shape)


def _path_of(shape: PathShape) -> forms.Path:
    return forms.Path(tuple(shape.names), shape.root)


def _value_of(value: Any) -> forms.Scalar:
    scalar: forms.Scalar = value.at if isinstance(value, At) else value
    return scalar


def _shape_of_events(events: forms.EventSelector) -> EventsShape:
    where = None if events.where is None else _shape_of_group(events.where)
    return EventsShape(event_types=list(events.event_types), where=where)


def _shape_of_clock(clock: forms.ClockEvents) -> ClockShape:
    return ClockShape(
        events=_shape_of_events(clock.events), key=None if clock.key is None else _shape_of_path(clock.key)
    )


def _shape_of_group(group: forms.Group) -> GroupShape:
    return GroupShape(members=list(map(_shape_of_member, group.members)), joint=group.joint)


def _shape_of_member(member: forms.Condition | forms.AnyItem | forms.Group) -> Member:
    match member:
        case forms.Condition(value=tuple() as values):
            shown = [_shape_of_value(each) for each in values]
            return ConditionShape(path=_shape_of_path(member.path), comparison=member.comparison, value=shown)
        case forms.Condition():
            value = None if member.value is None else _shape_of_value(member.value)
            return ConditionShape(path=_shape_of_path(member.path), comparison=member.comparison, value=value)
        case forms.AnyItem():
            return AnyItemShape(items=_shape_of_path(member.items), where=_shape_of_group(member.where))
        case forms.Group():
            return _shape_of_group(member)


def _shape_of_path(path: forms.Path) -> PathShape:
    return PathShape(names=list(path.names), root=path.root)


def _shape_of_value(value: Any) -> Value:
    shown: Value = value if isinstance(value, (str, int, Decimal)) else At(at=value)
    return shown
