"""Why somebody did, or did not, get a message, and what an experiment has shown, over the admin API."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.identities import DynamoIdentities
from signalbox.adapters.dynamodb.memberships import DynamoMemberships
from signalbox.adapters.dynamodb.messages import DynamoMessages
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.adapters.dynamodb.segments import DynamoSegments
from signalbox.domain.decisions import Decision, Outcome, Step
from signalbox.domain.errors import Reason
from signalbox.domain.events import HeldEvent
from signalbox.domain.experiments import Experiment, Goal, Variant
from signalbox.domain.flows import FlowStatus
from signalbox.domain.identities import MAPPING_LIFETIME
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.domain.messages import KeptMessage
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.segments import ListSegment
from tests.functions.admin import HERE, OTHERS_EDITOR, VIEWER, Admin
from tests.unit import makers

ANA = "ana@example.org"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WHY = f"{HERE}/why"
EXPERIMENT = Experiment("experiment_1", (Variant("a", 1), Variant("b", 1)), goal=Goal("complete_transaction", DAY))


@pytest.fixture
def now() -> datetime:
    """Whole hours are read from files, which these tests are not about: nothing is older than the hour."""
    return SystemClock().now()


@pytest.fixture
def house(admin: Admin, now: datetime) -> Admin:
    """A live flow with an experiment, an event that it decided about, and a purchase afterwards."""
    client = admin.stack.dynamodb
    definitions = DynamoDefinitions(client, "Registry", "Cursors")
    definitions.commit_trigger(makers.trigger(committed_at=now - DAY))
    flow = makers.flow(name="Welcome", experiment=EXPERIMENT, starts_after=now - DAY, status=FlowStatus.LIVE)
    definitions.launch(flow, makers.cursor(position=now))
    events = DynamoEvents(client, "Events", 45)
    events.append(makers.event(received_at=now - 3 * MINUTE, occurred_at=now - 3 * MINUTE), 1)
    bought = "complete_transaction"
    at = now - MINUTE
    events.append(
        makers.event(event_id="event-2", event_type=bought, event_name=bought, received_at=at, occurred_at=at), 1
    )
    decision = Decision(
        partner_id=makers.PARTNER_ID, flow_id=flow.flow_id, flow_version=1, trigger_id="trigger_1", trigger_version=1,
        event_id="event-1", identity=ANA, outcome=Outcome.SENT, arm="a", decided_at=now - 2 * MINUTE,
        received_at=now - 3 * MINUTE, trace=(Step("suppressed", "passed"),), tries=1,
    )  # fmt: skip
    DynamoDeliveries(client, "Deliveries").claim(decision)
    said = KeptMessage(makers.PARTNER_ID, flow.flow_id, "event-1", "email", {"subject": "Welcome"}, now)
    DynamoMessages(client, "Messages").keep(said)
    return admin


def _why(admin: Admin, **query: str) -> Any:
    answer = admin.get(WHY, by=VIEWER, hours="1", **query)
    assert answer.status == 200, answer
    return answer.body


def _stories(told: Mapping[str, Any]) -> dict[str, list[str]]:
    return {each["eventId"]: [flow["coverage"] for flow in each["flows"]] for each in told["events"]}


def test_the_story_of_a_person_holds_their_events_and_what_each_flow_made_of_them(house: Admin) -> None:
    told = _why(house, address="Ana@Example.org")

    assert (told["identity"], told["shortfalls"]) == (ANA, [])
    assert _stories(told) == {"event-2": ["under_way"], "event-1": ["decided"]}
    story = told["events"][1]
    assert (story["source"], story["event"]["eventType"]) == ("mapping", "custom_some_event")
    assert story["event"]["body"]["properties"]["eventName"] == "some_event"
    [flow] = story["flows"]
    assert (flow["flowName"], flow["triggerVersions"]) == ("Welcome", [1])
    assert (flow["decision"]["outcome"], flow["decision"]["variant"]) == ("sent", "a")
    assert flow["decision"]["flowName"] == "Welcome"
    assert (flow["message"]["channel"], flow["message"]["parts"]) == ("email", {"subject": "Welcome"})
    assert flow["decision"]["trace"] == [{"check": "suppressed", "verdict": "passed"}]


def test_the_story_of_one_event_is_that_event_alone(house: Admin) -> None:
    assert _stories(_why(house, eventId="event-1")) == {"event-1": ["decided"]}
    assert _stories(_why(house, eventId="event-2")) == {"event-2": ["under_way"]}
    assert _stories(_why(house, eventId="event-9")) == {}


def test_the_contact_is_told_with_its_segments_by_name_and_what_suppresses_it(house: Admin, now: datetime) -> None:
    client = house.stack.dynamodb
    DynamoSegments(client, "Registry").save(ListSegment(makers.PARTNER_ID, "segment_1", "Regulars"))
    DynamoMemberships(client, "Contacts").put_on(makers.PARTNER_ID, "segment_1", [ANA], now, "edda")
    house.post(f"{HERE}/suppressions", {"identity": ANA, "scope": "email"})

    contact = _why(house, address=ANA)["contact"]

    assert contact["segments"] == [{"segmentId": "segment_1", "name": "Regulars"}]
    [suppression] = contact["suppressions"]
    assert (suppression["reason"], suppression["scope"], suppression["by"]) == ("manual", "email", "edda")
    assert house.get(f"{HERE}/contacts/{ANA}").body["segments"] == contact["segments"]


def test_what_is_held_or_in_quarantine_is_told_with_the_clients_that_are_the_person(
    house: Admin, now: datetime
) -> None:
    client = house.stack.dynamodb
    events = DynamoEvents(client, "Events", 45)
    DynamoIdentities(client, "Identities").put(
        IdentityMapping(makers.PARTNER_ID, "client-1", ANA, None, now + MAPPING_LIFETIME - MINUTE)
    )
    held = makers.event(event_id="held-1", identity=None, email=None, received_at=now)
    DynamoHeldEvents(client, "Unidentified", events).hold(HeldEvent(held, now + DAY))
    DynamoQuarantine(client, "Quarantine").keep(
        QuarantinedEvent(makers.PARTNER_ID, "bad-1", now - MINUTE, (Reason("/x", "required"),), f'{{"email":"{ANA}"}}')
    )

    told = _why(house, address=ANA)

    [mapping] = told["events"][0]["mappings"]
    assert (mapping["clientId"], mapping["email"]) == ("client-1", ANA)
    assert [(each["eventId"], each["clientId"]) for each in told["held"]] == [("held-1", "client-1")]
    [quarantined] = told["quarantined"]
    assert (quarantined["eventId"], quarantined["reasons"]) == ("bad-1", [{"path": "/x", "reason": "required"}])
    [alone] = _why(house, eventId="held-1", clientId="client-1")["held"]
    assert alone["eventId"] == "held-1"


@pytest.mark.parametrize(
    "query",
    [{}, {"address": ANA, "eventId": "event-1"}, {"address": ANA, "hours": "721"}, {"eventId": ""}],
    ids=["about nothing", "about two things", "too far back", "an event without a name"],
)
def test_a_question_that_makes_no_sense_is_refused(house: Admin, query: dict[str, str]) -> None:
    answer = house.call("GET", WHY, query=query)

    assert (answer.status, len(answer.body["reasons"])) == (400, 1)
    assert ANA not in answer.text


def test_another_partner_is_told_nothing(house: Admin) -> None:
    told = house.get("/partners/partner_2/why", by=OTHERS_EDITOR, address=ANA, hours="1").body

    assert (told["events"], told["contact"]["segments"]) == ([], [])


def test_an_experiment_is_told_by_its_arms(house: Admin) -> None:
    results = house.get(f"{HERE}/flows/flow_1/experiment", by=VIEWER).body

    assert (results["experimentId"], results["firstVersion"]) == ("experiment_1", 1)
    assert results["goal"] == {"eventType": "complete_transaction", "attributionSeconds": 86400}
    assert (results["isMismatch"], results["splitProbability"]) == (False, None)
    assert (results["isCut"], results["shortfalls"]) == (False, [])
    a, b = results["arms"]
    assert (a["arm"], a["exposed"], a["converted"], a["rate"], a["lift"]) == ("a", 1, 1, 1.0, None)
    assert a["interval"]["high"] == 1.0
    assert (b["arm"], b["exposed"], b["converted"], b["rate"], b["lift"]) == ("b", 0, 0, None, None)


def test_the_lift_of_an_arm_has_its_interval(house: Admin, now: datetime) -> None:
    decision = makers.decision(event_id="event-3", identity="ben@example.org", arm="b", decided_at=now, received_at=now)
    DynamoDeliveries(house.stack.dynamodb, "Deliveries").claim(decision)

    lift = house.get(f"{HERE}/flows/flow_1/experiment").body["arms"][1]["lift"]

    assert (lift["difference"], lift["relative"]) == (-1.0, -1.0)
    assert -1.0 <= lift["low"] <= lift["difference"] <= lift["high"]


def test_a_flow_without_an_experiment_has_no_results(house: Admin) -> None:
    content = {"channel": "email", "subject": "Hello", "text": "Hello"}
    made = house.post(f"{HERE}/flows", {"name": "Plain", "triggerId": "trigger_1", "content": content})

    answer = house.get(f"{HERE}/flows/{made.body['flowId']}/experiment")

    assert (answer.status, answer.body["error"]) == (404, "The flow has no experiment")
