"""The port `SafetyHolds`: one hold a flow, which changes by condition."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.errors import Conflict
from signalbox.domain.queries import Window
from signalbox.domain.safety_holds import FlowRun, HoldState, SafetyHold
from tests.contract.backends import ATOMIC, CALLERS, at_once
from tests.contract.conftest import Stores
from tests.unit.makers import NOON, cursor, flow

MS = timedelta(milliseconds=1)


def hold(partner_id: str) -> SafetyHold:
    return SafetyHold.of(FlowRun(partner_id, "flow_1", 3, Window(NOON, NOON + MS), 101), NOON + 2 * MS, None)


def test_a_hold_comes_back_as_it_was_placed_and_as_it_was_answered(stores: Stores, partner_id: str) -> None:
    placed = hold(partner_id)
    answered = placed.answered(HoldState.DISCARDED, "ana", NOON + 5 * MS)

    for each in (placed, answered):
        for _ in range(2):
            stores.safety_holds.save(each)
        assert stores.safety_holds.of_partner(partner_id) == {"flow_1": each}


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_hold_that_was_changed_meanwhile_is_a_conflict(stores: Stores, partner_id: str, version: int) -> None:
    placed = hold(partner_id)
    answered = placed.answered(HoldState.APPROVED, "ana", NOON + 5 * MS)
    for each in (placed, answered):
        stores.safety_holds.save(each)

    with pytest.raises(Conflict):
        stores.safety_holds.save(replace(answered, version=version, answered_by="bo"))

    assert stores.safety_holds.of_partner(partner_id) == {"flow_1": answered}


def test_an_answer_to_a_hold_that_never_was_is_a_conflict(stores: Stores, partner_id: str) -> None:
    with pytest.raises(Conflict):
        stores.safety_holds.save(hold(partner_id).answered(HoldState.APPROVED, "ana", NOON))


def test_holds_are_no_cursors_and_a_partners_own(stores: Stores, partner_id: str) -> None:
    start = cursor(partner_id=partner_id)
    stores.definitions.launch(flow(partner_id=partner_id), start)
    stores.safety_holds.save(hold(partner_id))

    assert stores.cursors.of_partner(partner_id) == {"flow_1": start}
    assert stores.safety_holds.of_partner(f"{partner_id}0") == {}


@ATOMIC
def test_of_many_answers_at_once_one_counts(stores: Stores, partner_id: str) -> None:
    placed = hold(partner_id)
    stores.safety_holds.save(placed)

    answers = at_once(
        lambda number: stores.safety_holds.save(placed.answered(HoldState.APPROVED, str(number), NOON + MS))
    )

    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1
    standing = stores.safety_holds.of_partner(partner_id)["flow_1"]
    assert standing.answered_by == str(answers.index(None))
