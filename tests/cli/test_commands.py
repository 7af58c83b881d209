"""Commands about partners, events, the quarantine, triggers, flows and suppressions, each typed as people type it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.domain.decisions import Decision, Outcome, SkipReason
from signalbox.domain.errors import Reason
from signalbox.domain.quarantine import QuarantinedEvent
from tests.cli.terminal import Terminal
from tests.functions.admin import HERE, Admin
from tests.unit import makers

SQL = "SELECT identity, event_id FROM event_triggers"


@pytest.fixture
def now() -> datetime:
    return SystemClock().now()


@pytest.fixture
def carts(editor: Terminal, tmp_path: Path) -> Terminal:
    """A trigger 'Carts' of two versions, and a flow 'Remind' of it."""
    code = tmp_path / "code"
    for path, text in {
        "triggers/carts.yaml": f"name: Carts\nsql: {SQL}\n",
        "flows/remind.yaml": ("name: Remind\ntrigger: Carts\ncontent: {channel: email, subject: Hello, text: Hello}\n"),
    }.items():
        (code / path).parent.mkdir(parents=True)
        (code / path).write_text(text)
    editor.done("apply", str(code), "--yes")
    (code / "triggers/carts.yaml").write_text(f"name: Carts\nlookbackSeconds: 60\nsql: {SQL} WHERE true\n")
    editor.done("apply", str(code), "--yes", "--note", "all of them")
    return editor


def test_partners_are_listed_shown_and_created(administrator: Terminal) -> None:
    made = administrator.json("partners", "create", "Books", "--timezone", "Europe/Rome")

    listed = administrator.done("partners", "list")
    shown = administrator.done("partners", "show", "--partner", made["partner"]["partnerId"])
    assert f"{made['partner']['partnerId']}\tBooks\tyes\t1" in listed
    assert "Europe/Rome" in shown
    assert made["secret"] not in shown
    assert "shown this once" in administrator.type("partners", "create", "Tea").stderr


def test_a_secret_is_issued_and_revoked(administrator: Terminal) -> None:
    issued = administrator.json("partners", "secrets", "issue")
    kept = administrator.type("partners", "secrets", "revoke", issued["secretId"], answer="n\n")
    before = len(administrator.json("partners", "show")["secrets"])
    administrator.done("partners", "secrets", "revoke", issued["secretId"], "--yes")

    assert (kept.exit_code, before) == (1, 2)
    assert [each["secretId"] for each in administrator.json("partners", "show")["secrets"]] == ["secret_correct horse"]


def test_what_ones_role_does_not_allow_is_told(editor: Terminal) -> None:
    assert "admin" in editor.stopped("partners", "create", "Books")


def test_which_partner_must_be_known(editor: Terminal) -> None:
    nobodys = Terminal(editor.transport, editor.folder).signed_in(partner_id=None)

    assert "partners use" in nobodys.stopped("triggers", "list")
    assert nobodys.json("triggers", "list", "--partner", makers.PARTNER_ID) == []
    assert replace(nobodys, environ={"SIGNALBOX_PARTNER": makers.PARTNER_ID}).json("triggers", "list") == []
    assert "No such partner" in nobodys.stopped("partners", "use", "partner_2")


def test_events_are_tailed_in_their_order_each_once_until_interrupted(
    editor: Terminal, admin: Admin, now: datetime
) -> None:
    store = DynamoEvents(admin.stack.dynamodb, "Events", 45)
    seconds = iter((40, 50, 45))  # the last came late

    def arrive(_seconds: float) -> None:
        second = next(seconds, None)
        if second is None:
            raise KeyboardInterrupt
        at = now - timedelta(seconds=60 - second)
        store.append(makers.event(event_id=f"event-{second}", received_at=at, occurred_at=at), shards=1)

    arrive(0)
    result = replace(editor, now=now.timestamp, asleep=arrive).type("events", "tail", "--json")

    shown = [json.loads(line)["eventId"] for line in result.stdout.splitlines()]
    assert (result.exit_code, shown) == (0, ["event-40", "event-50", "event-45"])


def test_a_tail_is_filtered_by_type_and_person(editor: Terminal, admin: Admin, now: datetime) -> None:
    store = DynamoEvents(admin.stack.dynamodb, "Events", 45)
    for event_id, event_type, identity in (
        ("wanted", "add_to_cart", "ana@example.org"),
        ("other_type", "view", "ana@example.org"),
        ("other_person", "add_to_cart", "bob@example.org"),
    ):
        event = makers.event(
            event_id=event_id, event_type=event_type, identity=identity, received_at=now, occurred_at=now
        )
        store.append(event, shards=1)

    terminal = replace(editor, now=now.timestamp)
    words = ("--no-follow", "--since", "1m", "--type", "add_to_cart", "--identity", "ana@example.org")
    assert [line.split()[-1] for line in terminal.done("events", "tail", *words).splitlines()] == ["wanted"]
    assert terminal.done("events", "tail", "--no-follow", "--type", "nothing") == ""


@pytest.mark.parametrize("since", ["soon", "25h", "1d", "-5m"])
def test_a_span_that_is_none_is_told(editor: Terminal, since: str) -> None:
    assert "24h at most" in editor.stopped("events", "tail", f"--since={since}")


def test_an_event_is_shown_with_its_json(editor: Terminal, admin: Admin, now: datetime) -> None:
    event_id = "a/b c%?d"
    event = makers.event(event_id=event_id, received_at=now, occurred_at=now)
    DynamoEvents(admin.stack.dynamodb, "Events", 45).append(event, shards=1)

    result = editor.type("events", "show", event_id)

    assert result.exit_code == 0
    assert '"someProperty": "Some value"' in result.stdout
    assert "No flow has decided about it." in result.stderr
    assert editor.json("events", "show", event_id, "--received-at", now.isoformat())["eventId"] == event_id
    assert "No such event" in editor.stopped("events", "show", "other")


def test_text_of_others_does_not_steer_the_terminal(editor: Terminal, admin: Admin, now: datetime) -> None:
    event = makers.event(event_id="event-1", event_type="[red]\x1b[2Jx", received_at=now, occurred_at=now)
    DynamoEvents(admin.stack.dynamodb, "Events", 45).append(event, shards=1)

    shown = replace(editor, now=now.timestamp).done("events", "tail", "--no-follow")

    assert "[red]\\x1b[2Jx" in shown
    assert "\x1b" not in shown


def test_the_quarantine_is_listed_shown_and_replayed(editor: Terminal, admin: Admin, now: datetime) -> None:
    _quarantine(admin, "bad-1", now)
    day = now.date().isoformat()

    listed = editor.done("quarantine", "list", "--day", day)
    shown = json.loads(editor.done("quarantine", "show", "bad-1", "--day", day))
    replayed = editor.done("quarantine", "replay", "--day", day)
    named = editor.json("quarantine", "replay", "bad-2", "--day", day)

    assert "/type: required" in listed
    assert shown["body"] == {"eventId": "bad-1"}
    assert replayed.startswith("Taken in: 0. Still invalid: 1.\n  bad-1: ")
    assert named == {"replayed": 0, "stillInvalid": []}
    assert "No such event" in editor.stopped("quarantine", "show", "none", "--day", day)
    assert "such as 2026-03-01" in editor.stopped("quarantine", "list", "--day", "today")
    assert editor.json("quarantine", "list") == []  # today of the terminal's own clock


def test_triggers_are_listed_and_shown_by_name_or_id(carts: Terminal) -> None:
    (listed,) = carts.json("triggers", "list")
    by_name, by_id = carts.done("triggers", "show", "Carts"), carts.done("triggers", "show", listed["triggerId"])

    assert carts.done("triggers", "list") == f"Carts\t2\tidle\t0\tno\t{listed['triggerId']}\n"
    assert by_name == by_id
    assert f"{SQL} WHERE true" in by_name
    assert "There is no trigger 'Other'" in carts.stopped("triggers", "show", "Other")


def test_a_draft_is_validated_over_real_events(carts: Terminal, admin: Admin, tmp_path: Path) -> None:
    at = SystemClock().now() - timedelta(minutes=5)
    DynamoEvents(admin.stack.dynamodb, "Events", 45).append(makers.event(received_at=at, occurred_at=at), shards=1)
    (tmp_path / "none.sql").write_text(f"{SQL} WHERE false")

    found = carts.type("triggers", "validate", "Carts")
    none = carts.json("triggers", "validate", "Carts", "--sql", str(tmp_path / "none.sql"))

    assert found.stdout == "ana@example.org\tevent-1\n"
    assert "1 rows in 1 events" in found.stderr
    assert "1 to be sent about" in found.stderr
    assert none["rowCount"] == 0
    assert "cannot be read" in carts.stopped("triggers", "validate", "Carts", "--sql", str(tmp_path / "no.sql"))


def test_versions_are_listed_compared_and_restored(carts: Terminal) -> None:
    listed = carts.done("triggers", "versions", "Carts")
    compared = carts.done("triggers", "diff", "Carts", "1", "2")
    restored = carts.type("triggers", "restore", "Carts", "1", "--note", "back", answer="y\n")

    assert [line.split("\t")[0] for line in listed.splitlines()] == ["2", "1"]
    assert "all of them" in listed
    assert f"-{SQL}\n+{SQL} WHERE true\n" in compared
    assert "-lookbackSeconds: 0\n+lookbackSeconds: 60\n" in compared
    assert (restored.exit_code, f"+{SQL}\n" in restored.stdout) == (0, True)
    assert "'Carts' is at version 3." in restored.stderr
    assert carts.json("triggers", "show", "Carts")["trigger"]["sql"] == SQL


def test_sql_of_a_file_is_committed_after_it_was_looked_at(carts: Terminal, tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_text(f"{SQL} -- x\n")
    words = ("triggers", "commit", "Carts", "--sql", str(tmp_path / "x.sql"))

    refused = carts.type(*words, answer="n\n")
    committed = carts.json(*words, "--yes", "--note", "x")
    again = carts.stopped(*words, "--yes")

    assert (refused.exit_code, f"+{SQL} -- x" in refused.stdout) == (1, True)
    assert (committed["version"], committed["sql"], committed["note"]) == (3, f"{SQL} -- x", "x")
    assert "Nothing to commit" in again


def test_a_flow_lives_through_its_steps(carts: Terminal) -> None:
    (listed,) = carts.json("flows", "list")
    told = [
        carts.type("flows", *words).stderr.splitlines()[-1]
        for words in (
            ("launch", "Remind", "--yes"),
            ("pause", "Remind", "--mode", "drop"),
            ("resume", listed["flowId"]),
            ("end", "Remind", "--yes"),
        )
    ]

    assert told == ["'Remind' is live.", "'Remind' is paused.", "'Remind' is live.", "'Remind' is ended."]
    assert carts.done("flows", "list") == f"Remind\tended\tCarts\t5\t{listed['flowId']}\n"
    assert '"subject": "Hello"' in carts.done("flows", "show", "Remind")
    assert "must be draft" in carts.stopped("flows", "launch", "Remind", "--yes")


def test_a_flow_is_launched_from_an_earlier_time_and_only_after_yes(carts: Terminal, now: datetime) -> None:
    since = now.astimezone(UTC).replace(microsecond=0) - timedelta(hours=1)

    refused = carts.type("flows", "launch", "Remind", answer="n\n")
    launched = carts.json("flows", "launch", "Remind", "--since", since.isoformat(), "--yes")

    assert refused.exit_code == 1
    assert datetime.fromisoformat(launched["startsAfter"]) == since


def test_a_flow_is_paused_so_that_what_happens_is_caught_up_with(carts: Terminal) -> None:
    carts.done("flows", "launch", "Remind", "--yes")

    assert carts.json("flows", "pause", "Remind")["pauseMode"] == "hold"


def test_a_report_counts_what_became_of_a_flows_matches(carts: Terminal, admin: Admin, now: datetime) -> None:
    _decide(carts, admin, now)

    shown = carts.type("flows", "report", "Remind")
    listed = carts.done("flows", "deliveries", "Remind")
    skipped = carts.json("flows", "deliveries", "Remind", "--reason", "suppressed")

    rows = [line.split("\t") for line in shown.stdout.splitlines()]
    assert rows[:4] == [["matched", "2"], ["sent", "1"], ["skipped", "1"], ["skipped: suppressed", "1"]]
    assert rows[4:] == [["a", "1", "1"]]
    assert "Sent 2.0 s after the event" in shown.stderr
    assert [line.split("\t")[2:4] for line in listed.splitlines()] == [["sent", "-"], ["skipped", "suppressed"]]
    assert [each["eventId"] for each in skipped] == ["event-2"]
    assert len(carts.json("flows", "deliveries", "Remind", "--limit", "1")) == 1


def test_two_things_of_a_name_are_told_by_their_ids(carts: Terminal, admin: Admin) -> None:
    shown = carts.json("flows", "show", "Remind")
    wanted = {name: shown[name] for name in ("name", "triggerId", "content")}
    admin.post(f"{HERE}/flows", wanted)

    sentence = carts.stopped("flows", "show", "Remind")

    assert sentence.count("flow_") == 2


def test_somebody_is_suppressed_and_the_suppression_lifted(editor: Terminal) -> None:
    editor.done("suppressions", "add", "Ana@Example.org", "--scope", "email")

    shown = editor.json("suppressions", "show", "ana@example.org")
    editor.done("suppressions", "lift", "ana@example.org", "--scope", "email")

    assert [(each["reason"], each["scope"], each["by"]) for each in shown] == [("manual", "email", "edda")]
    assert editor.json("suppressions", "show", "ana@example.org") == []
    assert "No such suppression" in editor.stopped("suppressions", "lift", "ana@example.org")


def _decide(carts: Terminal, admin: Admin, now: datetime) -> None:
    """Record a message sent and one that was not."""
    (flow,) = carts.json("flows", "list")
    at = now - timedelta(seconds=1)
    sent = Decision(
        partner_id=makers.PARTNER_ID, flow_id=flow["flowId"], flow_version=1, trigger_id="trigger_1",
        trigger_version=1, event_id="event-1", identity="ana@example.org", outcome=Outcome.SENT, arm="a",
        decided_at=at, received_at=at - timedelta(seconds=2),
    )  # fmt: skip
    skipped = replace(
        sent, event_id="event-2", outcome=Outcome.SKIPPED, reason=SkipReason.SUPPRESSED, arm=None,
        decided_at=at - timedelta(seconds=1),
    )  # fmt: skip
    for decision in (sent, skipped):
        DynamoDeliveries(admin.stack.dynamodb, "Deliveries").claim(decision)


def _quarantine(admin: Admin, event_id: str, at: datetime) -> None:
    body = json.dumps({"eventId": event_id})
    event = QuarantinedEvent(makers.PARTNER_ID, event_id, at, (Reason("/type", "required"),), body)
    DynamoQuarantine(admin.stack.dynamodb, "Quarantine").keep(event)
