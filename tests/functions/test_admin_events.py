"""What came in, over the admin API: events, the quarantine, who a client is, and what is known of a contact."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.identities import DynamoIdentities
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.decisions import Decision, Outcome, SkipReason, Step
from signalbox.domain.errors import Reason
from signalbox.domain.events import HeldEvent
from signalbox.domain.identities import MAPPING_LIFETIME, Mapping
from signalbox.domain.quarantine import QuarantinedEvent
from tests.functions.admin import HERE, VIEWER, Admin
from tests.unit import makers

ANA = "ana@example.org"
MINUTE = timedelta(minutes=1)
BODY = '{"properties":{"eventName":"some_event","properties":{"price":1.10}}}'


@pytest.fixture
def now() -> datetime:
    return SystemClock().now()


def _store(admin: Admin, at: datetime, name: str, **changes: Any) -> None:
    event = makers.event(event_id=name, received_at=at, occurred_at=at, body=BODY, **changes)
    DynamoEvents(admin.stack.dynamodb, "Events", 45).append(event, shards=1)


def _names(answer: Any) -> list[str]:
    return [each["eventId"] for each in answer.body["items"]]


def test_the_newest_events_come_first_in_parts(admin: Admin, now: datetime) -> None:
    for number in range(5):
        _store(admin, now - (number // 2 + 1) * MINUTE, f"event-{number}")
    _store(admin, now - timedelta(hours=2), "too old for the last hour")

    first = admin.get(f"{HERE}/events", by=VIEWER, limit="2")
    second = admin.get(f"{HERE}/events", by=VIEWER, limit="2", cursor=first.body["next"])
    third = admin.get(f"{HERE}/events", by=VIEWER, limit="2", cursor=second.body["next"])

    assert [_names(each) for each in (first, second, third)] == [
        ["event-1", "event-0"],
        ["event-3", "event-2"],
        ["event-4"],
    ]
    assert third.body["next"] is None
    one = admin.get(f"{HERE}/events", limit="1")
    assert _names(admin.get(f"{HERE}/events", limit="1", cursor=one.body["next"])) == ["event-0"]
    assert first.body["items"][0] | {"receivedAt": "", "occurredAt": ""} == {
        "eventId": "event-1",
        "eventType": "custom_some_event",
        "eventName": "some_event",
        "identity": ANA,
        "clientId": "client-1",
        "userId": None,
        "occurredAt": "",
        "receivedAt": "",
    }


def test_events_are_filtered_by_type_and_by_whom_they_are_about(admin: Admin, now: datetime) -> None:
    _store(admin, now - MINUTE, "a")
    _store(admin, now - MINUTE, "b", event_type="page_view", event_name="page_view")
    _store(admin, now - MINUTE, "c", identity="ben@example.org", email="ben@example.org")

    assert _names(admin.get(f"{HERE}/events", type="page_view")) == ["b"]
    assert _names(admin.get(f"{HERE}/events", identity="Ben@Example.org")) == ["c"]


def test_an_event_that_came_twice_is_shown_once_as_it_came_first(admin: Admin, now: datetime) -> None:
    _store(admin, now - 3 * MINUTE, "a")
    _store(admin, now - 2 * MINUTE, "b")
    _store(admin, now - MINUTE, "a")

    items = admin.get(f"{HERE}/events").body["items"]
    points = admin.get(f"{HERE}/event-series", by=VIEWER).body["points"]

    assert [each["eventId"] for each in items] == ["b", "a"]
    assert sum(point["counts"].get("custom_some_event", 0) for point in points) == 2
    assert 60 <= len(points) <= 62


def test_a_span_that_is_too_long_is_refused(admin: Admin, now: datetime) -> None:
    since = (now - timedelta(hours=25)).isoformat()

    assert admin.get(f"{HERE}/events", since=since).status == 422
    assert admin.get(f"{HERE}/events", since=now.isoformat(), until=since).status == 422
    assert admin.call("GET", f"{HERE}/event-series", query={"since": since, "by": "hour"}).status == 200
    assert admin.get(f"{HERE}/events", since="yesterday").status == 400


@pytest.mark.parametrize("name", ["event-1", "series", "a/b?c#d", "100%", "ü"])
def test_one_event_is_shown_whole_with_what_flows_decided(admin: Admin, now: datetime, name: str) -> None:
    at = now - MINUTE
    _store(admin, at, name)
    flow = admin.post(f"{HERE}/flows", {"name": "W", "triggerId": "t", "content": {"channel": "email", "subject": "x"}})
    decision = Decision(
        partner_id=makers.PARTNER_ID, flow_id=flow.body["flowId"], flow_version=1, trigger_id="t", trigger_version=1,
        event_id=name, identity=ANA, outcome=Outcome.SKIPPED, decided_at=now, received_at=at,
        reason=SkipReason.SUPPRESSED, trace=(Step("suppressed", "manual"),),
    )  # fmt: skip
    DynamoDeliveries(admin.stack.dynamodb, "Deliveries").claim(decision)

    named = admin.get(f"{HERE}/events/{name.replace('%', '%25')}", by=VIEWER, receivedAt=at.isoformat())
    looked_for = admin.get(f"{HERE}/events/{name.replace('%', '%25')}", by=VIEWER)

    assert named.status == 200, named
    assert looked_for.body == named.body
    assert '"price": 1.10' in named.text
    (told,) = named.body["decisions"]
    assert told["flowName"] == "W"
    assert (told["outcome"], told["reason"], told["trace"]) == (
        "skipped",
        "suppressed",
        [{"check": "suppressed", "verdict": "manual"}],
    )


def test_an_event_that_no_flow_decided_about_is_looked_for_among_the_newest(admin: Admin, now: datetime) -> None:
    _store(admin, now - MINUTE, "a")

    assert admin.get(f"{HERE}/events/a").body["eventId"] == "a"
    assert admin.get(f"{HERE}/events/b").status == 404


def test_the_quarantine_is_shown_with_reasons_and_replayed(admin: Admin, now: datetime) -> None:
    quarantine = DynamoQuarantine(admin.stack.dynamodb, "Quarantine")
    for number in range(3):
        body = '{"type":"track","sentAt":1,"clientId":"c","context":{},"event":"custom","properties":{}}'
        reasons = (Reason("/properties/eventName", "required"),)
        quarantine.keep(QuarantinedEvent(makers.PARTNER_ID, f"event-{number}", now, reasons, body))
    day = now.date().isoformat()

    first = admin.get(f"{HERE}/quarantine", by=VIEWER, limit="2", day=day)
    second = admin.get(f"{HERE}/quarantine", by=VIEWER, limit="2", day=day, cursor=first.body["next"])
    replayed = admin.post(f"{HERE}/quarantine/replay", {"day": day, "eventIds": ["event-1"]})

    assert [_names(first), _names(second)] == [["event-0", "event-1"], ["event-2"]]
    assert first.body["items"][0]["reasons"] == [{"path": "/properties/eventName", "reason": "required"}]
    assert first.body["items"][0]["body"]["event"] == "custom"
    assert replayed.body == {
        "replayed": 0,
        "stillInvalid": [{"eventId": "event-1", "reasons": [{"path": "/properties/eventName", "reason": "required"}]}],
    }


def test_what_is_valid_by_now_is_taken_in_by_a_replay(admin: Admin, now: datetime) -> None:
    body = (
        '{"type":"track","sentAt":1,"clientId":"c","context":{},"event":"custom",'
        '"properties":{"eventName":"x"},"traits":{"email":"ana@example.org"}}'
    )
    kept = QuarantinedEvent(makers.PARTNER_ID, "event-1", now, (Reason("/x", "was refused once"),), body)
    DynamoQuarantine(admin.stack.dynamodb, "Quarantine").keep(kept)

    answer = admin.post(f"{HERE}/quarantine/replay", {"day": now.date().isoformat()})

    assert answer.body == {"replayed": 1, "stillInvalid": []}
    assert _names(admin.get(f"{HERE}/events")) == ["event-1"]


def test_a_client_is_shown_with_who_it_is_and_what_it_waits_for(admin: Admin, now: datetime) -> None:
    events = DynamoEvents(admin.stack.dynamodb, "Events", 45)
    held_events = DynamoHeldEvents(admin.stack.dynamodb, "Unidentified", events)
    held_events.hold(HeldEvent(makers.event(identity=None, email=None), now + MINUTE))
    mapping = Mapping(makers.PARTNER_ID, "a/b c", ANA, "user-1", now + MINUTE)
    DynamoIdentities(admin.stack.dynamodb, "Identities").put(mapping)

    known = admin.get(f"{HERE}/identities/a/b c", by=VIEWER).body
    unknown = admin.get(f"{HERE}/identities/client-1", by=VIEWER).body

    assert (known["clientId"], known["mapping"]["email"], known["mapping"]["userId"]) == ("a/b c", ANA, "user-1")
    assert datetime.fromisoformat(known["mapping"]["madeAt"]) == now + MINUTE - MAPPING_LIFETIME
    assert unknown == {"clientId": "client-1", "mapping": None, "held": 1}


def test_a_mapping_that_is_over_is_none(admin: Admin, now: datetime) -> None:
    mapping = Mapping(makers.PARTNER_ID, "client-1", ANA, None, now - MINUTE)
    DynamoIdentities(admin.stack.dynamodb, "Identities").put(mapping)

    assert admin.get(f"{HERE}/identities/client-1").body["mapping"] is None


def test_a_contact_is_shown_with_what_keeps_messages_from_it(admin: Admin, now: datetime) -> None:
    traits = {"name": Trait('"Ana"', now), "score": Trait("1.50", now)}
    DynamoContacts(admin.stack.dynamodb, "Contacts").save(Contact(makers.PARTNER_ID, ANA, traits))

    made = admin.post(f"{HERE}/suppressions", {"identity": "Ana@Example.org ", "scope": "email"})
    again = admin.post(f"{HERE}/suppressions", {"identity": ANA, "scope": "email"})
    shown = admin.get(f"{HERE}/contacts/ANA@example.org", by=VIEWER)

    assert (made.status, again.status, made.body) == (201, 201, again.body)
    assert (made.body["identity"], made.body["by"], made.body["reason"]) == (ANA, "edda", "manual")
    assert shown.body["suppressions"] == [made.body]
    assert shown.body["traits"]["name"]["value"] == "Ana"
    assert '"value": 1.50' in shown.text


def test_a_suppression_is_lifted_by_its_reason_and_scope(admin: Admin) -> None:
    admin.post(f"{HERE}/suppressions", {"identity": ANA})
    where = f"{HERE}/suppressions/{ANA}"

    other = admin.call("DELETE", where, query={"reason": "bounced"})
    done = admin.call("DELETE", where, query={"reason": "manual", "scope": "all"})
    gone = admin.call("DELETE", where)

    assert (other.status, done.status, gone.status) == (404, 204, 404)
    assert admin.get(f"{HERE}/contacts/{ANA}").body["suppressions"] == []


def test_the_audit_log_calls_a_contact_by_no_name(admin: Admin) -> None:
    admin.post(f"{HERE}/suppressions", {"identity": ANA})
    admin.call("DELETE", f"{HERE}/suppressions/ANA@example.org")

    answer = admin.get(f"{HERE}/audit")

    lifted, made = answer.body["items"]
    assert made["thingId"] == lifted["thingId"]
    assert "example.org" not in answer.text


@pytest.mark.parametrize("identity", ["nobody", "", "ana@"])
def test_what_is_no_address_is_not_suppressed(admin: Admin, identity: str) -> None:
    assert admin.post(f"{HERE}/suppressions", {"identity": identity}).status in {400, 422}
