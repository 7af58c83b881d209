"""`signalbox why`: the whole story, as people read it and as programs do."""

from datetime import datetime, timedelta

import pytest

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.messages import DynamoMessages
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.decisions import Step
from signalbox.domain.errors import Reason
from signalbox.domain.events import HeldEvent
from signalbox.domain.flows import FlowStatus
from signalbox.domain.messages import KeptMessage
from signalbox.domain.quarantine import QuarantinedEvent
from tests.cli.terminal import Terminal
from tests.functions.admin import Admin
from tests.unit import makers

ANA = "ana@example.org"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TRACE = (Step("suppressed", "passed"), Step("frequency_cap", "0 of 3"))


@pytest.fixture
def now() -> datetime:
    """Whole hours are read from files, which these tests are not about: nothing is older than the hour."""
    return SystemClock().now()


@pytest.fixture
def house(editor: Terminal, admin: Admin, now: datetime) -> Terminal:
    """A live flow, an event that it sent a message about, and one that no run has covered."""
    client = admin.stack.dynamodb
    definitions = DynamoDefinitions(client, "Registry", "Cursors")
    definitions.commit_trigger(makers.trigger(committed_at=now - DAY))
    flow = makers.flow(name="Welcome", starts_after=now - DAY, status=FlowStatus.LIVE)
    definitions.launch(flow, makers.cursor(position=now - 2 * MINUTE))
    for event_id, at in (("event-1", now - 3 * MINUTE), ("event-2", now - MINUTE)):
        DynamoEvents(client, "Events", 45).append(makers.event(event_id=event_id, received_at=at, occurred_at=at), 1)
    decision = makers.decision(
        event_id="event-1", decided_at=now - 2 * MINUTE, received_at=now - 3 * MINUTE, trace=TRACE, tries=1
    )
    DynamoDeliveries(client, "Deliveries").claim(decision)
    parts = {"subject": "Welcome", "text": "Hello Ana\nFlow 'Other': sent", "html": "<p>Hello Ana</p>"}
    DynamoMessages(client, "Messages").keep(
        KeptMessage(makers.PARTNER_ID, flow.flow_id, "event-1", "email", parts, now)
    )
    DynamoContacts(client, "Contacts").save(Contact(makers.PARTNER_ID, ANA, {"tier": Trait('"gold\\nline"', now)}))
    return editor


def test_the_story_of_a_person_is_told_from_the_event_to_the_message(house: Terminal) -> None:
    house.done("suppressions", "add", ANA, "--scope", "sms")

    result = house.type("why", "Ana@Example.org", "--hours", "1")
    lines = result.stdout.splitlines()

    assert result.exit_code == 0
    assert lines[0] == ANA
    assert lines[1].startswith("  tier: gold\\nline  (of ")
    assert lines[2].startswith("  Suppressed for sms: manual, since ")
    first, second = (lines.index(each) for each in lines if each.startswith("custom_some_event  "))
    assert "event-2" in lines[first]
    assert lines[second + 2].startswith('  Properties: {"eventName": "some_event"')
    assert "  Flow 'Welcome': awaited" in lines[first:second]
    assert "  Person: ana@example.org, known by an identify of its client" in lines[second:]
    story = lines[lines.index("  Flow 'Welcome': sent") :]
    assert "version 1 of the flow and 1 of its trigger" in story[1]
    assert story[2:4] == ["    suppressed: passed", "    frequency_cap: 0 of 3"]
    assert story[5:10] == [
        "      subject: Welcome",
        "      text:",
        "        | Hello Ana",
        "        | Flow 'Other': sent",
        "      html: 16 characters; whole with --json",
    ]
    assert "were searched" in result.stderr


def test_the_story_of_one_event_is_told_by_its_id(house: Terminal, admin: Admin, now: datetime) -> None:
    like_an_address = makers.event(event_id="order@shop", received_at=now - MINUTE, occurred_at=now - MINUTE)
    DynamoEvents(admin.stack.dynamodb, "Events", 45).append(like_an_address, 1)

    told = house.done("why", "event-1", "--hours", "1")

    assert "event-1" in told
    assert "event-2" not in told
    assert [each["eventId"] for each in house.json("why", "event-1")["events"]] == ["event-1"]
    [story] = house.json("why", "order@shop", "--event", "--hours", "1")["events"]
    assert story["eventId"] == "order@shop"
    assert "No event, and no decision." in house.type("why", "order@shop", "--hours", "1").stderr


def test_what_was_held_or_refused_is_told(house: Terminal, admin: Admin, now: datetime) -> None:
    client = admin.stack.dynamodb
    held = makers.event(event_id="held-1", identity=None, email=None, received_at=now, client_id="client-9")
    DynamoHeldEvents(client, "Unidentified", DynamoEvents(client, "Events", 45)).hold(HeldEvent(held, now + DAY))
    DynamoQuarantine(client, "Quarantine").keep(
        QuarantinedEvent(makers.PARTNER_ID, "bad-1", now, (Reason("/x", "required"),), "{}")
    )

    assert "who client client-9 is" in house.done("why", "held-1", "--client", "client-9", "--hours", "1")
    assert "  /x: required" in house.done("why", "bad-1", "--hours", "1").splitlines()


def test_a_span_that_is_too_long_is_typed_wrongly(house: Terminal) -> None:
    assert house.type("why", ANA, "--hours", "721").exit_code == 2
