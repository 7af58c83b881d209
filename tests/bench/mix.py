"""What the benchmarks send: the clickstream of a real shop, as the HTTP API hands it on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from signalbox.wire.segment_credentials import write_key
from tests.realdata import ecom
from tests.unit import makers

_REQUEST = Path(__file__).parent.parent / "functions" / "events" / "collect.json"
_PEOPLE_IN = 10  # one of ten people, with all that they do


def payloads() -> list[dict[str, Any]]:
    """Give the events of one in ten people, about 3,000, in their order."""
    rows = ecom.clicks()
    chosen = set(sorted({row.user_id for row in rows})[::_PEOPLE_IN])
    credentials = {"partnerId": makers.PARTNER_ID, "partnerSecret": makers.SECRET}
    return [{**credentials, **payload} for payload in ecom.payloads([row for row in rows if row.user_id in chosen])]


def carrying_an_address(mix: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Choose the track events that say themselves whom they are about."""
    return (each for each in mix if each["type"] == "track" and "email" in each.get("traits", {}))


def request(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Make the HTTP API's event of one payload."""
    return {**json.loads(_REQUEST.read_text()), "body": json.dumps(payload)}


def batch_request(some: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Make the HTTP API's event of several payloads, in the form of `/v1/batch`."""
    body = {
        "writeKey": write_key(makers.PARTNER_ID, makers.SECRET),
        "sentAt": datetime.fromtimestamp(some[0]["sentAt"] / 1000, UTC).isoformat(),
        "batch": [_as_segment(each, number) for number, each in enumerate(some)],
    }
    return {**json.loads(_REQUEST.read_text()), "routeKey": "POST /v1/batch", "body": json.dumps(body)}


def _as_segment(payload: Mapping[str, Any], number: int) -> dict[str, Any]:
    instant = datetime.fromtimestamp(payload["sentAt"] / 1000, UTC).isoformat()
    return {
        "type": "track",
        "event": payload["properties"].get("eventName", payload["event"]),
        "messageId": f"{payload['clientId']}-{payload['sentAt']}-{number}",
        "anonymousId": payload["clientId"],
        "timestamp": instant,
        "context": {**payload["context"], "traits": payload["traits"]},
        "properties": payload["properties"],
    }
