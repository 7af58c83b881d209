"""The requests of the story, and how a partner would send them."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from local.progress import Stop

GUIDE_PAYLOAD = (
    '{ "partnerId": "PARTNER", "clientId": "92adbc3c-c22b-49bf-a9ae-11d9e8b3e6b4", "context": { "debug": true }, '
    '"partnerSecret": "SECRET", "sentAt": 1524776691259, "type": "track", "properties": { "eventName": "some_event", '
    '"properties":{ "someProperty": "Some value" } }, "traits": { "userId": "97980cfea0067", '
    '"email": "ana@example.org" }, "event": "custom" }'
)
ANA, BEN = "ana@example.org", "ben@example.org"
BENS_CLIENT, STRANGERS_CLIENT = "bens-phone", "a-strangers-phone"


@dataclass(frozen=True)
class Answer:
    """What the endpoint answered."""

    status: int
    body: str


@dataclass(frozen=True)
class Post:
    """One request of the story and the answer that the contract promises."""

    title: str
    payload: str
    expected_status: int


def posts_of(partner_id: str, secret: str) -> list[Post]:
    """Give the story's requests in order."""
    guide = GUIDE_PAYLOAD.replace("PARTNER", partner_id).replace("SECRET", secret)
    return [
        Post("the guide's example, with traits.email", guide, 200),
        Post("identify: bens-phone is Ben", _changed(guide, _as_identify), 200),
        Post("the same event from bens-phone, no e-mail in it", _changed(guide, _without_email(BENS_CLIENT)), 200),
        Post("the same event from a phone nobody knows", _changed(guide, _without_email(STRANGERS_CLIENT)), 200),
        Post("without its eventName", _changed(guide, _without_name(debug=False)), 200),
        Post("without its eventName, in debug mode", _changed(guide, _without_name(debug=True)), 412),
        Post("the first one again, byte for byte", guide, 200),
    ]


def post(api: str, payload: str, *options: str) -> Answer:
    """POST one payload to the ingestion endpoint with curl, which prints the answer and then its status."""
    if shutil.which("curl") is None:
        raise Stop("curl is needed to send the demo's events. Debian, Ubuntu: apt-get install curl")
    url = f"{api}/http/v1/collect"
    command = ["curl", "-sS", "-H", "Content-Type: application/json", "-X", "POST", "-w", "\n%{http_code}", *options]
    done = subprocess.run([*command, "-d", "@-", url], input=payload, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Stop(f"curl could not reach {url}: {done.stderr.strip()}")
    body, _, status = done.stdout.rpartition("\n")
    return Answer(int(status), body)


def _changed(payload: str, change: Callable[[dict[str, object]], None]) -> str:
    body = json.loads(payload)
    change(body)
    return json.dumps(body)


def _as_identify(body: dict[str, object]) -> None:
    for name in ("event", "properties"):
        del body[name]
    traits = {"email": BEN, "firstName": "Ben", "userId": "ben-1"}
    body.update(type="identify", clientId=BENS_CLIENT, traits=traits)


def _without_email(client_id: str) -> Callable[[dict[str, object]], None]:
    def change(body: dict[str, object]) -> None:
        body.update(clientId=client_id, context={}, traits={})

    return change


def _without_name(*, debug: bool) -> Callable[[dict[str, object]], None]:
    def change(body: dict[str, object]) -> None:
        body.update(properties={"properties": {}}, context={"debug": debug})

    return change
