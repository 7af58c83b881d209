"""A shop with something to show on every page: events, a trigger, a flow that has sent, and the rest."""

import json
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import boto3

from local.deployment import Deployment
from local.story_posts import post
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.domain.decision_names import DecisionName
from tests import ses
from tests.admin_api import AdminApi
from tests.unit import makers

PEOPLE = tuple(f"{name}@example.org" for name in ("ana", "ben", "cleo", "dario", "edda", "farid", "gina", "hugo"))
TYPES = ("page_view", "product_view", "page_view", "add_to_cart", "search", "product_view", "page_view")
EVENTS = 160
EVERY = timedelta(seconds=20)
CARTS = 23
"""How many of the events are an add_to_cart."""

QUERY = """SELECT identity, event_id, properties->>'$.productName' AS product
FROM event_triggers
WHERE event_type = 'add_to_cart'
  AND ts > '{cursor_start_time}' AND ts <= '{cursor_end_time}'"""
LETTER = """<h1>Still thinking about it?</h1>
<p>Hello {{ contact.firstName | default('there') }}, your {{ trigger.product }} is waiting in your cart.</p>
<p><a href="https://shop.example/cart">Back to your cart</a></p>
{% include 'footer' %}"""
FLOW: dict[str, Any] = {
    "name": "Cart reminder",
    "content": {"channel": "email", "subject": "Your {{ trigger.product }}", "html": LETTER},
    "contents": {"short": {"channel": "email", "subject": "Your cart is waiting", "html": LETTER}},
    "experiment": {
        "experimentId": "subject_line",
        "variants": [
            {"variantId": "product", "weight": 50, "contentId": None},
            {"variantId": "short", "weight": 50, "contentId": "short"},
        ],
        "holdoutPercent": 20,
        "goal": {"eventType": "complete_transaction", "attributionSeconds": 86_400},
    },
}
GREETING: dict[str, Any] = {"content": {"channel": "email", "subject": "Hello", "text": "Hello\n{{ unsubscribe_url }}"}}
HELD = ("To be approved", "To be discarded")
"""Flows of the spare shop whose first run waits for an answer."""
PATIENCE_S = 240


