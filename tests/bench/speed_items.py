"""Events of a busy quarter of an hour as the Events table holds them, the same ones each time."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.domain.events import Event
from signalbox.domain.queries import EventRow, Window

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPAN = timedelta(minutes=15)
MOMENT = timedelta(milliseconds=1)
PEOPLE = 20_000
EVENTS_A_REPEAT = 1_000
PARTNER = "partner_bench"
SHARDS = 4
BATCH = 25
KINDS = ("page_view", "page_view", "page_view", "product_view", "product_view", "cart", "complete_transaction")
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"

type Item = Mapping[str, Mapping[str, Any]]


class _Table(Client):
    """Keeps what is put and gives it back in pages, as the table would."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.partitions: dict[str, list[Item]] = {}

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if operation == "BatchWriteItem":
            for puts in request["RequestItems"].values():
                self.items += [put["PutRequest"]["Item"] for put in puts]
            return {}
        return {"Items": self.partitions.get(request["ExpressionAttributeValues"][":pk"]["S"], [])}


def stored(count: int) -> list[Item]:
    """Make so many events, store them and give them in the table's order, a partition after the other.

    The last of them came before, in the same quarter of an hour.
    """
    table, chance = _Table(), random.Random(1)  # noqa: S311 - the same ones each time
    events = DynamoEvents(table, "Events", retention_days=45)
    new = count - count // EVENTS_A_REPEAT
    made = [_event(number, START + number * SPAN / count, chance) for number in range(new)]
    made += [replace(made[number], received_at=START + SPAN - MOMENT) for number in range(0, new, EVENTS_A_REPEAT)]
    for first in range(0, count, BATCH):
        events.append_all(made[first : first + BATCH], SHARDS)
    return sorted(table.items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def by_partition(items: Sequence[Item]) -> dict[str, list[Item]]:
    """Tell them apart as the table does; a query gets one partition."""
    partitions: dict[str, list[Item]] = {}
    for item in items:
        partitions.setdefault(item["pk"]["S"], []).append(item)
    return partitions


def read(partitions: dict[str, list[Item]]) -> list[EventRow]:
    """Read them as the product does."""
    table = _Table()
    table.partitions = partitions
    return list(DynamoEvents(table, "Events").read(PARTNER, SHARDS, Window(START - SPAN, START + SPAN)))


def _event(number: int, at: datetime, chance: random.Random) -> Event:
    kind, person = chance.choice(KINDS), chance.randrange(PEOPLE)
    body = {
        "type": "track",
        "event": kind,
        "clientId": f"client-{person}",
        "sentAt": at.isoformat(),
        "properties": {
            "cartId": f"cart-{person % 9_000}",
            "total": round(chance.random() * 300, 2),
            "sku": f"sku-{chance.randrange(5_000)}",
            "url": f"https://shop.example.org/products/{chance.randrange(5_000)}",
        },
        "context": {"page": {"url": "https://shop.example.org/", "title": "Shop"}, "userAgent": AGENT},
    }
    address = f"p{person}@example.org"
    text = json.dumps(body, separators=(",", ":"))
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    event_id = f"{number:032x}"
    return Event(PARTNER, event_id, kind, kind, f"client-{person}", None, address, address, at, at, at, text)
