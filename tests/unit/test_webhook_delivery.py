"""Webhooks go to destinations that are registered and enabled, until one says that it is gone."""

from dataclasses import replace

import pytest

from signalbox.domain.errors import Gone, Rejected, SignalboxError, Throttled, Transient
from signalbox.domain.webhooks import Destination
from signalbox.services.webhook_delivery import GONE, WebhookDelivery
from tests.fakes.destinations import FakeDestinations, FakeWebhookChannel
from tests.unit.makers import PARTNER_ID
from tests.unit.webhooks import destination, message


class Bench:
    """A delivery over fakes with one destination."""

    def __init__(self, registered: Destination) -> None:
        self.destinations, self.channel = FakeDestinations(), FakeWebhookChannel()
        self.destinations.by_id[registered.partner_id, registered.destination_id] = registered
        self.delivery = WebhookDelivery(destinations=self.destinations, channel=self.channel)

    def send(self, partner_id: str = PARTNER_ID, destination_id: str = "destination_1") -> None:
        self.delivery.send(partner_id, destination_id, message())

    @property
    def standing(self) -> Destination | None:
        return self.destinations.find(PARTNER_ID, "destination_1")


def test_a_message_goes_to_its_destination() -> None:
    bench = Bench(destination())

    bench.send()

    assert bench.channel.sent == [(destination(), message())]


@pytest.mark.parametrize(("partner_id", "destination_id"), [(PARTNER_ID, "other"), ("other", "destination_1")])
def test_nothing_goes_to_what_the_partner_has_not_registered(partner_id: str, destination_id: str) -> None:
    bench = Bench(destination())

    with pytest.raises(Rejected):
        bench.send(partner_id, destination_id)

    assert bench.channel.sent == []


def test_nothing_goes_to_a_destination_that_is_disabled() -> None:
    bench = Bench(destination(enabled=False))

    with pytest.raises(Rejected):
        bench.send()

    assert bench.channel.sent == []


def test_a_destination_that_is_gone_is_disabled_and_sent_no_more() -> None:
    bench = Bench(destination(version=3))
    bench.channel.faults = [Gone()]
    with pytest.raises(Gone):
        bench.send()

    with pytest.raises(Rejected):
        bench.send()

    assert bench.standing == destination(version=4, enabled=False, disabled_reason=GONE)
    assert bench.channel.sent == []


@pytest.mark.parametrize("fault", [Rejected(), Transient(), Throttled()])
def test_any_other_fault_leaves_the_destination_as_it_is(fault: SignalboxError) -> None:
    bench = Bench(destination())
    bench.channel.faults = [fault]

    with pytest.raises(type(fault)):
        bench.send()

    assert bench.standing == destination()


def test_a_destination_that_was_changed_meanwhile_is_left_to_who_changed_it() -> None:
    bench = Bench(destination())
    changed = replace(destination(), version=2, url="https://other.example.org/")

    class ChangedMeanwhile(FakeWebhookChannel):
        def send(self, *_: object) -> None:
            bench.destinations.save(changed)
            raise Gone

    with pytest.raises(Gone):
        WebhookDelivery(destinations=bench.destinations, channel=ChangedMeanwhile()).send(
            PARTNER_ID, "destination_1", message()
        )

    assert bench.standing == changed