@dataclass(frozen=True)
class Shop:
    """One partner of a deployed stack, and the admin API to set it up with."""

    deployed: Deployment
    api: AdminApi
    partner_id: str
    secret: str
    trigger_id: str = ""
    flow_id: str = ""
    segment_id: str = ""
    amended_trigger_id: str = ""
    draft_flow_id: str = ""
    ended_flow_id: str = ""

    @classmethod
    def opened(cls, deployed: Deployment, api: AdminApi, name: str) -> "Shop":
        """Make the partner; nothing is in it yet."""
        made = api.do("POST", "/partners", {"name": name, "timezone": "Europe/Rome"})
        return cls(deployed, api, made["partner"]["partnerId"], made["secret"])

    def do(self, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
        """Ask the admin API about this partner."""
        return self.api.do(method, f"/partners/{self.partner_id}{path}", body, version)

    def send(self, event: str, properties: dict[str, Any], email: str = PEOPLE[0], **more: Any) -> int:
        """POST an event as the partner would, and give the status of the answer."""
        body = {
            "partnerId": self.partner_id, "partnerSecret": self.secret, "type": "track", "event": event,
            "clientId": f"phone-of-{email}"[:45], "sentAt": int(time.time() * 1000), "properties": properties,
            "traits": {"email": email}, "context": {},
        }  # fmt: skip
        return post(self.deployed.api, json.dumps(body | more)).status

    def commit_trigger(self, name: str, sql: str) -> str:
        """Write a trigger and commit it; gives its id."""
        draft = self.do("POST", "/triggers", {"name": name, "sql": sql})
        place = f"/triggers/{draft['triggerId']}/draft/commit"
        self.do("POST", place, {"draftId": draft["draftId"], "revision": draft["revision"], "note": "The first query"})
        trigger_id: str = draft["triggerId"]
        return trigger_id

    def amend_trigger(self, trigger_id: str, sql: str) -> None:
        """Commit another query."""
        draft = self.do("GET", f"/triggers/{trigger_id}/draft")
        kept = {name: draft[name] for name in ("draftId", "baseVersion")}
        saved = self.do("PUT", f"/triggers/{trigger_id}/draft", {"sql": sql, **kept}, draft["revision"])
        named = {"draftId": saved["draftId"], "revision": saved["revision"], "note": "Also those who only looked"}
        self.do("POST", f"/triggers/{trigger_id}/draft/commit", named)

    def step(self, flow_id: str, word: str, **how: str) -> None:
        """Take a step of a flow's life."""
        self.do("POST", f"/flows/{flow_id}/{word}", how, self.do("GET", f"/flows/{flow_id}")["version"])

    def make_list(self, name: str, *members: str) -> str:
        """Make a segment of these people; gives its id."""
        segment_id: str = self.do("POST", "/segments", {"name": name, "kind": "list"})["segmentId"]
        for each in members:
            self.do("PUT", f"/segments/{segment_id}/members/{each}")
        return segment_id

    def launch_flow(self, definition: dict[str, Any], since: datetime | None = None) -> str:
        """Create a flow and make it live; gives its id."""
        flow = self.do("POST", "/flows", definition)
        begun = {} if since is None else {"since": since.isoformat()}
        self.do("POST", f"/flows/{flow['flowId']}/launch", begun, flow["version"])
        flow_id: str = flow["flowId"]
        return flow_id

    def await_decisions(self, flow_id: str, count: int) -> list[dict[str, Any]]:
        """Wait until the flow has ended as many decisions, and give them."""
        give_up_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up_at:
            decisions: list[dict[str, Any]] = self.do("GET", f"/flows/{flow_id}/deliveries?limit=50")["items"]
            if len(decisions) >= count:
                return decisions
            time.sleep(1)
        raise AssertionError(f"flow {flow_id} did not decide {count} times within {PATIENCE_S} s")

    def await_feedback(self, flow_id: str, delivered: int) -> None:
        """Wait until so many messages are known to be delivered."""
        give_up_at = time.monotonic() + PATIENCE_S
        while self.do("GET", f"/flows/{flow_id}/report")["feedback"].get("delivered", 0) < delivered:
            assert time.monotonic() < give_up_at
            time.sleep(1)


def fill(shop: Shop) -> Shop:
    """Put something on every page."""
    _happened(shop)
    for email in PEOPLE[:3]:
        traits = {"email": email, "firstName": email.partition("@")[0].title(), "tier": "gold", "city": "Rome"}
        assert shop.send("", {}, email, type="identify", traits=traits, userId=email.split("@")[0]) == 200
    capped = {"caps": [{"channel": "email", "messages": 2, "periodSeconds": 86_400}]}
    shop.do("PATCH", "", capped, shop.do("GET", "")["version"])
    assert shop.send("custom", {"properties": {"plan": "free"}}) == 200  # into quarantine: it lacks its eventName
    trigger_id = shop.commit_trigger("Added to cart", QUERY)
    since = SystemClock().now() - timedelta(hours=1)
    segment_id = shop.make_list("Employees", *PEOPLE[-2:])
    shop.do("POST", "/segments", {"name": "Gold", "kind": "rule", "condition": "contact.tier == 'gold'"})
    shop.do("PUT", "/blocks/footer", {"template": '<p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>'})
    shop.do("POST", "/suppressions", {"identity": PEOPLE[2]})
    kept_out = {"mode": "exclude", "segmentIds": [segment_id]}
    flow_id = shop.launch_flow(FLOW | {"triggerId": trigger_id, "segmentFilter": kept_out}, since)
    searched = shop.commit_trigger("Searched for something", QUERY.replace("add_to_cart", "search"))
    shop.amend_trigger(searched, QUERY.replace("add_to_cart", "product_view"))
    draft = shop.do("POST", "/flows", FLOW | {"name": "Back in stock", "triggerId": searched})
    ended = shop.launch_flow(FLOW | {"name": "Spring sale", "triggerId": searched})
    shop.step(ended, "end")
    shop.do("POST", "/destinations", {"name": "Warehouse", "url": "https://hooks.shop.example/signalbox"})
    decisions = shop.await_decisions(flow_id, CARTS)
    sent = [each for each in decisions if each["outcome"] == "sent"]
    _tell_of(shop, sent)
    shop.await_feedback(flow_id, len(sent))
    return replace(
        shop, trigger_id=trigger_id, flow_id=flow_id, segment_id=segment_id, amended_trigger_id=searched,
        draft_flow_id=draft["flowId"], ended_flow_id=ended,
    )  # fmt: skip


def stock(shop: Shop) -> Shop:
    """Let three people sign up, and launch two flows whose first run would message too many."""
    for email in PEOPLE[:3]:
        assert shop.send("custom", {"eventName": "signed_up", "properties": {"plan": "free"}}, email) == 200
    trigger_id = shop.commit_trigger("Signed up", QUERY.replace("add_to_cart", "custom_signed_up"))
    since = SystemClock().now() - timedelta(hours=1)
    for name in HELD:
        shop.launch_flow(GREETING | {"name": name, "triggerId": trigger_id, "safetyLimit": 1}, since)
    return replace(shop, trigger_id=trigger_id, segment_id=shop.make_list("Regulars", PEOPLE[3]))


def _happened(shop: Shop) -> None:
    """Store events of the last hour as if they had come then."""
    tables, now = shop.deployed.outputs, SystemClock().now()
    store = DynamoEvents(dynamodb_client(), tables["EventsTable"], retention_days=45)
    for place in range(EVENTS):
        at, event_type, email = now - (place + 1) * EVERY, TYPES[place % len(TYPES)], PEOPLE[place * 3 % len(PEOPLE)]
        body = {
            "type": "track",
            "event": event_type,
            "properties": {"productId": f"sku-{place % 9}", "productName": ("Rain coat", "Blue shirt")[place % 2]},
            "traits": {"email": email, "firstName": email.split("@")[0].title()},
        }
        event = makers.event(
            partner_id=shop.partner_id, event_id=f"event-{place:03}", event_type=event_type, event_name=event_type,
            client_id=f"phone-of-{email}", identity=email, email=email, body=json.dumps(body),
            **dict.fromkeys(("occurred_at", "sent_at", "received_at"), at),
        )  # fmt: skip
        store.append(event, 1)


def _tell_of(shop: Shop, sent: list[dict[str, Any]]) -> None:
    """Publish what SES would: all were delivered, some opened, fewer clicked."""
    now = SystemClock().now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for place, each in enumerate(sent):
        name = DecisionName.of(shop.partner_id, each["flowId"], each["eventId"])
        for news, every in (("Delivery", 1), ("Open", 2), ("Click", 4)):
            if place % every == 0:
                told = ses.text(news, name).replace(ses.TOLD_AT, now)
                boto3.client("sns").publish(TopicArn=shop.deployed.outputs["FeedbackTopicArn"], Message=told)
