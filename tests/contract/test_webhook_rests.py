"""An endpoint that is dead or overloaded rests, and delays no others."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from signalbox.adapters.webhook.rests import REST, Rests
from signalbox.domain.errors import NotTried, SignalboxError, Transient
from tests import certificates
from tests.contract.endpoint import MIXED_S, Endpoint, answering, serving
from tests.fakes.others import FakeClock
from tests.unit.makers import NOON
from tests.unit.webhooks import destination, message


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def endpoint(certificate: Path) -> Iterator[Endpoint]:
    """An endpoint that takes everything, but hangs at `/hang`."""
    with serving(certificate) as server:
        yield server


def test_one_dead_endpoint_does_not_delay_the_others(endpoint: Endpoint) -> None:
    channel = endpoint.channel(timeout_s=MIXED_S)
    dead = destination(destination_id="dead", url=endpoint.url("/hang"))
    alive = destination(destination_id="alive", url=endpoint.url("/alive"))
    faults: list[type[SignalboxError]] = []

    for number in range(20):
        try:
            channel.send(dead, message(f"event-{number}"))
        except Transient as fault:
            faults.append(type(fault))
        channel.send(alive, message(f"event-{number}"))

    asked = [request.line for request in endpoint.requests]
    assert faults == [Transient] + [NotTried] * 19
    assert asked.count("POST /hang HTTP/1.1") == 1
    assert asked.count("POST /alive HTTP/1.1") == 20


def test_a_destination_that_rested_or_was_changed_is_tried_again(endpoint: Endpoint) -> None:
    clock = FakeClock(NOON)
    channel = endpoint.channel(clock, timeout_s=MIXED_S)
    dead = destination(url=endpoint.url("/hang"))
    with pytest.raises(Transient):
        channel.send(dead, message())
    with pytest.raises(NotTried) as put_off:
        channel.send(dead, message())

    channel.send(destination(version=2, url=endpoint.url("/mended")), message())
    clock.pass_time(REST)
    with pytest.raises(Transient) as raised:
        channel.send(dead, message())

    assert put_off.value.retry_after == REST
    assert type(raised.value) is Transient


@pytest.mark.parametrize(
    ("status", "header", "rest"),
    [
        (429, "7", timedelta(seconds=7)),
        (429, "", REST),
        (503, "86400", timedelta(minutes=5)),
        (502, "", REST),
        (504, "", REST),
    ],
)
def test_an_endpoint_that_is_overloaded_is_left_alone(
    certificate: Path, status: int, header: str, rest: timedelta
) -> None:
    with serving(certificate, path=answering(status, retry_after=header)) as server:
        channel = server.channel()
        with pytest.raises(Transient):
            channel.send(destination(url=server.url("/path")), message())

        with pytest.raises(NotTried) as put_off:
            channel.send(destination(url=server.url("/path")), message("event-2"))

    assert put_off.value.retry_after == rest


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_message_that_an_endpoint_cannot_take_does_not_hold_up_its_others(certificate: Path, status: int) -> None:
    with serving(certificate, bad=answering(status)) as server:
        channel = server.channel()
        with pytest.raises(SignalboxError):
            channel.send(destination(url=server.url("/bad")), message())

        channel.send(destination(url=server.url("/good")), message("event-2"))

    assert len(server.requests) == 2


class Meanwhile(datetime):
    """An instant that lets something else happen in the middle of a comparison."""

    other: Callable[[], None] | None = None

    def __gt__(self, instant: datetime) -> bool:  # type: ignore[override]  # as datetime itself does
        other, Meanwhile.other = Meanwhile.other, None
        if other is not None:
            other()
        return super().__gt__(instant)


def test_of_two_destinations_that_die_in_one_instant_both_rest() -> None:
    clock = FakeClock(Meanwhile.fromisoformat(NOON.isoformat()))
    rests = Rests(clock)
    first, second, third = (destination(destination_id=name) for name in ("first", "second", "third"))
    rests.begin(first, None)
    dying = Thread(target=rests.begin, args=(third, None))

    def die() -> None:
        dying.start()
        dying.join(0.1)  # it is kept waiting; without that it would be done by then

    Meanwhile.other = die
    rests.begin(second, None)
    dying.join()

    for each in (first, second, third):
        with pytest.raises(NotTried):
            rests.respect(each)
