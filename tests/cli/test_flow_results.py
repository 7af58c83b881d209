"""Commands about flows that run: safety holds, experiments, deciding again, archiving."""

import json
from datetime import datetime, timedelta

import pytest

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.safety_holds import DynamoSafetyHolds
from signalbox.domain.decisions import Outcome, SkipReason
from signalbox.domain.experiments import Experiment, Goal, Variant
from signalbox.domain.queries import Window
from signalbox.domain.safety_holds import FlowRun, SafetyHold
from tests.cli.terminal import Terminal
from tests.functions.admin import Admin
from tests.unit import makers

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EXPERIMENT = Experiment("experiment_1", (Variant("a", 1), Variant("b", 1)), goal=Goal("complete_transaction", DAY))


@pytest.fixture
def now() -> datetime:
    return SystemClock().now()


@pytest.fixture
def live(editor: Terminal, admin: Admin, now: datetime) -> Terminal:
    """A live flow 'Welcome' with an experiment."""
    definitions = DynamoDefinitions(admin.stack.dynamodb, "Registry", "Cursors")
    definitions.commit_trigger(makers.trigger(committed_at=now - DAY))
    flow = makers.flow(name="Welcome", safety_limit=10, experiment=EXPERIMENT, starts_after=now - DAY)
    definitions.launch(flow, makers.cursor(position=now - 2 * MINUTE))
    return editor


@pytest.fixture
def waiting(live: Terminal, admin: Admin, now: datetime) -> Terminal:
    """A run of it that waits."""
    run = FlowRun(makers.PARTNER_ID, "flow_1", 1, Window(now - 2 * MINUTE, now - MINUTE), 101)
    DynamoSafetyHolds(admin.stack.dynamodb, "Cursors").save(SafetyHold.of(run, now, None))
    return live


@pytest.mark.parametrize(("word", "state"), [("approve", "approved"), ("discard", "discarded")])
def test_a_run_that_waits_is_shown_and_answered_once(waiting: Terminal, word: str, state: str) -> None:
    shown = waiting.done("flows", "hold", "Welcome")
    refused = waiting.type("flows", word, "Welcome", answer="n\n")
    answered = waiting.type("flows", word, "Welcome", answer="y\n")

    assert ["Contacts", "101"] in [line.split() for line in shown.splitlines()]
    assert (refused.exit_code, "101 people." in refused.stderr) == (1, True)
    assert (answered.exit_code, f"The run is {state}." in answered.stderr) == (0, True)
    assert "No run of this flow waits" in waiting.stopped("flows", word, "Welcome", "--yes")
    assert waiting.done("flows", "hold", "Welcome") == ""
    assert waiting.json("flows", "hold", "Welcome")["state"] == "none"


def test_an_experiment_is_told_by_its_arms_with_intervals(live: Terminal, admin: Admin, now: datetime) -> None:
    for number, arm in enumerate("aab"):
        who = f"{number}@example.org"
        decision = makers.decision(
            event_id=f"event-{number}", identity=who, arm=arm, outcome=Outcome.SENT, decided_at=now - 3 * MINUTE,
            received_at=now - 4 * MINUTE,
        )  # fmt: skip
        DynamoDeliveries(admin.stack.dynamodb, "Deliveries").claim(decision)
    bought = makers.event(
        event_id="bought", event_type="complete_transaction", event_name="complete_transaction",
        identity="0@example.org", email="0@example.org", received_at=now - MINUTE, occurred_at=now - MINUTE,
    )  # fmt: skip
    DynamoEvents(admin.stack.dynamodb, "Events", 45).append(bought, 1)

    result = live.type("flows", "experiment", "Welcome")

    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert [row[:3] for row in rows] == [["a", "2", "1"], ["b", "1", "0"]]
    assert rows[0][3].startswith("50.0% (")
    assert rows[1][4].startswith("-50.0 points (")
    assert "complete_transaction within 86400 s" in result.stderr
    assert live.json("flows", "experiment", "Welcome")["isMismatch"] is False


def test_what_failed_is_decided_again_by_reason_or_by_name(live: Terminal, admin: Admin, now: datetime) -> None:
    at = now - 3 * MINUTE
    for number in range(4):
        reason = SkipReason.CONTENT_MISSING_VALUE if number else SkipReason.SUPPRESSED
        match = makers.match(event_id=f"event-{number}")
        decision = makers.decision(
            event_id=match.event_id, identity="ana@example.org", outcome=Outcome.SKIPPED, reason=reason, match=match,
            decided_at=at + timedelta(milliseconds=number), received_at=at,
        )  # fmt: skip
        DynamoDeliveries(admin.stack.dynamodb, "Deliveries").claim(decision)
    all_of_it = ("flows", "resend", "Welcome", "--reason", "content_missing_value")

    refused = live.type(*all_of_it, answer="n\n")
    named = live.json("flows", "resend", "Welcome", "event-0", "event-1", "--yes")
    rest = live.type(*all_of_it, "--yes")

    assert (refused.exit_code, "about 3 events" in refused.stderr) == (1, True)
    assert (named["eventIds"], [each["eventId"] for each in named["refused"]]) == (["event-1"], ["event-0"])
    assert "2 are decided about again" in rest.stderr
    assert "Name either events" in live.stopped("flows", "resend", "Welcome")
    assert "Name either events" in live.stopped(*all_of_it, "event-0")


def test_more_than_one_call_takes_are_sent_in_parts(live: Terminal) -> None:
    names = [f"event-{number}" for number in range(101)]

    told = live.json("flows", "resend", "Welcome", *names, "--yes")

    assert [each["eventId"] for each in told["refused"]] == names


def test_an_ended_flow_is_archived_and_listed_apart(live: Terminal) -> None:
    assert "must be" in live.stopped("flows", "archive", "Welcome")
    live.done("flows", "end", "Welcome", "--yes")
    live.done("flows", "archive", "Welcome")

    assert json.loads(live.done("flows", "list", "--json")) == []
    [archived] = live.json("flows", "list", "--archived")
    assert (archived["name"], archived["status"]) == ("Welcome", "archived")
    assert '"status": "archived"' in live.done("flows", "show", archived["flowId"], "--json")
