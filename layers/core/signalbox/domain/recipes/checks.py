"""Which values of a recipe's form make sense; a reason for each that does not, by its path in the form."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from signalbox.domain.errors import Reason
from signalbox.domain.flows import MAX_LOOKBACK
from signalbox.domain.recipes.forms import (
    AbsenceRecipe,
    AnyItem,
    ClockEvents,
    Comparison,
    Condition,
    EventRecipe,
    EventSelector,
    Group,
    Path,
    Recipe,
    RepetitionRecipe,
    Root,
)
from signalbox.domain.recipes.lookback import lookback_of

MAX_TEXT = 500
MAX_TYPES = 20
MAX_NAMES = 10
MAX_OPTIONS = 100
MAX_MEMBERS = 50
MAX_DEPTH = 5
"""Groups and lists in one another; the SQL needs up to three brackets for each, of the forty it may have."""
MAX_TIMES = 1_000
MAX_CLOCK_EVENTS = 5
INTEGER_DIGITS, DECIMALS = 28, 10
"""What DECIMAL(38, 10) holds, the type numbers are compared in."""
YEARS = range(1900, 2200)

WITHOUT_VALUE = frozenset({Comparison.EXISTS, Comparison.MISSING, Comparison.IS_TRUE, Comparison.IS_FALSE})
OF_TEXT = frozenset({Comparison.CONTAINS, Comparison.STARTS_WITH})
OF_ORDER = frozenset({Comparison.GREATER_THAN, Comparison.LESS_THAN, Comparison.AT_LEAST, Comparison.AT_MOST})


def reasons_against(recipe: Recipe) -> Iterator[Reason]:
    """Name everything in the form that makes no sense; none when all of it does."""
    match recipe:
        case EventRecipe():
            yield from _of_events(recipe.events, "/events")
        case RepetitionRecipe():
            yield from _of_events(recipe.events, "/events")
            if not 2 <= recipe.times <= MAX_TIMES:  # noqa: PLR2004 - once is another recipe
                yield Reason("/times", f"expected 2 to {MAX_TIMES}")
            yield from _of_span(recipe, recipe.period, "/period")
        case AbsenceRecipe():
            yield from _of_absence(recipe)
            yield from _of_span(recipe, recipe.wait, "/wait")


def _of_span(recipe: Recipe, span: timedelta, path: str) -> Iterator[Reason]:
    if span <= timedelta(0) or span % timedelta(seconds=1):
        yield Reason(path, "expected a whole number of seconds, at least one")
    elif lookback_of(recipe) > MAX_LOOKBACK:
        needed = lookback_of(recipe) / timedelta(days=1)
        yield Reason(path, f"needs {needed:.2f} days of history; a query may look back {MAX_LOOKBACK.days}")


def _of_absence(recipe: AbsenceRecipe) -> Iterator[Reason]:
    if not 1 <= len(recipe.starts) <= MAX_CLOCK_EVENTS:
        yield Reason("/starts", f"expected 1 to {MAX_CLOCK_EVENTS}")
    fewest = 0 if recipe.restarts else 1
    if not fewest <= len(recipe.cancels) <= MAX_CLOCK_EVENTS:
        yield Reason("/cancels", f"expected {fewest} to {MAX_CLOCK_EVENTS}")
    paths_given = [each.key is not None for each in (*recipe.starts, *recipe.cancels)]
    if not recipe.per_person and not any(paths_given):
        yield Reason("/per_person", "expected a key in the events, or a clock for each person")
    for side, many in (("starts", recipe.starts), ("cancels", recipe.cancels)):
        for place, each in enumerate(many):
            yield from _of_clock_events(each, f"/{side}/{place}", has_key=any(paths_given))


def _of_clock_events(each: ClockEvents, path: str, *, has_key: bool) -> Iterator[Reason]:
    yield from _of_events(each.events, f"{path}/events")
    if each.key is not None:
        yield from _of_path(each.key, f"{path}/key", in_item=False)
    elif has_key:
        yield Reason(f"{path}/key", "expected here too, as the other events have one")


def _of_events(events: EventSelector, path: str) -> Iterator[Reason]:
    if not 1 <= len(events.event_types) <= MAX_TYPES:
        yield Reason(f"{path}/event_types", f"expected 1 to {MAX_TYPES}")
    for place, event_type in enumerate(events.event_types):
        yield from _of_text(event_type, f"{path}/event_types/{place}", shortest=1)
    if events.where is not None:
        yield from _of_group(events.where, f"{path}/where", depth=1, in_item=False)
        if _size(events.where) > MAX_MEMBERS:
            yield Reason(f"{path}/where", f"expected at most {MAX_MEMBERS} conditions in all")


def _size(test: Condition | AnyItem | Group) -> int:
    match test:
        case Condition():
            return 1
        case AnyItem():
            return 1 + _size(test.where)
        case Group():
            return sum(map(_size, test.members))


def _of_group(group: Group, path: str, *, depth: int, in_item: bool) -> Iterator[Reason]:
    if not group.members:
        yield Reason(f"{path}/members", "expected at least one condition")
    if depth > MAX_DEPTH:
        yield Reason(path, f"expected groups and lists at most {MAX_DEPTH} deep")
        return
    for place, member in enumerate(group.members):
        at = f"{path}/members/{place}"
        match member:
            case Condition():
                yield from _of_condition(member, at, in_item=in_item)
            case AnyItem():
                yield from _of_path(member.items, f"{at}/items", in_item=in_item)
                yield from _of_group(member.where, f"{at}/where", depth=depth + 1, in_item=True)
            case Group():
                yield from _of_group(member, at, depth=depth + 1, in_item=in_item)


def _of_path(path: Path, at: str, *, in_item: bool) -> Iterator[Reason]:
    if path.root is Root.ITEM and not in_item:
        yield Reason(f"{at}/root", "expected a column of the event: there is no item here")
    fewest = 0 if path.root is Root.ITEM else 1
    if not fewest <= len(path.names) <= MAX_NAMES:
        yield Reason(f"{at}/names", f"expected {fewest} to {MAX_NAMES}")
    for place, name in enumerate(path.names):
        yield from _of_text(name, f"{at}/names/{place}", shortest=1)


def _of_condition(condition: Condition, at: str, *, in_item: bool) -> Iterator[Reason]:
    yield from _of_path(condition.path, f"{at}/path", in_item=in_item)
    value, comparison, at = condition.value, condition.comparison, f"{at}/value"
    if comparison is Comparison.ONE_OF:
        yield from _of_options(value if isinstance(value, tuple) else (), at)
    elif comparison in WITHOUT_VALUE:
        if value is not None:
            yield Reason(at, "expected none with this comparison")
    elif comparison in OF_TEXT:
        yield from _of_text(value, at, shortest=1)
    elif comparison in OF_ORDER and isinstance(value, str):
        yield Reason(at, "expected a number or an instant")
    else:
        yield from _of_scalar(value, at)


def _of_options(options: tuple[object, ...], at: str) -> Iterator[Reason]:
    if not 1 <= len(options) <= MAX_OPTIONS:
        yield Reason(at, f"expected a list of 1 to {MAX_OPTIONS}")
    if len({"text" if isinstance(each, str) else "number" for each in options}) > 1:
        yield Reason(at, "expected either texts or numbers")
    for place, each in enumerate(options):
        if isinstance(each, datetime):
            yield Reason(f"{at}/{place}", "expected text or a number")
        else:
            yield from _of_scalar(each, f"{at}/{place}")


def _of_scalar(value: object, at: str) -> Iterator[Reason]:
    if isinstance(value, str):
        yield from _of_text(value, at, shortest=0)
    elif isinstance(value, datetime):
        if value.tzinfo is None or value.year not in YEARS:
            yield Reason(at, f"expected an instant of the years {YEARS[0]} to {YEARS[-1]}, with its time zone")
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        yield from _of_number(Decimal(value), at)
    else:
        yield Reason(at, "expected text, a number or an instant")


def _of_number(number: Decimal, at: str) -> Iterator[Reason]:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or number.adjusted() >= INTEGER_DIGITS or exponent < -DECIMALS:
        yield Reason(at, f"expected a number of at most {INTEGER_DIGITS} digits and {DECIMALS} decimals")


def _of_text(value: object, at: str, *, shortest: int) -> Iterator[Reason]:
    if not isinstance(value, str) or not shortest <= len(value) <= MAX_TEXT:
        yield Reason(at, f"expected text of {shortest} to {MAX_TEXT} characters")
    elif any(
        character < " " or "\x7f" <= character <= "\x9f" or "\ud800" <= character <= "\udfff" for character in value
    ):
        yield Reason(at, "holds a control character or half of a character")
