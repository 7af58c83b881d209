"""What the adapters ask of DynamoDB: fresh answers, few calls, and only the partitions they need."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from signalbox.adapters.dynamodb import definition_keys, keys
from signalbox.domain.flows import FlowStatus
from signalbox.domain.queries import Window
from tests.contract.backends import DYNAMODB_LOCAL
from tests.contract.conftest import Database
from tests.unit.makers import NOON, cursor, event, flow, trigger

ANA = "ana@example.org"


@contextmanager
def requests(database: Database) -> Iterator[list[Mapping[str, Any]]]:
    """Note the request of each call."""
    noted: list[Mapping[str, Any]] = []
    before = len(database.client.noted)
    yield noted
    noted.extend(request for _, request in database.client.noted[before:])


@DYNAMODB_LOCAL
def test_every_read_of_a_table_is_strongly_consistent(database: Database, partner_id: str) -> None:
    stores = database.stores()

    with requests(database) as noted:
        stores.partners.find(partner_id)
        list(stores.events.read(partner_id, 2, Window(NOON, NOON + timedelta(hours=1))))
        stores.events.find(partner_id, 1, "event-1", NOON)
        stores.events.find_all(partner_id, 1, {"event-1": NOON})
        stores.identities.find(partner_id, "client-1")
        list(stores.held_events.of_client(partner_id, "client-1"))
        stores.contacts.find(partner_id, ANA)
        stores.contacts.view(partner_id, ANA)
        stores.contacts.traits_of(partner_id, [ANA])
        list(stores.live_flows.partner_ids())
        stores.live_flows.of_partner(partner_id)
        stores.live_flows.flow(partner_id, "flow_1")
        stores.cursors.of_partner(partner_id)
        stores.deliveries.find(partner_id, "flow_1", "event-1")
        stores.definitions.trigger(partner_id, "trigger_1")

    asked = [
        request["ConsistentRead"]
        for params in noted
        for request in (params.get("RequestItems") or {"": params}).values()
    ]
    assert len(asked) >= 15
    assert all(asked)


@DYNAMODB_LOCAL
def test_a_contact_is_viewed_with_one_query(database: Database, partner_id: str) -> None:
    with requests(database) as noted:
        database.stores().contacts.view(partner_id, ANA)

    assert len(noted) == 1


@DYNAMODB_LOCAL
def test_a_window_is_read_with_one_query_for_each_hour_and_shard(database: Database, partner_id: str) -> None:
    with requests(database) as noted:
        list(database.stores().events.read(partner_id, 3, Window(NOON, NOON + timedelta(hours=1))))

    assert len({params["ExpressionAttributeValues"][":pk"]["S"] for params in noted}) == len(noted) == 2 * 3


@DYNAMODB_LOCAL
def test_events_are_asked_for_as_they_are_taken(database: Database, partner_id: str) -> None:
    stores = database.stores()
    stores.events.append(event(partner_id=partner_id), 1)

    with requests(database) as noted:
        next(stores.events.read(partner_id, 1, Window(NOON - timedelta(hours=1), NOON + timedelta(hours=9))))

    assert len(noted) == 2  # of the eleven hours, the empty one before noon and the one with the event


@DYNAMODB_LOCAL
def test_events_are_found_a_hundred_at_a_time_and_none_twice(database: Database, partner_id: str) -> None:
    stores, received_at = database.stores(), {f"event-{number}": NOON for number in range(101)}
    for event_id in received_at:
        stores.events.append(event(partner_id=partner_id, event_id=event_id), 2)
    absent = next(name for name in map(str, range(100)) if keys.event_shard(name, 2) == keys.event_shard(name, 1))

    with requests(database) as noted:
        found = stores.events.find_all(partner_id, 2, {**received_at, absent: NOON})

    asked = [(key["pk"]["S"], key["sk"]["S"]) for each in noted for key in each["RequestItems"]["Events"]["Keys"]]
    assert found.keys() == received_at.keys()
    assert len(noted) == 2
    assert len(asked) == len(set(asked)) == 102


@DYNAMODB_LOCAL
def test_what_runs_is_read_from_its_place_and_its_triggers_head_alone(database: Database, partner_id: str) -> None:
    stores = database.stores()
    for version in (1, 2, 3):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id, version=version))
        stores.definitions.launch(flow(partner_id=partner_id, version=version), cursor(partner_id=partner_id))

    with requests(database) as noted:
        stores.live_flows.of_partner(partner_id)

    _, place, heads = noted
    assert database.client.query(**place)["ScannedCount"] == 1
    assert [key["sk"]["S"] for key in heads["RequestItems"]["Registry"]["Keys"]] == ["trigger#trigger_1"]


@DYNAMODB_LOCAL
def test_what_runs_is_read_again_only_when_a_trigger_or_a_flow_was_changed(database: Database, partner_id: str) -> None:
    stores = database.stores()
    stores.definitions.commit_trigger(trigger(partner_id=partner_id))
    stores.definitions.launch(flow(partner_id=partner_id), cursor(partner_id=partner_id))
    stores.live_flows.of_partner(partner_id)

    with requests(database) as noted:
        stores.live_flows.of_partner(partner_id)
    stores.definitions.commit_trigger(trigger(partner_id=partner_id, version=2))
    ((_, committed),) = stores.live_flows.of_partner(partner_id)
    stores.definitions.save_flow(flow(partner_id=partner_id, version=2, status=FlowStatus.PAUSED))

    assert [params["Key"]["sk"]["S"] for params in noted] == ["revision"]
    assert committed.version == 2
    assert stores.live_flows.of_partner(partner_id) == []


@DYNAMODB_LOCAL
def test_every_version_is_kept(database: Database, partner_id: str) -> None:
    stores = database.stores()
    for version in (1, 2):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id, version=version, sql=f"SELECT {version}"))
        stores.definitions.save_flow(flow(partner_id=partner_id, version=version, name=f"Version {version}"))

    items = database.client.query(
        TableName="Registry",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": keys.registry(partner_id)}},
    )["Items"]

    stored = {item["sk"]["S"]: item for item in items}
    for version in (1, 2):
        assert stored[definition_keys.trigger_version("trigger_1", version)]["sql"] == {"S": f"SELECT {version}"}
        assert stored[definition_keys.flow_version("flow_1", version)]["name"] == {"S": f"Version {version}"}
