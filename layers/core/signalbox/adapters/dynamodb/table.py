"""One table through a low-level client: the few calls that the stores make, their faults translated."""

import random
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from signalbox.adapters.dynamodb.client import TRANSACTION_PATIENCE
from signalbox.adapters.dynamodb.faults import Contended, translated
from signalbox.adapters.dynamodb.keys import Key
from signalbox.adapters.dynamodb.values import MAX_ITEM_BYTES, Item, Stored, Values, from_item, stored_size, to_item
from signalbox.domain.errors import Throttled, TooLarge

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, TransactWriteItemTypeDef

UNTAKEN = "attribute_not_exists(pk)"
TAKEN = "attribute_exists(pk)"

_CONFLICT_PAUSE_S = 0.1  # a transaction is over in a few hundredths of a second


class Table:
    """A table by its name; reads are strongly consistent."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def get(self, key: Key) -> Stored | None:
        """Give one item, None when it is not there."""
        with translated():
            answer = self._client.get_item(TableName=self._name, Key=to_item(key), ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, wanted: Sequence[Key]) -> Iterator[Stored]:
        """Give those of up to 100 different items that are there, in no order."""
        pending: Any = {self._name: {"Keys": [to_item(key) for key in wanted], "ConsistentRead": True}}
        while pending:
            with translated():
                answer = self._client.batch_get_item(RequestItems=pending)
            found = answer["Responses"].get(self._name, [])
            pending = answer.get("UnprocessedKeys")
            if pending and not found:  # with progress it was the size of the answer, else the rate
                raise Throttled("DynamoDB gave none of the items asked for")
            yield from map(from_item, found)

    def put(self, values: Values) -> None:
        """Write an item whatever was there."""
        with translated():
            self._client.put_item(TableName=self._name, Item=_fitting(values))

    def put_if(self, condition: str, values: Values, operands: Values | None = None) -> Stored | None:
        """Write an item when the condition holds; None when it was written.

        Otherwise the item that stands in the way, empty when there is none.
        """
        item = _fitting(values)
        with translated():
            try:
                self._client.put_item(
                    TableName=self._name,
                    Item=item,
                    ConditionExpression=condition,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **_operands(operands),
                )
            except self._client.exceptions.ConditionalCheckFailedException as conflict:
                answer: Any = conflict.response
                return from_item(answer.get("Item", {}))
        return None

    def query(self, condition: str, operands: Values) -> Iterator[Stored]:
        """Give the items of one partition that the condition names, in key order, page by page as they are taken."""
        return self._pages({"KeyConditionExpression": condition, "ConsistentRead": True, **_operands(operands)})

    def query_index(self, index: str, condition: str, operands: Values) -> Iterator[Stored]:
        """Give the items of one partition of an index, the last first; an index is behind its table by moments."""
        request = {"IndexName": index, "KeyConditionExpression": condition, "ScanIndexForward": False}
        return self._pages({**request, **_operands(operands)})

    def put_request(
        self, values: Values, condition: str | None = None, operands: Values | None = None
    ) -> "TransactWriteItemTypeDef":
        """Make a write of a transaction."""
        put: PutTypeDef = {"TableName": self._name, "Item": _fitting(values)}
        if condition is not None:
            put["ConditionExpression"] = condition
        if operands is not None:
            put["ExpressionAttributeValues"] = to_item(operands)
        return {"Put": put}

    def delete_request(self, key: Key, condition: str) -> "TransactWriteItemTypeDef":
        """Make a deletion of a transaction."""
        return {"Delete": {"TableName": self._name, "Key": to_item(key), "ConditionExpression": condition}}

    def _pages(self, request: dict[str, Any]) -> Iterator[Stored]:
        while True:
            with translated():
                page = self._client.query(TableName=self._name, **request)
            for item in page["Items"]:
                yield from_item(item)
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def transact(client: "DynamoDBClient", writes: "Sequence[TransactWriteItemTypeDef]") -> None:
    """Do all of the writes or none; raises Conflict when a condition does not hold.

    Two transactions on one item cancel each other, which botocore does not try again: here it is, for a moment.
    """
    patient_until = time.monotonic() + TRANSACTION_PATIENCE.total_seconds()
    while True:
        try:
            with translated():
                client.transact_write_items(TransactItems=writes)
        except Contended:
            pause_s = random.uniform(0, _CONFLICT_PAUSE_S)  # noqa: S311 - spreads load, guards nothing
            if time.monotonic() + pause_s > patient_until:
                raise
            time.sleep(pause_s)
        else:
            return


def _fitting(values: Values) -> Item:
    item = to_item(values)
    if stored_size(item) > MAX_ITEM_BYTES:
        raise TooLarge("it is larger than the 400 KB that the store can hold of one thing")
    return item


def _operands(operands: Values | None) -> dict[str, Any]:
    return {"ExpressionAttributeValues": to_item(operands)} if operands else {}
