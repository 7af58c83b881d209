"""Events out of quarantine have the name and the judgement they had at the door, and no secret."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.submissions import Acceptance, Submission
from signalbox.services.replaying import Replaying, ReplayReport
from signalbox.wire import collect, segment
from signalbox.wire.quarantined import read
from signalbox.wire.segment_credentials import write_key
from tests.unit import makers
from tests.unit.ingesting import Door
from tests.unit.makers import NOON, PARTNER_ID, SECRET
from tests.unit.wire.payloads import ABSENT, as_bytes, custom, identify

KNOWN = {"partnerId": PARTNER_ID, "partnerSecret": SECRET}
IN_HEADER = {"partnerId": ABSENT, "partnerSecret": ABSENT}
BASIC = {"authorization": "Basic " + base64.b64encode(f"{PARTNER_ID}:{SECRET}".encode()).decode()}

COLLECTED: Sequence[tuple[dict[str, Any], dict[str, str]]] = [
    (custom(**KNOWN), {}),
    (custom(**KNOWN, messageId="mine"), {}),
    (custom(**KNOWN), {"idempotency-key": "mine"}),
    (custom(**IN_HEADER), BASIC),
    (identify(**KNOWN, timezone=60), {}),
    (custom(**KNOWN, properties={}), {}),
    (custom(**KNOWN, properties={}), {"idempotency-key": "mine"}),
    (custom(**KNOWN, sentAt="1524776691259"), {}),
    (custom(**KNOWN, messageId=5, clientId=""), {}),
    (custom(**KNOWN, properties={"eventName": "x", "properties": {"number": 1e300}}), {}),
    (identify(**KNOWN, userId=ABSENT), {}),
]
SEGMENT: Sequence[dict[str, Any]] = [
    {"type": "track", "event": "Product Viewed", "userId": "u-1", "messageId": "mine", "properties": {}},
    {"type": "track", "event": "some event", "anonymousId": "a-1", "properties": {"a": 1}},
    {"type": "track", "userId": "u-1"},
    {"type": "identify", "userId": "u-1", "traits": {"email": "no address"}},
    {"type": "track", "event": "some event", "userId": "u-1", "timestamp": "soon"},
    {"type": "unheard of", "userId": "u-1"},
    {"event": 5},
]


def quarantined(submission: Submission) -> QuarantinedEvent:
    return QuarantinedEvent(
        PARTNER_ID, submission.event_id, NOON, submission.reasons, submission.body, submission.protocol
    )


@pytest.mark.parametrize(("body", "headers"), COLLECTED)
def test_a_collected_event_is_judged_as_it_was_at_the_door(body: dict[str, Any], headers: dict[str, str]) -> None:
    at_the_door = collect.parse(as_bytes(body), headers)

    again = read(quarantined(at_the_door))

    assert (again.draft, again.reasons) == (at_the_door.draft, at_the_door.reasons)
    assert (again.event_id, again.body, again.partner_id) == (at_the_door.event_id, at_the_door.body, PARTNER_ID)


@pytest.mark.parametrize("body", SEGMENT)
def test_a_segment_event_is_judged_as_it_was_at_the_door(body: dict[str, Any]) -> None:
    batch = {"writeKey": write_key(PARTNER_ID, SECRET), "sentAt": "2026-03-01T12:00:00Z", "batch": [body]}
    (at_the_door,) = segment.parse_batch(as_bytes(batch), {}, "batch")

    again = read(quarantined(at_the_door))

    assert (again.draft, again.reasons) == (at_the_door.draft, at_the_door.reasons)
    assert (again.event_id, again.body, again.partner_id) == (at_the_door.event_id, at_the_door.body, PARTNER_ID)


@pytest.mark.parametrize(("body", "headers"), COLLECTED)
def test_neither_the_kept_body_nor_what_is_read_of_it_holds_the_secret(
    body: dict[str, Any], headers: dict[str, str]
) -> None:
    kept = quarantined(collect.parse(as_bytes(body), headers))

    assert SECRET not in repr(kept)
    assert SECRET not in repr(read(kept))


@pytest.mark.parametrize("route", ["batch", "track"])
def test_a_kept_segment_event_holds_no_write_key(route: str) -> None:
    event = {"type": "track", "userId": "u-1", "event": 5}
    key = {"writeKey": write_key(PARTNER_ID, SECRET)}
    request = {**key, "batch": [{**key, **event}]} if route == "batch" else {**key, **event}

    (submission,) = segment.parse_batch(as_bytes(request), {}, route)

    assert submission.secret == SECRET
    assert submission.draft is None
    assert SECRET not in repr(quarantined(submission))


def test_events_that_can_be_coerced_are_replayed_once_their_partner_is_lenient_under_the_name_of_a_retry() -> None:
    door = Door()
    body = as_bytes(custom(**KNOWN, sentAt="1524776691259", clientId=7))
    refused = door.service().accept(collect.parse(body, {}))
    replaying = Replaying(
        clock=door.clock, partners=door.partners, quarantine=door.quarantine, ingestion=door.service(), read=read
    )
    door.partners.by_id[PARTNER_ID] = makers.partner(lenient=True)
    door.clock.pass_time(timedelta(days=1))

    report = replaying.replay_day(PARTNER_ID, NOON.date())
    door.clock.pass_time(timedelta(minutes=1))
    retried = door.service().accept(collect.parse(body, {}))

    first, repeat = door.events.stored.values()
    assert (refused, report, retried) == (Acceptance.QUARANTINED, ReplayReport(accepted=1), Acceptance.STORED)
    assert first.event_id == repeat.event_id
    assert replace(first, received_at=repeat.received_at, occurred_at=repeat.occurred_at) == repeat
    assert (first.client_id, first.occurred_at, json.loads(first.body)["sentAt"]) == ("7", NOON, 1524776691259)
