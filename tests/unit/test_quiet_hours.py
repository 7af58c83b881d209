"""Quiet hours: nights, weekdays and whole days, by clocks all over the world and through their changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.quiet_hours import EVERY_DAY, QuietHours, reasons_against, zone_of

NIGHT = QuietHours(time(22), time(8))
ZONES = [
    "UTC",
    "Europe/Rome",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",  # half an hour off
    "America/Santiago",  # its clock jumps at midnight
    "Australia/Lord_Howe",  # its clock changes by half an hour
    "Pacific/Chatham",  # 45 minutes off
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "Pacific/Apia",
]
SUNDAY, SATURDAY = 6, 5


def at(zone: str, text: str, fold: int = 0) -> datetime:
    """Read a local time as the instant it is there."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        ("Europe/Rome", "2026-06-10T21:59:59", None),
        ("Europe/Rome", "2026-06-10T22:00", "2026-06-11T08:00"),
        ("Europe/Rome", "2026-06-11T03:00", "2026-06-11T08:00"),
        ("Europe/Rome", "2026-06-11T07:59:59", "2026-06-11T08:00"),
        ("Europe/Rome", "2026-06-11T08:00", None),
        ("America/New_York", "2026-12-31T23:30", "2027-01-01T08:00"),
        ("Asia/Kathmandu", "2026-06-11T02:00", "2026-06-11T08:00"),
        ("America/St_Johns", "2026-06-11T02:00", "2026-06-11T08:00"),
        ("Pacific/Chatham", "2026-01-11T02:00", "2026-01-11T08:00"),
    ],
)
def test_a_night_is_quiet_from_its_start_up_to_its_end_by_the_local_clock(
    zone: str, now: str, until: str | None
) -> None:
    assert NIGHT.until(at(zone, now), ZoneInfo(zone)) == (until and at(zone, until))


def test_hours_within_one_day_are_quiet_on_that_day_alone() -> None:
    siesta, rome = QuietHours(time(13), time(16)), ZoneInfo("Europe/Rome")

    assert siesta.until(at("Europe/Rome", "2026-06-10T14:00"), rome) == at("Europe/Rome", "2026-06-10T16:00")
    assert siesta.until(at("Europe/Rome", "2026-06-10T03:00"), rome) is None


@pytest.mark.parametrize(
    ("zone", "start", "end", "now", "hours"),
    [
        # Spring: ten hours by the clock last nine, or nine and a half.
        ("Europe/Rome", "22:00", "08:00", "2026-03-28T22:00", 9),
        ("America/New_York", "22:00", "08:00", "2026-03-07T22:00", 9),
        ("Pacific/Chatham", "22:00", "08:00", "2026-09-26T22:00", 9),
        ("Australia/Lord_Howe", "22:00", "08:00", "2026-10-03T22:00", 9.5),
        ("America/Santiago", "22:00", "08:00", "2026-09-05T22:00", 9),
        # Autumn: they last eleven, or ten and a half.
        ("Europe/Rome", "22:00", "08:00", "2026-10-24T22:00", 11),
        ("America/St_Johns", "22:00", "08:00", "2026-10-31T22:00", 11),
        ("Pacific/Chatham", "22:00", "08:00", "2026-04-04T22:00", 11),
        ("Australia/Lord_Howe", "22:00", "08:00", "2026-04-04T22:00", 10.5),
        ("America/Santiago", "22:00", "08:00", "2026-04-04T22:00", 11),
        # An end the clock leaves out comes with the jump: 02:00 is 03:00 in Rome, 02:00 is 02:30 on Lord Howe Island.
        ("Europe/Rome", "22:00", "02:30", "2026-03-28T22:00", 4),
        ("Australia/Lord_Howe", "22:00", "02:15", "2026-10-03T22:00", 4),
        ("America/Santiago", "20:00", "00:00", "2026-09-05T20:00", 4),
        # An end the clock shows twice is the second.
        ("Europe/Rome", "22:00", "02:30", "2026-10-24T22:00", 5.5),
        # A night of December 2011 whose next day Samoa left out altogether.
        ("Pacific/Apia", "22:00", "08:00", "2011-12-29T22:00", 10),
    ],
)
def test_a_night_of_a_clock_change_is_as_long_as_it_is(zone: str, start: str, end: str, now: str, hours: float) -> None:
    quiet = QuietHours(time.fromisoformat(start), time.fromisoformat(end))
    now_at = at(zone, now)

    assert quiet.until(now_at, ZoneInfo(zone)) == now_at + timedelta(hours=hours)


def test_a_start_the_clock_leaves_out_comes_with_the_jump() -> None:
    quiet, rome = QuietHours(time(2, 30), time(8)), ZoneInfo("Europe/Rome")
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)

    assert quiet.until(jump - timedelta(seconds=1), rome) is None
    assert quiet.until(jump, rome) == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_a_start_the_clock_shows_twice_is_the_first() -> None:
    quiet, rome = QuietHours(time(2, 30), time(8)), ZoneInfo("Europe/Rome")
    between = at("Europe/Rome", "2026-10-25T02:15", fold=1)

    assert quiet.until(between, rome) == at("Europe/Rome", "2026-10-25T08:00")


