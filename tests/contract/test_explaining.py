"""Why, reports and results over the stores themselves and the real engine: what sending left is read as it is meant."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.coverage import Coverage
from signalbox.domain.decisions import Decision, Outcome
from signalbox.domain.experiments import Experiment, Goal, Variant
from signalbox.domain.feedback import ProviderNews
from signalbox.domain.identity_sources import IdentitySource
from signalbox.domain.messages import KeptMessage
from signalbox.services.event_search import EventSearch
from signalbox.services.experiment_reporting import ExperimentReporting
from signalbox.services.explaining import Explaining
from signalbox.services.flow_answers import FlowAnswers
from signalbox.services.past_events import PastEvents
from signalbox.services.reporting import Reporting
from tests.contract.backends import DATABASES
from tests.contract.conftest import Stores
from tests.fakes.others import FakeClock
from tests.triggers.history_files import WrittenHistory
from tests.unit import makers
from tests.unit.makers import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = NOON + timedelta(minutes=20)
LAUNCHED = NOON - 2 * DAY
EXPERIMENT = Experiment("experiment_1", (Variant("a", 1), Variant("b", 1)), goal=Goal("complete_transaction", DAY))


class House:
    """A partner with a live flow, a decision about an event of three hours ago, and a purchase since."""

    def __init__(self, stores: Stores, partner_id: str, folder: Path) -> None:
        self.stores, self.partner_id, self.clock = stores, partner_id, FakeClock(NOW)
        self.flow = makers.flow(partner_id=partner_id, experiment=EXPERIMENT, starts_after=LAUNCHED)
        stores.definitions.create_partner(makers.partner(partner_id=partner_id))
        stores.definitions.commit_trigger(makers.trigger(partner_id=partner_id, committed_at=LAUNCHED))
        stores.definitions.launch(self.flow, makers.cursor(partner_id=partner_id, position=NOON + HOUR / 4))
        self.events = [
            makers.event(partner_id=partner_id, event_id="event-1", received_at=NOON - 3 * HOUR, user_id=None),
            makers.event(partner_id=partner_id, event_id="event-2", received_at=NOON - HOUR, occurred_at=NOON - HOUR,
                         event_type="complete_transaction", event_name="complete_transaction"),
            makers.event(partner_id=partner_id, event_id="event-3", received_at=NOW),
        ]  # fmt: skip
        for each in self.events:
            stores.events.append(each, 1)
        self.decision = self.decide(NOON - 2 * HOUR)
        self.said = KeptMessage(partner_id, "flow_1", "event-1", "email", {"subject": "Hello"}, NOON - 2 * HOUR)
        stores.messages.keep(self.said)
        self.past_events = PastEvents(
            events=stores.events,
            history=WrittenHistory(folder, self.events),
            engine=DuckDBEngine(),
            settle=timedelta(seconds=10),
            event_retention=45 * DAY,
        )

    def decide(self, decided_at: datetime) -> Decision:
        made = makers.decision(
            partner_id=self.partner_id, decided_at=decided_at, received_at=NOON - 3 * HOUR, arm="a", tries=1
        )
        assert self.stores.deliveries.claim(made) is None
        return made

    def why(self) -> Explaining:
        stores = self.stores
        answers = FlowAnswers(
            clock=self.clock,
            definitions=stores.definitions,
            cursors=stores.cursors,
            safety_holds=stores.safety_holds,
            decision_lists=stores.decision_lists,
            messages=stores.messages,
        )
        search = EventSearch(
            events=stores.events,
            past_events=self.past_events,
            identities=stores.identities,
            held_events=stores.held_events,
            quarantine=stores.quarantine,
        )
        return Explaining(
            clock=self.clock,
            partners=stores.partners,
            event_search=search,
            contacts=stores.contacts,
            suppressions=stores.suppressions,
            decision_lists=stores.decision_lists,
            flow_answers=answers,
        )


@pytest.fixture
def house(stores: Stores, partner_id: str, tmp_path: Path) -> House:
    return House(stores, partner_id, tmp_path)


@DATABASES
def test_a_person_is_told_of_whole(house: House) -> None:
    explanation = house.why().of_address(house.partner_id, "Ana@Example.org")

    told = {each.event_id: [flow.covered.coverage for flow in each.flows] for each in explanation.events}
    assert told == {
        "event-3": [Coverage.AWAITED],
        "event-2": [Coverage.NOT_MATCHED],
        "event-1": [Coverage.DECIDED],
    }
    decided = explanation.events[-1]
    assert decided.event == house.events[0]
    assert decided.source is IdentitySource.MAPPING
    assert (decided.flows[0].decision, decided.flows[0].message) == (house.decision, house.said)
    assert explanation.shortfalls == []


@DATABASES
def test_an_event_is_told_of_whether_it_was_decided_about_or_not(house: House) -> None:
    decided = house.why().of_event(house.partner_id, "event-1")
    searched = house.why().of_event(house.partner_id, "event-2")

    assert [each.event for each in (*decided.events, *searched.events)] == house.events[:2]
    assert decided.looked_through is None
    assert searched.looked_through == searched.window
    assert house.why().of_event(house.partner_id, "event-9").events == []


@DATABASES
def test_a_flow_is_reported_and_its_experiment_counted(house: House) -> None:
    lists = house.stores.decision_lists

    report = Reporting(clock=house.clock, decision_lists=lists).report(house.partner_id, "flow_1")
    results = ExperimentReporting(
        clock=house.clock,
        definitions=house.stores.definitions,
        decision_lists=lists,
        past_events=house.past_events,
    ).results(house.flow)

    assert report.total.outcomes == {Outcome.SENT: 1}
    assert report.latency is not None
    assert report.latency.p99 == HOUR
    assert ProviderNews.OPENED not in report.total.told
    assert {each.arm: (each.exposed, each.converted) for each in results.arms} == {"a": (1, 1), "b": (0, 0)}
