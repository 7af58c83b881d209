"""SQS batches: one message's failure is its own."""

import json
from collections.abc import Sequence

import pytest

from signalbox.batches import failures_among, failures_in
from signalbox.domain.errors import Misconfigured, Transient
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


def test_the_things_of_all_messages_are_handled_together_and_a_message_comes_again_for_one_of_its_own() -> None:
    bodies = {"whole": "a b", "partly": "bad c", "empty": "", "unreadable": "?", "last": "worse"}
    event = {"Records": [{"messageId": name, "body": body} for name, body in bodies.items()]}
    handled = []

    def read(body: str) -> Sequence[str]:
        if body == "?":
            raise Misconfigured
        return body.split()

    def handle(things: Sequence[str]) -> Sequence[bool]:
        handled.append(things)
        return [each not in {"bad", "worse"} for each in things]

    answer = failures_among(event, read, handle, Telemetry("batches-together"))

    assert handled == [["a", "b", "bad", "c", "worse"]]
    failed = [each["itemIdentifier"] for each in answer["batchItemFailures"]]
    assert failed == ["partly", "unreadable", "last"]


def test_what_was_counted_of_the_things_is_written_when_they_are_done(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry = Telemetry("batches-together-counted")
    event = {"Records": [{"messageId": "one", "body": "a b c"}]}

    def handle(things: Sequence[str]) -> Sequence[bool]:
        for each in things:
            telemetry.count(each)
        return [True] * len(things)

    failures_among(event, str.split, handle, telemetry)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {name for line in lines for name in "abc" if name in line} == {*"abc"}
