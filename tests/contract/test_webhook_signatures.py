"""Webhooks verify with the `standardwebhooks` package's own verifier."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.webhook.headers import request_of
from signalbox.domain.errors import Invalid
from signalbox.domain.webhook_urls import read_url
from signalbox.domain.webhooks import WebhookMessage, messages_of, payload_of, secret_of
from tests import certificates
from tests.contract.endpoint import Endpoint, serving
from tests.fakes.others import FakeClock
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.webhooks import KEY, SECRET, destination, message

OTHER_SECRET = secret_of(b"other" * 6)
DOCUMENT = Path(__file__).parents[2] / "docs" / "webhooks.md"


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[Endpoint]:
    with serving(certificates.make(tmp_path)) as server:
        yield server


def test_a_receiver_with_the_secret_verifies_what_it_was_sent(endpoint: Endpoint) -> None:
    endpoint.channel(SystemClock()).send(destination(url=endpoint.url()), message())

    (request,) = endpoint.requests
    assert Webhook(SECRET).verify(request.body, dict(request.headers)) == json.loads(message().body)


@pytest.mark.parametrize("secret", [SECRET, OTHER_SECRET])
def test_while_secrets_change_over_a_receiver_with_either_verifies(endpoint: Endpoint, secret: str) -> None:
    both = destination(url=endpoint.url(), secrets=(SECRET, OTHER_SECRET))

    endpoint.channel(SystemClock()).send(both, message())

    (request,) = endpoint.requests
    assert Webhook(secret).verify(request.body, dict(request.headers))
    assert len(request.headers["webhook-signature"].split(" ")) == 2


def test_a_receiver_with_another_secret_refuses(endpoint: Endpoint) -> None:
    endpoint.channel(SystemClock()).send(destination(url=endpoint.url()), message())

    (request,) = endpoint.requests
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER_SECRET).verify(request.body, dict(request.headers))


def test_each_attempt_is_signed_for_its_own_time(endpoint: Endpoint) -> None:
    clock = FakeClock(NOON)
    channel = endpoint.channel(clock)

    for _ in range(2):
        channel.send(destination(url=endpoint.url()), message())
        clock.pass_time(timedelta(hours=2))

    first, second = [request.headers for request in endpoint.requests]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 7200
    assert int(first["webhook-timestamp"]) == int(NOON.timestamp())
    assert first["webhook-signature"] != second["webhook-signature"]
    assert first["webhook-id"] == second["webhook-id"]


@given(st.text(), st.binary(min_size=24, max_size=64), st.integers(2, 3))
def test_whatever_is_said_verifies(text: str, key: bytes, batch_size: int) -> None:
    said = payload_of(PARTNER_ID, "flow_1", text, NOON, json.dumps(text))

    for sent in [*messages_of([said], 1), *messages_of([said], batch_size)]:
        headers, body = taken_apart(
            request_of(read_url("https://a.example"), sent, [secret_of(key)], SystemClock().now())
        )

        assert Webhook(key).verify(body, headers) == json.loads(sent.body)


def test_nothing_is_signed_with_a_secret_that_is_none() -> None:
    with pytest.raises(Invalid):
        request_of(read_url("https://a.example"), message(), ["whsec_"], NOON)


def test_the_documents_receiver_takes_what_is_sent_and_refuses_what_was_changed() -> None:
    namespace = receiver_of_the_document()
    said = [payload_of(PARTNER_ID, "flow_1", event_id, NOON, '{"name":"Ana"}') for event_id in ("a", "b", "a")]
    (batch,) = messages_of(said, 1000)

    answers = [
        namespace["receive"](*signed(message("a"))),
        namespace["receive"](*signed(batch)),
        namespace["receive"](*signed(batch)),
        namespace["receive"](signed(batch)[0], signed(batch)[1].replace(b"Ana", b"Eve")),
    ]

    assert answers == [204, 204, 204, 400]
    assert namespace["handled"] == [said[0].message_id, said[1].message_id]


def receiver_of_the_document() -> dict[str, Any]:
    """Run the sample of docs/webhooks.md, with its handling replaced by a list."""
    (sample,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    namespace: dict[str, Any] = {}
    exec(sample.replace("whsec_...", SECRET), namespace)  # noqa: S102 - a page of ours
    handled: list[str] = []
    namespace |= {"handle": lambda payload: handled.append(payload["id"]), "handled": handled}
    return namespace


def signed(sent: WebhookMessage) -> tuple[dict[str, str], bytes]:
    return taken_apart(request_of(read_url("https://a.example"), sent, [secret_of(KEY)], SystemClock().now()))


def taken_apart(request: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}, body
