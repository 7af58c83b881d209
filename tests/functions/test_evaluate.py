"""The evaluate function: matches on the sends queue, cursors moved, failures told to the queue."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.evaluate import app
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.wire.queue_messages import read_matches, write_request
from tests.functions.stack import Context, Stack, prepared
from tests.unit import makers

SQL = (
    "SELECT identity, event_id, ts FROM event_triggers WHERE event_type = 'custom_some_event' "
    "AND ts > {cursor_start_time} AND ts <= {cursor_end_time}"
)
STARTED_AT = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)


def _launch(stack: Stack, sql: str) -> None:
    definitions = DynamoDefinitions(stack.dynamodb, "Registry", "Cursors")
    definitions.commit_trigger(makers.trigger(sql=sql, compiled_sql=sql))
    definitions.launch(makers.flow(), makers.cursor(position=STARTED_AT))
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
