"""The SQL that recipes make, letter by letter, and what it finds: the same matches for any division of time."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise, product
from pathlib import Path as File

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.events import Event
from signalbox.domain.queries import Query, QueryRows, Window
from signalbox.domain.recipes.forms import AbsenceRecipe, ClockEvents, EventSelector, Path, Recipe, RepetitionRecipe
from signalbox.domain.recipes.writing import write
from tests.triggers.conftest import LOOKBACK, START, make_event, run
from tests.triggers.recipes.forms import FORMS
from tests.triggers.recipes.histories import MINUTE, NO_KEY, WAIT, boundary_cases, event_of, histories, instants
from tests.triggers.recipes.models import (
    Found,
    Step,
    first_arrivals,
    first_starts_left_alone,
    last_starts_left_alone,
    repetitions,
)

FOLDER = File(__file__).parent / "recipes"
KEY = Path(("cartId",))
# Each example starts the engine, so that making a failing one smaller would take minutes.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
slow = settings(max_examples=25, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", FORMS)
def test_form_makes_the_sql_that_was_read_and_approved(name: str) -> None:
    assert write(FORMS[name]).sql == (FOLDER / f"{name}.sql").read_text()


def test_no_approved_sql_lacks_its_form() -> None:
    assert {path.stem for path in FOLDER.glob("*.sql")} == set(FORMS)


def absence(*, restarts: bool = True, per_person: bool = False, by_key: bool = True) -> AbsenceRecipe:
    key = KEY if by_key else None
    return AbsenceRecipe(
        (ClockEvents(EventSelector(("add_to_cart",)), key),),
        (ClockEvents(EventSelector(("complete_transaction",)), key),),
        timedelta(milliseconds=WAIT),
        restarts=restarts,
        per_person=per_person,
    )


def repetition(times: int) -> RepetitionRecipe:
    return RepetitionRecipe(EventSelector(("add_to_cart",)), times, timedelta(milliseconds=WAIT))


type Model = Callable[[Sequence[Step]], Found]
last, first = last_starts_left_alone, first_starts_left_alone
CASES: dict[str, tuple[Recipe, Model]] = {
    "twice": (repetition(2), functools.partial(repetitions, times=2, period=WAIT)),
    "three_times": (repetition(3), functools.partial(repetitions, times=3, period=WAIT)),
    "last_of_a_key": (absence(), functools.partial(last, wait=WAIT, per_person=False, by_key=True)),
    "last_of_a_person": (
        absence(per_person=True, by_key=False),
        functools.partial(last, wait=WAIT, per_person=True, by_key=False),
    ),
    "last_of_a_persons_key": (
        absence(per_person=True),
        functools.partial(last, wait=WAIT, per_person=True, by_key=True),
    ),
    "first_of_a_key": (absence(restarts=False), functools.partial(first, wait=WAIT, per_person=False, by_key=True)),
    "first_of_a_person": (
        absence(restarts=False, per_person=True, by_key=False),
        functools.partial(first, wait=WAIT, per_person=True, by_key=False),
    ),
}
RECIPES = {name: recipe for name, (recipe, _) in CASES.items()}
LOOKBACKS = {write(recipe).lookback for recipe in RECIPES.values()}


def windows_between(cuts: Sequence[int]) -> list[Window]:
    """Divide the time from before the first event to after the last wait."""
    edges = [START + timedelta(milliseconds=at) for at in sorted({-MINUTE, *cuts, 12 * 60 * MINUTE})]
    return [Window(start, end) for start, end in pairwise(edges)]


@functools.cache
def compiled(recipe: Recipe) -> str:
    return QueryCompiler().compile(write(recipe).sql)


def found_by(
    recipes: Mapping[str, Recipe], events: Sequence[Event], windows: Sequence[Window]
) -> dict[str, list[list[str]]]:
    """Give what each recipe finds in each window; one child of the engine answers them all."""
    queries = {
        f"{name} {place}": Query(f"{name} {place}", compiled(recipe), window, window.start - LOOKBACK)
        for name, recipe in recipes.items()
        for place, window in enumerate(windows)
    }
    answers = run(DuckDBEngine(), events, list(queries.values()))
    return {name: [ids_in(answers[f"{name} {place}"]) for place in range(len(windows))] for name in recipes}


def found_in(recipe: Recipe, events: Sequence[Event]) -> list[str]:
    """Give what a recipe finds in all of time."""
    return found_by({"it": recipe}, events, windows_between([]))["it"][0]


def ids_in(answer: object) -> list[str]:
    assert isinstance(answer, QueryRows), answer
    return sorted(str(row["event_id"]) for row in answer.rows)


def expected_in(model: Model, history: Sequence[Step], window: Window) -> list[str]:
    # One with no key at all is the same to the model as one whose key is null.
    steps = [
        step if step.key is not NO_KEY else Step(step.at, step.event_id, step.kind, step.identity, None)
        for step in history
    ]
    found = model(first_arrivals(steps))
    return sorted(name for at, name in found if window.start < START + timedelta(milliseconds=at) <= window.end)


def expected_by(history: Sequence[Step], windows: Sequence[Window]) -> dict[str, list[list[str]]]:
    return {name: [expected_in(model, history, window) for window in windows] for name, (_, model) in CASES.items()}


@slow
@given(history=histories(), cuts=st.lists(instants, max_size=6))
def test_any_division_of_time_finds_each_match_once(history: list[Step], cuts: list[int]) -> None:
    windows = windows_between(cuts)

    found = found_by(RECIPES, [event_of(step) for step in history], windows)

    assert found == expected_by(history, windows)


def found_with_the_stated_lookback(events: Sequence[Event], windows: Sequence[Window]) -> dict[str, list[list[str]]]:
    """Run each window as a run does: with what its recipe's lookback brings and no more."""
    found: dict[str, list[list[str]]] = {name: [] for name in RECIPES}
    for window, lookback in product(windows, LOOKBACKS):
        loaded = [event for event in events if window.start - lookback < event.received_at <= window.end]
        recipes = {name: recipe for name, recipe in RECIPES.items() if write(recipe).lookback == lookback}
        for name, (names,) in found_by(recipes, loaded, [window]).items():
            found[name].append(names)
    return found


