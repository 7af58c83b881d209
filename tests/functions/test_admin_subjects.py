"""A person's rights over the admin API: what is stored about them is told and erased."""

from datetime import datetime, timedelta

import pytest

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.messages import DynamoMessages
from signalbox.adapters.dynamodb.touches import DynamoPlaces
from signalbox.domain.auditing import pseudonym
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.frequency import Touch, Touches
from signalbox.domain.messages import KeptMessage
from tests.functions.admin import EDITOR, HERE, Admin
from tests.unit import makers

ANA = "ana@example.org"
SUBJECT = f"{HERE}/contacts/Ana@example.org"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(admin: Admin, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """An event of Ana's of a minute ago, with a decision, its message and a profile.

    Events are kept for two days: a call has 15 seconds, in which moto does not read the hours of 45 everywhere.
    """
    monkeypatch.setenv("EVENT_RETENTION_DAYS", "2")
    client, at = admin.stack.dynamodb, SystemClock().now() - MINUTE
    told = {"received_at": at, "body": '{"traits":{"tier":"gold"}}'}
    DynamoEvents(client, "Events", 45).append(makers.event(**told, occurred_at=at), 1)
    DynamoDeliveries(client, "Deliveries").claim(makers.decision(received_at=at, decided_at=at))
    message = KeptMessage(makers.PARTNER_ID, "flow_1", "event-1", "email", {"text": "Hello Ana"}, at)
    DynamoMessages(client, "Messages").keep(message)
    contact = Contact(makers.PARTNER_ID, ANA, {"tier": Trait('"gold"', at)})
    DynamoContacts(client, "Contacts").save(contact)
    DynamoDefinitions(client, "Registry", "Cursors").save_flow(makers.flow(name="Welcome"))
    touch = Touch("flow_1", "event-1", "email", at, at + timedelta(days=7))
    DynamoPlaces(client, "Contacts").save(Touches(makers.PARTNER_ID, ANA, (touch,)), at)
    return at


def test_all_that_is_stored_about_a_person_is_told(admin: Admin, at: datetime) -> None:
    answer = admin.get(f"{SUBJECT}/export")

    assert answer.status == 200
    body = answer.body
    assert (body["identity"], body["next"]) == (ANA, None)
    assert body["contact"]["traits"]["tier"]["value"] == "gold"
    [event] = body["events"]
    assert (event["eventId"], event["body"]) == ("event-1", {"traits": {"tier": "gold"}})
    [decision] = body["decisions"]
    assert (decision["eventId"], decision["message"]["parts"]) == ("event-1", {"text": "Hello Ana"})
    assert (decision["flowName"], body["contact"]["touches"][0]["flowName"]) == ("Welcome", "Welcome")


def test_the_places_of_a_contact_name_their_flow(admin: Admin, at: datetime) -> None:
    [touch] = admin.get(SUBJECT).body["touches"]

    assert (touch["flowId"], touch["flowName"], touch["eventId"]) == ("flow_1", "Welcome", "event-1")


def test_a_person_is_erased_by_an_admin_and_the_log_names_nobody(admin: Admin, at: datetime) -> None:
    answer = admin.call("DELETE", SUBJECT)

    assert answer.status == 200
    body = answer.body
    assert body["isDone"] is False
    assert body["goesOnAt"] > body["begunAt"]
    erased = body["erased"]
    assert (erased["events"], erased["profiles"], erased["decisions"]) == (1, 1, 1)
    assert any("suppressions" in each for each in body["keeps"])
    assert admin.get(f"{SUBJECT}/export").body["events"] == []
    assert admin.get(SUBJECT).body["traits"] == {}
    log = admin.get(f"{HERE}/audit")
    assert log.body["items"][0]["thingId"] == pseudonym(ANA, b"signing key")
    assert ANA not in log.text
    assert admin.call("DELETE", SUBJECT, by=EDITOR).status == 403


def test_an_erasure_that_is_under_way_is_told_until_it_is_done(admin: Admin, at: datetime) -> None:
    before = admin.get(f"{SUBJECT}/erasure")
    begun = admin.call("DELETE", SUBJECT)

    told = admin.get(f"{SUBJECT}/erasure")

    assert (before.status, told.status) == (404, 200)
    assert told.body == begun.body
    assert admin.get(f"{HERE}/contacts/ben@example.org/erasure").status == 404
