"""A flow's rules at the moment of sending: waits, quiet hours, re-entry, caps, branches and experiments."""

from collections import Counter
from datetime import time, timedelta

import pytest

from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.content import ContentProblem
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import Decision, Deferral, Match, Outcome, SkipReason
from signalbox.domain.errors import Ambiguous, Conflict, Rejected, Transient
from signalbox.domain.experiments import HOLDOUT, Experiment, Variant
from signalbox.domain.frequency import Entry, ReEntry, Touches
from signalbox.domain.partners import FrequencyCap
from signalbox.domain.quiet_hours import QuietHours, QuietMode
from signalbox.domain.waits import Wait
from tests.fakes.others import Crash, Crashing
from tests.fakes.stores import FakePlaces
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import ANA, House

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ONE_A_DAY = (FrequencyCap("email", 1, DAY),)
SIESTA = QuietHours(time(12), time(16))
CONTENTS = {"gold": EmailContent("Gold", "Gold"), "b": EmailContent("B", "B")}
NOBODY_GETS_IT = Experiment("experiment_1", (Variant("a", 1),), holdout_percent=100)


@pytest.fixture
def house() -> House:
    return House()


def cap(house: House, *caps: FrequencyCap) -> None:
    house.partners.by_id[PARTNER_ID] = makers.partner(caps=caps)


def another(house: House, number: int = 2) -> Match:
    """Let something else happen to the same contact."""
    house.events.append(makers.event(event_id=f"event-{number}", occurred_at=house.clock.now()), 1)
    return makers.match(event_id=f"event-{number}")


def places(house: House) -> list[str]:
    touches = house.contacts.touches.get(ANA, Touches(*ANA))
    return [each.event_id for each in touches.touches]


def subjects(house: House) -> list[str]:
    return [message.subject for message in house.channel.sent]


def test_a_flow_that_waits_sends_when_the_wait_is_over(house: House) -> None:
    house.change_flow(wait=Wait(2 * HOUR))

    waiting = house.service.send(makers.match())
    (kept,) = house.deferrals.kept.values()
    house.clock.instant = kept.due_at
    decision = house.service.send(kept.match)

    assert (waiting.outcome, waiting.reason, waiting.due_at) == (Outcome.DEFERRED, None, NOON + 2 * HOUR)
    assert waiting.trace[-1].verdict == "until 2026-03-01 14:00:00 UTC"
    assert kept == Deferral(makers.match(), NOON + 2 * HOUR)
    assert decision.outcome is Outcome.SENT


def test_a_wait_for_an_event_that_is_not_stored_begins_with_the_match(house: House) -> None:
    house.change_flow(wait=Wait(2 * HOUR))
    match = makers.match(event_id="sum of march", received_at=None, matched_at=NOON)

    assert house.service.send(match).due_at == NOON + 2 * HOUR
    house.clock.instant = NOON + 2 * HOUR
    assert house.service.send(match).outcome is Outcome.SENT


@pytest.mark.parametrize(
    ("matched_after", "sent_after", "outcome"),
    [
        (HOUR, 3 * HOUR, Outcome.SENT),
        (HOUR, 3 * HOUR + timedelta(seconds=1), Outcome.SKIPPED),
        (HOUR + timedelta(seconds=1), 2 * HOUR, Outcome.SKIPPED),
    ],
)
def test_a_wait_is_not_held_against_an_event_that_was_young_enough_when_it_was_found(
    house: House, matched_after: timedelta, sent_after: timedelta, outcome: Outcome
) -> None:
    house.change_flow(wait=Wait(2 * HOUR))
    house.clock.instant = NOON + sent_after

    decision = house.service.send(makers.match(max_event_age=HOUR, matched_at=NOON + matched_after))

    assert decision.outcome is outcome
    assert decision.reason is (None if outcome is Outcome.SENT else SkipReason.TOO_OLD)


def test_who_is_suppressed_while_waiting_gets_nothing(house: House) -> None:
    house.change_flow(wait=Wait(HOUR))
    house.service.send(makers.match())
    house.contacts.suppressions[ANA] = frozenset({"unsubscribed"})
    house.clock.pass_time(HOUR)

    assert house.service.send(makers.match()).reason is SkipReason.SUPPRESSED


def test_quiet_hours_hold_a_message_until_they_end_by_the_partners_clock(house: House) -> None:
    house.partners.by_id[PARTNER_ID] = makers.partner(timezone="Europe/Rome")
    house.change_flow(quiet_hours=SIESTA)

    held = house.service.send(makers.match())
    house.clock.instant = NOON + 3 * HOUR
    decision = house.service.send(makers.match())

    assert (held.outcome, held.due_at) == (Outcome.DEFERRED, NOON + 3 * HOUR)
    assert [each.due_at for each in house.deferrals.kept.values()] == [NOON + 3 * HOUR]
    assert decision.outcome is Outcome.SENT


