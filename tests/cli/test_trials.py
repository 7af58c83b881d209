"""Commands that try triggers and flows over real events: validate, preview, test-send, backtest."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from moto.ses.models import ses_backends

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.events import DynamoEvents
from tests.cli.terminal import Terminal
from tests.functions.admin import HERE, Admin
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
    "text": "Hello {{ event.properties.name }}\n{{ unsubscribe_url }}",
    "html": "<p>Hello {{ event.properties.name }}</p>",
}


@pytest.fixture
def now() -> datetime:
    return SystemClock().now()


@pytest.fixture
def welcome(editor: Terminal, admin: Admin, now: datetime) -> Iterator[Terminal]:
    """A draft flow over a committed trigger, and two events of the last minutes, one without a name in it."""
    draft = admin.post(f"{HERE}/triggers", {"name": "Anything", "sql": SQL}).body
    draft_id, revision = draft["draftId"], draft["revision"]
    admin.post(f"{HERE}/triggers/{draft['triggerId']}/draft/commit", {"draftId": draft_id, "revision": revision})
    admin.post(f"{HERE}/flows", {"name": "Welcome", "triggerId": draft["triggerId"], "content": CONTENT})
    for number, name in enumerate(["", ',"name":"Ana"'], start=1):
        at, who = now - (3 - number) * MINUTE, f"{number}@example.org"
        body = f'{{"properties":{{"eventName":"some_event","properties":{{"n":1{name}}}}}}}'
        event = makers.event(
            event_id=f"event-{number}", received_at=at, occurred_at=at, body=body, identity=who, email=who
        )
        DynamoEvents(admin.stack.dynamodb, "Events", 45).append(event, 1)
    ses_backends[MOTO_ACCOUNT][REGION].sent_messages.clear()
    yield editor
    ses_backends[MOTO_ACCOUNT][REGION].sent_messages.clear()


def test_a_flow_is_validated_over_recent_matches(welcome: Terminal) -> None:
    result = welcome.type("flows", "validate", "Welcome")

    lines = result.stdout.splitlines()
    assert result.exit_code == 0, result.output
    assert "2 rows in 2 events, by version 1 of the trigger." in lines[0]
    assert sorted(lines[1:3]) == ["sent\t-\t1\tevent-2", "skipped\tcontent_missing_value\t1\tevent-1"]
    assert lines[3] == "event.properties.name\t1\tevent-1"
    assert "Nothing stands in the way" in result.stderr
    assert welcome.json("flows", "validate", "Welcome")["rehearsal"]["matches"] == 2


def test_a_flow_that_cannot_be_launched_is_told_with_what_to_mend(welcome: Terminal, admin: Admin) -> None:
    broken = {"name": "Broken", "triggerId": "trigger_9", "content": CONTENT | {"subject": "{{"}}
    admin.post(f"{HERE}/flows", broken)

    sentence = welcome.stopped("flows", "validate", "Broken")

    assert "/content/subject: " in sentence
    assert "It cannot be launched: " in sentence
    assert welcome.type("flows", "validate", "Broken", "--json").exit_code == 1


def test_the_message_of_a_real_event_is_shown_and_its_html_written(welcome: Terminal, tmp_path: Path) -> None:
    shown = welcome.done("flows", "preview", "Welcome", "--html", str(tmp_path / "message.html"))

    assert shown.splitlines()[0].split() == ["To", "2@example.org"]
    assert "\nsubject\nsome_event\n" in shown
    assert "Hello Ana\n" in shown
    assert (tmp_path / "message.html").read_text().strip().startswith("<p>Hello Ana</p>")
    assert welcome.json("flows", "preview", "Welcome", "--event", "event-2")["texts"]["subject"] == "some_event"
    absent = welcome.stopped("flows", "preview", "Welcome", "--html", str(tmp_path / "none" / "x.html"))
    assert "cannot be written" in absent


def test_an_event_without_a_message_is_told_with_the_reason(welcome: Terminal) -> None:
    problem = welcome.stopped("flows", "preview", "Welcome", "--event", "event-1")

    assert "There is no message of event-1: content_missing_value: event.properties.name" in problem
    assert "/eventId" in welcome.stopped("flows", "preview", "Welcome", "--event", "event-9")


def test_a_test_goes_to_the_address_and_to_no_other(welcome: Terminal) -> None:
    told = welcome.type("flows", "test-send", "Welcome", "--to", "me@example.org")

    assert "A test was sent to me@example.org." in told.stderr
    [sent] = ses_backends[MOTO_ACCOUNT][REGION].sent_messages
    assert set(sent.destinations) == {"me@example.org"}
    assert "[Test] some_event" in sent.raw_data
    assert "/to" in welcome.stopped("flows", "test-send", "Welcome", "--to", "nowhere")


def test_a_backtest_counts_what_would_have_been_found_and_sent_and_sends_nothing(welcome: Terminal) -> None:
    alone = welcome.type("backtest", "Anything", "--days", "1")
    with_flow = welcome.type("backtest", "Anything", "--days", "1", "--flow", "Welcome", "--version", "1")

    assert alone.exit_code == 0, alone.output
    assert sum(int(line.split("\t")[2]) for line in alone.stdout.splitlines()) == 2
    assert "2 matches about 2 contacts: 2 rows in 2 events." in alone.stderr
    assert "Nothing was sent" in alone.stderr
    assert "sent\t-\t1\tevent-2" in with_flow.stdout.splitlines()
    assert "skipped\tcontent_missing_value\t1\tevent-1" in with_flow.stdout.splitlines()
    assert ses_backends[MOTO_ACCOUNT][REGION].sent_messages == []
    assert welcome.json("backtest", "Anything")["rehearsal"] is None


def test_a_backtest_of_what_is_not_there_is_told(welcome: Terminal) -> None:
    assert "no such version" in welcome.stopped("backtest", "Anything", "--version", "9").lower()
    assert "There is no flow 'None'" in welcome.stopped("backtest", "Anything", "--flow", "None")
    assert welcome.type("backtest", "Anything", "--days", "31").exit_code == 2
