"""How a flow's runs are going: what of each run is kept, and when silence is worth a word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.health import Health, LastRun
from signalbox.domain.queries import QueryFault, Window
from tests.unit.makers import NOON

DAY = timedelta(days=1)


def run(days: float = 0, *, matches: int = 0, fault: QueryFault | None = None) -> LastRun:
    at = NOON + days * DAY
    return LastRun(at, Window(at - timedelta(minutes=1), at), 1, matches, matches, elapsed_ms=3, fault=fault)


def matched_for(days: int) -> Health:
    health = Health()
    for day in range(days):
        health = health.after(run(day, matches=2)).after(run(day + 0.1, matches=1)).after(run(day + 0.2))
    return health


def test_a_flow_that_fails_keeps_when_it_began_to_and_its_last_words() -> None:
    broken = run(fault=QueryFault.CPU_LIMIT)
    still_broken = replace(broken, ran_at=NOON + timedelta(minutes=1), detail="over 5 s")

    health = Health().after(broken).after(still_broken)

    assert health.failing_since == NOON
    assert health.last_run == still_broken


def test_a_flow_that_works_again_fails_no_longer() -> None:
    health = Health().after(run(fault=QueryFault.CPU_LIMIT)).after(run(0.1))

    assert health.failing_since is None
    assert health.last_run == run(0.1)


def test_days_in_a_row_with_a_match_are_counted_once_each() -> None:
    health = matched_for(5)

    assert (health.streak, health.last_match_on) == (5, (NOON + 4 * DAY).date())


def test_a_day_without_a_match_begins_the_count_anew() -> None:
    health = matched_for(5).after(run(6, matches=1))

    assert health.streak == 1


@pytest.mark.parametrize(
    ("streak", "days_after_the_last_match", "quiet"),
    [
        (7, 0.4, False),  # the same day
        (7, 1.4, False),  # the next day is not over
        (7, 1.5, True),  # its midnight: a whole day without a match
        (6, 1.5, False),  # it was no daily flow
        (30, 5, True),
        (30, 9, False),  # it has been told for a week
    ],
)
def test_a_daily_flow_is_quiet_after_a_whole_day_of_silence(
    streak: int, days_after_the_last_match: float, *, quiet: bool
) -> None:
    health = matched_for(streak)

    assert health.is_quiet(NOON + (streak - 1 + days_after_the_last_match) * DAY) is quiet


def test_a_flow_that_never_matched_is_not_quiet() -> None:
    assert not Health().after(run()).is_quiet(NOON + 30 * DAY)