@pytest.mark.parametrize(("zone", "outcome"), [('"Asia/Tokyo"', Outcome.SENT), ("7", Outcome.DEFERRED)])
def test_a_contacts_own_clock_goes_before_its_partners(house: House, zone: str, outcome: Outcome) -> None:
    house.contacts.profiles[ANA] = Contact(*ANA, {"timezone": Trait(zone, NOON)}, 1)
    house.change_flow(quiet_hours=SIESTA)

    assert house.service.send(makers.match()).outcome is outcome


def test_quiet_hours_that_drop_skip(house: House) -> None:
    house.change_flow(quiet_hours=QuietHours(time(12), time(16), QuietMode.DROP))

    decision = house.service.send(makers.match())

    assert (decision.outcome, decision.reason) == (Outcome.SKIPPED, SkipReason.QUIET_HOURS)
    assert not house.deferrals.kept


def test_a_cap_counts_the_messages_of_all_flows(house: House) -> None:
    cap(house, *ONE_A_DAY)
    house.registry.save_flow(makers.flow(flow_id="flow_2"))

    decisions = [house.service.send(makers.match(flow_id=flow_id)) for flow_id in ("flow_1", "flow_2")]

    assert [each.reason for each in decisions] == [None, SkipReason.FREQUENCY_CAP]
    assert len(house.channel.sent) == 1


def test_a_transactional_flow_is_neither_capped_nor_counted(house: House) -> None:
    cap(house, *ONE_A_DAY)
    house.registry.save_flow(makers.flow(flow_id="flow_2", is_transactional=True))
    house.service.send(makers.match(flow_id="flow_2"))

    decisions = [house.service.send(each) for each in (makers.match(), another(house))]
    house.service.send(makers.match(flow_id="flow_2", event_id="event-2"))

    assert [each.reason for each in decisions] == [None, SkipReason.FREQUENCY_CAP]
    assert len(house.channel.sent) == 3


def test_a_contact_enters_again_when_the_flow_has_cooled_down(house: House) -> None:
    house.change_flow(re_entry=ReEntry.cool_down(HOUR))
    first = house.service.send(makers.match())
    too_soon = house.service.send(another(house))
    house.clock.pass_time(HOUR)

    later = house.service.send(another(house, 3))

    assert [each.reason for each in (first, too_soon, later)] == [None, SkipReason.RE_ENTRY, None]


def test_a_match_that_comes_again_has_its_own_place_and_stays_sent(house: House) -> None:
    cap(house, *ONE_A_DAY)
    first = house.service.send(makers.match())

    assert house.service.send(makers.match()) == first
    assert len(house.channel.sent) == 1


def test_a_place_is_given_back_when_the_channel_refuses_for_good(house: House) -> None:
    cap(house, *ONE_A_DAY)
    house.channel.faults = [Rejected("no such mailbox")]
    house.service.send(makers.match())

    decision = house.service.send(another(house))

    assert decision.outcome is Outcome.SENT
    assert places(house) == ["event-2"]


@pytest.mark.parametrize("fault", [Ambiguous("cut off"), Transient("down")])
def test_a_place_is_kept_while_a_message_may_have_left_or_may_yet_leave(house: House, fault: Exception) -> None:
    cap(house, *ONE_A_DAY)
    house.channel.faults = [fault]
    house.service.send(makers.match())

    assert house.service.send(another(house)).reason is SkipReason.FREQUENCY_CAP


def test_a_retry_that_is_skipped_gives_its_place_back(house: House) -> None:
    cap(house, *ONE_A_DAY)
    house.channel.faults = [Transient("down")]
    house.service.send(makers.match())
    house.contacts.suppressions[ANA] = frozenset({"manual"})

    skipped = house.service.send(makers.match())

    assert skipped.reason is SkipReason.SUPPRESSED
    assert places(house) == []


def test_a_worker_whose_claim_finds_a_decision_that_failed_gives_its_place_back(house: House) -> None:
    cap(house, *ONE_A_DAY)
    house.channel.faults = [Rejected("no such mailbox")]
    dies = Crashing(house.deliveries, lambda name, point: (name, point) == ("settle", "after"))
    with pytest.raises(Crash):
        house.service_with(deliveries=dies).send(makers.match())
    taken = places(house)

    house.service.send(makers.match())

    assert taken == ["event-1"]
    assert places(house) == []


