"""The answers of the admin API, and the one mapping of errors to them: one shape, and words that say what to do."""

import re
from collections.abc import Mapping
from typing import Any

from signalbox import http
from signalbox.admin_routes.routing import PREFIX, Reply, Route
from signalbox.domain.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    Missing,
    NotJson,
    Reason,
    SignalboxError,
    Throttled,
    TooLarge,
    Transient,
    Unauthorized,
)
from signalbox.wire.admin.base import Wire

_PRIVATE: Mapping[str, str] = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

_STATUSES: tuple[tuple[type[Exception], int, str], ...] = (
    (Malformed, 400, "The request is not of the shape that is asked for here: see the reasons"),
    (NotJson, 400, "The body is not JSON"),
    (Unauthorized, 401, "Sign in first"),
    (Forbidden, 403, "You may not do this"),
    (Missing, 404, "There is no such thing"),
    (TooLarge, 413, "It is too large"),
    (Invalid, 422, "What was sent cannot be taken: see the reasons"),
    (Conflict, 409, "Somebody was first: read it again"),
    (Throttled, 429, "Too many requests, try again"),
    (Transient, 503, "Not available, try again"),
    (Exception, 503, "Not available, try again"),
)
"""The first kind that an error is of decides, and the words where it has none of its own."""

_STATES = {"/status", "/secrets"}
"""Reasons that lie in how a thing stands and not in what was sent."""
_NAMES = {
    "lookback": "lookbackSeconds",
    "max_event_age": "maxEventAgeSeconds",
    "delay": "delaySeconds",
    "period": "periodSeconds",
    "attribution": "attributionSeconds",
    "is_transactional": "isTransactional",
    "source": "template",
}
"""The members that the wire calls otherwise than the domain, but for their camelCase."""
_CHOSEN_BELOW = {"contents"}
"""Members whose own members are named by people, and are left as they are."""
_TOLD_AS_IS = (Unauthorized, Forbidden, Missing, TooLarge, Conflict)

PRECONDITION_REQUIRED = http.told_as_json(
    428, {"error": "Send If-Match with the version that you have read, as its ETag gave it", "reasons": []}, _PRIVATE
)


def answer_of(route: Route, reply: Reply) -> http.Answer:
    """Answer with what a route replied."""
    headers = dict(_PRIVATE)
    if reply.version is not None:
        headers["etag"] = f'"{reply.version}"'
    if reply.location is not None:
        headers["location"] = PREFIX + reply.location
    if reply.body is None:
        return {"statusCode": 204, "headers": headers, "body": ""}
    body = reply.body.model_dump(by_alias=True) if isinstance(reply.body, Wire) else reply.body
    return http.told_as_json(route.status, body, headers)


def refusal_of(error: Exception, *, is_conditional: bool = False) -> http.Answer:
    """Tell the caller what is wrong and what to do; nothing of what was sent is in it but member names."""
    status, words = next((status, words) for kind, status, words in _STATUSES if isinstance(error, kind))
    if is_conditional and isinstance(error, Conflict):
        status = 412
    reasons = _reasons(error)
    if status == 422 and {each.path for each in reasons} <= _STATES:  # noqa: PLR2004 - the status of Invalid, above
        status, words = 409, reasons[0].reason
    if isinstance(error, _TOLD_AS_IS) and str(error):
        words = str(error)
    try_again = isinstance(error, Transient) or not isinstance(error, SignalboxError)
    waiting = {"retry-after": str(http.RETRY_AFTER_S)} if try_again else {}
    body: dict[str, Any] = {
        "error": words[:1].upper() + words[1:],
        "reasons": [{"path": each.path, "reason": each.reason} for each in reasons],
    }
    return http.told_as_json(status, body, {**_PRIVATE, **waiting})


def _reasons(error: Exception) -> list[Reason]:
    if isinstance(error, Malformed):
        return list(error.reasons)
    return [Reason(wire_path(each.path), each.reason) for each in error.reasons] if isinstance(error, Invalid) else []


def wire_path(path: str) -> str:
    """Write a path into the domain's values as one into the wire's."""
    written, is_chosen = [], False
    for step in path.split("/"):
        written.append(step if is_chosen else _NAMES.get(step, _camel(step)))
        is_chosen = step in _CHOSEN_BELOW
    return "/".join(written)


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)
