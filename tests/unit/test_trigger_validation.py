"""Validation: which events a draft is run over, what is shown of its rows, and what the rules would do with them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.errors import Invalid
from signalbox.domain.queries import QueryFailure, QueryFault, QueryRows, Window
from signalbox.domain.validations import RuleCounts
from signalbox.services.trigger_validation import TriggerValidation
from tests.fakes.others import Crash, Crashing, FakeClock, FakeEngine
from tests.fakes.stores import FakeContacts, FakeEvents, FakePartners
from tests.unit import makers
from tests.unit.looking import Compiler
from tests.unit.makers import NOON, PARTNER_ID

DAY = timedelta(hours=24)
HOUR = timedelta(hours=1)
MS = timedelta(milliseconds=1)
SQL = "select 1"


class House:
    def __init__(self, max_events: int = 100) -> None:
        self.events, self.contacts, self.engine = FakeEvents(), FakeContacts(), FakeEngine()
        self.service = self.service_with(self.events, max_events)

    def service_with(self, events: Any, max_events: int = 100) -> TriggerValidation:
        return TriggerValidation(
            clock=FakeClock(NOON),
            partners=FakePartners(makers.partner()),
            events=events,
            contacts=self.contacts,
            compiler=Compiler(),
            engine=self.engine,
            max_events=max_events,
        )

    def receive(self, received_at: datetime, event_id: str = "", **changes: Any) -> None:
        event_id = event_id or f"at {received_at.isoformat()}"
        self.events.append(makers.event(event_id=event_id, received_at=received_at, **changes), 1)

    def answer(self, *rows: tuple[str | None, str | None]) -> None:
        """Let the query return rows of event_id and identity."""
        named = [{"event_id": event_id, "identity": identity} for event_id, identity in rows]
        self.engine.refused[SQL] = QueryRows("", named, elapsed_ms=7)

    def refuse(self, fault: QueryFault) -> None:
        self.engine.refused[SQL] = QueryFailure("", fault, "The query was stopped: so it is.")


DRAFT = makers.trigger_draft(sql=SQL)


def test_a_draft_is_run_over_the_last_day_with_its_look_back_before_it() -> None:
    house = House()
    for age in (timedelta(0), DAY - MS, DAY, DAY + HOUR - MS, DAY + HOUR):
        house.receive(NOON - age)

    answer = house.service.validate(replace(DRAFT, lookback=HOUR))

    [query] = house.engine.asked
    assert query.sql == SQL
    assert query.window == answer.window == Window(NOON - DAY, NOON)
    assert query.reads_from == answer.reads_from == NOON - DAY - HOUR
    assert (answer.events, answer.row_count, answer.is_cut) == (4, 2, False)


def test_the_first_fifty_rows_are_shown_with_their_columns_and_the_time_they_took() -> None:
    house = House()
    house.answer(*((f"event-{number}", "ana@example.org") for number in range(51)))

    answer = house.service.validate(DRAFT)

    assert (answer.columns, answer.row_count, answer.elapsed_ms) == (("event_id", "identity"), 51, 7)
    assert [row["event_id"] for row in answer.rows] == [f"event-{number}" for number in range(50)]


def test_without_rows_there_are_no_columns_to_tell_of() -> None:
    answer = House().service.validate(DRAFT)

    assert (answer.columns, answer.rows, answer.row_count) == ((), [], 0)
    assert answer.rules == RuleCounts(0, 0, 0, 0, 0)


@pytest.mark.parametrize(("max_events", "read"), [(6, 6), (5, 5), (4, 4), (3, 3)])
def test_of_too_many_events_the_newest_are_read_and_the_span_is_told(max_events: int, read: int) -> None:
    house = House(max_events)
    for hours in range(6):
        house.receive(NOON - hours * HOUR)

    answer = house.service.validate(DRAFT)

    assert answer.events == read
    assert answer.is_cut is (read < 6)
    assert answer.reads_from == (NOON - read * HOUR if answer.is_cut else NOON - DAY)
    assert answer.window == Window(answer.reads_from, NOON)


def test_in_a_busy_hour_the_steps_get_shorter_until_they_fit() -> None:
    house = House(10)
    for minutes in range(60):
        house.receive(NOON - minutes * timedelta(minutes=1))

    answer = house.service.validate(DRAFT)

    assert 5 <= answer.events <= 10
    assert answer.is_cut
    assert NOON - timedelta(minutes=10) <= answer.reads_from <= NOON - timedelta(minutes=5)


def test_a_second_with_more_than_can_be_read_is_told_to_hold_none() -> None:
    house = House(3)
    for number in range(9):
        house.receive(NOON - number * MS)

    answer = house.service.validate(DRAFT)

    assert (answer.events, answer.is_cut, answer.reads_from) == (0, True, NOON)


def test_a_cut_that_reaches_into_the_look_back_leaves_the_window_whole() -> None:
    house = House(2)
    for age in (HOUR, 2 * HOUR, DAY + 5 * HOUR):
        house.receive(NOON - age)

    answer = house.service.validate(replace(DRAFT, lookback=DAY))

    assert (answer.window.start, answer.is_cut) == (NOON - DAY, True)
    assert NOON - DAY - 5 * HOUR <= answer.reads_from < NOON - DAY


def test_what_the_rules_would_do_is_counted_row_by_row() -> None:
    house = House()
    for event_id in ("good", "twice", "nobody's"):
        house.receive(NOON, event_id)
    house.receive(NOON, "late", occurred_at=NOON - 72 * HOUR - MS)
    house.receive(NOON, "just in time", occurred_at=NOON - 72 * HOUR)
    house.answer(
        ("good", "ana@example.org"),
        ("twice", "ana@example.org"),
        ("twice", None),
        ("nobody's", None),
        ("nobody's", " "),
        ("late", "ana@example.org"),
        ("just in time", "ana@example.org"),
        ("made up", "ana@example.org"),
    )

    rules = house.service.validate(DRAFT).rules

    assert rules == RuleCounts(
        rows_without_identity=3, further_rows=2, too_old=1, unknown_events=1, sendable=3
    )  # fmt: skip


def test_of_repeats_the_earliest_received_says_when_the_event_occurred() -> None:
    house = House()
    house.receive(NOON, "again", occurred_at=NOON)
    house.receive(NOON - HOUR, "again", occurred_at=NOON - 100 * HOUR)
    house.answer(("again", "ana@example.org"))

    assert house.service.validate(DRAFT).rules.too_old == 1


def test_all_that_is_wrong_is_named_before_anything_is_read() -> None:
    service = House().service_with(Crashing(FakeEvents(), lambda _name, _point: True))

    with pytest.raises(Invalid) as refusal:
        service.validate(replace(DRAFT, name="", lookback=-MS, sql="drop"))
    with pytest.raises(Crash):
        service.validate(DRAFT)

    assert [reason.path for reason in refusal.value.reasons] == ["/name", "/lookback", "/sql"]


@pytest.mark.parametrize("fault", QueryFault)
def test_a_query_that_gives_no_answer_is_a_reason_that_says_what_to_do(fault: QueryFault) -> None:
    house = House()
    house.refuse(fault)

    with pytest.raises(Invalid) as refusal:
        house.service.validate(DRAFT)

    [reason] = refusal.value.reasons
    assert reason.path == ("/lookback" if fault is QueryFault.TOO_MUCH_HISTORY else "/sql")
    assert reason.reason.startswith("The query was stopped: so it is. ")
    assert reason.reason.endswith(".")


def test_a_row_that_no_decision_could_be_kept_under_is_refused_as_a_run_would() -> None:
    house = House()
    house.answer((None, "ana@example.org"))

    with pytest.raises(Invalid, match=r"a row has no event_id\. Leave such rows out"):
        house.service.validate(DRAFT)


def test_a_query_over_contacts_sees_the_profiles_of_the_partner() -> None:
    house = House()
    house.receive(NOON)
    traits = {"tier": Trait('"gold"', NOON)}
    house.contacts.save(Contact(PARTNER_ID, "ana@example.org", traits))
    house.contacts.save(Contact("partner_2", "ana@example.org"))

    house.service.validate(replace(DRAFT, sql="select from contacts"))

    assert house.engine.traits == {"ana@example.org": '{"tier": "gold"}'}


def test_an_unknown_partner_has_nothing_to_validate() -> None:
    with pytest.raises(Invalid, match="no such partner"):
        House().service.validate(replace(DRAFT, partner_id="partner_9"))
