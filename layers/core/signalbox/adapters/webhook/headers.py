"""A webhook's request, signed (Standard Webhooks 1.0.0: "Signature scheme"), and what an answer's headers mean."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from signalbox.domain.webhook_urls import Target
from signalbox.domain.webhooks import WebhookMessage, signing_key

_LONGEST_NUMBER = 9  # digits of seconds: thirty years


def request_of(target: Target, message: WebhookMessage, secrets: Sequence[str], at: datetime) -> bytes:
    """Write the POST as it goes over the connection; raises Invalid for a secret that is none."""
    body = message.body.encode()
    stamp = str(int(at.timestamp()))
    signed = b".".join((message.webhook_id.encode(), stamp.encode(), body))
    headers = {
        "host": target.authority,
        "user-agent": "Signalbox",
        "content-type": "application/json",
        "content-length": str(len(body)),
        "connection": "close",
        "webhook-id": message.webhook_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_signature(signing_key(secret), signed) for secret in secrets),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {target.path} HTTP/1.1\r\n{lines}\r\n".encode("ascii") + body


def waiting_time(retry_after: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header, seconds or a date (RFC 9110, section 10.2.3); None for nonsense, never negative."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=int(text[-_LONGEST_NUMBER:])) if len(text) <= _LONGEST_NUMBER else timedelta.max
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(date.replace(tzinfo=date.tzinfo or UTC) - now, timedelta(0))


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
