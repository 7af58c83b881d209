"""Submitted events for tests, each accepted as it comes; name only what the test is about."""

import json
from typing import Any

GUIDE = (
    b'{ "partnerId": "PARTNER", "clientId": "92adbc3c-c22b-49bf-a9ae-11d9e8b3e6b4", "context": { "debug": true }, '
    b'"partnerSecret": "SECRET", "sentAt": 1524776691259, "type": "track", "properties": { "eventName": "some_event", '
    b'"properties":{ "someProperty": "Some value" } }, "traits": { "userId": "97980cfea0067", '
    b'"email": "ana@example.org" }, "event": "custom" }'
)
"""The partners' guide's own example, byte for byte (spec: collect-api, section 1)."""

ABSENT = object()
"""As a value of a change: leave the member out."""


def custom(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "partnerId": "PARTNER",
        "partnerSecret": "SECRET",
        "clientId": "client-1",
        "sentAt": 1524776691259,
        "type": "track",
        "event": "custom",
        "context": {},
        "properties": {"eventName": "some_event"},
        "traits": {"email": "ana@example.org"},
    }
    return _changed(body, changes)


def identify(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "partnerId": "PARTNER",
        "partnerSecret": "SECRET",
        "clientId": "client-1",
        "sentAt": 1524776691259,
        "type": "identify",
        "context": {},
        "userId": "user-1",
        "traits": {"email": "ana@example.org"},
    }
    return _changed(body, changes)


def as_bytes(body: Any) -> bytes:
    return json.dumps(body).encode()


def _changed(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**body, **changes}.items() if value is not ABSENT}
