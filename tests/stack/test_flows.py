"""Event-triggered flows on a deployed stack, each rule's story as its people live it.

An abandoned cart: a recipe finds carts that were left for a minute, the flow waits on, and whoever buys that very cart
up to the moment of sending has left. Pauses: what a hold and a drop make of the events that come in them. The safety
hold: a run over its limit waits for a person's word. All of them go on at once; the tests wait for what they are about.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from local.deployment import Deployment
from local.story import Story, emails
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.dynamodb.safety_holds import DynamoSafetyHolds
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import Decision, Outcome, SkipReason
from signalbox.domain.flows import Flow, PauseMode
from signalbox.domain.partners import Partner
from signalbox.domain.recipes.forms import AbsenceRecipe, ClockEvents, EventSelector, Path
from signalbox.domain.waits import ExitCondition, Wait
from signalbox.services.hold_answering import HoldAnswering

ABANDONER, BUYER, LAST_SECOND = "abandoner@example.org", "buyer@example.org", "last-second@example.org"
CARTS = {"left": ABANDONER, "bought": BUYER, "bought last": LAST_SECOND, "second": LAST_SECOND}
"""Whose each cart is; one person has two, and buys one of them."""
LEFT_FOR, DELAY = timedelta(seconds=60), timedelta(seconds=150)
LEFT_CARTS = AbsenceRecipe(
    starts=(ClockEvents(EventSelector(("custom_filled",)), Path(("cartId",))),),
    cancels=(ClockEvents(EventSelector(("custom_bought",)), Path(("cartId",))),),
    wait=LEFT_FOR,
)
EXITS = ExitCondition(
    "SELECT identity, event_id, properties->>'cartId' AS key FROM event_triggers WHERE event_type = 'custom_bought'",
    key="key",
)
VISITS = (
    "SELECT identity, event_id FROM event_triggers WHERE event_type = 'custom_visited' "
    "AND ts > {cursor_start_time} AND ts <= {cursor_end_time}"
)
EARLY, LATE = "early@example.org", "late@example.org"
PATIENCE_S = 300


@dataclass
class Shop:
    """A partner with its live flows by name."""

    story: Story
    deployed: Deployment
    partner: Partner
    secret: str
    flows: dict[str, Flow]

    def send(self, name: str, email: str, **properties: str) -> None:
        """Send a custom event as the partner would."""
        event = {
            "partnerId": self.partner.partner_id,
            "partnerSecret": self.secret,
            "clientId": email,
            "sentAt": 1524776691259,
            "type": "track",
            "event": "custom",
            "properties": {"eventName": name, "properties": {"sentBy": email, **properties}},
            "traits": {"email": email},
            "context": {"debug": True},
        }
        assert self.story.post(json.dumps(event)).status == 200

    def decided(self, name: str) -> list[Decision]:
        """Give the flow's decisions that have come to their end."""
        return [each for each in self.story.decisions(self.flows[name]) if each.outcome is not Outcome.DEFERRED]

    def await_decided(self, name: str, count: int) -> list[Decision]:
        return awaited(lambda: self.decided(name), lambda decisions: len(decisions) >= count)

    def await_run(self) -> None:
        """Wait until a run has begun and ended."""
        began_at = SystemClock().now()
        awaited(self.last_runs, lambda runs: any(at > began_at + timedelta(seconds=5) for at in runs))

    def last_runs(self) -> Sequence[datetime]:
        client, tables = dynamodb_client(), self.deployed.outputs
        cursors = DynamoCursors(client, tables["CursorsTable"]).of_partner(self.partner.partner_id)
        return [cursor.health.last_run.ran_at for cursor in cursors.values() if cursor.health.last_run]

    def answering(self) -> HoldAnswering:
        client, tables = dynamodb_client(), self.deployed.outputs
        return HoldAnswering(
            clock=SystemClock(),
            live_flows=DynamoLiveFlows(client, tables["RegistryTable"]),
            cursors=DynamoCursors(client, tables["CursorsTable"]),
            safety_holds=DynamoSafetyHolds(client, tables["CursorsTable"]),
        )


def awaited[T](ask: Callable[[], T], is_there: Callable[[T], bool]) -> T:
    """Ask until it is there, or patience ends."""
    give_up_at = time.monotonic() + PATIENCE_S
    while not is_there(answer := ask()) and time.monotonic() < give_up_at:
        time.sleep(1)
    return answer


