"""Capacity units for each event of the shop's clickstream, on DynamoDB Local, counted by our own meter."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import batched
from statistics import mean
from typing import Any

from signalbox.adapters.cached_partners import CachedPartners
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.identities import DynamoIdentities
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.collect_routes import CollectRoutes
from signalbox.observability import Telemetry
from signalbox.services.identification import Identification
from signalbox.services.ingestion import Ingestion
from signalbox.wire.traits import traits_of
from tests.bench import mix
from tests.bench.figures import Figure
from tests.bench.local_store import client_of_store
from tests.bench.meter import WRITE_BYTES, Meter, Units
from tests.unit import makers

BATCH = 25
LARGE_CARTS = (50, 400)  # products in a cart

WITH_ADDRESS = "an event that carries its e-mail address"
SINGLE_WRITES = f"Write units, {WITH_ADDRESS}"
SINGLE_READS = f"Read units, {WITH_ADDRESS}"
BATCH_WRITES = f"{SINGLE_WRITES}, in batches of {BATCH}"
BATCH_READS = f"{SINGLE_READS}, in batches of {BATCH}"
IDENTIFY = "an identify"
OTHER = "an event of a client, known by then or not"


class Metered:
    """The collect function over a metered store, settings warm."""

    def __init__(self, meter: Meter) -> None:
        clock, events = SystemClock(), DynamoEvents(meter, "Events", 45)
        ingestion = Ingestion(
            clock=clock,
            partners=CachedPartners(DynamoPartners(meter, "Registry"), clock),
            events=events,
            quarantine=DynamoQuarantine(meter, "Quarantine"),
            identification=Identification(
                clock=clock,
                identities=DynamoIdentities(meter, "Identities"),
                held_events=DynamoHeldEvents(meter, "Unidentified", events),
                contacts=DynamoContacts(meter, "Contacts"),
                traits_of=traits_of,
            ),
        )
        self._routes = CollectRoutes(ingestion, Telemetry("bench"))
        self._meter = meter

    def units(self, request: Mapping[str, Any]) -> Units:
        """Take a request in; give what that used."""
        before = self._meter.units
        answer = self._routes.answer(request)
        if answer["statusCode"] != 200:
            raise RuntimeError(f"an event was answered {answer}")
        return self._meter.units - before


def measure(payloads: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """Send the mix one by one, then what carries an address in batches, then carts that are too large for a unit."""
    with _collect() as collect:
        collect.units(mix.request(next(mix.carrying_an_address(payloads))))
        units: dict[str, list[Units]] = defaultdict(list)
        for payload in payloads:
            units[_kind(payload)].append(collect.units(mix.request(payload)))
        batches = [
            some for some in batched(mix.carrying_an_address(payloads), BATCH, strict=False) if len(some) == BATCH
        ]
        batched_units = [collect.units(mix.batch_request(some)) for some in batches]
        large = [_large_cart(collect, payloads, products) for products in LARGE_CARTS]
    return [
        Figure.exactly(1, SINGLE_WRITES, mean(each.writes for each in units[WITH_ADDRESS]), "units"),
        Figure.exactly(0, SINGLE_READS, mean(each.reads for each in units[WITH_ADDRESS]), "units"),
        Figure.exactly(1, BATCH_WRITES, mean(each.writes for each in batched_units) / BATCH, "units"),
        Figure.exactly(0, BATCH_READS, mean(each.reads for each in batched_units) / BATCH, "units"),
        *_for_reading(units),
        *(figure for some in large for figure in some),
    ]


@contextmanager
def _collect() -> Iterator[Metered]:
    with client_of_store() as client:
        DynamoDefinitions(client, "Registry", "Cursors").create_partner(makers.partner())
        yield Metered(Meter(client))


def _kind(payload: Mapping[str, Any]) -> str:
    if payload["type"] == "identify":
        return IDENTIFY
    return WITH_ADDRESS if "email" in payload.get("traits", {}) else OTHER


def _for_reading(units: Mapping[str, Sequence[Units]]) -> list[Figure]:
    every = [each for some in units.values() for each in some]
    kinds = {IDENTIFY: units[IDENTIFY], OTHER: units[OTHER], "every event of the mix": every}
    return [
        figure
        for kind, some in kinds.items()
        for figure in (
            Figure(f"Write units, {kind}", round(mean(each.writes for each in some), 2), "units"),
            Figure(f"Read units, {kind}", round(mean(each.reads for each in some), 2), "units"),
        )
    ]


def _large_cart(collect: Metered, payloads: Sequence[Mapping[str, Any]], products: int) -> list[Figure]:
    """Send a cart of so many of the products that the mix has."""
    found = (each["properties"]["cartItems"] for each in payloads if each.get("event") == "cart")
    items = [item for cart, _ in zip(found, range(products), strict=False) for item in cart]
    cart = next(each for each in mix.carrying_an_address(payloads) if each["event"] == "cart")
    request = mix.request({**cart, "properties": {"cartItems": (items * products)[:products]}})
    plain = math.ceil(len(request["body"]) / WRITE_BYTES)
    stored = collect.units(request).writes
    return [Figure.at_most(plain, f"Write units, a cart of {products} products ({plain} KB of JSON)", stored, "units")]