@settings(parent=slow, max_examples=10)
@given(history=histories(), cut=instants)
def test_stated_lookback_is_all_the_history_that_is_needed(history: list[Step], cut: int) -> None:
    windows = windows_between([cut])

    found = found_with_the_stated_lookback([event_of(step) for step in history], windows)

    assert found == expected_by(history, windows)


def test_what_happens_right_at_a_boundary_counts_as_the_forms_say() -> None:
    history = boundary_cases()
    windows = windows_between([0, WAIT - 1, WAIT, WAIT + 1, 2 * WAIT])

    found = found_with_the_stated_lookback([event_of(step) for step in history], windows)

    assert found == expected_by(history, windows)


def test_batch_counts_as_it_occurred_though_it_was_received_at_one_instant() -> None:
    changes = [
        make_event("later-name", occurred_at=START - timedelta(hours=2), event_type="add_to_cart", body=CART),
        make_event("earlier-name", occurred_at=START - timedelta(hours=1), event_type="add_to_cart", body=CART),
    ]

    found = found_in(absence(), changes)

    assert found == ["earlier-name"]


CART = json.dumps({"properties": {"cartId": "cart-1"}})


def test_event_that_starts_and_cancels_at_once_cancels_itself() -> None:
    both = ClockEvents(EventSelector(("add_to_cart",)), KEY)
    recipe = AbsenceRecipe((both,), (both,), timedelta(hours=2))

    found = found_in(recipe, [make_event(event_type="add_to_cart", body=CART)])

    assert found == []


def test_event_that_two_of_the_starts_describe_is_one_match() -> None:
    start = ClockEvents(EventSelector(("add_to_cart",)), KEY)
    events = [make_event(event_type="add_to_cart", body=CART)]

    for restarts in (True, False):
        recipe = AbsenceRecipe((start, start), absence().cancels, timedelta(hours=2), restarts=restarts)

        assert found_in(recipe, events) == ["e1"]
