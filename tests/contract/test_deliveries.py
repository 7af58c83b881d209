"""The `Deliveries` port: one decision for each (flow, event)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import Decision, Match, Outcome, SkipReason, Step
from signalbox.domain.errors import Conflict
from signalbox.domain.feedback import Feedback, ProviderNews
from tests.contract.backends import ATOMIC, CALLERS, DATABASES, at_once
from tests.contract.conftest import Database, Stores
from tests.unit.makers import NOON

MS = timedelta(milliseconds=1)


def decision(partner_id: str, **changes: Any) -> Decision:
    values: dict[str, Any] = {
        "partner_id": partner_id,
        "flow_id": "flow_1",
        "flow_version": 2,
        "trigger_id": "trigger_1",
        "trigger_version": 3,
        "event_id": "event-1",
        "identity": "ana@example.org",
        "outcome": Outcome.IN_FLIGHT,
        "decided_at": NOON + MS,
        "received_at": NOON,
    }
    return Decision(**values | changes)


def with_match(made: Decision, **changes: Any) -> Decision:
    """Keep the decision's own match with it."""
    match = Match(
        partner_id=made.partner_id,
        flow_id=made.flow_id,
        trigger_id=made.trigger_id,
        trigger_version=made.trigger_version,
        event_id=made.event_id,
        identity=made.identity,
        received_at=made.received_at,
        max_event_age=timedelta(hours=72),
        **{"row": {}, **changes},
    )
    return replace(made, match=match)


SHAPES: dict[str, dict[str, Any]] = {
    "in flight": {},
    "skipped": {"outcome": Outcome.SKIPPED, "reason": SkipReason.TOO_OLD, "detail": "over 72 h"},
    "sent": {
        "outcome": Outcome.SENT,
        "provider_message_id": "1",
        "attempts": 4,
        "trace": (Step("a", "b"), Step("", "")),
    },
    "held out": {"outcome": Outcome.HELD_OUT, "arm": "holdout"},
    "deferred": {"outcome": Outcome.DEFERRED, "tries": 3, "arm": "b", "due_at": NOON + MS},
    "over a channel": {"channel": "webhook", "tries": 1},
    "about nobody": {"outcome": Outcome.SKIPPED, "reason": SkipReason.NO_IDENTITY, "identity": None},
    "about an empty identity": {"outcome": Outcome.SKIPPED, "identity": ""},
    "about an event that was not loaded": {"received_at": None},
    "an event id with the separator": {"event_id": "#a##b"},
    "an event id that looks escaped": {"event_id": "~"},
    "an empty event id": {"event_id": ""},
    "told of by the provider": {
        "outcome": Outcome.SENT,
        "feedback": Feedback().with_one(ProviderNews.OPENED, NOON).with_one(ProviderNews.OPENED, NOON - MS),
    },
    "kept with its match": {
        "outcome": Outcome.SKIPPED,
        "reason": SkipReason.CONTENT_ERROR,
        "match": {"matched_at": NOON, "row": {"total": 3.10, "name": "Ana", "gone": None}},
    },
    "kept with a long match": {"outcome": Outcome.FAILED, "match": {"row": {"text": "é" * 5000}}},
    "kept with the match of an event that was not loaded": {"received_at": None, "match": {}},
    "an event id longer than a key": {"event_id": "x" * 5000, "outcome": Outcome.SENT},
    "an identity longer than a key": {"identity": "é" * 5000, "outcome": Outcome.SENT},
}


@pytest.mark.parametrize("changes", SHAPES.values(), ids=SHAPES.keys())
def test_a_decision_comes_back_as_it_was_made(stores: Stores, partner_id: str, changes: dict[str, Any]) -> None:
    match = changes.get("match")
    made = decision(partner_id, **{**changes, "match": None})
    made = made if match is None else with_match(made, **match)

    assert stores.deliveries.claim(made) is None

    assert stores.deliveries.find(partner_id, "flow_1", made.event_id) == made


@pytest.mark.parametrize("standing", Outcome)
def test_a_second_claim_gets_the_decision_that_stands(stores: Stores, partner_id: str, standing: Outcome) -> None:
    first = decision(partner_id, outcome=standing)
    stores.deliveries.claim(first)

    answer = stores.deliveries.claim(decision(partner_id, trigger_version=9))

    assert answer == first
    assert stores.deliveries.find(partner_id, "flow_1", "event-1") == first


def test_a_claim_that_looks_the_same_does_not_pass_for_the_one_that_was_made(stores: Stores, partner_id: str) -> None:
    stores.deliveries.claim(decision(partner_id))

    assert stores.deliveries.claim(decision(partner_id)) == decision(partner_id)


