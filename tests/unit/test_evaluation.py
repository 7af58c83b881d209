"""Evaluation: what a run reads, asks, hands over and reports."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signalbox.domain.decisions import Deferral, Match
from signalbox.domain.errors import Misconfigured, TooLarge, Transient
from signalbox.domain.flows import FlowStatus
from signalbox.domain.health import DAILY, Health
from signalbox.domain.queries import QueryAnswer, QueryFailure, QueryFault, QueryRows
from signalbox.services import loading
from tests.fakes.others import FakeEngine, FakeHandover
from tests.fakes.stores import (
    FakeContacts,
    FakeHistory,
)
from tests.unit import makers
from tests.unit.evaluating import SETTLE, House
from tests.unit.makers import NOON, PARTNER_ID

BROKEN = QueryFailure("", QueryFault.SQL_ERROR, "no such column: sku")


@pytest.fixture
def house() -> House:
    return House()


def test_a_match_names_the_versions_and_the_event_it_is_about(house: House) -> None:
    house.receive("event-1", seconds=30)

    report = house.evaluate()

    (match,) = house.handover.matches
    assert (match.flow_id, match.trigger_id, match.trigger_version) == ("flow_1", "trigger_1", 1)
    assert (match.event_id, match.identity) == ("event-1", "ana@example.org")
    assert match.received_at == NOON + timedelta(seconds=30)
    assert (report.events, report.matches, report.failures) == (1, 1, [])
    assert match.matched_at == house.clock.now()


def test_a_committed_change_of_the_query_is_used_by_the_next_run(house: House) -> None:
    house.registry.commit_trigger(makers.trigger(version=2, compiled_sql="SELECT 2"))
    house.receive("event-1", seconds=30)

    house.evaluate()

    assert [query.sql for query in house.engine.asked] == ["SELECT 2"]
    assert house.handover.matches[0].trigger_version == 2


@pytest.mark.parametrize(("seconds", "matched"), [(0, False), (0.001, True), (50, True), (50.001, False)])
def test_a_window_is_open_at_its_start_and_closed_at_its_end(house: House, seconds: float, *, matched: bool) -> None:
    house.receive("event-1", seconds)

    house.evaluate()

    assert bool(house.handover.matches) is matched


def test_an_event_that_arrived_twice_is_one_match_by_its_first_arrival(house: House) -> None:
    house.receive("event-1", seconds=20)
    house.receive("event-1", seconds=10)

    house.evaluate()

    (match,) = house.handover.matches
    assert match.received_at == NOON + timedelta(seconds=10)


def test_the_event_itself_does_not_travel_with_its_match(house: House) -> None:
    house.receive("event-1", seconds=30)

    house.evaluate()

    assert "event_raw" not in house.handover.matches[0].row


def test_an_identity_from_the_query_is_folded_and_an_empty_one_is_none(house: House) -> None:
    house.receive("event-1", seconds=1, identity="Ana@Example.org")
    house.receive("event-2", seconds=2, identity=None)
    house.receive("event-3", seconds=3, identity="  ")

    house.evaluate()

    assert [match.identity for match in house.handover.matches] == ["ana@example.org", None, None]


def test_a_failing_trigger_keeps_its_place_and_holds_up_no_other(house: House) -> None:
    house.add_flow("flow_2", "trigger_2", "BROKEN")
    house.engine.refused["BROKEN"] = BROKEN
    house.receive("event-1", seconds=30)

    report = house.evaluate()

    assert [match.flow_id for match in house.handover.matches] == ["flow_1"]
    assert house.cursors.positions[PARTNER_ID, "flow_2"].position == NOON
    assert [(trigger_id, failure.detail) for trigger_id, failure in report.failures] == [("trigger_2", BROKEN.detail)]
    assert report.lag == timedelta(seconds=50)


def test_a_trigger_that_works_again_catches_up_on_what_it_missed(house: House) -> None:
    house.engine.refused["SELECT"] = BROKEN
    house.receive("event-1", seconds=30)
    house.evaluate()
    house.engine.refused.clear()
    house.clock.pass_time(timedelta(hours=2))

    report = house.evaluate()

    assert [match.event_id for match in house.handover.matches] == ["event-1"]
    assert report.lag == timedelta(0)


def test_after_an_outage_it_catches_up_oldest_first_in_bounded_steps(house: House) -> None:
    house.receive("event-1", seconds=30)
    house.receive("event-2", seconds=3000)
    house.clock.pass_time(timedelta(hours=1))

    house.evaluate()

    assert [match.event_id for match in house.handover.matches] == ["event-1", "event-2"]
    assert max(query.window.end - query.window.start for query in house.engine.asked) <= timedelta(minutes=15)


def test_flows_of_one_trigger_at_one_place_share_one_query(house: House) -> None:
    house.registry.launch(makers.flow(flow_id="flow_2"), makers.cursor(flow_id="flow_2"))
    house.receive("event-1", seconds=30)

    house.evaluate()

    assert len(house.engine.asked) == 1
    assert sorted(match.flow_id for match in house.handover.matches) == ["flow_1", "flow_2"]


def test_a_flow_that_is_not_live_is_not_run(house: House) -> None:
    house.registry.save_flow(makers.flow(version=2, status=FlowStatus.PAUSED))
    house.receive("event-1", seconds=30)

    house.evaluate()

    assert not house.handover.matches
    assert house.cursors.positions[PARTNER_ID, "flow_1"].position == NOON


def test_no_cursor_moves_when_the_matches_could_not_be_handed_over(house: House) -> None:
    class Full(FakeHandover):
        def hand_over(self, matches: Sequence[Match]) -> None:
            raise Transient("full")

    house.receive("event-1", seconds=30)

    with pytest.raises(Transient):
        house.evaluate(handover=Full())

    assert house.cursors.positions[PARTNER_ID, "flow_1"].position == NOON


def look_back(house: House, span: timedelta, flow_id: str = "flow_1", trigger_id: str = "trigger_1") -> None:
    version = 2 if trigger_id == "trigger_1" else 1
    house.registry.commit_trigger(makers.trigger(trigger_id=trigger_id, version=version, lookback=span, sql=flow_id))
    if flow_id != "flow_1":
        house.registry.launch(makers.flow(flow_id=flow_id, trigger_id=trigger_id), makers.cursor(flow_id=flow_id))


def test_the_closed_hours_of_a_look_back_come_from_history_and_only_the_open_hour_from_the_events(
    house: House,
) -> None:
    look_back(house, timedelta(hours=3))
    house.clock.pass_time(timedelta(minutes=29))
    house.cursors.positions[PARTNER_ID, "flow_1"] = makers.cursor(position=NOON + timedelta(minutes=29))
    for number, minutes in enumerate([-200, -100, -0.001, 0, 10, 29.5]):
        house.receive(f"event-{number}", seconds=minutes * 60)

    report = house.evaluate()

    assert house.history.asked == [NOON + timedelta(hours=hours) for hours in (-3, -2, -1)]
    assert report.events == 3
    (query,) = house.engine.asked
    assert query.reads_from == NOON + timedelta(minutes=29, hours=-3)
    assert [match.event_id for match in house.handover.matches] == ["event-5"]


def test_without_a_look_back_history_is_not_asked_and_nothing_is_read_twice(house: House) -> None:
    house.clock.pass_time(timedelta(hours=3))
    for number in range(6):
        house.receive(f"event-{number}", seconds=number * 1700 + 1)

    report = house.evaluate()

    assert house.history.asked == []
    assert report.events == 6


def test_a_repeat_of_an_event_in_history_is_no_second_arrival(house: House) -> None:
    look_back(house, timedelta(hours=1))
    house.receive("event-1", seconds=-1800)
    house.receive("event-1", seconds=30)

    house.evaluate()

    assert [match.received_at for match in house.handover.matches] == [NOON - timedelta(seconds=1800)]


def test_a_look_back_that_is_too_much_fails_its_trigger_alone_and_says_so_with_its_cursor(house: House) -> None:
    look_back(house, timedelta(days=2), flow_id="flow_2", trigger_id="trigger_2")
    house.history.refusal = TooLarge("over 400 MB of events; shorten the look-back")
    house.receive("event-1", seconds=30)

    report = house.evaluate()

    assert [match.flow_id for match in house.handover.matches] == ["flow_1"]
    assert [(trigger_id, failure.fault) for trigger_id, failure in report.failures] == [
        ("trigger_2", QueryFault.TOO_MUCH_HISTORY)
    ]
    last_run = house.health("flow_2").last_run
    assert last_run is not None
    assert last_run.detail == "over 400 MB of events; shorten the look-back"


def test_of_two_look_backs_the_longer_fails_first(house: House) -> None:
    class Small(FakeHistory):
        def of_hours(self, partner_id: str, shards: int, hours: Sequence[datetime]) -> Sequence[Path]:
            if len(hours) > 24:
                raise TooLarge("too much")
            return super().of_hours(partner_id, shards, hours)

    look_back(house, timedelta(hours=5))
    look_back(house, timedelta(days=2), flow_id="flow_2", trigger_id="trigger_2")
    house.receive("event-1", seconds=30)

    report = house.evaluate(history=Small())

    assert [match.flow_id for match in house.handover.matches] == ["flow_1"]
    assert [trigger_id for trigger_id, _ in report.failures] == ["trigger_2"]


def test_a_look_back_over_too_busy_an_hour_fails_and_does_not_shorten_the_step_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_EVENTS", 10)
    look_back(house, timedelta(hours=1))
    house.cursors.positions[PARTNER_ID, "flow_1"] = makers.cursor(position=NOON + timedelta(seconds=40))
    for number in range(50):
        house.receive(f"event-{number}", seconds=number)

    report = house.evaluate()

    assert [failure.fault for _, failure in report.failures] == [QueryFault.TOO_MUCH_HISTORY]
    assert house.engine.asked == []


def test_a_look_back_that_history_cannot_give_yet_fails_alone_until_it_can(house: House) -> None:
    class Writing(FakeHistory):
        def of_hours(self, partner_id: str, shards: int, hours: Sequence[datetime]) -> Sequence[Path]:
            raise Transient("48 hours of history are still to be written")

    look_back(house, timedelta(days=2), flow_id="flow_2", trigger_id="trigger_2")
    house.receive("event-1", seconds=30)

    report = house.evaluate(history=Writing())

    assert [match.flow_id for match in house.handover.matches] == ["flow_1"]
    assert [(failure.fault, failure.detail) for _, failure in report.failures] == [
        (QueryFault.HISTORY_NOT_READY, "48 hours of history are still to be written")
    ]
    house.clock.pass_time(timedelta(minutes=1))
    house.evaluate()
    assert [match.flow_id for match in house.handover.matches] == ["flow_1", "flow_2"]


def test_a_second_with_more_events_than_a_step_may_load_is_loaded_whole(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_EVENTS", 10)
    for number in range(50):
        house.receive(f"event-{number}", seconds=20 + number / 100)

    house.evaluate()

    assert len(house.handover.matches) == 50


def test_each_run_is_told_with_the_cursor_it_moved(house: House) -> None:
    house.receive("event-1", seconds=30)

    house.evaluate()

    health = house.health()
    assert health.last_run is not None
    assert (health.last_run.rows, health.last_run.matches, health.last_run.trigger_version) == (1, 1, 1)
    assert (health.last_run.window.start, health.last_run.window.end) == (NOON, NOON + timedelta(seconds=50))
    assert health.last_run.ran_at == house.clock.now()


def test_a_failed_run_is_told_with_the_cursor_that_stayed(house: House) -> None:
    house.engine.refused["SELECT"] = BROKEN
    house.receive("event-1", seconds=30)

    house.evaluate()

    health = house.health()
    assert health.failing_since == house.clock.now()
    assert health.last_run is not None
    assert (health.last_run.fault, health.last_run.detail) == (BROKEN.fault, BROKEN.detail)


def test_a_flow_that_failed_is_tried_again_after_all_others(house: House) -> None:
    house.add_flow("flow_0", "trigger_0", "BROKEN")
    house.engine.refused["BROKEN"] = BROKEN
    house.receive("event-1", seconds=30)
    house.evaluate()
    house.clock.pass_time(timedelta(minutes=1))
    house.receive("event-2", seconds=90)

    house.evaluate()

    assert [query.sql for query in house.engine.asked[2:]] == ["SELECT", "BROKEN"]


def test_a_flow_that_was_just_launched_comes_after_those_that_run(house: House) -> None:
    house.receive("event-1", seconds=30)
    house.evaluate()
    house.add_flow("flow_0", "trigger_0", "NEW")
    just_now = house.clock.now() + timedelta(seconds=1)
    house.cursors.positions[PARTNER_ID, "flow_0"] = makers.cursor(flow_id="flow_0", position=just_now)
    house.clock.pass_time(timedelta(minutes=1))
    house.receive("event-2", seconds=90)

    house.evaluate()

    assert [query.sql for query in house.engine.asked[1:]] == ["SELECT", "NEW"]


def test_a_match_is_handed_over_before_the_next_query_is_asked(house: House) -> None:
    house.add_flow("flow_2", "trigger_2", "SLOW")
    house.receive("event-1", seconds=30)
    handed_over: list[int] = []

    class Watching(FakeEngine):
        def run(self, *given: Any) -> Iterator[QueryAnswer]:
            for answer in house.engine.run(*given):
                handed_over.append(len(house.handover.matches))
                yield answer

    house.evaluate(engine=Watching())

    assert handed_over == [0, 1]


def test_flows_left_over_when_time_is_up_come_first_in_the_next_run(house: House) -> None:
    for number in range(20):
        house.add_flow(f"flow_{number + 2}", f"trigger_{number + 2}", f"BROKEN {number}")
        house.engine.refused[f"BROKEN {number}"] = BROKEN
    tried: list[list[str]] = []
    for minute in range(3):
        house.receive(f"event-{minute}", seconds=60 * minute + 30)
        asked, left = len(house.engine.asked), iter(range(6))

        house.evaluate(lambda left=left: next(left, None) is not None)  # type: ignore[misc]  # binds the loop's own

        tried.append([query.sql for query in house.engine.asked[asked:]])
        house.clock.pass_time(timedelta(minutes=1))

    assert [len(some) for some in tried] == [7, 7, 7]
    assert len({sql for some in tried for sql in some}) == 21


def test_silence_is_not_written_down_for_five_minutes_and_is_no_lag(house: House) -> None:
    house.clock.pass_time(timedelta(minutes=4))

    report = house.evaluate()

    assert report.lag == timedelta(0)
    assert house.cursors.positions[PARTNER_ID, "flow_1"].position == NOON
    assert house.engine.asked == []


def test_after_five_silent_minutes_the_cursor_is_moved(house: House) -> None:
    house.clock.pass_time(timedelta(minutes=5))

    house.evaluate()

    assert house.cursors.positions[PARTNER_ID, "flow_1"].position == NOON + timedelta(minutes=5, seconds=50)


def test_what_arrives_after_silence_is_found(house: House) -> None:
    house.clock.pass_time(timedelta(minutes=3))
    house.evaluate()
    house.receive("event-1", seconds=200)
    house.clock.pass_time(timedelta(minutes=1))

    house.evaluate()

    assert [match.event_id for match in house.handover.matches] == ["event-1"]


def test_a_flow_that_matched_daily_and_went_quiet_is_told_of(house: House) -> None:
    since = (NOON - timedelta(days=2)).date()
    health = Health(last_match_on=since, streak=DAILY)
    house.cursors.positions[PARTNER_ID, "flow_1"] = replace(makers.cursor(), health=health)

    assert house.evaluate().gone_quiet == ["trigger_1"]


def test_a_busy_span_is_covered_in_shorter_steps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MAX_EVENTS", 10)
    for number in range(50):
        house.receive(f"event-{number}", seconds=number)

    house.evaluate()

    assert [match.event_id for match in house.handover.matches] == [f"event-{number}" for number in range(1, 50)]
    assert len(house.engine.asked) > 4


def test_flows_at_different_places_keep_their_own_when_a_busy_step_is_shortened(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_EVENTS", 10)
    ahead = NOON + timedelta(seconds=40)
    house.registry.launch(makers.flow(flow_id="flow_2"), makers.cursor(flow_id="flow_2", position=ahead))
    for number in range(50):
        house.receive(f"event-{number}", seconds=number)

    house.evaluate()

    assert all(query.window.start < query.window.end for query in house.engine.asked)
    assert len([match for match in house.handover.matches if match.flow_id == "flow_1"]) == 49
    assert [match.event_id for match in house.handover.matches if match.flow_id == "flow_2"] == [
        f"event-{number}" for number in range(41, 50)
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"identity": "ana@example.org", "event_id": None}, "a row has no event_id"),
        ({"identity": "ana@example.org", "event_id": "e" * 321}, "a row's event_id has over 320 characters"),
        ({"identity": "a" * 321, "event_id": "event-1"}, "a row's identity has over 320 characters"),
    ],
)
def test_a_row_no_decision_could_be_kept_under_fails_its_trigger_alone(
    house: House, row: dict[str, str | None], words: str
) -> None:
    house.add_flow("flow_2", "trigger_2", "ODD")
    house.engine.refused["ODD"] = QueryRows("", [row], elapsed_ms=1)
    house.receive("event-1", seconds=30)

    report = house.evaluate()

    assert [match.flow_id for match in house.handover.matches] == ["flow_1"]
    assert [(trigger_id, failure.detail) for trigger_id, failure in report.failures] == [("trigger_2", words)]


def test_contacts_are_read_only_for_queries_that_name_them(house: House) -> None:
    class Counting(FakeContacts):
        reads = 0

        def traits_of(self, partner_id: str, identities: Iterable[str]) -> Mapping[str, str]:
            self.reads += 1
            return super().traits_of(partner_id, identities)

    contacts = Counting()
    house.receive("event-1", seconds=30)
    house.evaluate(contacts=contacts)
    assert contacts.reads == 0

    house.registry.commit_trigger(makers.trigger(version=2, compiled_sql="SELECT * FROM contacts"))
    house.clock.pass_time(timedelta(minutes=1))
    house.receive("event-2", seconds=90)
    house.evaluate(contacts=contacts)

    assert contacts.reads == 1


def test_a_deferred_match_is_handed_over_when_its_instant_has_settled_and_not_before(house: House) -> None:
    settled = house.clock.now() - SETTLE
    due, later = (
        Deferral(makers.match(event_id=f"event-{place}"), settled + place * timedelta(milliseconds=1))
        for place in (0, 1)
    )
    for each in (due, later):
        house.deferrals.keep(each)

    report = house.evaluate()

    assert house.handover.matches == [due.match]
    assert list(house.deferrals.kept.values()) == [later]
    assert report.taken_up == 1


def test_a_deferred_match_that_could_not_be_handed_over_stays(house: House) -> None:
    class Full(FakeHandover):
        def hand_over(self, matches: Sequence[Match]) -> None:
            raise Transient("full")

    house.deferrals.keep(Deferral(makers.match(), NOON))

    with pytest.raises(Transient):
        house.evaluate(handover=Full())

    assert len(house.deferrals.kept) == 1


def test_events_of_another_partner_are_never_read(house: House) -> None:
    house.receive("event-1", seconds=30, partner_id="partner_2")

    report = house.evaluate()

    assert (report.events, house.handover.matches) == (0, [])


def test_a_partner_that_the_registry_does_not_know_is_a_matter_for_a_person(house: House) -> None:
    house.partners.by_id.clear()

    with pytest.raises(Misconfigured):
        house.evaluate()


def test_a_flow_whose_cursor_lies_ahead_waits(house: House) -> None:
    house.cursors.positions[PARTNER_ID, "flow_1"] = replace(makers.cursor(), position=NOON + timedelta(hours=1))

    report = house.evaluate()

    assert (report.events, house.engine.asked) == (0, [])
