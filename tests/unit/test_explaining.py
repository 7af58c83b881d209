"""Why: what is told of events without a decision, of identity, of what is held or broken, and of what was not seen."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from signalbox.domain.coverage import Coverage
from signalbox.domain.decisions import Decision
from signalbox.domain.errors import Invalid, Reason, Transient
from signalbox.domain.events import HeldEvent
from signalbox.domain.explanations import EventAnswer, Explanation
from signalbox.domain.flows import Cursor, FlowStatus
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.domain.identity_sources import IdentitySource, source_of
from signalbox.domain.messages import KEPT_FOR
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.queries import QueryFailure, QueryFault, Window
from signalbox.services import event_search, explaining, past_events
from tests.fakes.stores import FakeCursors, FakeDecisionLists, FakeQuarantine
from tests.unit import makers
from tests.unit.explaining import WhyHouse
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import ANA
from tests.unit.test_past_events import NarrowHistory

MS, MINUTE, HOUR, DAY = timedelta(milliseconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ADDRESS = "ana@example.org"


@pytest.fixture
def house() -> WhyHouse:
    return WhyHouse()


def of_event(house: WhyHouse, event_id: str = "event-1", **asked: Any) -> Explanation:
    return house.why().of_event(PARTNER_ID, event_id, **asked)


def of_address(house: WhyHouse, **asked: Any) -> Explanation:
    return house.why().of_address(PARTNER_ID, ADDRESS, **asked)


def only(explanation: Explanation) -> EventAnswer:
    [event] = explanation.events
    return event


def receive(house: WhyHouse, event_id: str, at: datetime, **changes: Any) -> None:
    house.events.append(makers.event(event_id=event_id, received_at=at, **changes), 1)


def test_an_event_that_no_flow_decided_about_is_found_and_each_flow_says_why_not(house: WhyHouse) -> None:
    house.registry.save_flow(makers.flow(flow_id="flow_2"))
    house.registry.save_flow(makers.flow(flow_id="flow_3", status=FlowStatus.DRAFT))
    house.cursors.positions[PARTNER_ID, "flow_2"] = makers.cursor(flow_id="flow_2", position=NOON - MS)

    for explanation in (of_event(house), of_address(house)):
        answer = only(explanation)
        assert answer.event == makers.event()
        assert {each.flow_id: each.covered.coverage for each in answer.flows} == {
            "flow_1": Coverage.UNDER_WAY,
            "flow_2": Coverage.AWAITED,
        }
        assert [each.decision for each in answer.flows] == [None, None]
        assert explanation.looked_through == Window(house.clock.now() - 2 * DAY, house.clock.now())
        assert explanation.identity == ADDRESS


class BehindLists(FakeDecisionLists):
    """Lists a contact's decisions as they were before the last thing that happened to them."""

    def of_contact(self, partner_id: str, identity: str, window: Window) -> Iterator[Decision]:
        for each in super().of_contact(partner_id, identity, window):
            yield replace(each, detail="as it was")


def test_a_decision_is_told_as_it_stands_where_the_list_is_behind(house: WhyHouse) -> None:
    decision = house.service.send(makers.match())

    explanation = house.why(decision_lists=BehindLists(house.deliveries)).of_address(PARTNER_ID, ADDRESS)

    assert [each.decision for each in only(explanation).flows] == [decision]


class SentMeanwhile(FakeCursors):
    """Lets the match be sent as soon as somebody has read the cursors."""

    def __init__(self, house: WhyHouse) -> None:
        super().__init__()
        self.positions, self._house = house.cursors.positions, house

    def of_partner(self, partner_id: str) -> Mapping[str, Cursor]:
        read = super().of_partner(partner_id)
        self._house.service.send(makers.match())
        return read


def test_what_is_decided_after_the_cursors_were_read_is_told_as_decided(house: WhyHouse) -> None:
    house.cursors = SentMeanwhile(house)

    [answer] = only(of_event(house)).flows

    assert answer.covered.coverage is Coverage.DECIDED


def test_an_event_before_a_launch_is_told_from_one_before_a_resumption(house: WhyHouse) -> None:
    house.change_flow(starts_after=NOON - DAY)
    house.change_flow(starts_after=NOON - HOUR)
    receive(house, "before", NOON - DAY)
    receive(house, "between", NOON - DAY + MS)

    told = {each.event_id: each.flows[0].covered.coverage for each in of_address(house).events}

    assert told["before"] is Coverage.BEFORE_LAUNCH
    assert told["between"] is Coverage.BEFORE_RESUMING


