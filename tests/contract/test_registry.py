"""The ports over definitions: `Definitions`, `Partners`, `LiveFlows` and `Cursors`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.errors import Conflict
from signalbox.domain.flows import EmailContent, FilterMode, FlowStatus, SegmentFilter
from signalbox.domain.partners import LiveSecret
from tests.contract.backends import ATOMIC, CALLERS, DYNAMODB_LOCAL, at_once
from tests.contract.conftest import Stores
from tests.unit.makers import NOON, cursor, flow, partner, secret, trigger

MS = timedelta(milliseconds=1)


@pytest.mark.parametrize("secrets", [(), (secret("a"), replace(secret("b"), issued_at=NOON + MS))])
@pytest.mark.parametrize(("enabled", "lenient"), [(True, False), (False, True)])
def test_a_partner_comes_back_as_it_was_created(
    stores: Stores, partner_id: str, secrets: tuple[LiveSecret, ...], *, enabled: bool, lenient: bool
) -> None:
    created = partner(partner_id=partner_id, secrets=secrets, enabled=enabled, lenient=lenient, shards=7)

    stores.definitions.create_partner(created)

    assert stores.partners.find(partner_id) == stores.definitions.partner(partner_id) == created


def test_a_partner_id_is_given_once(stores: Stores, partner_id: str) -> None:
    first = partner(partner_id=partner_id)
    stores.definitions.create_partner(first)

    with pytest.raises(Conflict):
        stores.definitions.create_partner(replace(first, name="Other"))

    assert stores.partners.find(partner_id) == first


def test_a_partner_is_changed_from_the_version_that_was_read(stores: Stores, partner_id: str) -> None:
    stores.definitions.create_partner(partner(partner_id=partner_id))
    changed = partner(partner_id=partner_id, version=2, secrets=(), enabled=False, lenient=True)

    stores.definitions.save_partner(changed)

    assert stores.partners.find(partner_id) == stores.definitions.partner(partner_id) == changed


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_change_of_a_partner_that_was_changed_meanwhile_is_a_conflict(
    stores: Stores, partner_id: str, version: int
) -> None:
    second = partner(partner_id=partner_id, version=2, name="Second")
    stores.definitions.create_partner(partner(partner_id=partner_id))
    stores.definitions.save_partner(second)

    with pytest.raises(Conflict):
        stores.definitions.save_partner(partner(partner_id=partner_id, version=version, name="Other"))

    assert stores.definitions.partner(partner_id) == second


@pytest.mark.parametrize("version", [1, 2])
def test_a_partner_that_never_was_cannot_be_changed(stores: Stores, partner_id: str, version: int) -> None:
    with pytest.raises(Conflict):
        stores.definitions.save_partner(partner(partner_id=partner_id, version=version))

    assert stores.definitions.partner(partner_id) is None


@ATOMIC
def test_of_many_changes_of_a_partner_at_once_one_wins(stores: Stores, partner_id: str) -> None:
    stores.definitions.create_partner(partner(partner_id=partner_id))

    answers = at_once(
        lambda number: stores.definitions.save_partner(partner(partner_id=partner_id, version=2, name=str(number)))
    )

    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1
    assert stores.definitions.partner(partner_id) == partner(
        partner_id=partner_id, version=2, name=str(answers.index(None))
    )


@pytest.mark.parametrize(
    "stranger", ["", "#", "live_partners", "partner", "~", "{}#x", "{}\0", "é" * 3000, "x" * 99999]
)
def test_whatever_a_stranger_calls_himself_he_is_not_found(stores: Stores, partner_id: str, stranger: str) -> None:
    stores.definitions.create_partner(partner(partner_id=partner_id))
    stores.definitions.save_flow(flow(partner_id=partner_id))

    assert stores.partners.find(stranger.replace("{}", partner_id)) is None


def test_a_trigger_comes_back_as_it_was_committed(stores: Stores, partner_id: str) -> None:
    committed = trigger(
        partner_id=partner_id,
        sql="SELECT 'é' -- ?",
        lookback=timedelta(days=30),
        max_event_age=timedelta(milliseconds=1),
    )

    stores.definitions.commit_trigger(committed)

    assert stores.definitions.trigger(partner_id, "trigger_1") == committed


def test_the_last_version_committed_is_the_one_in_force(stores: Stores, partner_id: str) -> None:
    versions = [trigger(partner_id=partner_id, version=number, sql=f"SELECT {number}") for number in (1, 2, 3)]

    for version in versions:
        stores.definitions.commit_trigger(version)

    assert stores.definitions.trigger(partner_id, "trigger_1") == versions[-1]


@pytest.mark.parametrize("version", [0, 1, 2, 4])
def test_a_version_is_committed_only_after_the_one_before(stores: Stores, partner_id: str, version: int) -> None:
    for number in (1, 2):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id, version=number))

    with pytest.raises(Conflict):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id, version=version, sql="other"))

    assert stores.definitions.trigger(partner_id, "trigger_1") == trigger(partner_id=partner_id, version=2)


def test_the_first_version_is_the_first(stores: Stores, partner_id: str) -> None:
    with pytest.raises(Conflict):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id, version=2))
    with pytest.raises(Conflict):
        stores.definitions.save_flow(flow(partner_id=partner_id, version=2))

    assert stores.definitions.trigger(partner_id, "trigger_1") is None
    assert stores.live_flows.flow(partner_id, "flow_1") is None


@DYNAMODB_LOCAL
def test_of_many_launches_at_once_one_wins(stores: Stores, partner_id: str) -> None:
    answers = at_once(
        lambda number: stores.definitions.launch(
            flow(partner_id=partner_id, name=str(number)), cursor(partner_id=partner_id, position=NOON + number * MS)
        )
    )

    [winner] = [number for number, answer in enumerate(answers) if answer is None]
    launched = stores.live_flows.flow(partner_id, "flow_1")
    assert launched is not None
    assert launched.name == str(winner)
    assert stores.cursors.of_partner(partner_id)["flow_1"].position == NOON + winner * MS


@pytest.mark.parametrize(
    "content", [EmailContent("Hi", "Hi"), EmailContent("", None, "<p>", "Shop"), EmailContent("", "")]
)
@pytest.mark.parametrize("segment_filter", [SegmentFilter(), SegmentFilter(("a#b", "c"), FilterMode.INCLUDE_ALL)])
def test_a_flow_comes_back_as_it_was_saved(
    stores: Stores, partner_id: str, content: EmailContent, segment_filter: SegmentFilter
) -> None:
    saved = flow(partner_id=partner_id, content=content, segment_filter=segment_filter, status=FlowStatus.DRAFT)

    stores.definitions.save_flow(saved)

    assert stores.live_flows.flow(partner_id, "flow_1") == saved


@pytest.mark.parametrize("flow_id", ["", "#", "flow_1#1", "flow_", "~"])
def test_a_flow_that_is_not_there_is_not_found(stores: Stores, partner_id: str, flow_id: str) -> None:
    stores.definitions.save_flow(flow(partner_id=partner_id))

    assert stores.live_flows.flow(partner_id, flow_id) is None
    assert stores.definitions.trigger(partner_id, flow_id) is None


def test_a_launch_makes_the_flow_live_with_its_cursor_and_its_partner_listed(stores: Stores, partner_id: str) -> None:
    stores.definitions.commit_trigger(trigger(partner_id=partner_id))
    stores.definitions.save_flow(flow(partner_id=partner_id, status=FlowStatus.DRAFT))

    stores.definitions.launch(flow(partner_id=partner_id, version=2), cursor(partner_id=partner_id))

    assert stores.live_flows.of_partner(partner_id) == [
        (flow(partner_id=partner_id, version=2), trigger(partner_id=partner_id))
    ]
    assert stores.cursors.of_partner(partner_id) == {"flow_1": cursor(partner_id=partner_id)}
    assert list(stores.live_flows.partner_ids()).count(partner_id) == 1


def test_a_launch_that_loses_leaves_nothing(stores: Stores, partner_id: str) -> None:
    stores.definitions.save_flow(flow(partner_id=partner_id, status=FlowStatus.DRAFT))

    with pytest.raises(Conflict):
        stores.definitions.launch(flow(partner_id=partner_id, version=1), cursor(partner_id=partner_id))

    assert stores.live_flows.of_partner(partner_id) == []
    assert stores.cursors.of_partner(partner_id) == {}
    assert partner_id not in stores.live_flows.partner_ids()


def test_only_live_flows_run_each_with_the_committed_version_of_its_trigger(stores: Stores, partner_id: str) -> None:
    for number in (1, 2):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id, version=number))
    stores.definitions.commit_trigger(trigger(partner_id=partner_id, trigger_id="trigger_2"))
    for status in FlowStatus:
        stores.definitions.save_flow(flow(partner_id=partner_id, flow_id=f"flow_{status}", status=status))
    stores.definitions.save_flow(flow(partner_id=partner_id, flow_id="flow_other", trigger_id="trigger_2"))

    running = stores.live_flows.of_partner(partner_id)

    assert {(each.flow_id, its_trigger.trigger_id, its_trigger.version) for each, its_trigger in running} == {
        ("flow_live", "trigger_1", 2),
        ("flow_other", "trigger_2", 1),
    }


def test_a_flow_that_is_paused_runs_no_longer(stores: Stores, partner_id: str) -> None:
    stores.definitions.commit_trigger(trigger(partner_id=partner_id))
    stores.definitions.launch(flow(partner_id=partner_id), cursor(partner_id=partner_id))

    stores.definitions.save_flow(flow(partner_id=partner_id, version=2, status=FlowStatus.PAUSED))

    assert stores.live_flows.of_partner(partner_id) == []


def test_a_partner_sees_its_own_definitions_only(stores: Stores, partner_id: str) -> None:
    other = f"{partner_id}0"
    stores.definitions.create_partner(partner(partner_id=other))
    stores.definitions.commit_trigger(trigger(partner_id=other))
    stores.definitions.launch(flow(partner_id=other), cursor(partner_id=other))

    assert stores.partners.find(partner_id) is None
    assert stores.live_flows.of_partner(partner_id) == []
    assert stores.live_flows.flow(partner_id, "flow_1") is None
    assert stores.definitions.trigger(partner_id, "trigger_1") is None
    assert stores.cursors.of_partner(partner_id) == {}


def test_a_cursor_moves_on_from_where_it_is(stores: Stores, partner_id: str) -> None:
    start = cursor(partner_id=partner_id)
    stores.definitions.launch(flow(partner_id=partner_id), start)

    stores.cursors.advance(start, NOON + MS)

    assert stores.cursors.of_partner(partner_id) == {"flow_1": replace(start, position=NOON + MS)}


def test_a_cursor_that_was_moved_is_a_conflict(stores: Stores, partner_id: str) -> None:
    start = cursor(partner_id=partner_id)
    stores.definitions.launch(flow(partner_id=partner_id), start)
    stores.cursors.advance(start, NOON + MS)

    with pytest.raises(Conflict):
        stores.cursors.advance(start, NOON + 2 * MS)

    assert stores.cursors.of_partner(partner_id)["flow_1"].position == NOON + MS


def test_a_cursor_that_never_was_is_a_conflict(stores: Stores, partner_id: str) -> None:
    with pytest.raises(Conflict):
        stores.cursors.advance(cursor(partner_id=partner_id), NOON + MS)


@DYNAMODB_LOCAL
def test_of_many_advances_from_one_position_at_once_one_wins(stores: Stores, partner_id: str) -> None:
    start = cursor(partner_id=partner_id)
    stores.definitions.launch(flow(partner_id=partner_id), start)

    answers = at_once(lambda number: stores.cursors.advance(start, NOON + (number + 1) * MS))

    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1
    assert stores.cursors.of_partner(partner_id)["flow_1"].position == NOON + (answers.index(None) + 1) * MS
