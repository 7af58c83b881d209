"""API Gateway's requests and answers (HTTP API, payload format 2.0), and the one mapping from errors to answers."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import simplejson

from signalbox.domain.errors import (
    Forbidden,
    Invalid,
    NotJson,
    Rejected,
    Throttled,
    TooLarge,
    Transient,
    Unauthorized,
)

type Answer = Mapping[str, Any]

RETRY_AFTER_S = 2  # longer than a table needs to take up a burst, shorter than any sender's patience

_JSON: Mapping[str, str] = {"content-type": "application/json"}

ACCEPTED: Answer = {"statusCode": 200, "body": ""}
NOT_FOUND: Answer = {"statusCode": 404, "headers": _JSON, "body": '{"error": "Not found"}'}

_ANSWERS: tuple[tuple[type[Exception], int, str], ...] = (
    (NotJson, 400, "Invalid JSON body"),
    (TooLarge, 413, "Payload too large"),
    (Unauthorized, 401, "Unauthorized"),
    (Forbidden, 403, "Forbidden"),
    (Invalid, 412, ""),
    (Throttled, 429, "Too many requests, try again"),
    (Transient, 503, "Not available, try again"),
    (Exception, 503, "Not available, try again"),
)
"""The first kind that an error is of decides (spec: collect-api, section 2)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a caller sent; `route` is API Gateway's route key, header names are in lower case."""

    request_id: str
    route: str
    headers: Mapping[str, str]
    body: bytes


def request_of(event: Mapping[str, Any]) -> Request:
    """Unpack API Gateway's event; a body that is not what it says stays something that no parser takes."""
    return Request(
        request_id=str(event.get("requestContext", {}).get("requestId", "")),
        route=str(event.get("routeKey", "")),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        body=_body(event.get("body") or "", is_base64=bool(event.get("isBase64Encoded"))),
    )


def refusal(error: Exception, request_id: str, *, with_code: bool = False) -> Answer:
    """Tell the caller what went wrong; nothing of what they sent is in it but member names.

    `with_code` adds `code` and `message`, without which Segment's protocol takes no refusal for one.
    """
    status, told = next((status, told) for kind, status, told in _ANSWERS if isinstance(error, kind))
    body: dict[str, Any] = {"error": told}
    if isinstance(error, Invalid):
        reasons = [{"path": each.path, "reason": each.reason} for each in error.reasons]
        body["error"] = told or _told(reasons[0])
        body |= {"reasons": reasons, "requestId": request_id}
    if with_code:
        body |= {"code": str(status), "message": body["error"]}
    try_again = isinstance(error, Transient) or not isinstance(error, Rejected)
    return told_as_json(status, body, {"retry-after": str(RETRY_AFTER_S)} if try_again else {})


def told_as_json(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with a value as JSON."""
    return {"statusCode": status, "headers": {**_JSON, **(headers or {})}, "body": simplejson.dumps(body)}


def _told(reason: Mapping[str, str]) -> str:
    return f"{reason['path']}: {reason['reason']}" if reason["path"] else reason["reason"]


def _body(text: str, *, is_base64: bool) -> bytes:
    if not is_base64:
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