def test_an_event_that_is_nowhere_is_answered_with_where_it_was_looked_for(house: WhyHouse) -> None:
    explanation = of_event(house, "event-9")

    assert (explanation.events, explanation.contact, explanation.identity) == ([], None, None)
    assert explanation.looked_through == explanation.window
    assert explanation.shortfalls == []


def test_an_event_that_was_decided_about_is_found_without_a_search_however_old(house: WhyHouse) -> None:
    house.service.send(makers.match())
    house.clock.pass_time(20 * DAY)

    explanation = of_event(house)

    assert only(explanation).event == makers.event()
    assert explanation.looked_through is None


def test_a_decision_about_no_stored_event_is_told_alone(house: WhyHouse) -> None:
    house.service.send(makers.match(event_id="sum of march", received_at=None))

    for explanation in (of_event(house, "sum of march"), of_address(house)):
        [answer] = [each for each in explanation.events if each.event_id == "sum of march"]
        assert (answer.event, answer.source) == (None, None)
        assert [each.covered.coverage for each in answer.flows] == [Coverage.DECIDED]


def test_events_are_told_the_latest_received_first(house: WhyHouse) -> None:
    for number in (1, 3, 2):
        receive(house, f"at {number}", NOON - number * HOUR)
    house.service.send(makers.match(event_id="sum of march", received_at=None))

    assert [each.event_id for each in of_address(house).events] == ["event-1", "at 1", "at 2", "at 3", "sum of march"]


def test_another_persons_and_another_partners_events_play_no_part(house: WhyHouse) -> None:
    receive(house, "bo's", NOON, identity="bo@example.org")
    receive(house, "theirs", NOON, partner_id="partner_2")

    assert only(of_address(house)).event_id == "event-1"


def test_a_message_past_its_time_is_not_shown(house: WhyHouse) -> None:
    house.service.send(makers.match())

    house.clock.pass_time(KEPT_FOR - MS)
    assert only(of_event(house, period=explaining.LONGEST_PERIOD)).flows[0].message is not None
    house.clock.pass_time(MS)
    assert only(of_event(house, period=explaining.LONGEST_PERIOD)).flows[0].message is None


BODIES = {
    "in its traits": '{"traits":{"email":"ANA@example.org"}}',
    "in its context": '{"context":{"traits":{"email":"ana@Example.org "}}}',
    "as what it registers with": '{"properties":{"email":"ana@example.org"},"traits":[]}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_an_event_that_names_its_person_is_told_so(body: str) -> None:
    assert source_of(makers.event(body=body)) is IdentitySource.OWN


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ({"user_id": "ana@example.org"}, IdentitySource.OWN),
        ({"user_id": "7"}, IdentitySource.MAPPING),
        ({"body": '{"traits":{"email":"bo@example.org"}}'}, IdentitySource.MAPPING),
        ({"body": '{"traits":{"email":7},"properties":null}'}, IdentitySource.MAPPING),
        ({"held_since": NOON - DAY}, IdentitySource.RELEASED),
        ({"identity": None}, IdentitySource.NOBODY),
    ],
)
def test_otherwise_its_person_is_told_to_come_of_its_client_or_of_a_release(
    changes: dict[str, Any], source: IdentitySource
) -> None:
    assert source_of(makers.event(**changes)) is source


def mapping(client_id: str = "client-1", **changes: Any) -> IdentityMapping:
    values = {"email": "Ana@example.org", "user_id": None, "expires_at": NOON + 3 * DAY}
    return IdentityMapping(PARTNER_ID, client_id, **values | changes)


def test_the_mapping_that_names_the_person_is_told_with_its_times(house: WhyHouse) -> None:
    receive(house, "of a device", NOON, body='{"anonymousId":"device-1","clientId":7}')
    standing = [mapping(), mapping("device-1", expires_at=NOON + DAY)]
    for each in (*standing, mapping("client-2")):
        house.identities.put(each)

    told = {each.event_id: each.mappings for each in of_address(house).events}

    assert told == {"event-1": standing[:1], "of a device": standing}
    assert standing[0].made_at == NOON - 4 * DAY


