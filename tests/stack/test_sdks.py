"""SDKs of others, as their registries have them, deliver to a deployed stack, and a trigger finds their events."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.deployment import Deployment
from local.places import LOCAL
from local.story import Story
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import Decision, Outcome
from signalbox.domain.events import Event
from signalbox.domain.partners import Partner
from signalbox.wire.segment_credentials import write_key
from tests.stack.door import door

SDKS = Path(__file__).parent / "sdks"
INSTALLED = LOCAL / "sdks"
PATIENCE_S = 300

type Command = Sequence[str | Path]

PACKAGES = ("segment", "rudderstack", "customerio")
PEOPLE = [f"{package}-{language}" for language in ("py", "js") for package in PACKAGES]

QUERY = (
    "SELECT identity, event_id, CAST(properties->>'$.stars' AS INTEGER) AS stars FROM event_triggers "
    "WHERE event_type = 'custom_Sdk Tried' AND ts > {cursor_start_time} AND ts <= {cursor_end_time}"
)
CONTENT = EmailContent(
    subject="{{ contact.firstName }} has {{ trigger.stars }} stars", text="{{ event.properties.sdk }}"
)


@dataclass
class Sent:
    """What became of what the SDKs sent."""

    events: Sequence[Event]
    decisions: Sequence[Decision]

    def of(self, person: str) -> list[Event]:
        return [event for event in self.events if event.identity == f"{person}@example.org"]


@pytest.fixture(scope="module")
def python() -> Path:
    """Give the interpreter that has the Python SDKs."""
    home = INSTALLED / "python"
    install: Command = [home / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", SDKS / "requirements.txt"]
    _installed(home, SDKS / "requirements.txt", [sys.executable, "-m", "venv", home], install)
    return home / "bin" / "python"


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """Give the folder that has the Node SDKs."""
    home = INSTALLED / "node"
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    install: Command = [
        "npm",
        "install",
        "--prefix",
        home,
        "--no-package-lock",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(SDKS / "package.json", home)
    _installed(home, SDKS / "package.json", install)
    return home / "node_modules"


@pytest.fixture(scope="module")
def api(deployed: Deployment) -> Iterator[str]:
    with door(deployed.api) as address:
        yield address


@pytest.fixture(scope="module")
def partner(deployed: Deployment) -> tuple[Partner, str]:
    """Give a partner and its write key."""
    partner, secret = Story(deployed).partners.create_partner("SDK shop")
    return partner, write_key(partner.partner_id, secret)


@pytest.fixture(scope="module")
def sent(deployed: Deployment, api: str, partner: tuple[Partner, str], python: Path, node_modules: Path) -> Sent:
    story = Story(deployed)
    shop, key = partner
    flow = story.launch_flow(story.commit_trigger(shop, "SDK tried", QUERY), "Thank them", CONTENT)
    for package in PACKAGES:
        _run([python, SDKS / "send.py", package, api, key, f"{package}-py@example.org"])
        _run(
            ["node", SDKS / "send.mjs", package, api, key, f"{package}-js@example.org"],
            NODE_MODULES=str(node_modules),
        )
    decisions = story.await_decisions(flow, len(PEOPLE))
    return Sent(story.events_of(shop), decisions)


@pytest.mark.parametrize("person", PEOPLE)
def test_what_an_unmodified_sdk_sent_is_stored_about_its_person(sent: Sent, person: str) -> None:
    events = {event.event_type: event for event in sent.of(person)}

    assert sorted(event.event_type for event in sent.of(person)) == [
        "add_to_cart", "custom_Sdk Tried", "custom_alias", "custom_group", "identify", "page_view",
    ]  # fmt: skip
    assert events["custom_Sdk Tried"].user_id == person
    assert events["page_view"].client_id == f"{person}-device"
    assert '"productId":"p-1","variant":"p-1-red","productName":"Shirt"' in events["add_to_cart"].body
    assert not [event for event in events.values() if event.event_id.startswith("content:")]


@pytest.mark.parametrize("person", PEOPLE)
def test_a_trigger_finds_what_an_unmodified_sdk_sent_and_its_flow_answers(sent: Sent, person: str) -> None:
    (decision,) = [each for each in sent.decisions if each.identity == f"{person}@example.org"]

    assert decision.outcome is Outcome.SENT
    assert decision.event_id in {event.event_id for event in sent.of(person)}


def test_segments_own_tests_pass_against_the_collect_function(
    api: str, partner: tuple[Partner, str], python: Path
) -> None:
    told = _run([python, SDKS / "segments_own.py", api, partner[1]])

    assert "test_valid_request" in told
    assert "test_oauth." not in told
    assert told.rstrip().endswith("OK")


def _installed(home: Path, pins: Path, *commands: Command) -> None:
    """Install what the pins name, unless that was done; skips the tests when it cannot be."""
    done = home / "pins.txt"
    if done.exists() and done.read_text() == pins.read_text():
        return
    for command in commands:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
        if ended.returncode != 0:
            pytest.skip(f"the SDKs of {pins.name} cannot be installed: {ended.stderr.strip()[-500:]}")
    done.write_text(pins.read_text())


def _run(command: Command, **variables: str) -> str:
    """Run an SDK, on this machine alone, and give what it said."""
    environ = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")} | variables
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S, env=environ)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr
