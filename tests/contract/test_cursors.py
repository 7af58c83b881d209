"""The port `Cursors`: a position that moves by condition, and the health that travels with it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.adapters.dynamodb.cursors import values_of
from signalbox.adapters.dynamodb.values import WRITE_UNIT_BYTES, stored_size
from signalbox.domain.errors import Conflict
from signalbox.domain.flows import Cursor
from signalbox.domain.health import LONGEST_EXIT_DETAIL, ExitFault, Health, LastRun
from signalbox.domain.queries import QueryFault, Window
from tests.contract.backends import CALLERS, DYNAMODB_LOCAL, at_once
from tests.contract.conftest import Stores
from tests.unit.makers import NOON, cursor, flow

MS = timedelta(milliseconds=1)
RUN = LastRun(NOON + 61 * MS, Window(NOON, NOON + MS), trigger_version=3, rows=5, matches=4, elapsed_ms=17)
FAILED = replace(RUN, rows=0, matches=0, elapsed_ms=0, fault=QueryFault.SQL_ERROR, detail="x" * 300)
EXIT_FAULT = ExitFault(NOON - MS, QueryFault.HISTORY_NOT_READY, "x" * LONGEST_EXIT_DETAIL)


def launched(stores: Stores, partner_id: str) -> Cursor:
    start = cursor(partner_id=partner_id)
    stores.definitions.launch(flow(partner_id=partner_id), start)
    return start


@pytest.mark.parametrize(
    "health",
    [
        Health(),
        Health(last_run=RUN, last_match_on=NOON.date(), streak=8),
        Health(last_run=FAILED, failing_since=NOON - MS),
        Health(exit_fault=EXIT_FAULT),
    ],
)
def test_a_cursor_moves_on_from_where_it_is_with_its_health(stores: Stores, partner_id: str, health: Health) -> None:
    start = launched(stores, partner_id)
    following = replace(start, position=NOON + MS, health=health)

    stores.cursors.advance(start, following)

    assert stores.cursors.of_partner(partner_id) == {"flow_1": following}


def test_a_failed_run_is_kept_where_the_cursor_stays(stores: Stores, partner_id: str) -> None:
    start = launched(stores, partner_id)
    failing = replace(start, health=Health(last_run=FAILED, failing_since=NOON))

    stores.cursors.advance(start, failing)

    assert stores.cursors.of_partner(partner_id) == {"flow_1": failing}


def test_a_cursor_that_was_moved_is_a_conflict(stores: Stores, partner_id: str) -> None:
    start = launched(stores, partner_id)
    stores.cursors.advance(start, replace(start, position=NOON + MS))

    with pytest.raises(Conflict):
        stores.cursors.advance(start, replace(start, position=NOON + 2 * MS))

    assert stores.cursors.of_partner(partner_id)["flow_1"].position == NOON + MS


def test_a_cursor_that_never_was_is_a_conflict(stores: Stores, partner_id: str) -> None:
    start = cursor(partner_id=partner_id)

    with pytest.raises(Conflict):
        stores.cursors.advance(start, replace(start, position=NOON + MS))


@DYNAMODB_LOCAL
def test_of_many_advances_from_one_position_at_once_one_wins(stores: Stores, partner_id: str) -> None:
    start = launched(stores, partner_id)

    answers = at_once(lambda number: stores.cursors.advance(start, replace(start, position=NOON + (number + 1) * MS)))

    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1
    assert stores.cursors.of_partner(partner_id)["flow_1"].position == NOON + (answers.index(None) + 1) * MS


def test_a_cursor_costs_one_write_unit_with_the_longest_fault_there_is() -> None:
    longest = Health(
        last_run=FAILED, failing_since=NOON, last_match_on=NOON.date(), streak=10_000, exit_fault=EXIT_FAULT
    )

    assert stored_size(values_of(replace(cursor(), health=longest, contacts=10**9))) <= WRITE_UNIT_BYTES


def test_what_a_run_has_found_so_far_moves_with_its_cursor(stores: Stores, partner_id: str) -> None:
    start = launched(stores, partner_id)
    following = replace(start, position=NOON + MS, contacts=17)

    stores.cursors.advance(start, following)

    assert stores.cursors.of_partner(partner_id) == {"flow_1": following}
