"""The answers of section 2 as the OpenAPI document has them, with examples; `http` gives them."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

type Json = dict[str, Any]

_TEXT: Json = {"type": "string"}


def an_object(about: str, required: Json, optional: Json | None = None) -> Json:
    """Write the schema of an object that we answer with."""
    properties = {**required, **(optional or {})}
    return {"description": about, "type": "object", "properties": properties, "required": [*required]}


_ERROR: Json = {"error": _TEXT}
_EXPLAINED: Json = {
    **_ERROR,
    "reasons": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Fault"}},
    "requestId": _TEXT,
}
_CODED: Json = {"code": _TEXT, "message": _TEXT}

SCHEMAS: Json = {
    "Fault": an_object(
        "Why one field was refused; it never repeats a value.",
        {
            "path": {**_TEXT, "description": "JSON pointer to the field, empty for the body as a whole"},
            "reason": _TEXT,
        },
    ),
    "Refusal": an_object("What went wrong, in one line.", _ERROR),
    "ExplainedRefusal": an_object(
        "What went wrong, field by field; `error` is the first reason.",
        _EXPLAINED,
    ),
    "CodedRefusal": an_object(
        "What went wrong, as Segment's SDKs read it: `code` is the status, `message` the same as `error`.",
        _ERROR | _CODED,
    ),
    "ExplainedCodedRefusal": an_object("The same with its reasons.", _EXPLAINED | _CODED),
}

_KEPT_FIELD = ("", "expected each member name once in an object")
_REFUSALS: Mapping[str, tuple[str, str, tuple[str, str] | None]] = {
    "400": ("The body is not a JSON object that could be kept", "Invalid JSON body", _KEPT_FIELD),
    "401": ("Unknown partner or wrong secret", "Unauthorized", None),
    "403": ("The partner is disabled or may not send here", "Forbidden", None),
    "412": (
        "context.debug is true and the event does not meet its schema, or nobody knows whose it is",
        "/properties/eventName: required",
        ("/properties/eventName", "required"),
    ),
    "413": ("The body is too large", "Payload too large", None),
    "429": ("Too many requests; send it again", "Too many requests, try again", None),
    "503": ("The store is not reachable; send it again", "Not available, try again", None),
}
"""By status: when, `error`, and a reason where the answer has them."""

_MAY_TRY_AGAIN = ("429", "503")
_RETRY_AFTER: Json = {
    "Retry-After": {"description": "Seconds to wait", "required": True, "schema": {"type": "integer", "minimum": 1}}
}


def refusals(
    statuses: Collection[str], *, plain: str, explained: str, also: Callable[[str, str], Json] = lambda *_: {}
) -> Json:
    """Describe the refusals of these statuses, in the schemas of these names; `also` adds members to the examples."""
    return {status: _refused(status, plain, explained, also) for status in statuses}


def _refused(status: str, plain: str, explained: str, also: Callable[[str, str], Json]) -> Json:
    description, error, reason = _REFUSALS[status]
    example: Json = {"error": error, **also(status, error)}
    if reason:
        path, expected = reason
        example |= {"reasons": [{"path": path, "reason": expected}], "requestId": "UBXzPiJhjoEEPXg="}
    schema = {"$ref": f"#/components/schemas/{explained if reason else plain}"}
    answer: Json = {"description": description, "content": {"application/json": {"schema": schema, "example": example}}}
    return answer | ({"headers": _RETRY_AFTER} if status in _MAY_TRY_AGAIN else {})


ANSWERS: Json = {
    "200": {"description": "Stored, held or in quarantine; the body is empty"},
    **refusals(_REFUSALS, plain="Refusal", explained="ExplainedRefusal"),
}

_ENVELOPE: Json = {
    "partnerId": "PARTNER",
    "partnerSecret": "SECRET",
    "clientId": "92adbc3c-c22b-49bf-a9ae-11d9e8b3e6b4",
    "sentAt": 1524776691259,
    "context": {"debug": True, "page": {"url": "https://shop.example/"}},
}
_LINE: Json = {"productId": "p-1", "variant": "red-l", "quantity": 2, "price": 19.9, "category": "clothes/shirts"}
EXAMPLES: Json = {
    "identify": {
        "value": {
            **_ENVELOPE,
            "type": "identify",
            "userId": "97980cfea0067",
            "traits": {"email": "ana@example.org", "firstName": "Ana"},
        }
    },
    "custom": {
        "summary": "An event of the partner's own making",
        "value": {
            **_ENVELOPE,
            "type": "track",
            "event": "custom",
            "properties": {"eventName": "some_event", "properties": {"someProperty": "Some value"}},
            "traits": {"userId": "97980cfea0067", "email": "ana@example.org"},
        },
    },
    "complete_transaction": {
        "summary": "One of the predefined events",
        "value": {
            **_ENVELOPE,
            "type": "track",
            "event": "complete_transaction",
            "properties": {"transactionId": "t-1", "revenue": 44.8, "shipping": 5, "cartItems": [_LINE]},
            "traits": {"email": "ana@example.org"},
        },
    },
}
