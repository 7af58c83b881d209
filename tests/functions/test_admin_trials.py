"""Trying flows and triggers before they send, and runs that wait for a person, over the admin API."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_string
from email.policy import default
from typing import Any

import pytest
from moto.ses.models import ses_backends

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.safety_holds import DynamoSafetyHolds
from signalbox.domain.queries import Window
from signalbox.domain.safety_holds import FlowRun, HoldState, SafetyHold
from tests.functions.admin import EDITOR, HERE, VIEWER, Admin
from tests.functions.conftest import REGION
from tests.unit import makers

MOTO_ACCOUNT = "123456789012"
MINUTE = timedelta(minutes=1)
SQL = """
    SELECT identity, event_id, event_name AS what FROM event_triggers
    WHERE ts > {cursor_start_time} AND ts <= {cursor_end_time}
"""
CONTENT = {
    "channel": "email",
    "subject": "{{ trigger.what }}",
    "text": "Hello {{ event.properties.name }} {{ unsubscribe_url }}",
    "html": None,
    "fromName": None,
}


@pytest.fixture
def now() -> datetime:
    return SystemClock().now()


@pytest.fixture
def flow(admin: Admin, now: datetime) -> Iterator[str]:
    """A draft flow over a committed trigger, and two events of the last minutes, one without a name in it."""
    draft = admin.post(f"{HERE}/triggers", {"name": "Anything", "sql": SQL}).body
    trigger = f"{HERE}/triggers/{draft['triggerId']}"
    admin.post(f"{trigger}/draft/commit", {"draftId": draft["draftId"], "revision": draft["revision"]})
    made = admin.post(f"{HERE}/flows", {"name": "Welcome", "triggerId": draft["triggerId"], "content": CONTENT})
    events = DynamoEvents(admin.stack.dynamodb, "Events", 45)
    for number, name in enumerate(["", ',"name":"Ana"'], start=1):
        at = now - (3 - number) * MINUTE
        body = f'{{"properties":{{"eventName":"some_event","properties":{{"n":1{name}}}}}}}'
        who = f"{number}@example.org"
        events.append(
            makers.event(
                event_id=f"event-{number}", received_at=at, occurred_at=at, body=body, identity=who, email=who
            ),
            1,
        )
    ses_backends[MOTO_ACCOUNT][REGION].sent_messages.clear()
    yield f"{HERE}/flows/{made.body['flowId']}"
    ses_backends[MOTO_ACCOUNT][REGION].sent_messages.clear()


def _tried(admin: Admin, path: str, body: Any = None) -> Any:
    answer = admin.post(path, body or {}, by=VIEWER)
    assert answer.status == 200, answer
    return answer.body


def test_a_flow_is_validated_over_recent_matches(admin: Admin, flow: str) -> None:
    told = _tried(admin, f"{flow}/validate")

    assert (told["faults"], told["warnings"]) == ([], [])
    assert (told["tried"]["events"], told["tried"]["rows"], told["tried"]["triggerVersion"]) == (2, 2, 1)
    assert told["tried"]["columns"] == ["identity", "event_id", "what"]
    rehearsal = told["rehearsal"]
    assert (rehearsal["matches"], rehearsal["judged"], rehearsal["contacts"]) == (2, 2, 1)
    ends = {each["outcome"]: (each["reason"], each["count"]) for each in rehearsal["tallies"]}
    assert ends == {"sent": (None, 1), "skipped": ("content_missing_value", 1)}
    assert [each["detail"] for each in rehearsal["failing"]] == ["event.properties.name"]
    [message] = rehearsal["messages"]
    assert (message["identity"], message["texts"]["subject"]) == ("2@example.org", "some_event")


def test_what_is_not_saved_yet_is_validated_with_faults_by_their_places_on_the_wire(admin: Admin, flow: str) -> None:
    shown = admin.get(flow).body
    definition = {name: shown[name] for name in ("name", "triggerId")} | {
        "content": CONTENT | {"subject": "{{"},
        "reEntry": {"entries": 0, "periodSeconds": 60},
    }

    told = _tried(admin, f"{flow}/validate", {"definition": definition})

    assert {each["path"] for each in told["faults"]} == {"/content/subject", "/reEntry/entries"}
    assert (told["tried"], told["rehearsal"]) == (None, None)
    assert admin.get(flow).body == shown


def test_the_message_of_the_newest_match_is_shown(admin: Admin, flow: str) -> None:
    told = _tried(admin, f"{flow}/preview")

    assert (told["eventId"], told["identity"], told["isMatched"]) == ("event-2", "2@example.org", True)
    assert told["texts"]["subject"] == "some_event"
    assert told["texts"]["text"].startswith("Hello Ana ")
    assert (told["problem"], told["verdict"]["outcome"]) == (None, "sent")


def test_the_message_of_an_event_of_ones_choice_is_shown_or_why_there_is_none(admin: Admin, flow: str) -> None:
    told = _tried(admin, f"{flow}/preview", {"eventId": "event-1"})

    assert told["problem"] == {"reason": "content_missing_value", "detail": "event.properties.name"}
    assert told["texts"] is None
    absent = admin.post(f"{flow}/preview", {"eventId": "event-9"})
    assert (absent.status, absent.body["reasons"][0]["path"]) == (422, "/eventId")


def test_a_test_is_sent_to_ones_own_address_and_marked(admin: Admin, flow: str) -> None:
    answer = admin.post(f"{flow}/test-send", {"to": "edda@people.example", "eventId": "event-2"})

    assert (answer.status, bool(answer.body["providerMessageId"])) == (200, True)
    [sent] = ses_backends[MOTO_ACCOUNT][REGION].sent_messages
    assert message_from_string(sent.raw_data, policy=default)["Subject"] == "[Test] some_event"
    assert DynamoDeliveries(admin.stack.dynamodb, "Deliveries").find(
        makers.PARTNER_ID, flow.rpartition("/")[2], "event-2"
    ) is None  # fmt: skip
    assert admin.get(f"{HERE}/audit").body["items"][0]["action"] == "sendTest"


@pytest.mark.parametrize(
    ("body", "status"),
    [({"to": "nobody"}, 422), ({}, 422), ({"to": "a@b.example", "eventId": "event-1"}, 422)],
    ids=["no address", "none at all", "an event without a message"],
)
def test_a_test_that_cannot_be_sent_is_refused(admin: Admin, flow: str, body: dict[str, str], status: int) -> None:
    assert admin.post(f"{flow}/test-send", body).status == status
    assert not ses_backends[MOTO_ACCOUNT][REGION].sent_messages


def test_a_backfill_is_previewed(admin: Admin, flow: str, now: datetime) -> None:
    told = _tried(admin, f"{flow}/backfill-preview", {"since": (now - timedelta(hours=1)).isoformat()})

    assert (told["matches"], told["contacts"], told["stopped"]) == (2, 2, None)
    assert told["rehearsal"]["contacts"] == 1
    assert told["shown"][0]["event_id"] == "event-1"


@pytest.mark.parametrize("chosen", [{}, {"version": 1}])
def test_a_trigger_is_backtested(admin: Admin, flow: str, chosen: dict[str, int]) -> None:
    trigger_id, flow_id = admin.get(flow).body["triggerId"], flow.rpartition("/")[2]

    told = _tried(admin, f"{HERE}/triggers/{trigger_id}/backtest", {"days": 1, "flowId": flow_id, **chosen})

    assert (told["events"], told["rows"], told["matches"], told["tooOld"]) == (2, 2, 2, 0)
    assert sum(each["matches"] for each in told["byDay"]) == 2
    assert told["rehearsal"]["matches"] == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [({"days": 31}, 400), ({"days": 1, "version": 9}, 404), ({"days": 1, "flowId": "flow_9"}, 422)],
)
def test_a_backtest_that_makes_no_sense_is_refused(admin: Admin, flow: str, body: dict[str, Any], status: int) -> None:
    trigger_id = admin.get(flow).body["triggerId"]

    assert admin.post(f"{HERE}/triggers/{trigger_id}/backtest", body).status == status


@pytest.fixture
def held(admin: Admin, now: datetime) -> str:
    """A live flow, a run of which waits."""
    client = admin.stack.dynamodb
    definitions = DynamoDefinitions(client, "Registry", "Cursors")
    definitions.commit_trigger(makers.trigger())
    definitions.launch(makers.flow(safety_limit=10), makers.cursor(position=now - 2 * MINUTE))
    run = FlowRun(makers.PARTNER_ID, "flow_1", 1, Window(now - 2 * MINUTE, now - MINUTE), 101)
    DynamoSafetyHolds(client, "Cursors").save(SafetyHold.of(run, now, None))
    assert DynamoCursors(client, "Cursors").of_partner(makers.PARTNER_ID)
    return f"{HERE}/flows/flow_1/hold"


@pytest.mark.parametrize(("word", "state"), [("approve", HoldState.APPROVED), ("discard", HoldState.DISCARDED)])
def test_a_run_that_waits_is_answered_once(admin: Admin, held: str, word: str, state: HoldState) -> None:
    shown = admin.get(held, by=VIEWER)
    stale = admin.post(f"{held}/{word}", by=EDITOR, if_match='"9"')
    answered = admin.post(f"{held}/{word}", by=EDITOR, if_match=shown.etag)
    again = admin.post(f"{held}/{word}", by=EDITOR, if_match=shown.etag)

    assert (shown.body["state"], shown.body["contacts"], shown.etag) == ("waiting", 101, '"1"')
    assert stale.status == 412
    assert (answered.status, answered.body["state"], answered.body["answeredBy"]) == (200, state.value, "edda")
    assert (again.status, again.body["error"]) == (409, "No run of this flow waits to be approved or discarded")
    [hold] = DynamoSafetyHolds(admin.stack.dynamodb, "Cursors").of_partner(makers.PARTNER_ID).values()
    assert (hold.state, hold.answered_by) == (state, "edda")
    assert admin.get(held).body["state"] == "none"


def test_a_flow_whose_runs_pass_has_none_that_waits(admin: Admin, flow: str) -> None:
    assert admin.get(f"{flow}/hold", by=VIEWER).body["state"] == "none"


def test_a_test_of_a_webhook_tells_why_its_destination_did_not_take_it(admin: Admin, flow: str) -> None:
    hook = {"name": "Shop", "url": "https://hooks.shop.example", "batchSize": 1}
    destination_id = admin.post(f"{HERE}/destinations", hook).body["destinationId"]
    admin.post(f"{HERE}/destinations/{destination_id}/disable")
    shown = admin.get(flow).body
    content = {"channel": "webhook", "destinationId": destination_id, "data": "{}"}
    definition = {name: shown[name] for name in ("name", "triggerId")} | {"content": content}

    answer = admin.post(f"{flow}/test-send", {"definition": definition, "eventId": "event-2"})

    [reason] = answer.body["reasons"]
    assert (answer.status, reason["path"]) == (422, "/content")
    assert reason["reason"].startswith("it was not taken: ")
