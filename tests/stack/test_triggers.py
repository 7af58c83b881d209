"""Event triggers on a deployed stack: a recipe that looks back over closed hours, a new version, a failing query."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import boto3
import pytest

from local.deployment import Deployment
from local.story import Story, emails
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.dynamodb.safety_holds import DynamoSafetyHolds
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import Decision, Outcome
from signalbox.domain.flows import Flow
from signalbox.domain.partners import Partner
from signalbox.domain.queries import QueryFault
from signalbox.domain.recipes.forms import AbsenceRecipe, ClockEvents, EventSelector, Path
from signalbox.services.trigger_health import FlowHealth, State, TriggerHealth
from tests.unit import makers

ABANDONER, BUYER, LATER = "abandoner@example.org", "buyer@example.org", "later@example.org"
CONTENT = EmailContent(subject="Your cart {{ trigger.key }}", text="{{ contact.email }}")
BY_NAME = (
    "SELECT identity, event_id, '{key}' AS key FROM event_triggers WHERE event_type = 'custom_{name}' "
    "AND ts > {{cursor_start_time}} AND ts <= {{cursor_end_time}}"
)
FAILING = "SELECT identity, event_id, CAST(event_name AS INTEGER) AS number FROM event_triggers"
CARTS = AbsenceRecipe(
    starts=(ClockEvents(EventSelector(("add_to_cart",)), Path(("cartId",))),),
    cancels=(ClockEvents(EventSelector(("custom_bought",)), Path(("cartId",))),),
    wait=timedelta(hours=2),
)
PATIENCE_S = 240


@dataclass
class Shop:
    """A partner with three live flows, each on a trigger of its own."""

    story: Story
    deployed: Deployment
    partner: Partner
    secret: str
    flows: Mapping[str, Flow]

    def send(self, name: str, email: str) -> None:
        """Send a custom event as the partner would."""
        event = {
            "partnerId": self.partner.partner_id,
            "partnerSecret": self.secret,
            "clientId": email,
            "sentAt": 1524776691259,
            "type": "track",
            "event": "custom",
            "properties": {"eventName": name, "properties": {"sentBy": email}},
            "traits": {"email": email},
            "context": {"debug": True},
        }
        assert self.story.post(json.dumps(event)).status == 200

    def decided(self, name: str, count: int) -> Sequence[Decision]:
        return self.story.await_decisions(self.flows[name], count)

    def health(self, name: str) -> FlowHealth:
        client, tables = dynamodb_client(), self.deployed.outputs
        service = TriggerHealth(
            clock=SystemClock(),
            live_flows=DynamoLiveFlows(client, tables["RegistryTable"]),
            cursors=DynamoCursors(client, tables["CursorsTable"]),
            safety_holds=DynamoSafetyHolds(client, tables["CursorsTable"]),
            settle=timedelta(seconds=10),
        )
        (health,) = service.of_trigger(self.partner.partner_id, self.flows[name].trigger_id)
        return health


@pytest.fixture(scope="module")
def shop(deployed: Deployment) -> Shop:
    story = Story(deployed)
    partner, secret = story.partners.create_partner("Shop with triggers")
    _happened_hours_ago(deployed, partner)
    recipe = story.triggers.save(story.triggers.begin(partner.partner_id, "Left carts").written_from(CARTS))
    triggers = {
        "carts": story.triggers.commit(partner.partner_id, recipe.trigger_id, recipe.draft_id, recipe.revision),
        "versions": story.commit_trigger(partner, "Versions", BY_NAME.format(key="first", name="seen")),
        "failing": story.commit_trigger(partner, "Failing", FAILING),
    }
    flows = {name: story.launch_flow(trigger, name, CONTENT) for name, trigger in triggers.items()}
    shop = Shop(story, deployed, partner, secret, flows)
    shop.send("seen", ABANDONER)
    return shop


def _happened_hours_ago(deployed: Deployment, partner: Partner) -> None:
    """Store what the recipe finds: two carts whose two hours end within the first run's window, one of them bought."""
    clock, events = SystemClock(), DynamoEvents(dynamodb_client(), deployed.outputs["EventsTable"], retention_days=45)
    filled = clock.now() - timedelta(hours=2) + timedelta(seconds=25)
    bought = filled + timedelta(minutes=90)
    for email, event_type, at in (
        (ABANDONER, "add_to_cart", filled),
        (BUYER, "add_to_cart", filled),
        (BUYER, "custom_bought", bought),
    ):
        properties = {"cartId": f"cart-of-{email}"}
        is_custom = event_type.startswith("custom_")
        body = {"type": "track", "properties": {"properties": properties} if is_custom else properties, "traits": {}}
        event = makers.event(
            partner_id=partner.partner_id,
            event_id=f"{event_type}-{email}",
            event_type=event_type,
            event_name=event_type.removeprefix("custom_"),
            identity=email,
            email=email,
            **dict.fromkeys(("occurred_at", "sent_at", "received_at"), at),
            body=json.dumps(body),
        )
        events.append(event, partner.shards)


def test_a_recipe_finds_whoever_left_a_cart_hours_ago_and_not_who_bought_it(shop: Shop) -> None:
    (decision,) = shop.decided("carts", 1)

    assert (decision.identity, decision.outcome) == (ABANDONER, Outcome.SENT)
    (email,) = [each for each in emails(shop.deployed) if each.message_id == decision.provider_message_id]
    assert email.subject == f"Your cart cart-of-{ABANDONER}"


def test_the_closed_hours_of_the_look_back_were_kept_as_files(shop: Shop) -> None:
    shop.decided("carts", 1)

    kept = boto3.client("s3").list_objects_v2(
        Bucket=shop.deployed.outputs["HistoryBucket"], Prefix=f"partner={shop.partner.partner_id}/"
    )

    names = [file["Key"] for file in kept["Contents"]]
    assert len(names) >= 2
    assert all(name.endswith(".parquet") for name in names)


def test_a_committed_version_is_used_by_the_next_run_and_named_by_its_decisions(shop: Shop) -> None:
    (first,) = shop.decided("versions", 1)
    flow = shop.flows["versions"]
    draft = shop.story.triggers.edit(shop.partner.partner_id, flow.trigger_id)
    draft = shop.story.triggers.save(replace(draft, sql=BY_NAME.format(key="second", name="heard")))
    shop.story.triggers.commit(draft.partner_id, draft.trigger_id, draft.draft_id, draft.revision, note="heard now")
    for name in ("seen", "heard"):
        shop.send(name, LATER)

    decisions = shop.decided("versions", 2)

    assert (first.trigger_version, first.identity) == (1, ABANDONER)
    assert [(each.trigger_version, each.identity) for each in decisions] == [(2, LATER), (1, ABANDONER)]
    subjects = {each.message_id: each.subject for each in emails(shop.deployed)}
    assert [subjects[str(each.provider_message_id)] for each in decisions] == ["Your cart second", "Your cart first"]


def test_a_failing_query_says_why_in_its_health_and_holds_up_no_other(shop: Shop) -> None:
    shop.decided("versions", 1)

    health = _when_told(shop, "failing")

    assert health.state is State.FAILING
    assert health.health.last_run is not None
    assert health.health.last_run.fault is QueryFault.SQL_ERROR
    assert "TRY_CAST" in health.words
    assert ABANDONER not in health.words
    assert shop.health("versions").state is State.WORKING


def _when_told(shop: Shop, name: str) -> FlowHealth:
    give_up_at = time.monotonic() + PATIENCE_S
    while (health := shop.health(name)).health.last_run is None and time.monotonic() < give_up_at:
        time.sleep(1)
    return health
