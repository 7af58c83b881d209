"""The evaluate function: matches on the sends queue, cursors moved, failures told to the queue."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.evaluate import app
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.deferrals import DynamoDeferrals
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.safety_holds import DynamoSafetyHolds
from signalbox.domain.decisions import Deferral
from signalbox.domain.waits import ExitCondition, Wait
from signalbox.wire.queue_messages import read_matches, write_request
from tests.functions.stack import Context, Stack, prepared
from tests.unit import makers

SQL = (
    "SELECT identity, event_id, ts FROM event_triggers WHERE event_type = 'custom_some_event' "
    "AND ts > {cursor_start_time} AND ts <= {cursor_end_time}"
)
STARTED_AT = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)


def _launch(stack: Stack, sql: str, **rules: Any) -> None:
    definitions = DynamoDefinitions(stack.dynamodb, "Registry", "Cursors")
    definitions.commit_trigger(makers.trigger(sql=sql, compiled_sql=sql))
    definitions.launch(makers.flow(**rules), makers.cursor(position=STARTED_AT))
    event = makers.event(received_at=STARTED_AT + timedelta(seconds=1))
    DynamoEvents(stack.dynamodb, "Events", 45).append(event, shards=1)


def _batch(queue_event: Any, *bodies: str) -> Any:
    (record,) = queue_event["Records"]
    return {"Records": [{**record, "messageId": str(number), "body": body} for number, body in enumerate(bodies)]}


def test_new_events_become_matches_and_the_cursor_moves(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    _launch(stack, SQL)
    batch = _batch(event("queue"), write_request(makers.PARTNER_ID, STARTED_AT))

    answer = prepared(monkeypatch, stack, "EvaluateFunction", app)(batch, Context())

    assert answer == {"batchItemFailures": []}
    (match,) = [match for body in stack.received("SendsQueue") for match in read_matches(body)]
    assert (match.flow_id, match.event_id, match.identity) == ("flow_1", "event-1", "ana@example.org")
    position = DynamoCursors(stack.dynamodb, "Cursors").of_partner(makers.PARTNER_ID)["flow_1"].position
    assert position > STARTED_AT + timedelta(seconds=100)
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["CursorLagSeconds"] < 5


def test_a_trigger_that_fails_is_named_in_the_log(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    _launch(stack, SQL.replace("event_id", "no_such_column"))
    batch = _batch(event("queue"), write_request(makers.PARTNER_ID, STARTED_AT))

    prepared(monkeypatch, stack, "EvaluateFunction", app)(batch, Context())

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["trigger_id"], line["fault"]) for line in lines if "fault" in line] == [("trigger_1", "sql_error")]
    assert sum(line.get("QueriesFailed", 0) for line in lines) == 1
    assert stack.received("SendsQueue") == []


def test_a_message_that_cannot_be_handled_comes_again_and_the_others_do_not(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    _launch(stack, SQL)
    batch = _batch(
        event("queue"), "not ours", write_request(makers.PARTNER_ID, STARTED_AT), write_request("gone", STARTED_AT)
    )

    answer = prepared(monkeypatch, stack, "EvaluateFunction", app)(batch, Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}, {"itemIdentifier": "2"}]}
    assert len(stack.received("SendsQueue")) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["errors"][0].split(":")[0] for line in lines if "errors" in line] == ["Misconfigured", "Misconfigured"]


def test_who_has_left_a_wait_is_handed_over_with_the_event_that_did_it(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any]
) -> None:
    exits = "SELECT identity, event_id, client_id AS cart FROM event_triggers WHERE event_type = 'custom_bought'"
    wait = Wait(timedelta(seconds=30), ExitCondition(exits, "cart", compiled_sql=exits))
    _launch(stack, SQL, wait=wait)
    bought_at = STARTED_AT + timedelta(seconds=30)
    bought = makers.event(event_id="event-2", event_type="custom_bought", event_name="bought", received_at=bought_at)
    DynamoEvents(stack.dynamodb, "Events", 45).append(bought, shards=1)
    deferrals = DynamoDeferrals(stack.dynamodb, "Deferred")
    for cart in ("client-1", "client-2"):
        match = makers.match(event_id=f"of-{cart}", received_at=STARTED_AT, row={"cart": cart})
        deferrals.keep(Deferral(match, due_at=bought_at))
    batch = _batch(event("queue"), write_request(makers.PARTNER_ID, STARTED_AT))

    prepared(monkeypatch, stack, "EvaluateFunction", app)(batch, Context())

    matches = [match for body in stack.received("SendsQueue") for match in read_matches(body)]
    left_by = {match.event_id: match.exit.left_by for match in matches if match.exit}
    assert left_by == {"of-client-1": "event-2", "of-client-2": None}
    assert list(deferrals.due(makers.PARTNER_ID, datetime.now(UTC))) == []


def test_a_run_that_finds_too_many_people_is_counted_and_named_and_hands_nothing_over(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    _launch(stack, SQL, safety_limit=1)
    other = makers.event(
        event_id="event-2",
        identity="bo@example.org",
        email="bo@example.org",
        received_at=STARTED_AT + timedelta(seconds=2),
    )
    DynamoEvents(stack.dynamodb, "Events", 45).append(other, shards=1)
    batch = _batch(event("queue"), write_request(makers.PARTNER_ID, STARTED_AT))

    prepared(monkeypatch, stack, "EvaluateFunction", app)(batch, Context())

    assert stack.received("SendsQueue") == []
    assert DynamoSafetyHolds(stack.dynamodb, "Cursors").of_partner(makers.PARTNER_ID)["flow_1"].run.contacts == 2
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["RunsHeld"] for line in lines if "RunsHeld" in line] == [1]
    assert [line["flow_ids"] for line in lines if "flow_ids" in line] == [["flow_1"]]