@pytest.fixture(scope="module")
def shop(deployed: Deployment) -> Shop:
    story = Story(deployed)
    partner, secret = story.partners.create_partner("Shop with flows")
    recipe = story.triggers.save(story.triggers.begin(partner.partner_id, "Left carts").written_from(LEFT_CARTS))
    carts = story.triggers.commit(partner.partner_id, recipe.trigger_id, recipe.draft_id, recipe.revision)
    visits = story.commit_trigger(partner, "Visits", VISITS)

    def launched(name: str, trigger_id: str, **rules: object) -> Flow:
        content = EmailContent(subject=f"{name}: {{{{ trigger.key | default('') }}}}", text="{{ contact.email }}")
        return story.flows.launch(story.flows.create(partner.partner_id, name, trigger_id, content, **rules))  # type: ignore[arg-type]  # by name

    flows = {
        "carts": launched("Carts", carts.trigger_id, wait=Wait(DELAY, EXITS)),
        "holding": launched("Holding", visits.trigger_id),
        "dropping": launched("Dropping", visits.trigger_id),
        "limited": launched("Limited", visits.trigger_id, safety_limit=1),
    }
    shop = Shop(story, deployed, partner, secret, flows)
    for cart_id, email in CARTS.items():
        shop.send("filled", email, cartId=cart_id)
    flows["holding"] = story.flows.pause(flows["holding"], PauseMode.HOLD)
    flows["dropping"] = story.flows.pause(flows["dropping"], PauseMode.DROP)
    for email in (EARLY, ABANDONER):
        shop.send("visited", email)
    _buy_while_the_flow_waits(shop)
    return shop


def _buy_while_the_flow_waits(shop: Shop) -> None:
    """Buy one cart when the recipe has found it, and one in the last second of its wait."""
    filled_at = {
        cart_id: next(event.received_at for event in shop.story.events_of(shop.partner) if f'"{cart_id}"' in event.body)
        for cart_id in CARTS
    }
    for cart_id, after in (("bought", LEFT_FOR + timedelta(seconds=30)), ("bought last", DELAY - timedelta(seconds=1))):
        time.sleep(max(0.0, (filled_at[cart_id] + after - SystemClock().now()).total_seconds()))
        shop.send("bought", CARTS[cart_id], cartId=cart_id)


def test_who_left_a_cart_is_messaged_and_never_who_bought_it_not_even_in_the_last_second(shop: Shop) -> None:
    decisions = shop.await_decided("carts", len(CARTS))

    subjects = {each.message_id: each.subject for each in emails(shop.deployed)}
    sent = {
        subjects[str(each.provider_message_id)]: each.identity for each in decisions if each.outcome is Outcome.SENT
    }
    assert sent == {"Carts: left": ABANDONER, "Carts: second": LAST_SECOND}
    left = [each for each in decisions if each.outcome is Outcome.SKIPPED]
    assert sorted((each.identity, each.reason) for each in left) == [
        (BUYER, SkipReason.EXITED), (LAST_SECOND, SkipReason.EXITED),
    ]  # fmt: skip
    assert all(each.trace[-1].verdict.startswith("by the event ") for each in left)


def test_a_run_over_its_limit_messages_nobody_until_it_is_approved(shop: Shop) -> None:
    answering = shop.answering()
    (hold,) = awaited(lambda: answering.waiting(shop.partner.partner_id), lambda waiting: len(waiting) == 1)
    assert (hold.run.flow_id, hold.run.contacts) == (shop.flows["limited"].flow_id, 2)
    assert shop.decided("limited") == []

    answering.approve(hold, "an operator")

    assert outcomes(shop.await_decided("limited", 2)) == {EARLY: Outcome.SENT, ABANDONER: Outcome.SENT}


def test_a_pause_holds_what_comes_in_it_or_drops_it(shop: Shop) -> None:
    shop.await_run()
    assert shop.decided("holding") == shop.decided("dropping") == []

    for name in ("holding", "dropping"):
        shop.flows[name] = shop.story.flows.resume(shop.flows[name])
    shop.send("visited", LATE)

    assert outcomes(shop.await_decided("holding", 3)) == dict.fromkeys((EARLY, ABANDONER, LATE), Outcome.SENT)
    assert outcomes(shop.await_decided("dropping", 1)) == {LATE: Outcome.SENT}


def outcomes(decisions: Sequence[Decision]) -> Mapping[str | None, Outcome]:
    """Tell what became of each person."""
    return {each.identity: each.outcome for each in decisions}