@pytest.mark.parametrize("other", [{"email": "bo@example.org"}, {"expires_at": NOON + MINUTE}, {"expires_at": NOON}])
def test_a_mapping_that_names_another_or_is_past_its_time_is_none(house: WhyHouse, other: dict[str, Any]) -> None:
    house.identities.put(mapping(**other))

    assert only(of_event(house)).mappings == []


def held(event_id: str, client_id: str = "client-1", expires_at: datetime = NOON + DAY) -> HeldEvent:
    event = makers.event(event_id=event_id, client_id=client_id, identity=None, email=None)
    return HeldEvent(event, expires_at)


def test_what_is_still_held_for_the_same_clients_is_told(house: WhyHouse) -> None:
    own, over = held("held-1"), held("held-2", expires_at=house.clock.now())
    for each in (own, over, held("held-3", "client-2")):
        house.held_events.hold(each)

    assert of_address(house).held == [own]


def test_an_event_that_is_still_held_is_found_by_its_client(house: WhyHouse) -> None:
    kept = held("held-1", "client-2")
    house.held_events.hold(kept)
    house.held_events.hold(held("held-2", "client-2"))

    assert of_event(house, "held-1").held == []
    assert of_event(house, "held-1", client_id="client-2").held == [kept]
    assert of_event(house, "event-1", client_id="client-2").held == []


def quarantined(event_id: str, at: datetime, body: str = '{"traits":{"email":"ANA@example.org"}}') -> QuarantinedEvent:
    return QuarantinedEvent(PARTNER_ID, event_id, at, (Reason("/event", "expected a type"),), body)


def test_events_that_broke_their_schema_are_told_with_their_reasons(house: WhyHouse) -> None:
    now = house.clock.now()
    own = [quarantined("bad-1", now), quarantined("bad-2", now - 2 * DAY + MS)]
    for each in (*own, quarantined("bad-3", now - 2 * DAY), quarantined("bad-4", now, "{}")):
        house.quarantine.keep(each)

    assert of_address(house).quarantined == own
    assert of_event(house, "bad-4").quarantined == [quarantined("bad-4", now, "{}")]
    assert of_event(house, "bad-3").quarantined == []
    assert of_event(house, "bad-3", period=3 * DAY).quarantined == [quarantined("bad-3", now - 2 * DAY)]


def test_the_quarantine_is_looked_through_for_as_long_as_it_keeps_what_it_has(house: WhyHouse) -> None:
    house.quarantine.keep(quarantined("bad-1", house.clock.now() - 14 * DAY))

    assert of_event(house, "bad-1", period=30 * DAY).quarantined == []


def test_a_quarantine_that_is_too_large_is_looked_through_in_part_and_that_is_said(house: WhyHouse) -> None:
    for number in range(event_search.MAX_QUARANTINED):
        house.quarantine.keep(quarantined(f"bad-{number}", NOON - DAY))
    whole = of_event(house, "bad-7")
    house.quarantine.keep(quarantined("bad-later", NOON))

    cut = of_event(house, "bad-later")

    assert (len(whole.quarantined), whole.shortfalls) == (1, [])
    assert len(cut.quarantined) == 1
    assert cut.shortfalls == ["not all events in quarantine were looked at: there are over 5,000"]


class SlowQuarantine(FakeQuarantine):
    """Takes half of the time that there is to give an event."""

    def __init__(self, house: WhyHouse) -> None:
        super().__init__()
        self._house = house

    def of_day(self, partner_id: str, day: date) -> Iterator[QuarantinedEvent]:
        for each in super().of_day(partner_id, day):
            yield each
            self._house.clock.pass_time(past_events.ENOUGH / 2)


def test_when_the_time_is_up_the_rest_of_the_quarantine_is_left_out_and_that_is_said(house: WhyHouse) -> None:
    house.quarantine, now = SlowQuarantine(house), house.clock.now()
    for number in range(3):
        house.quarantine.keep(quarantined(f"bad-{number}", now - number * DAY))

    explanation = house.why().of_address(PARTNER_ID, ADDRESS, period=4 * DAY)

    assert [each.event_id for each in explanation.quarantined] == ["bad-0", "bad-1"]
    assert explanation.shortfalls[-1] == "not all events in quarantine were looked at: the time was up"


