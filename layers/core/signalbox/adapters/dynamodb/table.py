"""One table through a client: the few calls that the stores make, their faults made the product's errors."""

import os
import time
from collections.abc import Iterator, Sequence
from typing import Any

from signalbox.adapters.dynamodb.client import PATIENCE, Client
from signalbox.adapters.dynamodb.faults import CONDITION_FAILED, Contended, Fault, Refused
from signalbox.adapters.dynamodb.keys import Key
from signalbox.adapters.dynamodb.values import (
    MAX_ITEM_BYTES,
    Item,
    Stored,
    Values,
    from_item,
    stored_size,
    to_item,
)
from signalbox.domain.errors import Conflict, Throttled, TooLarge

type Write = dict[str, Any]
"""One write of a transaction, in the form of DynamoDB's TransactWriteItems."""

WRITTEN_AT_ONCE = 25  # AWS: "BatchWriteItem"
UNTAKEN = "attribute_not_exists(pk)"
TAKEN = "attribute_exists(pk)"

_LONGEST_PAUSE_S = 0.1  # a transaction is over in a few hundredths of a second


class Table:
    """A table by its name; reads are strongly consistent."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name

    def get(self, key: Key) -> Stored | None:
        """Give one item, None when it is not there."""
        answer = _called(self._client, "GetItem", {**self._names(key), "ConsistentRead": True})
        return from_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, wanted: Sequence[Key]) -> Iterator[Stored]:
        """Give those of up to 100 different items that are there, in no order."""
        pending: Any = {self._name: {"Keys": [to_item(key) for key in wanted], "ConsistentRead": True}}
        while pending:
            answer = _called(self._client, "BatchGetItem", {"RequestItems": pending})
            found = answer["Responses"].get(self._name, [])
            pending = answer.get("UnprocessedKeys")
            if pending and not found:  # with progress it was the size of the answer, else the rate
                raise Throttled("DynamoDB gave none of the items asked for")
            yield from map(from_item, found)

    def put(self, values: Values) -> None:
        """Write an item whatever was there."""
        _called(self._client, "PutItem", {"TableName": self._name, "Item": _fitting(values)})

    def put_all(self, items: Sequence[Values]) -> None:
        """Write up to 25 items of different keys in one call; what DynamoDB leaves over is sent again for a moment."""
        self._write_all([{"PutRequest": {"Item": _fitting(values)}} for values in items])

    def delete_all(self, unwanted: Sequence[Key]) -> None:
        """Delete up to 25 different items in one call, as `put_all` writes them."""
        self._write_all([{"DeleteRequest": {"Key": to_item(key)}} for key in unwanted])

    def delete(self, key: Key) -> None:
        """Delete an item; one that is not there stays so."""
        _called(self._client, "DeleteItem", self._names(key))

    def delete_if(self, key: Key, condition: str, operands: Values) -> bool:
        """Delete an item when the condition holds, and tell whether it did."""
        request = {**self._names(key), "ConditionExpression": condition, **_operands(operands)}
        try:
            self._client.call("DeleteItem", request)
        except Refused as refused:
            if refused.code == CONDITION_FAILED:
                return False
            raise refused.error from None
        except Fault as fault:
            raise fault.error from None
        return True

    def put_if(self, condition: str, values: Values, operands: Values | None = None) -> Stored | None:
        """Write an item when the condition holds; None when it was written.

        Otherwise the item that stands in the way, empty when there is none.
        """
        request = {
            "TableName": self._name,
            "Item": _fitting(values),
            "ConditionExpression": condition,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            **_operands(operands),
        }
        try:
            self._client.call("PutItem", request)
        except Refused as refused:
            if refused.code == CONDITION_FAILED:
                return from_item(refused.item)
            raise refused.error from None
        except Fault as fault:
            raise fault.error from None
        return None

    def put_version(self, values: Values, conflict: str) -> None:
        """Write an item of version n where that of n - 1 stands (0: none); what stands as written was this before."""
        version = int(str(values["version"]))
        standing = (
            self.put_if(UNTAKEN, values)
            if version == 1
            else self.put_if("version = :previous", values, {":previous": version - 1})
        )
        if standing is not None and standing != from_item(to_item(values)):
            raise Conflict(conflict)

    def query(self, condition: str, operands: Values, *, backwards: bool = False) -> Iterator[Stored]:
        """Give the items of one partition that the condition names, in key order, page by page as they are taken."""
        order = {"ScanIndexForward": False} if backwards else {}
        request = {"KeyConditionExpression": condition, "ConsistentRead": True, **order}
        return map(from_item, self._pages({**request, **_operands(operands)}))

    def query_items(self, condition: str, operands: Values, *, backwards: bool = False) -> Iterator[Item]:
        """Give them in DynamoDB's own form, for a reader of very many."""
        order = {"ScanIndexForward": False} if backwards else {}
        request = {"KeyConditionExpression": condition, "ConsistentRead": True, **order}
        return self._pages({**request, **_operands(operands)})

    def query_index(self, index: str, condition: str, operands: Values, before: Key | None = None) -> Iterator[Item]:
        """Give the items of one partition of an index, the last first; an index is behind its table by moments.

        They are in DynamoDB's own form, since readers take very many. `before` is the key, the index's and the table's
        together, behind which to go on; nothing need be there still.
        """
        request: dict[str, Any] = {"IndexName": index, "KeyConditionExpression": condition, "ScanIndexForward": False}
        if before is not None:
            request["ExclusiveStartKey"] = to_item(before)
        return self._pages({**request, **_operands(operands)})

    def query_index_in_order(self, index: str, condition: str, operands: Values, at_once: int) -> Iterator[Stored]:
        """Give the items of one partition of an index, the first first, `at_once` to a call."""
        request = {"IndexName": index, "KeyConditionExpression": condition, "Limit": at_once}
        return map(from_item, self._pages({**request, **_operands(operands)}))

    def count_index(self, index: str, condition: str, operands: Values, at_once: int) -> int:
        """Count the items of one partition of an index, `at_once` to a call."""
        request = {"IndexName": index, "KeyConditionExpression": condition, "Select": "COUNT", "Limit": at_once}
        return sum(page["Count"] for page in self._answers({**request, **_operands(operands)}))

    def put_request(self, values: Values, condition: str | None = None, operands: Values | None = None) -> Write:
        """Make a write of a transaction."""
        conditional = {} if condition is None else {"ConditionExpression": condition}
        return {"Put": {"TableName": self._name, "Item": _fitting(values), **conditional, **_operands(operands)}}

    def count_request(self, key: Key, attribute: str) -> Write:
        """Make counting one up a write of a transaction."""
        count = {"UpdateExpression": f"ADD {attribute} :one", "ExpressionAttributeValues": to_item({":one": 1})}
        return {"Update": {**self._names(key), **count}}

    def delete_request(self, key: Key, condition: str | None = None, operands: Values | None = None) -> Write:
        """Make a deletion of a transaction."""
        conditional = {} if condition is None else {"ConditionExpression": condition}
        return {"Delete": {**self._names(key), **conditional, **_operands(operands)}}

    def _write_all(self, requests: list[dict[str, Any]]) -> None:
        pending: Any = {self._name: requests}
        patient_until = time.monotonic() + PATIENCE.total_seconds()
        while pending := _called(self._client, "BatchWriteItem", {"RequestItems": pending}).get("UnprocessedItems"):
            if not _paused(patient_until):
                raise Throttled("DynamoDB did not take all items of a batch")

    def _names(self, key: Key) -> dict[str, Any]:
        return {"TableName": self._name, "Key": to_item(key)}

    def _pages(self, request: dict[str, Any]) -> Iterator[Item]:
        for page in self._answers(request):
            yield from page["Items"]

    def _answers(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        while True:
            page = _called(self._client, "Query", {"TableName": self._name, **request})
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def transact(client: Client, writes: Sequence[Write]) -> None:
    """Do all of the writes or none; raises Conflict when a condition does not hold.

    Two transactions on one item cancel each other, which a client does not try again: here it is, for a moment.
    """
    patient_until = time.monotonic() + PATIENCE.total_seconds()
    while True:
        try:
            _called(client, "TransactWriteItems", {"TransactItems": writes})
        except Contended:
            if not _paused(patient_until):
                raise
        else:
            return


def _called(client: Client, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    try:
        return client.call(operation, request)
    except Fault as fault:
        raise fault.error from None


def _paused(patient_until: float) -> bool:
    """Wait for a random moment, unless patience would end in it: then False, at once."""
    pause_s = _LONGEST_PAUSE_S * os.urandom(1)[0] / 255
    if time.monotonic() + pause_s > patient_until:
        return False
    time.sleep(pause_s)
    return True


def _fitting(values: Values) -> Item:
    if stored_size(values) > MAX_ITEM_BYTES:
        raise TooLarge("it is larger than the 400 KB that the store can hold of one thing")
    return to_item(values)


def _operands(operands: Values | None) -> dict[str, Any]:
    return {"ExpressionAttributeValues": to_item(operands)} if operands else {}
