"""Webhooks: where they go, what is said, what an answer means, and when it is said again.

The rules are the Standard Webhooks specification's, version 1.0.0, unless a comment gives another source.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from signalbox.domain.errors import Gone, Invalid, Reason, Rejected, SignalboxError, Throttled, TooLarge, Transient
from signalbox.domain.webhook_urls import is_public, read_url

MAX_NAME = 200
MAX_BATCH = 1000  # spec: triggers-and-flows, section 5
MAX_SECRETS = 2  # the old and the new one, while a receiver changes over
MAX_CONTENT_BYTES = 256_000
MAX_BODY_BYTES = 1_000_000  # under 1 MiB, which nginx takes unless it is told otherwise
PAYLOAD_TYPE = "flow.matched"

_SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with
_SECRET_BYTES = range(24, 65)
_ID_DIGITS = 32  # hex digits: 128 bits
_EMPTY_BATCH = '{"batch":[]}'

DELAYS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after the one before each attempt is made, the first at once: three days and some hours in all."""
LONGEST_DELAY = DELAYS[-1]
JITTER = 0.2
"""How much longer a delay may become, as a part of it: what failed together does not come back together."""

_COME_AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY}  # RFC 9110, section 15.5.9; RFC 8470


@dataclass(frozen=True, slots=True)
class Destination:
    """An endpoint that a partner registered; `version` counts the changes.

    It is signed for with every secret, the newest first. With a `batch_size` over 1 all bodies are batches.
    """

    partner_id: str
    destination_id: str
    name: str
    url: str = field(repr=False)  # its path or query may be a secret
    secrets: tuple[str, ...] = field(repr=False)
    batch_size: int = 1
    version: int = 1
    enabled: bool = True
    disabled_reason: str | None = None

    def disabled(self, reason: str) -> "Destination":
        """Give the next version, to which nothing is sent."""
        return replace(self, version=self.version + 1, enabled=False, disabled_reason=reason)


def reasons_against(destination: Destination) -> Iterator[Reason]:
    """Name what is wrong with a destination that somebody wants to register."""
    if not 1 <= len(destination.name) <= MAX_NAME:
        yield Reason("/name", f"expected 1 to {MAX_NAME} characters")
    if not 1 <= destination.batch_size <= MAX_BATCH:
        yield Reason("/batch_size", f"expected 1 to {MAX_BATCH}")
    if not 1 <= len(destination.secrets) <= MAX_SECRETS:
        yield Reason("/secrets", f"expected 1 to {MAX_SECRETS}")
    for secret in destination.secrets:
        try:
            signing_key(secret)
        except Invalid as invalid:
            yield from invalid.reasons
    yield from _reasons_against_url(destination.url)


def secret_of(key: bytes) -> str:
    """Write a random key as receivers are given it."""
    return _SECRET_PREFIX + base64.b64encode(key).decode()


def signing_key(secret: str) -> bytes:
    """Read what `secret_of` wrote; raises Invalid."""
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_SECRET_PREFIX) or len(key) not in _SECRET_BYTES:
        expected = f"{_SECRET_PREFIX} and {_SECRET_BYTES[0]} to {_SECRET_BYTES[-1]} bytes in base64"
        raise Invalid([Reason("/secrets", f"expected {expected}")])
    return key


@dataclass(frozen=True, slots=True)
class WebhookPayload:
    """What one decision has to say: `message_id` is the decision's own, `content` JSON text that was checked."""

    message_id: str
    flow_id: str
    occurred_at: datetime
    content: str

    @property
    def text(self) -> str:
        """Write it as JSON."""
        occurred_at = self.occurred_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        head = {"id": self.message_id, "type": PAYLOAD_TYPE, "timestamp": occurred_at, "flowId": self.flow_id}
        return f'{json.dumps(head, separators=(",", ":"))[:-1]},"data":{self.content}}}'


def payload_of(partner_id: str, flow_id: str, event_id: str, occurred_at: datetime, content: str) -> WebhookPayload:
    """Make the payload of the decision for (flow, event), under the same id at each attempt.

    Raises TooLarge, and Invalid where the content is not JSON, which in a batch would spoil the others.
    """
    try:
        size = len(content.encode())
        json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Invalid([Reason("/content", "expected JSON")]) from None
    if size > MAX_CONTENT_BYTES:
        raise TooLarge(f"a webhook's content may have {MAX_CONTENT_BYTES} bytes")
    return WebhookPayload(_id_of(partner_id, flow_id, event_id), flow_id, occurred_at, content)


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """One POST: the body in JSON, under an id that follows from the payloads in it; `message_ids` names them."""

    webhook_id: str
    body: str
    message_ids: tuple[str, ...]


def messages_of(payloads: Iterable[WebhookPayload], batch_size: int) -> Iterator[WebhookMessage]:
    """Put payloads together, in their order, as many to a body as the destination takes and MAX_BODY_BYTES allow.

    A destination that takes one at a time gets it by itself; any other gets `{"batch": [...]}`, of one too.
    """
    if batch_size == 1:
        for payload in payloads:
            yield WebhookMessage(payload.message_id, payload.text, (payload.message_id,))
        return
    ids: list[str] = []
    texts: list[str] = []
    size = len(_EMPTY_BATCH)
    for payload in payloads:
        text = payload.text
        added = len(text.encode()) + 1
        if ids and (len(ids) == batch_size or size + added > MAX_BODY_BYTES):
            yield _batch(ids, texts)
            ids, texts, size = [], [], len(_EMPTY_BATCH)
        ids.append(payload.message_id)
        texts.append(text)
        size += added
    if ids:
        yield _batch(ids, texts)


def error_of(status: int) -> type[SignalboxError] | None:
    """Tell what an answer means, None when the message was taken."""
    if HTTPStatus(200) <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if status == HTTPStatus.GONE:
        return Gone
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled
    return Transient if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _COME_AGAIN else Rejected


def next_delay(attempts: int, share: float, retry_after: timedelta | None = None) -> timedelta | None:
    """Tell how long to wait after that many attempts, None when there were enough.

    `share` is a random number from 0 to 1. What the endpoint asked for lengthens a delay, up to the longest there is.
    """
    if attempts >= len(DELAYS):
        return None
    asked = min(retry_after or timedelta(0), LONGEST_DELAY)
    return max(DELAYS[attempts], asked) * (1 + JITTER * share)


def _reasons_against_url(url: str) -> Iterator[Reason]:
    try:
        address = read_url(url).address
    except Invalid as invalid:
        yield from invalid.reasons
    else:
        if address is not None and not is_public(address):
            yield Reason("/url", "expected a public address")


def _id_of(*parts: str) -> str:
    """Name by content; the parts are listed as JSON, so that no two lists read the same."""
    return "msg_" + hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_ID_DIGITS]


def _batch(ids: list[str], texts: list[str]) -> WebhookMessage:
    return WebhookMessage(_id_of(*ids), f'{{"batch":[{",".join(texts)}]}}', tuple(ids))


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
