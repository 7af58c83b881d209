"""Evaluation: what a run reads, asks, hands over and reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.decisions import Match
from signalbox.domain.errors import Misconfigured, Transient
from signalbox.domain.flows import FlowStatus
from signalbox.domain.queries import QueryFailure, QueryFault, QueryRows
from signalbox.services import evaluation
from signalbox.services.evaluation import Evaluation
from tests.fakes.others import FakeClock, FakeEngine, FakeHandover
from tests.fakes.stores import FakeContacts, FakeCursors, FakeEvents, FakePartners, FakeRegistry
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID

SETTLE = timedelta(seconds=10)
BROKEN = QueryFailure("", QueryFault.SQL_ERROR, "no such column: sku")


class House:
    """An evaluation service with fakes behind it and one live flow launched at noon."""

    def __init__(self) -> None:
        self.clock = FakeClock(NOON + timedelta(minutes=1))
        self.partners = FakePartners(makers.partner())
        self.cursors = FakeCursors()
        self.registry = FakeRegistry(self.partners, self.cursors)
        self.events = FakeEvents()
        self.contacts = FakeContacts()
        self.engine = FakeEngine()
        self.handover = FakeHandover()
        self.registry.commit_trigger(makers.trigger())
        self.registry.launch(makers.flow(), makers.cursor())

    def evaluate(self, **ports: object) -> evaluation.EvaluationReport:
        own = {
            "clock": self.clock,
            "partners": self.partners,
            "live_flows": self.registry,
            "cursors": self.cursors,
            "events": self.events,
            "contacts": self.contacts,
            "engine": self.engine,
            "handover": self.handover,
        }
        return Evaluation(**own | ports, settle=SETTLE).evaluate(PARTNER_ID)  # type: ignore[arg-type]  # fakes by name

    def receive(self, event_id: str, seconds: float, **changes: object) -> None:
        received_at = NOON + timedelta(seconds=seconds)
        self.events.append(makers.event(event_id=event_id, received_at=received_at, **changes), 1)

    def add_flow(self, flow_id: str, trigger_id: str, sql: str) -> None:
        self.registry.commit_trigger(makers.trigger(trigger_id=trigger_id, sql=sql, compiled_sql=sql))
        self.registry.launch(makers.flow(flow_id=flow_id, trigger_id=trigger_id), makers.cursor(flow_id=flow_id))


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
    assert report.failures == [("trigger_2", BROKEN)]
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


def test_history_before_the_window_is_loaded_as_far_as_the_trigger_looks_back(house: House) -> None:
    house.registry.commit_trigger(makers.trigger(version=2, lookback=timedelta(hours=1)))
    house.receive("old", seconds=-3599)
    house.receive("older", seconds=-3600)
    house.receive("event-1", seconds=30)

    report = house.evaluate()

    assert report.events == 2
    assert [match.event_id for match in house.handover.matches] == ["event-1"]


def test_a_busy_span_is_covered_in_shorter_steps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "MAX_EVENTS", 10)
    for number in range(50):
        house.receive(f"event-{number}", seconds=number)

    house.evaluate()

    assert [match.event_id for match in house.handover.matches] == [f"event-{number}" for number in range(1, 50)]
    assert len(house.engine.asked) > 4


def test_flows_at_different_places_keep_their_own_when_a_busy_step_is_shortened(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "MAX_EVENTS", 10)
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

    house.registry.commit_trigger(makers.trigger(version=2, compiled_sql="SELECT * FROM Contacts"))
    house.clock.pass_time(timedelta(minutes=1))
    house.receive("event-2", seconds=90)
    house.evaluate(contacts=contacts)

    assert contacts.reads == 1


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
