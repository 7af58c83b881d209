"""The benchmarks' meter counts capacity as AWS documents it."""

from typing import Any

import pytest

from signalbox.adapters.dynamodb.faults import CONDITION_FAILED, Refused
from tests.bench.meter import Meter, Units
from tests.contract.scripted import ScriptedClient

KB = 1024


def item(size: int) -> dict[str, Any]:
    """Make an item of so many bytes."""
    return {"pk": {"S": "a"}, "b": {"S": "x" * (size - len("pk") - len("a") - len("b"))}}


def batch(*sizes: int) -> dict[str, Any]:
    return {"Events": [{"PutRequest": {"Item": item(size)}} for size in sizes]}


PUTS = [{"Put": {"Item": item(KB)}}, {"Put": {"Item": item(KB + 1)}}, {"Delete": {"Key": {}}}]


@pytest.mark.parametrize(
    ("operation", "request_", "answer", "used"),
    [
        ("PutItem", {"TableName": "Events", "Item": item(KB)}, {}, Units(writes=1)),
        ("PutItem", {"TableName": "Events", "Item": item(KB + 1)}, {}, Units(writes=2)),
        ("DeleteItem", {"Key": {}}, {}, Units(writes=1)),
        ("BatchWriteItem", {"RequestItems": batch(100, KB, 3 * KB)}, {"UnprocessedItems": {}}, Units(writes=5)),
        ("BatchWriteItem", {"RequestItems": batch(100, KB)}, {"UnprocessedItems": batch(KB)}, Units(writes=1)),
        ("TransactWriteItems", {"TransactItems": PUTS}, {}, Units(writes=2 * (1 + 2 + 1))),
        ("GetItem", {"ConsistentRead": True}, {"Item": item(4 * KB)}, Units(reads=1)),
        ("GetItem", {"ConsistentRead": True}, {"Item": item(4 * KB + 1)}, Units(reads=2)),
        ("GetItem", {"ConsistentRead": True}, {}, Units(reads=1)),
        ("GetItem", {}, {"Item": item(5 * KB)}, Units(reads=1)),
        (
            "BatchGetItem",
            {"RequestItems": {"Events": {"Keys": [{}] * 4, "ConsistentRead": True}}},
            {"Responses": {"Events": [item(KB), item(5 * KB)]}, "UnprocessedKeys": {"Events": {"Keys": [{}]}}},
            Units(reads=1 + 2 + 1),
        ),
        ("Query", {"ConsistentRead": True}, {"Items": [item(KB)] * 5}, Units(reads=2)),
        ("Query", {}, {"Items": [item(KB)] * 4}, Units(reads=0.5)),
    ],
)
def test_a_call_costs_what_is_documented(
    operation: str, request_: dict[str, Any], answer: dict[str, Any], used: Units
) -> None:
    meter = Meter(ScriptedClient([answer]))

    meter.call(operation, request_)

    assert meter.units == used


@pytest.mark.parametrize(("standing", "writes"), [(None, 1), (item(3 * KB), 3)])
def test_a_failed_condition_costs_a_write_too(standing: dict[str, Any] | None, writes: int) -> None:
    class Refusing:
        def call(self, operation: str, _request: object) -> dict[str, Any]:
            raise Refused(operation, CONDITION_FAILED, 400, standing)

    meter = Meter(Refusing())

    with pytest.raises(Refused):
        meter.call("PutItem", {"TableName": "Events", "Item": item(KB)})

    assert meter.units == Units(writes=writes)


def test_a_put_into_an_index_costs_as_much_again_and_one_without_the_indexs_keys_does_not() -> None:
    keyed = item(2 * KB - len("flow") - len("f")) | {"flow": {"S": "f"}}
    meter = Meter(ScriptedClient([{}]), {"Deliveries": [["flow", "pk"], ["contact"], ["flow"]]})

    used = []
    for table, put in [("Deliveries", keyed), ("Deliveries", item(2 * KB)), ("Events", keyed)]:
        before = meter.units
        meter.call("PutItem", {"TableName": table, "Item": put})
        used.append((meter.units - before).writes)

    assert used == [6, 2, 2]


def test_calls_are_counted_by_what_they_do() -> None:
    meter = Meter(ScriptedClient([{}, {"Items": []}, {}]))

    meter.call("PutItem", {"TableName": "Events", "Item": item(3 * KB)})
    meter.call("Query", {"TableName": "Events", "ConsistentRead": True})
    meter.call("GetItem", {"TableName": "Events", "ConsistentRead": True})

    assert meter.calls == Units(writes=1, reads=2)
