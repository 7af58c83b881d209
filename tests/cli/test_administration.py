"""Commands about partners' settings, contacts, blocks, destinations, dead letters, suppressions and the audit log."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.domain.contacts import Contact, Trait
from tests.cli.terminal import Terminal
from tests.functions.admin import Admin
from tests.unit import makers

ANA = "ana@example.org"
MINUTE = timedelta(minutes=1)
HOOK = "https://hooks.shop.example/signalbox"


@pytest.fixture
def ana(administrator: Terminal, admin: Admin) -> Terminal:
    """An event of Ana's of a minute ago, with a decision and a profile; the terminal's clock is right."""
    client, now = admin.stack.dynamodb, SystemClock().now()
    at = now - MINUTE
    DynamoEvents(client, "Events", 45).append(makers.event(received_at=at, occurred_at=at), 1)
    DynamoDeliveries(client, "Deliveries").claim(makers.decision(received_at=at, decided_at=at))
    DynamoContacts(client, "Contacts").save(Contact(makers.PARTNER_ID, ANA, {"tier": Trait('"gold"', at)}))
    return replace(administrator, now=now.timestamp).signed_in()


def test_a_partners_settings_are_changed_and_what_is_left_out_stays(administrator: Terminal) -> None:
    before = administrator.json("partners", "show")
    caps = ("--cap", "email=3/86400", "--cap", "sms=1/3600")

    changed = administrator.json("partners", "update", "--timezone", "Europe/Rome", "--lenient", *caps)

    assert {name for name in changed if changed[name] != before[name]} == {"timezone", "lenient", "caps", "version"}
    assert [(each["channel"], each["messages"], each["periodSeconds"]) for each in changed["caps"]] == [
        ("email", 3, 86400),
        ("sms", 1, 3600),
    ]
    assert administrator.json("partners", "update", "--no-caps", "--disable")["caps"] == []
    assert administrator.json("partners", "show")["enabled"] is False
    assert "say what" in administrator.stopped("partners", "update")
    assert "such as email=3/86400" in administrator.stopped("partners", "update", "--cap", "email=3")


def test_what_people_changed_is_listed_the_newest_first(administrator: Terminal) -> None:
    administrator.done("partners", "update", "--name", "Books")
    administrator.done("partners", "create", "Tea")

    assert [each["action"] for each in administrator.json("audit")] == ["changePartner"]
    assert administrator.done("audit").split("\t")[1:3] == ["ada", "changePartner"]
    assert [each["action"] for each in administrator.json("audit", "--stack", "--limit", "1")] == ["createPartner"]


def test_a_person_is_shown_in_words(ana: Terminal) -> None:
    shown = ana.done("contacts", "show", "Ana@example.org").splitlines()

    assert (shown[0], shown[1].startswith("  tier: gold")) == (ANA, True)
    assert ana.json("contacts", "show", ANA)["traits"]["tier"]["value"] == "gold"


def test_all_that_is_stored_about_a_person_is_one_document(ana: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "ana.json"

    shown = json.loads(ana.done("contacts", "export", ANA))
    ana.done("contacts", "export", ANA, "--to", str(file))

    assert json.loads(file.read_text()) == shown
    assert (shown["identity"], shown["contact"]["traits"]["tier"]["value"]) == (ANA, "gold")
    assert [each["eventId"] for each in shown["events"]] == ["event-1"]
    assert [each["eventId"] for each in shown["decisions"]] == ["event-1"]


def test_a_person_is_erased_once_the_address_was_typed_twice(ana: Terminal) -> None:
    refused = ana.stopped("contacts", "erase", ANA, answer="ada@example.org\n")
    untouched = ana.json("contacts", "show", ANA)["traits"]
    erased = ana.type("contacts", "erase", ANA, answer=f"{ANA}\n")

    assert "Nothing was erased" in refused
    assert "tier" in untouched
    assert erased.exit_code == 1
    assert "It is not done" in erased.stderr
    assert "Kept: suppressions" in erased.stderr
    assert "events\t1" in erased.stdout.splitlines()
    assert ana.json("contacts", "show", ANA)["traits"] == {}
    assert json.loads(ana.done("contacts", "export", ANA))["events"] == []


def test_an_erasure_is_waited_for(ana: Terminal) -> None:
    class WaitedFor(Exception):
        pass

    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        raise WaitedFor

    with pytest.raises(WaitedFor):
        replace(ana, asleep=sleep).type("contacts", "erase", ANA, "--yes", "--wait")
    assert timedelta(minutes=14) < timedelta(seconds=slept[0]) < timedelta(minutes=16)


def test_a_block_is_written_shown_changed_and_put_away(editor: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "footer.jinja"
    file.write_text("Bye\n")
    made = editor.json("blocks", "set", "footer", str(file))
    file.write_text("Good bye\n")
    changed = editor.type("blocks", "set", "footer", str(file))

    assert (made["version"], made["template"]) == (1, "Bye")
    assert "'footer' is at version 2." in changed.stderr
    assert editor.done("blocks", "list") == "footer\t2\n"
    assert editor.done("blocks", "show", "footer") == "Good bye\n"
    assert editor.type("blocks", "delete", "footer", answer="n\n").exit_code == 1
    editor.done("blocks", "delete", "footer", "--yes")
    assert editor.json("blocks", "list") == []
    assert "no such content block" in editor.stopped("blocks", "show", "footer").lower()
    assert "cannot be read" in editor.stopped("blocks", "set", "footer", str(tmp_path / "none"))


def test_a_destination_lives_from_its_secret_to_its_end(editor: Terminal) -> None:
    made = editor.type("destinations", "create", "Shop", HOOK, "--batch", "10", "--json")
    secret = json.loads(made.stdout)["secret"]
    rotated = editor.json("destinations", "rotate", "Shop")
    dropped = editor.json("destinations", "drop-old-secret", "Shop")
    still = editor.stopped("destinations", "remove", "Shop", "--yes")
    disabled = editor.json("destinations", "disable", "Shop")
    tried = editor.stopped("destinations", "test", "Shop")

    assert "shown this once" in made.stderr
    assert (rotated["secrets"], dropped["secrets"], rotated["secret"] != secret) == (2, 1, True)
    assert secret not in editor.done("destinations", "list") + editor.done("destinations", "show", "Shop")
    assert "disable it first" in still
    assert disabled["disabledReason"] == "disabled by hand"
    assert "It was not taken: " in tried
    assert editor.json("destinations", "enable", "Shop")["enabled"] is True
    editor.done("destinations", "disable", "Shop")
    assert editor.type("destinations", "remove", "Shop", answer="n\n").exit_code == 1
    editor.done("destinations", "remove", disabled["destinationId"], "--yes")
    assert editor.json("destinations", "list") == []


def test_dead_letters_are_counted_and_put_back(administrator: Terminal, admin: Admin) -> None:
    for number in range(12):
        admin.stack.sqs.send_message(QueueUrl=admin.stack.queue_urls["SendsDeadLetters"], MessageBody=f"{number}")

    counted = administrator.done("dead-letters", "list")
    refused = administrator.type("dead-letters", "redrive", "sends", answer="n\n")
    redriven = administrator.json("dead-letters", "redrive", "sends", "--yes")

    assert "sends\t12" in counted.splitlines()
    assert (refused.exit_code, "about 12" in refused.stderr) == (1, True)
    assert redriven == {"moved": 12}
    assert len(admin.stack.received("SendsQueue")) == 12
    assert "There is no queue 'collect'" in administrator.stopped("dead-letters", "redrive", "collect")


def test_suppressions_are_listed(editor: Terminal) -> None:
    for each in ("ben@example.org", ANA):
        editor.done("suppressions", "add", each)

    assert [line.split("\t")[0] for line in editor.done("suppressions", "list").splitlines()] == [
        ANA,
        "ben@example.org",
    ]
    assert len(editor.json("suppressions", "list", "--limit", "1")) == 1


def test_segments_are_made_shown_and_put_away(editor: Terminal) -> None:
    made = editor.json("segments", "create", "Regulars")
    rule = editor.json("segments", "create", "Gold", "--rule", "contact.tier == 'gold'")
    editor.done("segments", "add", "Regulars", "Ana@example.org")
    editor.done("segments", "add", "Regulars", "ben@example.org")
    editor.done("segments", "remove", "Regulars", "ben@example.org")

    assert {line.split("\t")[0] for line in editor.done("segments", "list").splitlines()} == {"Regulars", "Gold"}
    assert (rule["kind"], rule["condition"]) == ("rule", "contact.tier == 'gold'")
    assert [each["identity"] for each in editor.json("segments", "members", "Regulars")] == [ANA]
    assert editor.json("segments", "show", made["segmentId"])["members"] == 1
    assert "expected an e-mail address" in editor.stopped("segments", "add", "Regulars", "nobody")
    assert editor.type("segments", "delete", "Gold", answer="n\n").exit_code == 1
    editor.done("segments", "delete", "Gold", "--yes")
    assert [each["name"] for each in editor.json("segments", "list")] == ["Regulars"]
    assert "There is no segment 'Gold'" in editor.stopped("segments", "show", "Gold")
