"""The preferences function: a link shows and never suppresses, a POST suppresses, and a stranger learns nothing."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from functions.preferences import app
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.suppressions import DynamoSuppressions
from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import Decision, Outcome
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.domain.unsubscribing import token_of
from signalbox.preference_routes import SHOW_ROUTE, WISH_ROUTE
from tests.contract.loopback import answering, serving
from tests.functions.stack import Context, Stack, prepared
from tests.unit import makers

ANA = "ana@example.org"
NAME = DecisionName.of(makers.PARTNER_ID, "flow_1", "event-1")
KEY = makers.partner().signing_key
TOKEN = token_of(NAME, KEY)
ONE_CLICK = "List-Unsubscribe=One-Click"
MULTIPART = (
    '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'  # the same, RFC 7578
)
UNSUBSCRIBED = {"unsubscribed:email"}


@dataclass(frozen=True)
class Preferences:
    """The function and what it leaves behind."""

    handler: Callable[[Any, Any], Any]
    stack: Stack
    event: Any

    def get(self, token: str = TOKEN) -> Any:
        return self.handler(self._event(SHOW_ROUTE, token), Context())

    def post(self, body: str, token: str = TOKEN) -> Any:
        return self.handler(self._event(WISH_ROUTE, token) | {"body": body, "isBase64Encoded": False}, Context())

    def suppressed(self) -> frozenset[str]:
        return DynamoContacts(self.stack.dynamodb, "Contacts").view(makers.PARTNER_ID, ANA).suppressions

    def _event(self, route: str, token: str) -> Any:
        return {**self.event, "routeKey": route, "rawPath": f"/u/{token}", "pathParameters": {"token": token}}


@pytest.fixture
def preferences(stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any]) -> Preferences:
    decision = Decision(
        partner_id=makers.PARTNER_ID,
        flow_id="flow_1",
        flow_version=1,
        trigger_id="trigger_1",
        trigger_version=1,
        event_id="event-1",
        identity=ANA,
        outcome=Outcome.SENT,
        decided_at=makers.NOON,
        received_at=None,
    )
    DynamoDeliveries(stack.dynamodb, "Deliveries").claim(decision)
    return Preferences(prepared(monkeypatch, stack, "PreferencesFunction", app), stack, event("collect"))


def test_a_link_shows_whose_it_is_and_suppresses_nothing(preferences: Preferences) -> None:
    answers = [preferences.get() for _ in range(3)]

    assert [answer["statusCode"] for answer in answers] == [200] * 3
    assert "No more e-mails from Shop to a…@example.org?" in answers[0]["body"]
    assert ANA not in answers[0]["body"]
    assert preferences.suppressed() == set()


@pytest.mark.parametrize("body", [ONE_CLICK, MULTIPART, "wish=unsubscribe", "", "anything"])
def test_a_post_suppresses_without_a_login_however_it_is_written(preferences: Preferences, body: str) -> None:
    answer = preferences.post(body)

    assert answer["statusCode"] == 200
    assert "a…@example.org gets no more e-mails from Shop." in answer["body"]
    assert preferences.suppressed() == UNSUBSCRIBED


def test_a_post_that_comes_twice_changes_nothing_more(preferences: Preferences) -> None:
    answers = [preferences.post(ONE_CLICK) for _ in range(2)]

    assert answers[0] == answers[1]
    (made,) = DynamoSuppressions(preferences.stack.dynamodb, "Contacts").of_contact(makers.PARTNER_ID, ANA)
    assert (made.reason, made.scope, made.by) == (SuppressionReason.UNSUBSCRIBED, Scope.EMAIL, "recipient")
    assert made.detail == "by a message of flow_1"


def test_whoever_is_unsubscribed_may_take_it_back(preferences: Preferences) -> None:
    preferences.post(ONE_CLICK)

    shown = preferences.get()
    undone = preferences.post(_form_of(shown["body"]))

    assert "gets no more e-mails" in shown["body"]
    assert (undone["statusCode"], "gets e-mails from Shop again" in undone["body"]) == (200, True)
    assert preferences.suppressed() == set()


def test_taking_it_back_lifts_no_bounce_and_no_complaint(preferences: Preferences) -> None:
    suppressions = DynamoSuppressions(preferences.stack.dynamodb, "Contacts")
    for reason in SuppressionReason:
        suppressions.add(Suppression(makers.PARTNER_ID, ANA, reason, Scope.EMAIL, makers.NOON, "x"))

    preferences.post("wish=resubscribe")

    assert preferences.suppressed() == {"bounced:email", "complained:email", "manual:email"}


def test_the_pages_button_does_what_it_says(preferences: Preferences) -> None:
    preferences.post(_form_of(preferences.get()["body"]))

    assert preferences.suppressed() == UNSUBSCRIBED


STRANGE_TOKENS = [
    "",
    "x",
    "." * 10,
    TOKEN[:-1],
    TOKEN + "0",
    TOKEN.partition(".")[0],
    token_of(NAME, b"another partner's key"),
    token_of(DecisionName.of("partner_2", "flow_1", "event-1"), KEY),
    token_of(DecisionName.of(makers.PARTNER_ID, "flow_1", "an event of nobody's"), KEY),
    "é" * 300,
    "x" * 5000,
]


@pytest.mark.parametrize("token", STRANGE_TOKENS)
def test_a_link_that_is_not_ours_is_answered_the_same_to_the_byte(preferences: Preferences, token: str) -> None:
    answers = [preferences.get(token), preferences.post(ONE_CLICK, token), preferences.post("wish=resubscribe", token)]

    assert answers == [preferences.get("another")] * 3
    assert answers[0]["statusCode"] == 404
    assert preferences.suppressed() == set()


def test_the_page_is_not_stored_framed_found_or_told_of(preferences: Preferences) -> None:
    headers = preferences.get()["headers"]

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"] == "text/html; charset=utf-8"


def test_the_page_runs_its_own_style_and_nothing_else(preferences: Preferences) -> None:
    answer = preferences.get()

    policy = answer["headers"]["content-security-policy"]
    (style,) = re.findall("<style>(.*?)</style>", answer["body"])
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert "<script" not in answer["body"]


def test_the_page_has_what_a_screen_reader_needs(preferences: Preferences) -> None:
    reader = _Reader()

    reader.feed(preferences.get()["body"])

    assert [reader.attributes["html"]["lang"], *reader.words("title", "h1", "button")] == [
        "en",
        "Unsubscribe",
        "Unsubscribe",
        "Unsubscribe",
    ]
    assert "main" in reader.attributes


def test_a_shops_name_is_text_and_never_markup(preferences: Preferences) -> None:
    preferences.stack.dynamodb.put_item(
        TableName="Registry",
        Item={
            **preferences.stack.dynamodb.get_item(
                TableName="Registry", Key={"pk": {"S": f"partner#{makers.PARTNER_ID}"}, "sk": {"S": "partner"}}
            )["Item"],
            "name": {"S": "<script>alert('$title')</script>"},
        },
    )

    body = preferences.get()["body"]

    assert "<script" not in body
    assert "&lt;script&gt;alert(&#x27;$title&#x27;)" in body


def test_a_store_that_does_not_answer_asks_to_try_again(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, preferences: Preferences, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(answering(500, "InternalServerError")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        handler = prepared(monkeypatch, stack, "PreferencesFunction", app)

        answer = Preferences(handler, stack, preferences.event).post(ONE_CLICK)

    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "2")
    assert "try again" in answer["body"]
    assert TOKEN not in capsys.readouterr().out


def test_what_happens_is_counted_and_nothing_personal_is_written(
    preferences: Preferences, capsys: pytest.CaptureFixture[str]
) -> None:
    preferences.get()
    preferences.post(ONE_CLICK)
    preferences.post("wish=resubscribe")
    preferences.get("another")
    app._service()[1].flush()  # noqa: SLF001 - what Lambda's next call would do

    written = capsys.readouterr().out
    counted: dict[str, int] = {}
    for line in map(json.loads, written.splitlines()):
        counted |= {name: line[name] for name in line if name.startswith("Links")}
    assert counted == {"LinksUnsubscribed": 1, "LinksResubscribed": 1, "LinksUnknown": 1}
    assert ANA not in written
    assert TOKEN not in written


class _Reader(HTMLParser):
    """Keeps each element's attributes and words."""

    def __init__(self) -> None:
        super().__init__()
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.inputs: list[dict[str, str | None]] = []
        self._words: dict[str, str] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes[tag] = dict(attrs)
        self._open.append(tag)
        if tag == "input":
            self.inputs.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self._words.setdefault(self._open[-1], data.strip())

    def words(self, *tags: str) -> list[str]:
        return [self._words[tag] for tag in tags]


def _form_of(page: str) -> str:
    """Give the body that a browser posts when the page's button is pressed."""
    reader = _Reader()
    reader.feed(page)
    assert reader.attributes["form"] == {"method": "post"}
    return "&".join(f"{field['name']}={field['value']}" for field in reader.inputs)
