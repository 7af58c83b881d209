"""Counts DynamoDB's capacity units by the documented rules, because stand-ins for it count them wrongly.

AWS, "DynamoDB read and write operations": a write costs a unit for each started KB of the larger of the item before
and after, a failed condition costs a write too, a transaction's writes cost twice; a strongly consistent read costs a
unit for each started 4 KB, another one half of it, a Query by the sum of what it read, and what is not there one unit.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.faults import CONDITION_FAILED, Refused
from signalbox.adapters.dynamodb.values import from_item, stored_size

WRITE_BYTES = 1024
READ_BYTES = 4096
TRANSACTION_FACTOR = 2


@dataclass
class Units:
    """What has been used."""

    writes: float = 0
    reads: float = 0

    def __sub__(self, other: "Units") -> "Units":
        return Units(self.writes - other.writes, self.reads - other.reads)


NO_INDEXES: Mapping[str, Sequence[Sequence[str]]] = {}


class Meter:
    """A Client before another one; `indexes` names the keys of each index of a table, which has whole items.

    What an item was before a write is not known to it: the stores write over nothing larger than what they write,
    and an index is taken to have had no entry for it.
    """

    def __init__(self, client: Client, indexes: Mapping[str, Sequence[Sequence[str]]] = NO_INDEXES) -> None:
        self._client = client
        self._indexes = indexes
        self._lock = Lock()
        self._writes = 0.0
        self._reads = 0.0
        self._calls = Units()

    @property
    def units(self) -> Units:
        """Give what has been used up to now."""
        return Units(self._writes, self._reads)

    @property
    def calls(self) -> Units:
        """Give how many calls wrote and how many read."""
        return self._calls

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Make the call and count it."""
        try:
            answer = self._client.call(operation, request)
        except Refused as refused:
            if refused.code == CONDITION_FAILED:
                self._count(max(_write_units(refused.item), 1), 0)
            raise
        writes, reads = _used(operation, request, answer)
        if operation == "PutItem":
            writes += writes * self._indexes_of(request)
        self._count(writes, reads)
        return answer

    def _count(self, writes: float, reads: float) -> None:
        with self._lock:
            self._writes += writes
            self._reads += reads
            self._calls = Units(self._calls.writes + (writes > 0), self._calls.reads + (reads > 0))

    def _indexes_of(self, put: Mapping[str, Any]) -> int:
        """Count the indexes that an item is put into along with its table."""
        return sum(put["Item"].keys() >= {*keys} for keys in self._indexes.get(put["TableName"], ()))


def _used(operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> tuple[float, float]:
    """Give the write and the read units of a call that was answered."""
    match operation:
        case "PutItem":
            return _write_units(request["Item"]), 0
        case "DeleteItem":
            return 1, 0
        case "BatchWriteItem":
            return _batch_units(request["RequestItems"]) - _batch_units(answer["UnprocessedItems"]), 0
        case "TransactWriteItems":
            return TRANSACTION_FACTOR * sum(map(_transaction_units, request["TransactItems"])), 0
        case _:
            return 0, _units_read(operation, request, answer)


def _units_read(operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    match operation:
        case "GetItem":
            return _read_units(_size(answer.get("Item", {})), request)
        case "BatchGetItem":
            return sum(_many_read_units(table, read, answer) for table, read in request["RequestItems"].items())
        case "Query":
            return _read_units(sum(map(_size, answer["Items"])), request)
        case _:
            raise NotImplementedError(operation)


def _size(item: Mapping[str, Any]) -> int:
    return stored_size(from_item(item))


def _write_units(item: Mapping[str, Any]) -> int:
    return math.ceil(_size(item) / WRITE_BYTES)


def _batch_units(requests: Mapping[str, Any]) -> int:
    return sum(_write_units(each["PutRequest"]["Item"]) for writes in requests.values() for each in writes)


def _transaction_units(write: Mapping[str, Any]) -> int:
    return _write_units(write["Put"]["Item"]) if "Put" in write else 1


def _many_read_units(table: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Each item counts by itself; one that is not there counts too, one that is to be asked for again does not."""
    found = answer["Responses"].get(table, [])
    left_over = len(answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", []))
    absent = len(request["Keys"]) - len(found) - left_over
    return sum(_read_units(_size(item), request) for item in found) + absent * _read_units(0, request)


def _read_units(size: int, request: Mapping[str, Any]) -> float:
    units = max(math.ceil(size / READ_BYTES), 1)
    return units if request.get("ConsistentRead") else units / 2
