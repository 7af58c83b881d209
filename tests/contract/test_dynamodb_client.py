"""How long a call to the store can take, measured against a server that never answers."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest

from signalbox.adapters.dynamodb import client as settings
from signalbox.adapters.dynamodb.client import PUT_DEADLINE, TRANSACTION_PATIENCE, dynamodb_client
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.domain.errors import Transient
from tests import cloudformation
from tests.unit.makers import event


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a function, in which nothing may change the deadline."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_MAX_ATTEMPTS": "9",
        "AWS_RETRY_MODE": "adaptive",
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture
def silent_server() -> Iterator[tuple[str, list[socket.socket]]]:
    """An address that takes connections and says nothing, and the connections it took."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            try:
                while True:
                    taken.append(server.accept()[0])
            except OSError:  # it was shut down
                return

        thread = Thread(target=take)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", taken
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    for connection in taken:
        connection.close()


@pytest.mark.usefixtures("environment")
def test_the_deadline_is_the_sum_of_what_botocore_was_told() -> None:
    config: Any = dynamodb_client().meta.config

    attempts = config.retries["total_max_attempts"]
    each_s = config.connect_timeout + config.read_timeout
    pauses_s = sum(settings.RETRY_PAUSE_S * 2**number for number in range(attempts - 1))

    assert config.retries["mode"] == "legacy"
    assert timedelta(seconds=attempts * each_s + pauses_s) + TRANSACTION_PATIENCE == PUT_DEADLINE


def test_the_least_settle_and_the_time_of_collect_have_room_for_the_deadline() -> None:
    described = cloudformation.template()

    settle_s = described["Parameters"]["SettleSeconds"]["MinValue"]
    collect_s = described["Resources"]["CollectFunction"]["Properties"]["Timeout"]

    assert PUT_DEADLINE < timedelta(seconds=collect_s) < timedelta(seconds=settle_s)


def test_a_put_that_nobody_answers_ends_within_the_deadline(
    environment: pytest.MonkeyPatch, silent_server: tuple[str, list[socket.socket]]
) -> None:
    address, taken = silent_server
    environment.setenv("AWS_ENDPOINT_URL", address)
    events = DynamoEvents(dynamodb_client(), "Events", 45)
    began = time.monotonic()

    with pytest.raises(Transient):
        events.append(event(), 1)

    assert time.monotonic() - began < PUT_DEADLINE.total_seconds()
    assert len(taken) == settings.ATTEMPTS
