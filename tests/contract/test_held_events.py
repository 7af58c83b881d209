"""The `HeldEvents` port, and that a release moves an event into the `Events` port exactly once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from signalbox.adapters.dynamodb import keys
from signalbox.domain.errors import Transient
from signalbox.domain.events import HeldEvent
from signalbox.domain.queries import Window
from tests.contract.backends import ATOMIC, CALLERS, DATABASES, at_once, noise
from tests.contract.conftest import Database, Stores
from tests.fakes.rows import events_in
from tests.unit.makers import NOON, event

MS = timedelta(milliseconds=1)
WEEK = timedelta(days=7)
AROUND_NOON = Window(NOON - timedelta(hours=1), NOON + timedelta(hours=1))


def held(partner_id: str, event_id: str = "event-1", received_at: datetime = NOON) -> HeldEvent:
    nobodys = event(partner_id=partner_id, event_id=event_id, identity=None, email=None, received_at=received_at)
    return HeldEvent(nobodys, received_at + WEEK)


@pytest.mark.parametrize("event_id", ["event-1", "", "#", "a#b", "~", "~a", "\U0001f600" * 100, "x" * 5000])
@pytest.mark.parametrize("body", ["{}", '{"a":"b"}' * 2000])
def test_a_held_event_comes_back_as_it_was(stores: Stores, partner_id: str, event_id: str, body: str) -> None:
    kept = held(partner_id, event_id)
    kept = HeldEvent(replace(kept.event, body=body, client_id="c#1"), kept.expires_at + MS)

    stores.held_events.hold(kept)

    assert list(stores.held_events.of_client(partner_id, "c#1")) == [kept]


def test_the_first_of_a_name_is_held(stores: Stores, partner_id: str) -> None:
    first = held(partner_id)
    stores.held_events.hold(first)

    stores.held_events.hold(held(partner_id, received_at=NOON + MS))

    assert list(stores.held_events.of_client(partner_id, "client-1")) == [first]


@DATABASES
def test_one_held_past_its_time_makes_room_though_it_is_not_deleted_yet(stores: Stores, partner_id: str) -> None:
    late = held(partner_id, received_at=NOON + WEEK)
    stores.held_events.hold(held(partner_id))

    stores.held_events.hold(late)

    assert list(stores.held_events.of_client(partner_id, "client-1")) == [late]


@DATABASES
def test_one_held_to_its_last_millisecond_does_not_make_room(stores: Stores, partner_id: str) -> None:
    early = held(partner_id)
    stores.held_events.hold(early)

    stores.held_events.hold(held(partner_id, received_at=NOON + WEEK - MS))

    assert list(stores.held_events.of_client(partner_id, "client-1")) == [early]


def test_a_release_moves_the_event(stores: Stores, partner_id: str) -> None:
    kept = held(partner_id)
    released = replace(kept.event, identity="ana@example.org", received_at=NOON + MS)
    stores.held_events.hold(kept)

    assert stores.held_events.release(kept, released, 3)

    assert list(stores.held_events.of_client(partner_id, "client-1")) == []
    assert events_in(stores.events, partner_id, 3, AROUND_NOON) == [released]


def test_what_is_not_held_any_more_is_not_released(stores: Stores, partner_id: str) -> None:
    kept = held(partner_id)
    stores.held_events.hold(kept)
    stores.held_events.release(kept, replace(kept.event, received_at=NOON + MS), 1)

    assert not stores.held_events.release(kept, replace(kept.event, received_at=NOON + 2 * MS), 1)

    assert [each.received_at for each in events_in(stores.events, partner_id, 1, AROUND_NOON)] == [NOON + MS]


@ATOMIC
def test_of_many_releases_at_once_one_wins(stores: Stores, partner_id: str) -> None:
    kept = held(partner_id)
    stores.held_events.hold(kept)

    answers = at_once(
        lambda number: stores.held_events.release(kept, replace(kept.event, received_at=NOON + number * MS), 2)
    )

    assert answers.count(True) == 1
    assert set(answers) <= {True, False, Transient}
    assert len(events_in(stores.events, partner_id, 2, Window(NOON - MS, NOON + CALLERS * MS))) == 1
    assert list(stores.held_events.of_client(partner_id, "client-1")) == []


@ATOMIC
def test_of_many_holds_of_one_name_at_once_one_stays(stores: Stores, partner_id: str) -> None:
    at_once(lambda number: stores.held_events.hold(held(partner_id, received_at=NOON + number * MS)))

    assert len(list(stores.held_events.of_client(partner_id, "client-1"))) == 1


def test_clients_and_partners_are_held_apart(stores: Stores, partner_id: str) -> None:
    other = held(f"{partner_id}_b")
    neighbour = held(partner_id)
    stores.held_events.hold(HeldEvent(replace(other.event, client_id="c"), other.expires_at))
    stores.held_events.hold(HeldEvent(replace(neighbour.event, client_id="c#client-1"), neighbour.expires_at))

    found = [list(stores.held_events.of_client(partner_id, each)) for each in ("c", "client-1", "_b#c", "")]

    assert found == [[], [], [], []]


def test_all_that_is_held_is_given_page_by_page(stores: Stores, partner_id: str) -> None:
    for number in range(40):  # over 1 MB together
        kept = held(partner_id, str(number))
        stores.held_events.hold(HeldEvent(replace(kept.event, body=noise(number)), kept.expires_at))

    assert len(list(stores.held_events.of_client(partner_id, "client-1"))) == 40


@DATABASES
def test_a_held_event_is_deleted_no_sooner_than_its_end(database: Database, partner_id: str) -> None:
    database.stores().held_events.hold(held(partner_id, received_at=NOON + MS))

    key = {name: {"S": value} for name, value in keys.held_event(partner_id, "client-1", "event-1").items()}
    item = database.client.get_item(TableName="Unidentified", Key=key)["Item"]

    assert int(item["expires_at"]["N"]) == (NOON + WEEK + timedelta(seconds=1)).timestamp()
