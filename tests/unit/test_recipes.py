"""What a recipe's form refuses, field by field, and what history and age its trigger is given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from signalbox.domain.errors import Invalid
from signalbox.domain.flows import DEFAULT_MAX_EVENT_AGE, MAX_LOOKBACK
from signalbox.domain.recipes.forms import (
    AbsenceRecipe,
    AnyItem,
    ClockEvents,
    Comparison,
    Condition,
    EventRecipe,
    EventSelector,
    Group,
    Joint,
    Path,
    Recipe,
    RepetitionRecipe,
    Root,
)
from signalbox.domain.recipes.lookback import REPEAT_MARGIN
from signalbox.domain.recipes.writing import write

HOUR = timedelta(hours=1)
PRICE = Path(("price",))
VIEWS = EventSelector(("page_view",))
START = ClockEvents(EventSelector(("add_to_cart",)), Path(("cartId",)))
STOP = ClockEvents(EventSelector(("complete_transaction",)), Path(("cartId",)))
LEFT_CART = AbsenceRecipe((START,), (STOP,), 2 * HOUR)
VISITS = RepetitionRecipe(VIEWS, 3, timedelta(days=7))


def refusals(recipe: Recipe) -> Sequence[str]:
    with pytest.raises(Invalid) as refused:
        write(recipe)
    return [f"{reason.path} {reason.reason}" for reason in refused.value.reasons]


def views_where(*members: Condition | AnyItem | Group) -> EventRecipe:
    return EventRecipe(replace(VIEWS, where=Group(members)))


def groups_in_groups(count: int) -> Group:
    group = Group((Condition(PRICE, Comparison.EXISTS),))
    for _ in range(count - 1):
        group = Group((group,), Joint.ANY)
    return group


def any_value(comparison: Comparison, value: Any) -> EventRecipe:
    return views_where(Condition(PRICE, comparison, value))


VALUE = "/events/where/members/0/value"


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        (EventRecipe(EventSelector(())), "/events/event_types expected 1 to 20"),
        (EventRecipe(EventSelector(("view",) * 21)), "/events/event_types expected 1 to 20"),
        (EventRecipe(EventSelector(("view", ""))), "/events/event_types/1 expected text of 1 to 500 characters"),
        (EventRecipe(EventSelector(("vi\new",))), "/events/event_types/0 holds a control character"),
        (EventRecipe(EventSelector(("vi\ud800ew",))), "/events/event_types/0 holds a control character"),
        (views_where(), "/events/where/members expected at least one condition"),
        (views_where(*[Condition(PRICE, Comparison.EXISTS)] * 51), "/events/where expected at most 50 conditions"),
        (EventRecipe(replace(VIEWS, where=groups_in_groups(6))), "/events/where/members/0/members/0"),
        (views_where(Condition(Path(()), Comparison.EXISTS)), "/events/where/members/0/path/names expected 1 to 10"),
        (views_where(Condition(Path(("a", "")), Comparison.EXISTS)), "/events/where/members/0/path/names/1"),
        (views_where(Condition(Path(("a",), Root.ITEM), Comparison.EXISTS)), "/events/where/members/0/path/root"),
        (
            views_where(AnyItem(Path(("a",)), Group((Condition(PRICE, Comparison.EQUALS),)))),
            "/events/where/members/0/where/members/0/value expected text, a number or an instant",
        ),
        (
            views_where(AnyItem(Path(("a",), Root.ITEM), Group((Condition(PRICE, Comparison.EXISTS),)))),
            "/events/where/members/0/items/root",
        ),
        (any_value(Comparison.EXISTS, "x"), f"{VALUE} expected none"),
        (any_value(Comparison.IS_TRUE, "x"), f"{VALUE} expected none"),
        (any_value(Comparison.EQUALS, None), f"{VALUE} expected text, a number or an instant"),
        (any_value(Comparison.EQUALS, value=True), f"{VALUE} expected text, a number or an instant"),
        (any_value(Comparison.EQUALS, 0.1), f"{VALUE} expected text, a number or an instant"),
        (any_value(Comparison.EQUALS, ("x",)), f"{VALUE} expected text, a number or an instant"),
        (any_value(Comparison.EQUALS, "x" * 501), f"{VALUE} expected text of 0 to 500"),
        (any_value(Comparison.EQUALS, datetime(2026, 1, 1)), f"{VALUE} expected an instant of the years 1900 to 2199"),
        (any_value(Comparison.EQUALS, datetime.min.replace(tzinfo=UTC)), f"{VALUE} expected an instant of the years"),
        (any_value(Comparison.EQUALS, Decimal("NaN")), f"{VALUE} expected a number of at most"),
        (any_value(Comparison.EQUALS, 10**28), f"{VALUE} expected a number of at most"),
        (any_value(Comparison.EQUALS, Decimal("1e-11")), f"{VALUE} expected a number of at most"),
        (any_value(Comparison.GREATER_THAN, "x"), f"{VALUE} expected a number or an instant"),
        (any_value(Comparison.GREATER_THAN, None), f"{VALUE} expected text, a number or an instant"),
        (any_value(Comparison.CONTAINS, ""), f"{VALUE} expected text of 1 to 500"),
        (any_value(Comparison.STARTS_WITH, 3), f"{VALUE} expected text of 1 to 500"),
        (any_value(Comparison.ONE_OF, ()), f"{VALUE} expected a list of 1 to 100"),
        (any_value(Comparison.ONE_OF, "x"), f"{VALUE} expected a list of 1 to 100"),
        (any_value(Comparison.ONE_OF, (1,) * 101), f"{VALUE} expected a list of 1 to 100"),
        (any_value(Comparison.ONE_OF, (1, "x")), f"{VALUE} expected either texts or numbers"),
        (any_value(Comparison.ONE_OF, (datetime(2026, 1, 1, tzinfo=UTC),)), f"{VALUE}/0 expected text or a number"),
        (any_value(Comparison.ONE_OF, ("x", "\x7f")), f"{VALUE}/1 holds a control character"),
        (replace(VISITS, times=1), "/times expected 2 to 1000"),
        (replace(VISITS, times=1001), "/times expected 2 to 1000"),
        (replace(VISITS, period=timedelta(0)), "/period expected a whole number of seconds"),
        (replace(VISITS, period=timedelta(milliseconds=1500)), "/period expected a whole number of seconds"),
        (replace(VISITS, period=MAX_LOOKBACK), "/period needs 30.04 days of history; a query may look back 30"),
        (replace(VISITS, events=EventSelector(())), "/events/event_types"),
        (replace(LEFT_CART, wait=MAX_LOOKBACK), "/wait needs 30.04 days of history"),
        (replace(LEFT_CART, wait=timedelta(days=15), restarts=False), "/wait needs 30.04 days of history"),
        (replace(LEFT_CART, wait=-HOUR), "/wait expected a whole number of seconds"),
        (replace(LEFT_CART, starts=()), "/starts expected 1 to 5"),
        (replace(LEFT_CART, cancels=(STOP,) * 6), "/cancels expected 0 to 5"),
        (replace(LEFT_CART, cancels=(), restarts=False), "/cancels expected 1 to 5"),
        (replace(LEFT_CART, starts=(replace(START, events=EventSelector(())),)), "/starts/0/events/event_types"),
        (replace(LEFT_CART, cancels=(replace(STOP, key=Path(())),)), "/cancels/0/key/names"),
        (replace(LEFT_CART, cancels=(replace(STOP, key=None),)), "/cancels/0/key expected here too"),
        (
            replace(LEFT_CART, starts=(replace(START, key=None),), cancels=(replace(STOP, key=None),)),
            "/per_person expected a key in the events, or a clock for each person",
        ),
    ],
)
def test_value_that_makes_no_sense_is_refused_by_its_path(recipe: Recipe, expected: str) -> None:
    (refusal,) = refusals(recipe)

    assert refusal.startswith(expected)


def test_every_fault_of_a_form_is_named_at_once() -> None:
    faulty = RepetitionRecipe(EventSelector(()), 0, timedelta(0))

    assert [refusal.split()[0] for refusal in refusals(faulty)] == ["/events/event_types", "/times", "/period"]


@pytest.mark.parametrize(
    ("recipe", "lookback", "grown_old"),
    [
        (EventRecipe(VIEWS), timedelta(0), timedelta(0)),
        (VISITS, timedelta(days=7) + REPEAT_MARGIN, timedelta(0)),
        (LEFT_CART, 2 * HOUR + REPEAT_MARGIN, 2 * HOUR),
        (replace(LEFT_CART, restarts=False), 4 * HOUR + REPEAT_MARGIN, 2 * HOUR),
        (replace(VISITS, period=MAX_LOOKBACK - REPEAT_MARGIN), MAX_LOOKBACK, timedelta(0)),
        (replace(LEFT_CART, wait=MAX_LOOKBACK - REPEAT_MARGIN), MAX_LOOKBACK, MAX_LOOKBACK - REPEAT_MARGIN),
    ],
)
def test_trigger_is_given_the_history_it_reads_and_the_time_its_match_waits(
    recipe: Recipe, lookback: timedelta, grown_old: timedelta
) -> None:
    written = write(recipe)

    assert (written.lookback, written.max_event_age) == (lookback, DEFAULT_MAX_EVENT_AGE + grown_old)


def test_groups_may_be_as_deep_as_it_says() -> None:
    assert write(EventRecipe(replace(VIEWS, where=groups_in_groups(5)))).sql


@pytest.mark.parametrize(
    ("wait", "written"),
    [
        (timedelta(seconds=90), "INTERVAL '90 seconds'"),
        (timedelta(minutes=1), "INTERVAL '1 minute'"),
        (timedelta(hours=36), "INTERVAL '36 hours'"),
        (timedelta(hours=48), "INTERVAL '2 days'"),
    ],
)
def test_span_is_written_in_its_largest_whole_unit(wait: timedelta, written: str) -> None:
    assert f"next_at > ts + {written}" in write(replace(LEFT_CART, wait=wait)).sql
