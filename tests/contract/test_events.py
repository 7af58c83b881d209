"""The `Events` port."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.domain.errors import Misconfigured, Throttled, TooLarge
from signalbox.domain.events import from_ms
from signalbox.domain.queries import Window
from tests.contract import scripted
from tests.contract.backends import DATABASES, DYNAMODB_LOCAL, noise
from tests.contract.conftest import RETENTION_DAYS, Database, Stores
from tests.fakes.rows import events_in
from tests.unit.makers import NOON, event

MS = timedelta(milliseconds=1)
HOUR = timedelta(hours=1)
AROUND_NOON = Window(NOON - HOUR, NOON + HOUR)
PUT = {"PutRequest": {"Item": {"pk": {"S": "a"}}}}
LEFT_OVER = {"UnprocessedItems": {"Events": [PUT]}}

SHAPES: dict[str, dict[str, Any]] = {
    "as events are": {},
    "identify": {"event_type": "identify", "event_name": "identify"},
    "a predefined type": {"event_type": "page_view", "event_name": "page_view"},
    "a custom event named like a predefined type": {"event_type": "custom_page_view", "event_name": "page_view"},
    "a custom event named custom_": {"event_type": "custom_custom_", "event_name": "custom_"},
    "a name that does not follow from the type": {"event_type": "search", "event_name": "another"},
    "nobody": {"identity": None, "email": None},
    "an identity without an address": {"identity": "ana@example.org", "email": None},
    "an address that is its identity": {"identity": "ana@example.org", "email": "ana@example.org"},
    "an address without an identity": {"identity": None, "email": "ana@example.org"},
    "a user": {"user_id": "u#1"},
    "an empty user id": {"user_id": ""},
    "times that differ": {"occurred_at": NOON - MS, "sent_at": from_ms(1524776691259)},
    "a year far away": {"sent_at": from_ms(-62135596800000)},
    "a client id with the separator": {"client_id": "a#b#"},
    "an event id with the separator": {"event_id": "#a##b"},
    "an event id that looks escaped": {"event_id": "~a"},
    "an event id that looks like a digest": {"event_id": "~" + "0" * 64},
    "an empty event id": {"event_id": ""},
    "a long event id of wide letters": {"event_id": "\U0001f600" * 100},
    "an event id longer than a key": {"event_id": "x" * 5000},
    "a body of wide letters": {"body": '{"a":"é\U0001f600\\u0000"}'},
    "a body that is compressed": {"body": '{"a":"' + "é" * 5000 + '"}'},
    "a body that cannot be compressed": {"body": noise(0)},
    "numbers to the last digit": {"body": '{"a":12345678901234567890123456789012345678,"b":1.10}'},
}


@pytest.mark.parametrize("changes", SHAPES.values(), ids=SHAPES.keys())
def test_an_event_comes_back_as_it_was_stored(stores: Stores, partner_id: str, changes: dict[str, object]) -> None:
    stored = event(partner_id=partner_id, **changes)

    stores.events.append(stored, 4)

    assert events_in(stores.events, partner_id, 4, AROUND_NOON) == [stored]
    assert stores.events.find(partner_id, 4, stored.event_id, NOON) == stored
    assert stores.events.find_all(partner_id, 4, {stored.event_id: NOON, "another": NOON}) == {stored.event_id: stored}


def test_an_event_that_was_held_tells_since_when(stores: Stores, partner_id: str) -> None:
    stored = event(partner_id=partner_id, held_since=NOON - HOUR)

    stores.events.append(stored, 4)

    assert stores.events.find(partner_id, 4, stored.event_id, NOON) == stored


def test_the_newest_come_first_across_hours_and_shards(stores: Stores, partner_id: str) -> None:
    instants = [NOON - HOUR, NOON - MS, NOON, NOON, NOON + MS, NOON + HOUR, NOON + HOUR + MS]
    for number, received_at in enumerate(instants):
        stores.events.append(event(partner_id=partner_id, event_id=str(number), received_at=received_at), 3)

    rows = list(stores.events.newest(partner_id, 3, AROUND_NOON))

    assert [row[0] for row in rows] == ["5", "4", "3", "2", "1"]
    assert rows == sorted(
        stores.events.read(partner_id, 3, AROUND_NOON), key=lambda row: (row[1], row[0]), reverse=True
    )


def test_a_window_is_open_at_its_start_and_closed_at_its_end(stores: Stores, partner_id: str) -> None:
    for number, received_at in enumerate([NOON - MS, NOON, NOON + MS, NOON + 5 * MS, NOON + 6 * MS]):
        stores.events.append(event(partner_id=partner_id, event_id=str(number), received_at=received_at), 3)

    read = events_in(stores.events, partner_id, 3, Window(NOON, NOON + 5 * MS))

    assert {each.event_id for each in read} == {"2", "3"}


def test_a_window_ends_exactly_whatever_the_events_are_named(stores: Stores, partner_id: str) -> None:
    for name in ("", "#", "~", "0", "\U0001f600", "￿"):
        for received_at in (NOON, NOON + MS):
            stores.events.append(event(partner_id=partner_id, event_id=name, received_at=received_at), 1)

    before, after = (
        [each.received_at for each in events_in(stores.events, partner_id, 1, window)]
        for window in (Window(NOON - MS, NOON), Window(NOON, NOON + MS))
    )

    assert before == [NOON] * 6
    assert after == [NOON + MS] * 6


@pytest.mark.parametrize("end", [NOON, NOON - MS, NOON - 3 * HOUR])
def test_a_window_that_spans_nothing_holds_nothing(stores: Stores, partner_id: str, end: datetime) -> None:
    stores.events.append(event(partner_id=partner_id), 2)

    assert events_in(stores.events, partner_id, 2, Window(NOON, end)) == []


def test_windows_side_by_side_find_every_event_once_across_hours(stores: Stores, partner_id: str) -> None:
    instants = [NOON + offset * timedelta(minutes=7, milliseconds=1) for offset in range(-20, 21)]
    edges = [NOON - 3 * HOUR, NOON - 2 * HOUR, NOON - MS, NOON, NOON + timedelta(minutes=59), NOON + 3 * HOUR]
    for number, received_at in enumerate(instants):
        stores.events.append(event(partner_id=partner_id, event_id=str(number), received_at=received_at), 3)

    found = [
        each.event_id
        for start, end in pairwise(edges)
        for each in events_in(stores.events, partner_id, 3, Window(start, end))
    ]

    assert sorted(found, key=int) == [str(number) for number in range(len(instants))]


def test_events_of_one_shard_come_in_the_order_of_their_receipt(stores: Stores, partner_id: str) -> None:
    instants = [NOON + offset * timedelta(minutes=13) for offset in (3, -4, 0, 5, -1)]
    for number, received_at in enumerate(instants):
        stores.events.append(event(partner_id=partner_id, event_id=str(number), received_at=received_at), 1)

    read = events_in(stores.events, partner_id, 1, Window(NOON - 2 * HOUR, NOON + 2 * HOUR))

    assert [each.received_at for each in read] == sorted(instants)


def test_an_event_stored_twice_is_there_once(stores: Stores, partner_id: str) -> None:
    stored = event(partner_id=partner_id)

    for _ in range(2):
        stores.events.append(stored, 2)

    assert events_in(stores.events, partner_id, 2, AROUND_NOON) == [stored]


def test_a_repeat_that_arrives_later_is_read_too(stores: Stores, partner_id: str) -> None:
    first = event(partner_id=partner_id)
    repeat = replace(first, received_at=NOON + MS)

    for each in (first, repeat):
        stores.events.append(each, 2)

    assert events_in(stores.events, partner_id, 2, AROUND_NOON) == [first, repeat]


def test_many_events_stored_in_one_call_come_back_as_they_were(stores: Stores, partner_id: str) -> None:
    shapes = list(SHAPES.values())
    many = [event(**{"partner_id": partner_id, "event_id": str(number), **shapes[number % 24]}) for number in range(25)]

    stores.events.append_all(many, 4)

    read = events_in(stores.events, partner_id, 4, AROUND_NOON)
    assert sorted(read, key=lambda each: each.event_id) == sorted(many, key=lambda each: each.event_id)


def test_many_events_stored_again_are_there_once(stores: Stores, partner_id: str) -> None:
    many = [event(partner_id=partner_id, event_id=str(number)) for number in range(3)]
    stores.events.append(many[0], 2)

    for _ in range(2):
        stores.events.append_all(many, 2)

    assert len(events_in(stores.events, partner_id, 2, AROUND_NOON)) == 3


@DATABASES
def test_of_many_events_that_are_stored_in_one_call_the_expiry_is_each_ones_own(
    database: Database, partner_id: str
) -> None:
    database.stores().events.append_all([event(partner_id=partner_id, received_at=NOON + MS)], 1)

    item = database.client.get_item(TableName="Events", Key=_key(partner_id, "event-1", NOON + MS))["Item"]

    assert int(item["expires_at"]["N"]) == (NOON + timedelta(days=RETENTION_DAYS, seconds=1)).timestamp()


def test_what_the_database_leaves_over_is_sent_again_until_it_is_taken() -> None:
    client = scripted.ScriptedClient([LEFT_OVER, LEFT_OVER, {"UnprocessedItems": {}}])

    DynamoEvents(client, "Events", RETENTION_DAYS).append_all([event()], 1)

    assert client.asked[1:] == [{"RequestItems": {"Events": [PUT]}}] * 2


def test_what_the_database_keeps_leaving_over_is_an_error() -> None:
    client = scripted.ScriptedClient([LEFT_OVER])

    with pytest.raises(Throttled):
        DynamoEvents(client, "Events", RETENTION_DAYS).append_all([event()], 1)


@DATABASES
def test_events_of_which_one_cannot_be_stored_raise(stores: Stores, partner_id: str) -> None:
    body = "".join(noise(seed) for seed in range(20))  # over 400 KB however it is packed

    with pytest.raises(TooLarge):
        stores.events.append_all([event(partner_id=partner_id), event(partner_id=partner_id, body=body)], 1)


def test_events_from_before_a_partner_got_more_shards_are_found(stores: Stores, partner_id: str) -> None:
    early = [event(partner_id=partner_id, event_id=f"early-{number}") for number in range(20)]
    for each in early:
        stores.events.append(each, 2)

    found = [stores.events.find(partner_id, 7, each.event_id, NOON) for each in early]

    assert found == early
    assert stores.events.find_all(partner_id, 7, {each.event_id: NOON for each in early}) == {
        each.event_id: each for each in early
    }
    assert len(events_in(stores.events, partner_id, 7, AROUND_NOON)) == len(early)


def test_an_event_is_found_by_its_instant_as_well_as_its_name(stores: Stores, partner_id: str) -> None:
    stores.events.append(event(partner_id=partner_id), 2)

    assert stores.events.find(partner_id, 2, "event-1", NOON + MS) is None
    assert stores.events.find(partner_id, 2, "event-2", NOON) is None
    assert stores.events.find_all(partner_id, 2, {"event-1": NOON + MS, "event-2": NOON}) == {}


def test_a_partner_sees_its_own_events_only(stores: Stores, partner_id: str) -> None:
    other = f"{partner_id}0"
    stores.events.append(event(partner_id=other, event_id=f"{partner_id}#x"), 1)

    assert events_in(stores.events, partner_id, 1, AROUND_NOON) == []
    assert stores.events.find(partner_id, 1, f"{partner_id}#x", NOON) is None
    assert stores.events.find_all(partner_id, 1, {f"{partner_id}#x": NOON}) == {}


def test_more_events_than_one_answer_holds_are_all_read(stores: Stores, partner_id: str) -> None:
    for number in range(40):
        stores.events.append(
            event(partner_id=partner_id, event_id=str(number), body=noise(number)), 1
        )  # over 1 MB together

    read = events_in(stores.events, partner_id, 1, AROUND_NOON)

    assert len({each.event_id for each in read}) == len(read) == 40


@DATABASES
def test_an_event_once_written_never_changes(stores: Stores, partner_id: str) -> None:
    first = event(partner_id=partner_id)
    stores.events.append(first, 1)

    stores.events.append(replace(first, body="{}"), 1)

    assert events_in(stores.events, partner_id, 1, AROUND_NOON) == [first]


@DATABASES
def test_an_event_expires_when_its_retention_ends(database: Database, partner_id: str) -> None:
    database.stores().events.append(event(partner_id=partner_id, received_at=NOON + MS), 1)

    item = database.client.get_item(TableName="Events", Key=_key(partner_id, "event-1", NOON + MS))["Item"]

    kept_until = int(item["expires_at"]["N"])
    assert kept_until == (NOON + timedelta(days=RETENTION_DAYS, seconds=1)).timestamp()


@DYNAMODB_LOCAL
def test_an_ordinary_event_costs_one_write_unit(database: Database, partner_id: str) -> None:
    ordinary = event(
        partner_id=partner_id,
        event_id="0" * 32,
        client_id="92adbc3c-c22b-49bf-a9ae-11d9e8b3e6b4",
        user_id="97980cfea0067",
        sent_at=NOON - timedelta(seconds=1),
        occurred_at=NOON - timedelta(seconds=1),
        body=bytes(range(32, 127)).decode() * 4 + "x" * 20,
    )
    database.stores().events.append(ordinary, 1)

    item = database.client.get_item(TableName="Events", Key=_key(partner_id, ordinary.event_id, NOON))["Item"]
    cost = database.client.put_item(TableName="Events", Item=item, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]

    assert len(ordinary.body) == 400
    assert "S" in item["body"]
    assert cost["CapacityUnits"] == 1


@DATABASES
def test_a_body_that_compresses_is_stored_small(database: Database, partner_id: str) -> None:
    large = event(partner_id=partner_id, body='{"product":"shoe"}' * 200)
    database.stores().events.append(large, 1)

    item = database.client.get_item(TableName="Events", Key=_key(partner_id, "event-1", NOON))["Item"]

    assert len(item["body"]["B"]) < 200


@DATABASES
def test_a_reader_without_a_retention_may_not_store(database: Database, partner_id: str) -> None:
    reader = DynamoEvents(database.client, "Events")

    with pytest.raises(Misconfigured):
        reader.append(event(partner_id=partner_id), 1)


def _key(partner_id: str, event_id: str, received_at: datetime) -> dict[str, dict[str, str]]:
    key = keys.event(partner_id, keys.event_shard(event_id, 1), received_at, event_id)
    return {name: {"S": value} for name, value in key.items()}
