"""The life of a flow: what a launch demands, where a flow begins to read, and what its pauses leave behind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.contents import EmailContent
from signalbox.domain.errors import Conflict, Invalid
from signalbox.domain.flows import Cursor, Flow, FlowStatus, PauseMode
from tests.unit import makers
from tests.unit.authoring import CONTENT, RETENTION, House, LostAnswerError
from tests.unit.makers import NOON, PARTNER_ID

HOUR = timedelta(hours=1)
MS = timedelta(milliseconds=1)
MAX_EVENT_AGE = timedelta(hours=72)


@pytest.fixture
def house() -> House:
    return House()


def cursor_of(house: House, flow: Flow) -> Cursor:
    return house.cursors.of_partner(PARTNER_ID)[flow.flow_id]


def evaluated_up_to_now(house: House, flow: Flow) -> None:
    standing = cursor_of(house, flow)
    house.cursors.advance(standing, replace(standing, position=house.clock.now()))


def test_a_launched_flow_is_live_from_now_on(house: House) -> None:
    draft = house.draft_flow()

    live = house.flows.launch(draft)

    assert (draft.status, live.status, live.version) == (FlowStatus.DRAFT, FlowStatus.LIVE, 2)
    assert [flow.flow_id for flow, _ in house.registry.of_partner(PARTNER_ID)] == [live.flow_id]
    assert cursor_of(house, live).position == live.starts_after == NOON
    assert list(house.registry.partner_ids()) == [PARTNER_ID]


@pytest.mark.parametrize("back", [timedelta(0), HOUR, RETENTION])
def test_a_backfill_begins_where_it_is_told_to(house: House, back: timedelta) -> None:
    live = house.flows.launch(house.draft_flow(), since=NOON - back)

    assert cursor_of(house, live).position == live.starts_after == NOON - back


@pytest.mark.parametrize("back", [-MS, RETENTION + MS])
def test_a_backfill_begins_neither_in_the_future_nor_before_the_oldest_event(house: House, back: timedelta) -> None:
    draft = house.draft_flow()

    with pytest.raises(Invalid, match="/since: expected a time in the last 45 days"):
        house.flows.launch(draft, since=NOON - back)

    assert house.cursors.of_partner(PARTNER_ID) == {}


def test_a_launch_names_everything_that_stands_in_its_way(house: House) -> None:
    draft = house.flows.create(PARTNER_ID, "Welcome", "trigger_9", EmailContent(subject="Hello {{ contact"))

    with pytest.raises(Invalid) as refusal:
        house.flows.launch(draft, since=NOON + HOUR)

    assert [reason.path for reason in refusal.value.reasons] == [
        "/content",
        "/content/subject",
        "/trigger_id",
        "/since",
    ]
    assert not house.registry.live_partner_ids


def test_a_flow_is_launched_once_however_often_it_is_asked_for(house: House) -> None:
    draft = house.draft_flow()
    live = house.flows.launch(draft)
    house.clock.pass_time(HOUR)

    again = house.flows.launch(draft)

    assert again == live
    assert cursor_of(house, live).position == NOON


def test_a_launch_whose_answer_was_lost_is_done(house: House) -> None:
    draft = house.draft_flow()
    house.registry.loses_next = True
    with pytest.raises(LostAnswerError):
        house.flows.launch(draft, since=NOON - HOUR)

    live = house.flows.launch(draft, since=NOON - HOUR)

    assert house.registry.flow(PARTNER_ID, live.flow_id) == live


def test_a_launch_of_a_draft_that_was_launched_from_another_time_is_a_conflict(house: House) -> None:
    draft = house.draft_flow()
    house.flows.launch(draft, since=NOON - HOUR)

    with pytest.raises(Conflict):
        house.flows.launch(draft, since=NOON - 2 * HOUR)


def test_a_launch_of_a_draft_that_was_changed_is_a_conflict(house: House) -> None:
    draft = house.draft_flow()
    house.registry.save_flow(replace(draft, version=2, content=replace(CONTENT, subject="Other")))

    with pytest.raises(Conflict):
        house.flows.launch(draft)

    assert house.cursors.of_partner(PARTNER_ID) == {}


STEPS: dict[str, Callable[[House, Flow], Flow]] = {
    "launch": lambda house, flow: house.flows.launch(flow),
    "pause": lambda house, flow: house.flows.pause(flow, PauseMode.HOLD),
    "resume": lambda house, flow: house.flows.resume(flow),
    "end": lambda house, flow: house.flows.end(flow),
    "archive": lambda house, flow: house.flows.archive(flow),
}
ALLOWED = {
    ("launch", FlowStatus.DRAFT): FlowStatus.LIVE,
    ("pause", FlowStatus.LIVE): FlowStatus.PAUSED,
    ("resume", FlowStatus.PAUSED): FlowStatus.LIVE,
    ("end", FlowStatus.LIVE): FlowStatus.ENDED,
    ("end", FlowStatus.PAUSED): FlowStatus.ENDED,
    ("archive", FlowStatus.ENDED): FlowStatus.ARCHIVED,
}


def flow_that_is(house: House, status: FlowStatus) -> Flow:
    flow = house.draft_flow()
    path: dict[FlowStatus, list[str]] = {
        FlowStatus.DRAFT: [],
        FlowStatus.LIVE: ["launch"],
        FlowStatus.PAUSED: ["launch", "pause"],
        FlowStatus.ENDED: ["launch", "end"],
        FlowStatus.ARCHIVED: ["launch", "end", "archive"],
    }
    for step in path[status]:
        flow = STEPS[step](house, flow)
    return flow


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", FlowStatus)
def test_each_step_of_a_life_begins_where_it_may_and_a_wrong_one_names_the_state(
    house: House, step: str, status: FlowStatus
) -> None:
    flow = flow_that_is(house, status)

    if (step, status) in ALLOWED:
        stepped = STEPS[step](house, flow)
        assert (stepped.status, stepped.version) == (ALLOWED[step, status], flow.version + 1)
    else:
        stepped = flow
        with pytest.raises(Invalid, match=f"to {step} a flow .* this flow is {status}"):
            STEPS[step](house, flow)
    assert house.registry.flow(PARTNER_ID, flow.flow_id) == stepped


def test_a_flow_that_is_not_live_is_not_evaluated(house: House) -> None:
    live = house.launch()
    paused = house.flows.pause(live, PauseMode.DROP)

    assert paused.pause_mode is PauseMode.DROP
    assert house.registry.of_partner(PARTNER_ID) == []


def test_a_flow_that_was_changed_since_it_was_read_is_not_paused_resumed_or_ended(house: House) -> None:
    live = house.launch()
    paused = house.flows.pause(live, PauseMode.HOLD)
    other = replace(house.flows.resume(paused), version=5, name="Other")
    house.registry.save_flow(other)

    with pytest.raises(Conflict):
        house.flows.pause(live, PauseMode.DROP)
    with pytest.raises(Conflict):
        house.flows.resume(paused)
    with pytest.raises(Conflict):
        house.flows.end(live)

    assert house.registry.flow(PARTNER_ID, live.flow_id) == other


def test_a_flow_that_dropped_goes_on_from_now(house: House) -> None:
    paused = house.flows.pause(house.launch(), PauseMode.DROP)
    house.clock.pass_time(HOUR)

    live = house.flows.resume(paused)

    assert (live.status, live.pause_mode) == (FlowStatus.LIVE, None)
    assert cursor_of(house, live).position == live.starts_after == NOON + HOUR


def test_what_a_run_had_found_before_a_pause_that_drops_does_not_count_after_it(house: House) -> None:
    live = house.launch()
    standing = cursor_of(house, live)
    house.cursors.advance(standing, replace(standing, contacts=17))
    paused = house.flows.pause(live, PauseMode.DROP)

    live = house.flows.resume(paused)

    assert cursor_of(house, live).contacts == 0


def test_a_flow_that_held_goes_on_from_where_it_stood(house: House) -> None:
    live = house.launch()
    house.clock.pass_time(HOUR)
    evaluated_up_to_now(house, live)
    paused = house.flows.pause(live, PauseMode.HOLD)
    house.clock.pass_time(HOUR)

    resumed = house.flows.resume(paused)

    assert cursor_of(house, resumed).position == NOON + HOUR
    assert resumed.starts_after == NOON


@pytest.mark.parametrize("mode", PauseMode)
def test_resuming_keeps_how_the_flows_runs_were_going(house: House, mode: PauseMode) -> None:
    paused = house.flows.pause(house.launch(), mode)
    standing = cursor_of(house, paused)
    health = replace(standing.health, failing_since=NOON)
    house.cursors.advance(standing, replace(standing, health=health))

    resumed = house.flows.resume(paused)

    assert cursor_of(house, resumed).health == health


@pytest.mark.parametrize("mode", PauseMode)
def test_a_resumption_whose_answer_was_lost_is_done(house: House, mode: PauseMode) -> None:
    paused = house.flows.pause(house.launch(), mode)
    house.clock.pass_time(HOUR)
    house.registry.loses_next = True
    with pytest.raises(LostAnswerError):
        house.flows.resume(paused)
    position = cursor_of(house, paused).position
    house.clock.pass_time(HOUR)

    resumed = house.flows.resume(paused)

    assert house.registry.flow(PARTNER_ID, paused.flow_id) == resumed
    assert cursor_of(house, resumed).position == position


def test_a_flow_whose_cursor_moves_while_it_is_resumed_stays_paused(house: House) -> None:
    paused = house.flows.pause(house.launch(), PauseMode.DROP)
    standing = cursor_of(house, paused)
    resumed = replace(paused, version=4, status=FlowStatus.LIVE, pause_mode=None)
    moved = replace(standing, position=NOON + HOUR)
    house.cursors.advance(standing, moved)

    with pytest.raises(Conflict):
        house.registry.resume(resumed, standing, replace(standing, position=NOON + 2 * HOUR))

    assert house.registry.flow(PARTNER_ID, paused.flow_id) == paused
    assert cursor_of(house, paused) == moved


def test_an_ended_flows_partner_stays_listed_since_another_may_be_launching(house: House) -> None:
    house.flows.end(house.launch())

    assert list(house.registry.partner_ids()) == [PARTNER_ID]


def test_a_flow_knows_whether_it_holds_its_matches() -> None:
    flows = [makers.flow(status=status, pause_mode=mode) for status in FlowStatus for mode in (None, *PauseMode)]

    assert [(flow.status, flow.pause_mode) for flow in flows if flow.holds_matches] == [
        (FlowStatus.PAUSED, PauseMode.HOLD)
    ]
