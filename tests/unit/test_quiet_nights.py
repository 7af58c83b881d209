"""A night's message waits for the morning of whoever it is for, also in the nights when the clock is changed."""

import json
from datetime import datetime, time, timedelta

import pytest

from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.decisions import Match, Outcome
from signalbox.domain.quiet_hours import QuietHours
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import ANA, House

NIGHT = QuietHours(time(22), time(7))
NIGHTS = [
    ("Asia/Kolkata", "2026-03-01T17:00+00:00", "2026-03-02T01:30+00:00"),
    ("Europe/Rome", "2026-03-28T22:30+00:00", "2026-03-29T05:00+00:00"),  # an hour is left out
    ("Europe/Rome", "2026-10-24T21:30+00:00", "2026-10-25T06:00+00:00"),  # an hour comes twice
    ("America/New_York", "2026-11-01T03:00+00:00", "2026-11-01T12:00+00:00"),  # an hour comes twice
    ("Pacific/Auckland", "2026-04-04T10:00+00:00", "2026-04-04T19:00+00:00"),  # an hour comes twice
]
MS = timedelta(milliseconds=1)


@pytest.fixture
def house() -> House:
    house = House()
    house.change_flow(quiet_hours=NIGHT)
    return house


def happen(house: House, zone: str, at: datetime) -> Match:
    """Let Ana, who lives in that zone, do something."""
    house.clock.instant = at
    house.contacts.profiles[ANA] = Contact(*ANA, {"timezone": Trait(json.dumps(zone), NOON)})
    house.events.append(makers.event(occurred_at=at, received_at=at), 1)
    return makers.match(received_at=at, matched_at=at)


@pytest.mark.parametrize(("zone", "at", "morning"), NIGHTS)
def test_what_is_found_at_night_is_sent_in_the_morning_by_the_contacts_clock(
    house: House, zone: str, at: str, morning: str
) -> None:
    ends_at = datetime.fromisoformat(morning)

    decision = house.service.send(happen(house, zone, datetime.fromisoformat(at)))
    assert (decision.outcome, decision.due_at) == (Outcome.DEFERRED, ends_at)

    house.clock.instant = ends_at - MS
    assert house.service.send(makers.match(received_at=decision.received_at)).outcome is Outcome.DEFERRED
    house.clock.instant = ends_at
    (due,) = house.deferrals.due(PARTNER_ID, ends_at)
    assert house.service.send(due.match).outcome is Outcome.SENT
    assert len(house.channel.sent) == 1


def test_at_one_instant_it_is_night_for_some_and_day_for_others() -> None:
    at, asleep = datetime.fromisoformat("2026-10-25T00:30+00:00"), set[str]()
    for zone, _, _ in NIGHTS:
        house = House()
        house.change_flow(quiet_hours=NIGHT)
        if house.service.send(happen(house, zone, at)).outcome is Outcome.DEFERRED:
            asleep.add(zone)

    assert asleep == {"Asia/Kolkata", "Europe/Rome"}  # 06:00 and 02:30; it is 20:30 in New York and 13:30 in Auckland
