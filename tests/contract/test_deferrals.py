"""The port `Deferrals`: matches that wait until they are due."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.domain.decisions import Deferral, ExitVerdict
from tests.contract.backends import noise
from tests.contract.conftest import Stores
from tests.unit import makers
from tests.unit.makers import NOON

MS = timedelta(milliseconds=1)


def deferral(partner_id: str, due_at_ms: int = 0, **changes: Any) -> Deferral:
    return Deferral(makers.match(partner_id=partner_id, **changes), NOON + due_at_ms * MS)


@pytest.mark.parametrize(
    "changes",
    [
        {"identity": None, "received_at": None},
        {"event_id": "a#b", "row": {"identity": "ana@example.org", "event_id": "a#b", "total": 10.30, "x": [1, None]}},
        {"row": {"event_id": "event-1", "text": noise(1)}},
        {"max_event_age": timedelta(days=30), "matched_at": NOON + MS},
    ],
)
def test_a_match_comes_back_as_it_was_deferred(stores: Stores, partner_id: str, changes: dict[str, Any]) -> None:
    kept = deferral(partner_id, **changes)

    for _ in range(2):
        stores.deferrals.keep(kept)

    assert list(stores.deferrals.due(partner_id, NOON)) == [kept]


def test_what_a_run_has_found_of_an_exit_is_not_kept(stores: Stores, partner_id: str) -> None:
    judged = deferral(partner_id, exit=ExitVerdict(NOON, NOON))

    stores.deferrals.keep(judged)

    assert list(stores.deferrals.due(partner_id, NOON)) == [deferral(partner_id)]


def test_of_a_match_that_is_found_again_the_one_whose_event_came_first_stays(stores: Stores, partner_id: str) -> None:
    first, again = deferral(partner_id), deferral(partner_id, received_at=NOON + MS)

    for each in (again, first, again):
        stores.deferrals.keep(each)

    assert list(stores.deferrals.due(partner_id, NOON)) == [first]


def test_what_is_due_comes_in_its_order_and_what_is_not_stays(stores: Stores, partner_id: str) -> None:
    for number, due_at_ms in enumerate([5, -3, 0, 1]):
        stores.deferrals.keep(deferral(partner_id, due_at_ms, event_id=f"event-{number}"))

    due = list(stores.deferrals.due(partner_id, NOON))

    assert [each.match.event_id for each in due] == ["event-1", "event-2"]


def test_what_is_taken_out_is_gone_and_nothing_else_is(stores: Stores, partner_id: str) -> None:
    first = deferral(partner_id)
    others = [replace(first, due_at=NOON - MS), deferral(partner_id, flow_id="flow_2")]
    for each in (first, *others):
        stores.deferrals.keep(each)

    for _ in range(2):
        stores.deferrals.remove_all([first])

    assert list(stores.deferrals.due(partner_id, NOON)) == others


def test_many_are_taken_out_at_once(stores: Stores, partner_id: str) -> None:
    kept = [deferral(partner_id, number) for number in range(-59, 1)]
    for each in kept:
        stores.deferrals.keep(each)

    stores.deferrals.remove_all(kept[1:])

    assert list(stores.deferrals.due(partner_id, NOON)) == kept[:1]


def test_a_partner_has_its_own(stores: Stores, partner_id: str) -> None:
    stores.deferrals.keep(deferral(partner_id))

    assert list(stores.deferrals.due(f"{partner_id}0", NOON)) == []
