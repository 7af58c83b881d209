"""The `DecisionLists` port: what was decided, by flow in short and by contact whole."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from signalbox.adapters.dynamodb.values import from_item, stored_size
from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decision_summaries import DecisionSummary, Place
from signalbox.domain.decisions import Decision, Outcome, SkipReason, Step
from signalbox.domain.feedback import Feedback, ProviderNews
from signalbox.domain.queries import Window
from tests.contract.backends import DATABASES
from tests.contract.conftest import Database, Stores
from tests.contract.test_deliveries import decision
from tests.unit.makers import NOON

MS = timedelta(milliseconds=1)
ANA = "ana@example.org"
ALWAYS = Window(NOON - timedelta(days=1), NOON + timedelta(days=1))
TOLD = Feedback().with_one(ProviderNews.OPENED, NOON).with_one(ProviderNews.UNSUBSCRIBED, NOON)


def ended(partner_id: str, event_id: str, at: datetime = NOON, **changes: Any) -> Decision:
    return decision(partner_id, **{"event_id": event_id, "outcome": Outcome.SENT, "decided_at": at} | changes)


def claim(stores: Stores, *decisions: Decision) -> None:
    for each in decisions:
        assert stores.deliveries.claim(each) is None


def listed(stores: Stores, partner_id: str, window: Window = ALWAYS, before: Place | None = None) -> list[str]:
    return [each.event_id for each in stores.decision_lists.of_flow(partner_id, "flow_1", window, before)]


def test_a_summary_says_what_a_report_counts(stores: Stores, partner_id: str) -> None:
    sent = ended(partner_id, "#a##b", arm="b", feedback=TOLD, trace=(Step("a", "b"),))
    skipped = ended(partner_id, "2", NOON - MS, outcome=Outcome.SKIPPED, reason=SkipReason.NO_IDENTITY, identity=None)
    claim(stores, sent, replace(skipped, received_at=None))

    told = frozenset({ProviderNews.OPENED, ProviderNews.UNSUBSCRIBED})
    assert list(stores.decision_lists.of_flow(partner_id, "flow_1", ALWAYS)) == [
        DecisionSummary("#a##b", ANA, 2, Outcome.SENT, NOON, NOON, None, "b", told),
        DecisionSummary("2", None, 2, Outcome.SKIPPED, NOON - MS, None, SkipReason.NO_IDENTITY),
    ]


@pytest.mark.parametrize("event_id", ["event-1", "", "~", "~~", "é" * 97, "x" * 5000])
def test_a_summary_names_its_decision(stores: Stores, partner_id: str, event_id: str) -> None:
    made = ended(partner_id, event_id)
    claim(stores, made)

    [name] = listed(stores, partner_id)

    assert stores.deliveries.find(partner_id, "flow_1", name) == made


def test_a_flow_is_listed_the_latest_first_and_holds_no_other(stores: Stores, partner_id: str) -> None:
    claim(stores, *(ended(partner_id, str(number), NOON + number * MS) for number in (1, 3, 2)))
    claim(stores, ended(partner_id, "4", NOON + 9 * MS, flow_id="flow_2"), ended(f"{partner_id}0", "5"))

    assert listed(stores, partner_id) == ["3", "2", "1"]


def test_a_contact_is_listed_whole_over_all_flows_the_latest_first(stores: Stores, partner_id: str) -> None:
    decisions = [ended(partner_id, str(number), NOON + number * MS, trace=(Step("a", "b"),)) for number in (1, 3, 2)]
    claim(stores, *decisions, ended(partner_id, "4", NOON, flow_id="flow_2"))
    claim(stores, ended(partner_id, "5", identity=None), ended(partner_id, "6", identity="bo@example.org"))

    found = list(stores.decision_lists.of_contact(partner_id, ANA, ALWAYS))

    assert [each.event_id for each in found] == ["3", "2", "1", "4"]
    assert found[0] == decisions[1]


def test_a_window_is_open_at_its_start_and_closed_at_its_end(stores: Stores, partner_id: str) -> None:
    claim(stores, *(ended(partner_id, str(number), NOON + number * MS) for number in range(5)))
    window = Window(NOON + MS, NOON + 3 * MS)

    by_contact = stores.decision_lists.of_contact(partner_id, ANA, window)

    assert listed(stores, partner_id, window) == ["3", "2"]
    assert [each.event_id for each in by_contact] == ["3", "2"]
    assert listed(stores, partner_id, Window(NOON, NOON)) == []
    assert list(stores.decision_lists.of_contact(partner_id, ANA, Window(NOON, NOON))) == []


def test_a_list_goes_on_behind_any_place_also_among_those_of_one_instant(stores: Stores, partner_id: str) -> None:
    claim(stores, *(ended(partner_id, f"e{number}", NOON + number // 3 * MS) for number in range(7)))
    whole = list(stores.decision_lists.of_flow(partner_id, "flow_1", ALWAYS))

    rests = [listed(stores, partner_id, before=each.place) for each in whole]

    ids = [each.event_id for each in whole]
    assert sorted(ids) == [f"e{number}" for number in range(7)]
    assert rests == [ids[number + 1 :] for number in range(7)]


def test_a_list_goes_on_behind_a_decision_that_has_moved(stores: Stores, partner_id: str) -> None:
    deferred = [ended(partner_id, str(number), NOON + number * MS, outcome=Outcome.DEFERRED) for number in range(3)]
    claim(stores, *deferred)

    stores.deliveries.settle(deferred[1], replace(deferred[1], outcome=Outcome.SENT, decided_at=NOON + 9 * MS))

    assert listed(stores, partner_id, before=Place(NOON + MS, "1")) == ["0"]


def test_what_is_in_flight_is_not_listed_but_found(stores: Stores, partner_id: str) -> None:
    deferred, taken_up = decision(partner_id, outcome=Outcome.DEFERRED), decision(partner_id, attempts=2)
    claim(stores, deferred)

    stores.deliveries.settle(deferred, taken_up)

    assert listed(stores, partner_id) == []
    assert list(stores.decision_lists.of_contact(partner_id, ANA, ALWAYS)) == []
    assert stores.decision_lists.find_all([DecisionName.of(partner_id, "flow_1", "event-1")]) == [taken_up]


def test_many_are_found_in_the_order_they_were_asked_for(stores: Stores, partner_id: str) -> None:
    made = [ended(partner_id, f"{number}#", identity=None) for number in range(130)]
    claim(stores, *made)
    names = [DecisionName.of(partner_id, "flow_1", each.event_id) for each in reversed(made)]

    found = stores.decision_lists.find_all([*names, DecisionName.of(partner_id, "flow_2", "0#")])

    assert found == made[::-1]
    assert stores.decision_lists.find_all([]) == []


@DATABASES
def test_the_index_by_flow_holds_little_of_a_decision(database: Database, partner_id: str) -> None:
    trace = tuple(Step("a check", "its verdict") for _ in range(20))
    made = ended(
        partner_id, "0" * 32, arm="b", trace=trace, feedback=TOLD, detail="some words", reason=SkipReason.TOO_OLD
    )
    database.stores().deliveries.claim(made)

    [item] = database.client.query(
        TableName="Deliveries",
        IndexName="by_flow",
        KeyConditionExpression="flow = :flow",
        ExpressionAttributeValues={":flow": {"S": f"{partner_id}#flow_1"}},
    )["Items"]

    assert "trace" not in item
    assert stored_size(from_item(item)) < 400