def test_hours_the_clock_leaves_out_altogether_are_not_quiet() -> None:
    quiet, jump = QuietHours(time(2, 10), time(2, 40)), datetime(2026, 3, 29, 1, tzinfo=UTC)

    assert quiet.until(jump, ZoneInfo("Europe/Rome")) is None
    assert quiet.until(jump - timedelta(seconds=1), ZoneInfo("Europe/Rome")) is None


def test_chosen_weekdays_are_those_the_hours_begin_on() -> None:
    weekend_nights = QuietHours(time(22), time(8), weekdays=frozenset({SATURDAY}))
    rome = ZoneInfo("Europe/Rome")

    sunday_morning = weekend_nights.until(at("Europe/Rome", "2026-06-14T03:00"), rome)
    saturday_morning = weekend_nights.until(at("Europe/Rome", "2026-06-13T03:00"), rome)
    sunday_night = weekend_nights.until(at("Europe/Rome", "2026-06-14T23:00"), rome)

    assert (sunday_morning, saturday_morning, sunday_night) == (at("Europe/Rome", "2026-06-14T08:00"), None, None)


def test_whole_days_in_a_row_are_one_silence() -> None:
    weekend = QuietHours(time(0), time(0), weekdays=frozenset({SATURDAY, SUNDAY}))

    until = weekend.until(at("Asia/Kolkata", "2026-06-13T00:00"), ZoneInfo("Asia/Kolkata"))

    assert until == at("Asia/Kolkata", "2026-06-15T00:00")


def test_hours_that_never_end_give_an_instant_all_the_same() -> None:
    now = datetime(2026, 6, 10, tzinfo=UTC)

    until = QuietHours(time(0), time(0)).until(now, ZoneInfo("UTC"))

    assert until is not None
    assert timedelta(days=7) <= until - now <= timedelta(days=9)


INSTANTS = st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
QUIET_HOURS = st.builds(
    QuietHours,
    start=st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    end=st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
).filter(lambda each: not list(reasons_against(each)))


@given(quiet=QUIET_HOURS, now=INSTANTS, zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_they_end_later_than_now_and_then_it_is_not_quiet(quiet: QuietHours, now: datetime, zone: ZoneInfo) -> None:
    until = quiet.until(now, zone)

    if until is not None:
        assert until > now
        assert quiet.until(until, zone) is None
        assert quiet.until(until - timedelta(milliseconds=1), zone) == until


@given(quiet=QUIET_HOURS, now=INSTANTS, zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_no_message_leaves_while_the_local_clock_is_within_the_hours(
    quiet: QuietHours, now: datetime, zone: ZoneInfo
) -> None:
    local = now.astimezone(zone)
    minute, start, end = local.time(), quiet.start, quiet.end
    begins_today = minute >= start and (end <= start or minute < end)
    began_yesterday = end <= start and minute < end

    said = quiet.until(now, zone) is not None

    weekday = local.weekday()
    # Samoa's missing Friday: Saturday's yesterday by the calendar is a day that was not lived.
    within = (begins_today and weekday in quiet.weekdays) or (began_yesterday and (weekday - 1) % 7 in quiet.weekdays)
    assert said or not within
    if not any(_changes(zone, now + timedelta(days=days)) for days in (-1, 0, 1)):
        assert said is within


def _changes(zone: ZoneInfo, now: datetime) -> bool:
    day = timedelta(days=1)
    return (now - day).astimezone(zone).utcoffset() != (now + day).astimezone(zone).utcoffset()


@pytest.mark.parametrize(
    ("contacts_own", "partners", "zone"),
    [
        ("Asia/Tokyo", "Europe/Rome", "Asia/Tokyo"),
        (None, "Europe/Rome", "Europe/Rome"),
        ("", "Europe/Rome", "Europe/Rome"),
        ("Europe/Atlantis", "Europe/Rome", "Europe/Rome"),
        ("America", "Europe/Rome", "Europe/Rome"),
        ("../../etc/passwd", "Europe/Rome", "Europe/Rome"),
        ("/etc/localtime", "Europe/Rome", "Europe/Rome"),
        ("Europe/R\0me", "Europe/Rome", "Europe/Rome"),
        ("zona\udcff", "Europe/Rome", "Europe/Rome"),
        ("x" * 5_000, "Europe/Rome", "Europe/Rome"),
        (None, "Europe/Atlantis", "UTC"),
    ],
)
def test_a_contact_without_a_zone_that_exists_has_its_partners(
    contacts_own: str | None, partners: str, zone: str
) -> None:
    assert zone_of(contacts_own, partners).key == zone


@given(st.text())
def test_whatever_is_typed_as_a_zone_gives_one(name: str) -> None:
    assert zone_of(name, "UTC").key in {name, "UTC"}


def test_what_makes_no_sense_is_named_by_its_path() -> None:
    assert [each.path for each in reasons_against(QuietHours(time(1), time(2), weekdays=frozenset()))] == ["/weekdays"]
    assert [each.path for each in reasons_against(QuietHours(time(1), time(2), weekdays=frozenset({7})))] == [
        "/weekdays"
    ]
    assert [each.path for each in reasons_against(QuietHours(time(1), time(1), weekdays=EVERY_DAY))] == ["/end"]
    assert [each.path for each in reasons_against(QuietHours(time(1, tzinfo=UTC), time(2)))] == ["/start"]
    assert not list(reasons_against(NIGHT))