def test_what_could_not_be_looked_through_is_said(house: WhyHouse) -> None:
    fault = Transient("9 hours of history are still to be written")
    receive(house, "early", NOON - HOUR)

    explanation = house.why(history=NarrowHistory(fault=fault)).of_address(PARTNER_ID, ADDRESS)

    assert explanation.looked_through == Window(NOON - MS, house.clock.now())
    assert explanation.shortfalls == [
        f"events before {(NOON - MS).isoformat()} were not looked through: {fault}; ask again in a minute"
    ]
    assert only(explanation).event_id == "event-1"


def test_a_search_that_was_stopped_is_said_and_decisions_are_told_all_the_same(house: WhyHouse) -> None:
    house.service.send(makers.match())
    house.engine.failure = QueryFailure("", QueryFault.CPU_LIMIT, "The query was stopped.")

    explanation = of_address(house)

    now = house.clock.now()
    assert explanation.looked_through == Window(now, now)
    assert explanation.shortfalls == [
        f"events before {now.isoformat()} were not looked through: The query was stopped."
    ]
    assert only(explanation).flows[0].decision is not None


def test_when_the_time_is_up_what_was_found_is_told_and_up_to_where_it_was_looked(house: WhyHouse) -> None:
    now = house.clock.now()
    receive(house, "early", NOON - 7 * DAY)
    house.engine.before_each = lambda: house.clock.pass_time(past_events.ENOUGH / 2)

    explanation = of_address(house, period=30 * DAY)

    assert only(explanation).event_id == "event-1"
    assert explanation.looked_through == Window(now - 4 * DAY, now)
    assert explanation.shortfalls == [
        f"events before {(now - 4 * DAY).isoformat()} were not looked through: the time was up"
    ]


def test_an_event_that_was_found_is_looked_for_no_further(house: WhyHouse) -> None:
    now = house.clock.now()

    explanation = of_event(house, period=30 * DAY)

    assert explanation.looked_through == Window(now - 2 * DAY, now)
    assert explanation.shortfalls == []


def test_of_very_many_events_the_latest_are_told_and_that_is_said(house: WhyHouse) -> None:
    for number in range(explaining.MAX_EVENTS):
        receive(house, f"more-{number}", NOON - (number + 1) * MINUTE)

    explanation = of_address(house)

    assert len(explanation.events) == explaining.MAX_EVENTS
    assert f"more-{explaining.MAX_EVENTS - 1}" not in {each.event_id for each in explanation.events}
    assert explanation.shortfalls == ["of over 100 events the latest are told"]


def test_of_very_many_decisions_the_latest_are_told_and_that_is_said(house: WhyHouse) -> None:
    for number in range(explaining.MAX_DECISIONS + 1):
        made = makers.decision(event_id=f"sum-{number}", received_at=None, decided_at=NOON - number * MS)
        house.deliveries.claim(made)

    explanation = of_address(house)

    told = {each.event_id for each in explanation.events}
    assert told == {"event-1", *(f"sum-{number}" for number in range(explaining.MAX_DECISIONS))}
    assert explanation.shortfalls == ["of over 500 decisions the latest are told"]


def test_of_very_many_clients_some_are_looked_up_and_that_is_said(house: WhyHouse) -> None:
    for number in range(event_search.MAX_CLIENTS):
        receive(house, f"of-{number}", NOON - (number + 1) * MINUTE, client_id=f"client-{number + 2}")

    assert of_address(house).shortfalls == ["of 21 clients 20 were looked up"]


@pytest.mark.parametrize("period", [timedelta(0), 30 * DAY + MS])
def test_a_period_that_makes_no_sense_is_refused(house: WhyHouse, period: timedelta) -> None:
    with pytest.raises(Invalid):
        of_event(house, period=period)
    with pytest.raises(Invalid):
        of_address(house, period=period)


def test_a_stranger_is_refused(house: WhyHouse) -> None:
    with pytest.raises(Invalid):
        house.why().of_address("partner_9", ADDRESS)


def test_the_contact_is_told_as_it_stands(house: WhyHouse) -> None:
    house.contacts.segment_ids[ANA] = frozenset({"vip"})

    explanation = house.why().of_address(PARTNER_ID, ADDRESS, period=MINUTE)

    assert explanation.contact is not None
    assert explanation.contact.view.segment_ids == {"vip"}
