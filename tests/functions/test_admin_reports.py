"""What a flow has done, over the admin API."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.deferrals import DynamoDeferrals
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.domain.decisions import Decision, Outcome, SkipReason
from signalbox.domain.flows import FlowStatus
from tests.functions.admin import HERE, VIEWER, Admin
from tests.unit import makers

SECOND = timedelta(seconds=1)


@pytest.fixture
def flow(admin: Admin) -> str:
    """A flow with a message sent, one skipped, and one held out."""
    content = {"channel": "email", "subject": "Hello", "text": "Hello"}
    made = admin.post(f"{HERE}/flows", {"name": "Welcome", "triggerId": "trigger_1", "content": content})
    now = SystemClock().now()
    sent = Decision(
        partner_id=makers.PARTNER_ID, flow_id=made.body["flowId"], flow_version=1, trigger_id="trigger_1",
        trigger_version=1, event_id="event-1", identity="ana@example.org", outcome=Outcome.SENT, arm="a",
        decided_at=now - SECOND, received_at=now - 3.5 * SECOND,
    )  # fmt: skip
    skipped = replace(
        sent, event_id="event-2", outcome=Outcome.SKIPPED, reason=SkipReason.SUPPRESSED, arm=None,
        decided_at=now - 2 * SECOND,
    )  # fmt: skip
    held_out = replace(sent, event_id="event-3", outcome=Outcome.HELD_OUT, arm="holdout", decided_at=now - 3 * SECOND)
    for decision in (sent, skipped, held_out):
        DynamoDeliveries(admin.stack.dynamodb, "Deliveries").claim(decision)
    return f"{HERE}/flows/{made.body['flowId']}"


def test_a_report_counts_what_became_of_matches(admin: Admin, flow: str) -> None:
    report = admin.get(f"{flow}/report", by=VIEWER).body

    assert (report["matched"], report["isCut"]) == (3, False)
    assert report["outcomes"] == {"sent": 1, "skipped": 1, "held_out": 1}
    assert report["reasons"] == {"suppressed": 1}
    assert report["latency"] == {"messages": 1, "p50Seconds": 2.5, "p99Seconds": 2.5}
    assert {arm: tally["matched"] for arm, tally in report["byVariant"].items()} == {"a": 1, "holdout": 1}
    assert sum(point["matched"] for point in report["series"]) == 3


def test_decisions_are_listed_the_latest_first_in_parts(admin: Admin, flow: str) -> None:
    first = admin.call("GET", f"{flow}/deliveries", by=VIEWER, query={"limit": "2"}).body
    second = admin.call("GET", f"{flow}/deliveries", query={"limit": "2", "cursor": first["next"]}).body

    assert [each["eventId"] for each in first["items"] + second["items"]] == ["event-1", "event-2", "event-3"]
    assert (first["items"][1]["reason"], first["items"][1]["flowName"]) == ("suppressed", "Welcome")


@pytest.mark.parametrize(
    ("query", "names"),
    [({"outcome": "sent"}, ["event-1"]), ({"reason": "suppressed"}, ["event-2"]), ({"reason": "too_old"}, [])],
)
def test_decisions_are_filtered(admin: Admin, flow: str, query: dict[str, str], names: list[str]) -> None:
    listed = admin.call("GET", f"{flow}/deliveries", query=query).body

    assert [each["eventId"] for each in listed["items"]] == names


@pytest.mark.parametrize(
    ("query", "status"), [({"by": "minute"}, 400), ({"since": "2020-01-01T00:00:00Z"}, 422), ({"more": "x"}, 400)]
)
def test_a_report_that_makes_no_sense_is_refused(admin: Admin, flow: str, query: dict[str, Any], status: int) -> None:
    assert admin.call("GET", f"{flow}/report", query=query).status == status


@pytest.fixture
def live(admin: Admin) -> str:
    """A live flow that skipped one for its content and sent another."""
    definitions = DynamoDefinitions(admin.stack.dynamodb, "Registry", "Cursors")
    definitions.commit_trigger(makers.trigger())
    definitions.launch(makers.flow(status=FlowStatus.LIVE), makers.cursor())
    deliveries = DynamoDeliveries(admin.stack.dynamodb, "Deliveries")
    skipped = makers.decision(
        outcome=Outcome.SKIPPED, reason=SkipReason.CONTENT_ERROR, match=makers.match(row={"total": 3})
    )
    deliveries.claim(skipped)
    deliveries.claim(makers.decision(event_id="event-2"))
    return f"{HERE}/flows/flow_1"


def test_what_was_skipped_for_its_content_is_decided_about_again(admin: Admin, live: str) -> None:
    answer = admin.post(f"{live}/deliveries/resend", {"eventIds": ["event-1", "event-2"]})

    assert (answer.status, answer.body["eventIds"]) == (200, ["event-1"])
    [refused] = answer.body["refused"]
    assert (refused["eventId"], refused["reason"][:21]) == ("event-2", "only what was skipped")
    [waiting] = admin.call("GET", f"{live}/deliveries", query={"outcome": "deferred"}).body["items"]
    assert (waiting["eventId"], waiting["trace"][-1]["check"]) == ("event-1", "resend")
    deferrals = DynamoDeferrals(admin.stack.dynamodb, "Deferred")
    [deferral] = deferrals.due(makers.PARTNER_ID, SystemClock().now() + timedelta(hours=1))
    assert deferral.match == makers.match(row={"total": 3})
    entry = admin.get(f"{HERE}/audit").body["items"][0]
    assert (entry["action"], entry["thing"], entry["thingId"], entry["by"]) == ("resend", "delivery", "flow_1", "edda")


def test_a_flow_that_is_not_live_decides_nothing_again(admin: Admin, flow: str) -> None:
    answer = admin.post(f"{flow}/deliveries/resend", {"eventIds": ["event-2"]})

    assert (answer.status, answer.body["error"]) == (409, "Expected a live flow; this one is draft")


@pytest.mark.parametrize("event_ids", [[], [f"event-{number}" for number in range(101)]], ids=["none", "too many"])
def test_a_call_decides_again_about_some_events(admin: Admin, live: str, event_ids: list[str]) -> None:
    answer = admin.post(f"{live}/deliveries/resend", {"eventIds": event_ids})

    assert (answer.status, answer.body["reasons"]) == (422, [{"path": "/eventIds", "reason": "expected 1 to 100"}])
