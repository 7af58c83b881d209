"""The schedule function: one request a partner with live flows."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.schedule import app
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.wire.queue_messages import read_request
from tests.functions.stack import Context, Stack, prepared
from tests.unit import makers


def test_each_partner_with_a_live_flow_is_asked_for(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any]
) -> None:
    definitions = DynamoDefinitions(stack.dynamodb, "Registry", "Cursors")
    definitions.launch(makers.flow(), makers.cursor())

    prepared(monkeypatch, stack, "ScheduleFunction", app)(event("schedule"), Context())

    (body,) = stack.received("EvaluationsQueue")
    request = read_request(body)
    assert (request.partner_id, request.scheduled_at) == (makers.PARTNER_ID, datetime(2026, 3, 1, 12, tzinfo=UTC))


def test_a_stack_without_live_flows_asks_for_nothing(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    prepared(monkeypatch, stack, "ScheduleFunction", app)(event("schedule"), Context())

    assert stack.received("EvaluationsQueue") == []
    assert '"EvaluationsRequested": 0' in capsys.readouterr().out
