"""Our own queue messages are read as strictly as a stranger's."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.domain.decisions import ExitVerdict, Match
from signalbox.domain.errors import Misconfigured
from signalbox.wire.queue_messages import read_matches, read_request, write_match, write_request
from tests.unit.makers import NOON

MATCH = Match(
    partner_id="partner_1",
    flow_id="flow_1",
    trigger_id="trigger_1",
    trigger_version=3,
    event_id="event-1",
    identity="ana@example.org",
    received_at=NOON,
    max_event_age=timedelta(hours=72, milliseconds=1),
    row={
        "text": "é\x00",
        "whole": 2**70,
        "real": 1.5,
        "yes": True,
        "nothing": None,
        "list": [1, {"a": [None]}],
        "t": "2026-03-01",
    },
)


@pytest.mark.parametrize(
    "match",
    [
        MATCH,
        replace(MATCH, identity=None, received_at=None, row={}),
        replace(MATCH, exit=ExitVerdict(NOON, NOON, "event-2")),
        replace(MATCH, exit=ExitVerdict(NOON, NOON), is_discarded=True),
    ],
)
def test_a_match_arrives_as_it_left(match: Match) -> None:
    text = f'{{"matches":[{write_match(match)},{write_match(match)}]}}'

    assert text.isascii()
    assert read_matches(text) == [match, match]
    assert [type(cell) for cell in read_matches(text)[0].row.values()] == [type(cell) for cell in match.row.values()]


def test_a_match_of_before_there_were_verdicts_has_none() -> None:
    written = json.loads(write_match(MATCH))
    for name in ("exit", "is_discarded", "matched_at"):
        del written[name]

    assert read_matches(json.dumps({"matches": [written]})) == [MATCH]


def test_a_request_arrives_as_it_left() -> None:
    request = read_request(write_request("partner_1", NOON))

    assert (request.partner_id, request.scheduled_at) == ("partner_1", NOON)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"partner_id":1,"scheduled_at":"2026-03-01T12:00:00Z"}',
        '{"partner_id":"p","scheduled_at":"noon"}',
        '{"partner_id":"p","scheduled_at":"2026-03-01T12:00:00"}',
        '{"partner_id":"p","scheduled_at":"2026-03-01T12:00:00Z","x":1}',
    ],
)
def test_a_request_that_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured):
        read_request(text)


@pytest.mark.parametrize(
    ("member", "value"), [("trigger_version", "3"), ("identity", 5), ("received_at", "x"), ("row", [])]
)
def test_a_match_that_is_not_ours_is_refused_without_its_values(member: str, value: Any) -> None:
    match = {**json.loads(write_match(MATCH)), member: value}

    with pytest.raises(Misconfigured, match=f"matches/0/{member}") as refused:
        read_matches(json.dumps({"matches": [match]}))

    assert "ana@example.org" not in str(refused.value)