@ATOMIC
def test_of_many_claims_at_once_one_wins(stores: Stores, partner_id: str) -> None:
    answers = at_once(lambda number: stores.deliveries.claim(decision(partner_id, flow_version=number)))

    winner = decision(partner_id, flow_version=answers.index(None))
    assert answers.count(None) == 1
    assert answers.count(winner) == CALLERS - 1
    assert stores.deliveries.find(partner_id, "flow_1", "event-1") == winner


def test_what_was_claimed_is_replaced_by_its_end(stores: Stores, partner_id: str) -> None:
    claimed = decision(partner_id)
    ended = replace(claimed, outcome=Outcome.SENT, decided_at=NOON + 2 * MS, provider_message_id="1")
    stores.deliveries.claim(claimed)

    stores.deliveries.settle(claimed, ended)

    assert stores.deliveries.find(partner_id, "flow_1", "event-1") == ended


@pytest.mark.parametrize("changes", [{"outcome": Outcome.DEFERRED}, {"attempts": 2}, {"event_id": "event-2"}])
def test_a_decision_that_stands_no_longer_is_a_conflict(
    stores: Stores, partner_id: str, changes: dict[str, Any]
) -> None:
    stores.deliveries.claim(decision(partner_id))
    mistaken = decision(partner_id, **changes)

    with pytest.raises(Conflict):
        stores.deliveries.settle(mistaken, replace(mistaken, outcome=Outcome.SENT))

    assert stores.deliveries.find(partner_id, "flow_1", "event-1") == decision(partner_id)
    assert stores.deliveries.find(partner_id, "flow_1", "event-2") is None


@pytest.mark.parametrize("event_id", ["event-1", "#a##b", "~", "é" * 96, "é" * 97, "x" * 5000])
def test_a_decision_is_found_by_the_name_that_leaves_with_its_message(
    stores: Stores, partner_id: str, event_id: str
) -> None:
    made = decision(partner_id, event_id=event_id)
    stores.deliveries.claim(made)

    name = DecisionName.of(partner_id, "flow_1", event_id)

    assert stores.deliveries.find(name.partner_id, name.flow_id, name.event_id) == made


def test_feedback_that_was_told_meanwhile_is_not_written_over(stores: Stores, partner_id: str) -> None:
    sent = decision(partner_id, outcome=Outcome.SENT)
    delivered = replace(sent, feedback=sent.feedback.with_one(ProviderNews.DELIVERED, NOON))
    opened = replace(sent, feedback=sent.feedback.with_one(ProviderNews.OPENED, NOON))
    both = replace(delivered, feedback=delivered.feedback.with_one(ProviderNews.OPENED, NOON))
    stores.deliveries.claim(sent)
    stores.deliveries.settle(sent, delivered)

    with pytest.raises(Conflict):
        stores.deliveries.settle(sent, opened)
    stores.deliveries.settle(delivered, both)

    assert stores.deliveries.find(partner_id, "flow_1", "event-1") == both


@ATOMIC
def test_of_many_who_take_up_a_deferred_decision_one_wins(stores: Stores, partner_id: str) -> None:
    deferred = decision(partner_id, outcome=Outcome.DEFERRED)
    stores.deliveries.claim(deferred)

    answers = at_once(
        lambda number: stores.deliveries.settle(deferred, decision(partner_id, attempts=2, flow_version=number))
    )

    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1
    standing = stores.deliveries.find(partner_id, "flow_1", "event-1")
    assert standing == decision(partner_id, attempts=2, flow_version=answers.index(None))


def test_decisions_of_partners_flows_and_events_that_run_together_stay_apart(stores: Stores, partner_id: str) -> None:
    stores.deliveries.claim(decision(partner_id, flow_id="flow", event_id="1#2"))
    stores.deliveries.claim(decision(f"{partner_id}0", outcome=Outcome.SENT))

    assert stores.deliveries.find(partner_id, "flow", "1") is None
    assert stores.deliveries.find(partner_id, "flow", "2") is None
    assert stores.deliveries.find(partner_id, "flow_1", "event-1") is None


@DATABASES
def test_a_decision_is_kept(database: Database, partner_id: str) -> None:
    database.stores().deliveries.claim(decision(partner_id, outcome=Outcome.SENT))

    items = database.client.query(
        TableName="Deliveries",
        IndexName="by_flow",
        KeyConditionExpression="flow = :flow",
        ExpressionAttributeValues={":flow": {"S": f"{partner_id}#flow_1"}},
    )["Items"]

    assert ["expires_at" in item for item in items] == [False]
