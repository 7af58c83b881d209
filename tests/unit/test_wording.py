"""Instants and periods read well."""

from datetime import timedelta

import pytest

from signalbox.domain.wording import instant_in_words, period_in_words
from tests.unit.makers import NOON

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (DAY, "1 day"),
        (7 * DAY, "7 days"),
        (DAY + HOUR, "25 hours"),
        (HOUR, "1 hour"),
        (HOUR / 4, "15 minutes"),
        (HOUR / 40, "90 seconds"),
        (timedelta(seconds=1), "1 second"),
    ],
)
def test_a_period_is_told_in_whole_units(period: timedelta, words: str) -> None:
    assert period_in_words(period) == words


def test_an_instant_is_told_to_the_second() -> None:
    assert instant_in_words(NOON + timedelta(milliseconds=999)) == "2026-03-01 12:00:00 UTC"