class OvertakenPlaces(FakePlaces):
    """Lets somebody else take a place first, so many times."""

    def __init__(self, house: House, times: int) -> None:
        super().__init__(house.contacts)
        self.house, self.times = house, times

    def save(self, touches: Touches, now: object) -> None:
        if self.times:
            self.times -= 1
            standing = self.house.contacts.touches.get(ANA, Touches(*ANA))
            entry = Entry("flow_9", f"event-{self.times}", "email", ONE_A_DAY)
            self.house.places.save(standing.after(entry, NOON - 2 * DAY), NOON)
            raise Conflict
        self.house.places.save(touches, NOON)


def test_who_is_overtaken_asks_again(house: House) -> None:
    cap(house, *ONE_A_DAY)

    decision = house.service_with(places=OvertakenPlaces(house, 4)).send(makers.match())

    assert decision.outcome is Outcome.SENT


def test_who_is_overtaken_again_and_again_comes_back_later(house: House) -> None:
    cap(house, *ONE_A_DAY)

    with pytest.raises(Transient):
        house.service_with(places=OvertakenPlaces(house, 5)).send(makers.match())

    assert not house.deliveries.decisions


def test_the_first_branch_that_holds_chooses_the_content(house: House) -> None:
    house.change_flow(contents=CONTENTS, branches=Branches((Branch("Gold", "gold", "gold"),), DefaultBranch()))
    house.conditions.holding = {"gold"}
    house.service.send(makers.match())
    house.conditions.holding = set()

    house.service.send(another(house))

    assert subjects(house) == ["Gold", "Hello"]
    assert house.conditions.asked[0]["contact"]["email"] == "ana@example.org"


def test_whom_no_branch_takes_gets_nothing(house: House) -> None:
    house.change_flow(contents=CONTENTS, branches=Branches((Branch("Gold", "gold", "gold"),)))

    assert house.service.send(makers.match()).reason is SkipReason.BRANCH_NONE


def test_a_branch_that_lacks_a_value_ends_it_and_names_the_value(house: House) -> None:
    house.change_flow(branches=Branches((Branch("Gold", "contact.tier", "gold"),), DefaultBranch()))
    house.conditions.missing = {"contact.tier"}

    decision = house.service.send(makers.match())

    assert (decision.reason, decision.detail) == (SkipReason.CONTENT_MISSING_VALUE, "contact.tier")


def test_a_branch_that_fails_ends_it(house: House) -> None:
    house.change_flow(branches=Branches((Branch("Gold", "1 / 0", "gold"),), DefaultBranch()))
    house.conditions.problem = ContentProblem(SkipReason.CONTENT_ERROR, "condition: division by zero")

    assert house.service.send(makers.match()).reason is SkipReason.CONTENT_ERROR


def test_a_content_that_is_not_there_is_an_error_of_the_content(house: House) -> None:
    house.change_flow(branches=Branches(default=DefaultBranch(content_id="gone")))

    decision = house.service.send(makers.match())

    assert (decision.reason, decision.detail) == (SkipReason.CONTENT_ERROR, "the flow has no such content")


def test_a_held_out_contact_gets_nothing_and_its_arm_is_recorded(house: House) -> None:
    cap(house, *ONE_A_DAY)
    house.change_flow(experiment=NOBODY_GETS_IT)

    decision = house.service.send(makers.match())

    assert (decision.outcome, decision.arm, decision.reason) == (Outcome.HELD_OUT, HOLDOUT, None)
    assert not house.channel.sent
    assert places(house) == []


def test_each_arm_gets_its_content_and_is_recorded(house: House) -> None:
    experiment = Experiment("experiment_1", (Variant("a", 1), Variant("b", 1, "b")))
    house.change_flow(contents=CONTENTS, experiment=experiment)
    decisions: list[Decision] = []
    for number in range(40):
        identity = f"ana{number}@example.org"
        house.events.append(makers.event(event_id=identity, identity=identity), 1)
        decisions.append(house.service.send(makers.match(event_id=identity, identity=identity)))

    arms = Counter(each.arm for each in decisions)

    assert set(arms) == {"a", "b"}
    assert Counter(subjects(house)) == {"Hello": arms["a"], "B": arms["b"]}


def test_a_plain_email_takes_one_read_of_event_and_contact_and_two_writes(house: House) -> None:
    calls: list[str] = []

    def note(name: str, point: str) -> bool:
        if point == "before":
            calls.append(name)
        return False

    ports = ("events", "contacts", "places", "deliveries", "deferrals")
    service = house.service_with(**{name: Crashing(getattr(house, name), note) for name in ports})

    service.send(makers.match())
    plain = calls.copy()
    cap(house, *ONE_A_DAY)
    calls.clear()
    service.send(another(house))

    assert plain == ["find", "view", "claim", "settle"]
    assert calls == ["find", "view", "save", "claim", "settle"]
