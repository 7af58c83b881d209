"""Flows' webhooks over the real channel: what arrives verifies, and a destination that hangs delays no other."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from signalbox.adapters.clock import SystemClock
from signalbox.domain.contents import WebhookContent
from signalbox.domain.decisions import Decision, Match, Outcome
from signalbox.services.sending import Claimed, Sending, together
from tests import certificates
from tests.contract.endpoint import MIXED_S, Endpoint, serving
from tests.unit import makers
from tests.unit.makers import PARTNER_ID
from tests.unit.sending import House
from tests.unit.webhooks import SECRET, destination

NUMBER = 20


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def endpoint(certificate: Path) -> Iterator[Endpoint]:
    """An endpoint that takes everything, but hangs at `/hang`."""
    with serving(certificate) as server:
        yield server


def register(house: House, name: str, url: str, batch_size: int = 1) -> None:
    """Register a destination, and a flow that sends to it."""
    registered = destination(destination_id=name, url=url, batch_size=batch_size)
    house.destinations.by_id[PARTNER_ID, name] = registered
    house.registry.save_flow(makers.flow(flow_id=name, content=WebhookContent(name, '{"to":"Ana"}')))


def match(house: House, flow_id: str, number: int) -> Match:
    house.events.append(makers.event(event_id=f"event-{number}"), 1)
    return makers.match(flow_id=flow_id, event_id=f"event-{number}")


def test_a_destination_that_hangs_delays_no_other(endpoint: Endpoint) -> None:
    house = House()
    register(house, "dead", endpoint.url("/hang"))
    register(house, "alive", endpoint.url("/alive"))
    service = house.service_with(webhooks=endpoint.channel(house.clock, timeout_s=MIXED_S))

    decisions = [service.send(match(house, name, number)) for number in range(NUMBER) for name in ("dead", "alive")]

    dead, alive = decisions[::2], decisions[1::2]
    asked = [request.line for request in endpoint.requests]
    assert [each.outcome for each in alive] == [Outcome.SENT] * NUMBER
    assert [each.outcome for each in dead] == [Outcome.DEFERRED] * NUMBER
    assert [each.tries for each in dead] == [1] + [0] * (NUMBER - 1)  # those that rest lose none of theirs
    assert asked.count("POST /hang HTTP/1.1") == 1
    assert asked.count("POST /alive HTTP/1.1") == NUMBER


def test_batches_for_a_destination_that_hangs_delay_no_other(endpoint: Endpoint) -> None:
    house = House()
    register(house, "dead", endpoint.url("/hang"), batch_size=3)
    register(house, "alive", endpoint.url("/alive"), batch_size=3)
    service = house.service_with(webhooks=endpoint.channel(house.clock, timeout_s=MIXED_S))
    matches = [match(house, name, number) for number in range(6) for name in ("dead", "alive")]

    outcomes = {name: [each.outcome for each in some] for name, some in finished(service, matches).items()}

    asked = [request.line for request in endpoint.requests]
    assert outcomes == {"dead": [Outcome.DEFERRED] * 6, "alive": [Outcome.SENT] * 6}
    assert asked.count("POST /hang HTTP/1.1") == 1
    assert asked.count("POST /alive HTTP/1.1") == 2


def finished(service: Sending, matches: list[Match]) -> dict[str, list[Decision]]:
    begun = [service.begin(each) for each in matches]
    groups = together(each for each in begun if isinstance(each, Claimed))
    results = [result for group in groups for result in service.finish(group)]
    decisions = [each for each in results if isinstance(each, Decision)]
    return {name: [each for each in decisions if each.flow_id == name] for name in ("dead", "alive")}


def test_what_a_flow_posts_verifies_alone_and_in_a_batch(endpoint: Endpoint) -> None:
    house = House()
    register(house, "dead", endpoint.url("/one"))
    register(house, "alive", endpoint.url("/batch"), batch_size=3)
    service = house.service_with(webhooks=endpoint.channel(SystemClock()))

    finished(service, [match(house, name, number) for number in range(3) for name in ("dead", "alive")])

    said = [Webhook(SECRET).verify(request.body, dict(request.headers)) for request in endpoint.requests]
    ids = [each["id"] for body in said for each in body.get("batch", [body])]
    kept = [json.loads(house.messages.kept[key].parts["data"]) for key in house.messages.kept]
    assert [len(body.get("batch", [body])) for body in said] == [1, 1, 1, 3]
    assert len(set(ids)) == 6
    assert kept == [{"to": "Ana"}] * 6
