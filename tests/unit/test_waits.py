"""Waits: when they are due, how old an event may have become, and who has left."""

from datetime import timedelta

import pytest

from signalbox.domain.queries import Cell
from signalbox.domain.waits import Exit, ExitCondition, Exits, Wait, column_of, key_of, reasons_against
from tests.unit.makers import NOON

HOUR, INSTANT = timedelta(hours=1), timedelta(milliseconds=1)
WAIT = Wait(2 * HOUR, ExitCondition("SELECT", "cartId"))


def test_a_wait_runs_from_when_the_event_occurred_however_late_the_run_is() -> None:
    assert WAIT.due_at(NOON + timedelta(minutes=1), NOON) == NOON + 2 * HOUR
    assert WAIT.due_at(NOON + HOUR, NOON) == NOON + 2 * HOUR
    assert WAIT.due_at(NOON + 3 * HOUR, NOON) == NOON + 3 * HOUR


def test_a_wait_without_an_event_runs_from_the_match() -> None:
    assert WAIT.due_at(NOON, None) == NOON + 2 * HOUR


def test_an_event_may_be_older_by_the_time_it_was_made_to_wait() -> None:
    assert Wait(timedelta(days=30)).longest_age(timedelta(hours=72)) == timedelta(days=33)


@pytest.mark.parametrize(
    ("key", "after", "left_by"),
    [
        ("cart-1", INSTANT, "bought"),
        ("cart-1", 5 * HOUR, "bought"),
        ("cart-1", timedelta(0), None),
        ("cart-1", -HOUR, None),
        ("cart-2", HOUR, None),
    ],
)
def test_who_leaves_does_so_by_their_own_key_and_after_they_began_to_wait(
    key: str, after: timedelta, left_by: str | None
) -> None:
    exits = Exits.of([("cart-9", Exit("other", NOON + HOUR)), (key, Exit("bought", NOON + after))])

    assert exits.left_by("cart-1", NOON) == left_by
    assert Exits.of([]).left_by("cart-1", NOON) is None


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_latest_exit_of_a_key_is_whoever_waits_s_exit(order: tuple[int, ...]) -> None:
    exits = Exits.of([("cart-1", Exit(f"event-{hours}", NOON + hours * HOUR)) for hours in order])

    assert [exits.left_by("cart-1", NOON + hours * HOUR) for hours in (-1, 0, 1, 2)] == ["event-2"] * 3 + [None]


def test_who_has_no_key_leaves_by_nothing() -> None:
    assert Exits.of([("None", Exit("bought", NOON))]).left_by(None, NOON - HOUR) is None


def test_a_keys_column_is_found_whatever_the_case_of_its_name() -> None:
    assert [column_of({"identity": None, "CARTID": 1}, key) for key in ("cartId", "cart")] == ["CARTID", None]


@pytest.mark.parametrize(
    ("column", "cell", "key"),
    [
        ("cartId", "Cart-1", "Cart-1"),
        ("cartId", None, None),
        ("cartId", 12, "12"),
        ("cartId", {"b": 1, "a": 2}, '{"a": 2, "b": 1}'),
        ("identity", " Ana@Example.org", "ana@example.org"),
    ],
)
def test_a_key_is_text_and_an_identity_is_folded(column: str, cell: Cell, key: str | None) -> None:
    assert key_of({column: cell}, column) == key


@pytest.mark.parametrize(
    ("wait", "paths"),
    [
        (Wait(timedelta(seconds=1)), []),
        (Wait(timedelta(days=30)), []),
        (Wait(timedelta(milliseconds=999)), ["/delay"]),
        (Wait(timedelta(days=30, seconds=1)), ["/delay"]),
        (Wait(HOUR, ExitCondition("SELECT", "")), ["/exit_condition/key"]),
    ],
)
def test_a_wait_is_from_a_second_to_thirty_days(wait: Wait, paths: list[str]) -> None:
    assert [each.path for each in reasons_against(wait)] == paths
