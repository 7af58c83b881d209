"""SQS batches: one message's failure is its own."""

import json

import pytest

from signalbox.batches import failures_in
from signalbox.domain.errors import Transient
from signalbox.observability import Telemetry


def test_only_the_messages_that_failed_come_again() -> None:
    event = {"Records": [{"messageId": name, "body": name} for name in ("good", "bad", "better")]}
    handled = []

    def handle(body: str) -> None:
        handled.append(body)
        if body == "bad":
            raise Transient

    answer = failures_in(event, handle, Telemetry("batches-failed"))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert handled == ["good", "bad", "better"]


def test_what_was_counted_is_written_when_the_batch_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry = Telemetry("batches-counted")
    event = {"Records": [{"messageId": name, "body": name} for name in ("one", "two", "three")]}

    failures_in(event, lambda _body: telemetry.count("MatchesSent"), telemetry)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sum(line["MatchesSent"] for line in lines) == 3
