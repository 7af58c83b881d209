"""Waits: when they are due, how old an event may have become, and who has left."""

from datetime import timedelta

import pytest

from signalbox.domain.waits import Exit, ExitCondition, Wait, Waiting, exits_are_read_from, reasons_against
from tests.unit.makers import NOON

HOUR, INSTANT = timedelta(hours=1), timedelta(milliseconds=1)
WAIT = Wait(2 * HOUR, ExitCondition("SELECT", "cartId"))


def waiting(key: str = "cart-1") -> Waiting:
    return Waiting(key, began_after=NOON, due_at=NOON + 2 * HOUR)


def test_a_wait_runs_from_when_the_event_occurred_however_late_the_run_is() -> None:
    assert WAIT.due_at(NOON + timedelta(minutes=1), NOON) == NOON + 2 * HOUR
    assert WAIT.due_at(NOON + HOUR, NOON) == NOON + 2 * HOUR
    assert WAIT.due_at(NOON + 3 * HOUR, NOON) == NOON + 3 * HOUR


def test_a_wait_without_an_event_runs_from_the_match() -> None:
    assert WAIT.due_at(NOON, None) == NOON + 2 * HOUR


def test_an_event_may_be_older_by_the_time_it_was_made_to_wait() -> None:
    assert Wait(timedelta(days=30)).longest_age(timedelta(hours=72)) == timedelta(days=33)


def test_a_wait_is_over_at_the_instant_it_is_due() -> None:
    assert not waiting().is_due(NOON + 2 * HOUR - INSTANT)
    assert waiting().is_due(NOON + 2 * HOUR)


@pytest.mark.parametrize(
    ("key", "after", "left"),
    [
        ("cart-1", INSTANT, True),
        ("cart-1", 5 * HOUR, True),
        ("cart-1", timedelta(0), False),
        ("cart-1", -HOUR, False),
        ("cart-2", HOUR, False),
    ],
)
def test_who_leaves_does_so_by_their_own_key_and_after_they_began_to_wait(
    key: str, after: timedelta, *, left: bool
) -> None:
    assert waiting().has_left([Exit("cart-9", NOON + HOUR), Exit(key, NOON + after)]) is left
    assert not waiting().has_left([])


def test_exits_are_read_from_the_earliest_beginning() -> None:
    later = Waiting("cart-2", NOON + HOUR, NOON + 3 * HOUR)

    assert exits_are_read_from([later, waiting()]) == NOON
    assert exits_are_read_from([]) is None


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
