"""Ingestion: every submission ends in one outcome, and what is accepted is durable."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.domain.contacts import MAX_PROFILE_BYTES, Contact, Trait
from signalbox.domain.errors import Conflict, Forbidden, Invalid, Reason, Transient, Unauthorized
from signalbox.domain.events import Event, HeldEvent
from signalbox.domain.identities import Mapping
from signalbox.domain.submissions import Acceptance, EventDraft
from signalbox.services.identification import Identification
from signalbox.services.ingestion import UNIDENTIFIED, Ingestion
from signalbox.wire.traits import traits_of
from tests.fakes.others import Crash, Crashing, FakeClock
from tests.fakes.stores import (
    FakeContacts,
    FakeEvents,
    FakeHeldEvents,
    FakeIdentities,
    FakePartners,
    FakeQuarantine,
)
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID

WEEK = timedelta(days=7)


class House:
    """An ingestion service with fakes behind it."""

    def __init__(self) -> None:
        self.clock = FakeClock(NOON)
        self.partners = FakePartners(makers.partner(), makers.partner(partner_id="partner_2"))
        self.events = FakeEvents()
        self.identities = FakeIdentities()
        self.held_events = FakeHeldEvents(self.events, self.clock)
        self.quarantine = FakeQuarantine()
        self.contacts = FakeContacts()
        self.service = self.service_with()

    def service_with(self, **ports: object) -> Ingestion:
        own: dict[str, Any] = {
            "clock": self.clock,
            "partners": self.partners,
            "events": self.events,
            "identities": self.identities,
            "held_events": self.held_events,
            "quarantine": self.quarantine,
            "contacts": self.contacts,
        }
        given = own | ports
        people = ("clock", "identities", "held_events", "contacts")
        identification = Identification(**{name: given[name] for name in people}, traits_of=traits_of)
        rest = {name: given[name] for name in ("clock", "partners", "events", "quarantine")}
        return Ingestion(**rest, identification=identification)

    def accept(self, draft: EventDraft, partner_id: str = PARTNER_ID, *, debug: bool = False) -> Acceptance:
        return self.service.accept(makers.submission(draft=draft, partner_id=partner_id, debug=debug))

    def stored(self) -> list[tuple[str, str | None]]:
        return [(event.event_id, event.identity) for event in self.events.stored.values()]


@pytest.fixture
def house() -> House:
    return House()


UNKNOWN = makers.draft(email=None)
IDENTIFY = makers.draft(event_type="identify", event_name="identify", event_id="identify-1", email="Ana@example.org")


def test_an_event_with_an_address_is_stored_under_the_folded_address(house: House) -> None:
    acceptance = house.accept(makers.draft(email="Ana@example.org"))

    assert acceptance is Acceptance.STORED
    assert house.stored() == [("event-1", "ana@example.org")]


def test_an_event_with_an_address_looks_nothing_up(house: House) -> None:
    blind = Crashing(house.identities, lambda name, point: True)

    acceptance = house.service_with(identities=blind).accept(makers.submission())

    assert acceptance is Acceptance.STORED


def test_what_happened_years_ago_by_the_senders_clock_occurred_when_it_was_received(house: House) -> None:
    house.accept(makers.draft(sent_at=NOON - timedelta(days=3000)))

    (event,) = house.events.stored.values()
    assert event.occurred_at == event.received_at == NOON


def test_a_senders_own_instant_is_corrected_by_the_skew_of_its_clock(house: House) -> None:
    wrong_clock = NOON + timedelta(hours=5)

    house.accept(makers.draft(sent_at=wrong_clock, happened_at=wrong_clock - timedelta(minutes=10)))

    (event,) = house.events.stored.values()
    assert event.occurred_at == NOON - timedelta(minutes=10)


@pytest.mark.parametrize(("partner_id", "secret"), [("partner_9", makers.SECRET), (PARTNER_ID, "wrong"), ("", "")])
def test_wrong_credentials_are_refused_whether_or_not_the_event_is_valid(
    house: House, partner_id: str, secret: str
) -> None:
    for draft in (makers.draft(), None):
        with pytest.raises(Unauthorized):
            house.service.accept(makers.submission(partner_id=partner_id, secret=secret, draft=draft))

    assert not house.stored()
    assert not house.quarantine.kept


def test_a_disabled_partner_is_refused(house: House) -> None:
    house.partners.by_id[PARTNER_ID] = makers.partner(enabled=False)

    with pytest.raises(Forbidden):
        house.accept(makers.draft())


def test_an_invalid_event_is_quarantined_with_its_reasons(house: House) -> None:
    reasons = (Reason("/properties/eventName", "expected 1 to 38 characters"),)

    acceptance = house.service.accept(makers.submission(draft=None, reasons=reasons, body='{"a":1}'))

    (kept,) = house.quarantine.kept.values()
    assert acceptance is Acceptance.QUARANTINED
    assert (kept.reasons, kept.body, kept.received_at) == (reasons, '{"a":1}', NOON)


def test_an_invalid_event_in_debug_mode_is_refused_and_kept_nowhere(house: House) -> None:
    reasons = (Reason("/sentAt", "expected epoch milliseconds"),)

    with pytest.raises(Invalid) as refusal:
        house.service.accept(makers.submission(draft=None, reasons=reasons, debug=True))

    assert refusal.value.reasons == reasons
    assert not house.quarantine.kept


def test_an_identify_gives_later_events_of_its_client_a_person(house: House) -> None:
    house.accept(IDENTIFY)

    acceptance = house.accept(UNKNOWN)

    assert acceptance is Acceptance.STORED
    assert house.stored() == [("identify-1", "ana@example.org"), ("event-1", "ana@example.org")]


@pytest.mark.parametrize(("age", "acceptance"), [(WEEK - timedelta(milliseconds=1), "stored"), (WEEK, "held")])
def test_a_mapping_is_used_for_seven_days_and_no_longer(house: House, age: timedelta, acceptance: str) -> None:
    house.accept(IDENTIFY)

    house.clock.pass_time(age)

    assert house.accept(UNKNOWN) == acceptance


def test_a_second_identify_renews_the_seven_days(house: House) -> None:
    house.accept(IDENTIFY)
    house.clock.pass_time(timedelta(days=6))
    house.accept(IDENTIFY)
    house.clock.pass_time(timedelta(days=6))

    assert house.accept(UNKNOWN) is Acceptance.STORED


def test_a_mapping_of_one_partner_is_none_of_anothers(house: House) -> None:
    house.accept(IDENTIFY, partner_id="partner_2")

    assert house.accept(UNKNOWN) is Acceptance.HELD


def test_an_event_that_requires_no_identity_is_stored_without_one(house: House) -> None:
    acceptance = house.accept(makers.draft(email=None, requires_identity=False))

    assert acceptance is Acceptance.STORED
    assert house.stored() == [("event-1", None)]


def test_an_unidentified_event_in_debug_mode_is_refused_and_not_held(house: House) -> None:
    with pytest.raises(Invalid) as refusal:
        house.accept(UNKNOWN, debug=True)

    assert refusal.value.reasons == (UNIDENTIFIED,)
    assert not house.held_events.held


def test_a_lenient_partners_event_that_is_refused_leaves_no_warning(house: House) -> None:
    house.partners.by_id[PARTNER_ID] = makers.partner(lenient=True)
    coerced = makers.submission(draft=UNKNOWN, debug=True)
    coercible = replace(coerced, draft=None, leniently=lambda: coerced)

    with pytest.raises(Invalid):
        house.service.accept(coercible)

    assert not house.quarantine.kept


def test_a_lenient_partners_event_that_is_taken_leaves_one_warning(house: House) -> None:
    house.partners.by_id[PARTNER_ID] = makers.partner(lenient=True)
    coerced = makers.submission(draft=UNKNOWN)
    reasons = (Reason("/userId", "expected a string"),)
    coercible = replace(coerced, draft=None, reasons=reasons, leniently=lambda: coerced)

    acceptances = [house.service.accept(coercible) for _ in range(2)]

    assert acceptances == [Acceptance.HELD, Acceptance.HELD]
    assert [(kept.accepted, kept.reasons) for kept in house.quarantine.kept.values()] == [(True, reasons)]


def test_a_held_event_is_released_by_an_identify_as_received_then_and_occurred_before(house: House) -> None:
    assert house.accept(UNKNOWN) is Acceptance.HELD
    house.clock.pass_time(timedelta(days=2))

    house.accept(IDENTIFY)

    released = next(event for event in house.events.stored.values() if event.event_id == "event-1")
    assert released.identity == "ana@example.org"
    assert released.received_at == NOON + timedelta(days=2)
    assert released.occurred_at == NOON
    assert released.held_since == NOON
    assert not house.held_events.held


def test_a_held_event_is_never_released_after_seven_days(house: House) -> None:
    house.accept(UNKNOWN)
    house.clock.pass_time(WEEK)

    house.accept(IDENTIFY)

    assert house.stored() == [("identify-1", "ana@example.org")]


def test_a_held_event_that_comes_again_is_released_once(house: House) -> None:
    house.accept(UNKNOWN)
    house.clock.pass_time(timedelta(minutes=1))
    house.accept(UNKNOWN)

    house.accept(IDENTIFY)
    house.accept(IDENTIFY)

    assert [event_id for event_id, _ in house.stored()].count("event-1") == 1


def test_an_event_held_while_an_identify_runs_is_released_by_the_one_that_comes_second(house: House) -> None:
    """The identify has read the held events before this one was written; its mapping shows up in the re-read."""

    class IdentifiesMeanwhile(FakeHeldEvents):
        def hold(self, held: HeldEvent) -> None:
            house.accept(IDENTIFY)
            super().hold(held)

    held_events = IdentifiesMeanwhile(house.events, house.clock)

    acceptance = house.service_with(held_events=held_events).accept(makers.submission(draft=UNKNOWN))

    assert acceptance is Acceptance.STORED
    assert ("event-1", "ana@example.org") in house.stored()
    assert not held_events.held


@pytest.mark.parametrize("crash_at", range(12))
def test_an_identify_that_dies_anywhere_is_mended_by_sending_it_again(house: House, crash_at: int) -> None:
    house.accept(UNKNOWN)
    calls = iter(range(100))

    def dies(_name: str, _point: str) -> bool:
        return next(calls) == crash_at

    ports = {name: Crashing(getattr(house, name), dies) for name in ("identities", "contacts", "events", "held_events")}
    try:
        house.service_with(**ports).accept(makers.submission(draft=IDENTIFY))
    except Crash:
        house.accept(IDENTIFY)

    assert sorted({event_id for event_id, _ in house.stored()}) == ["event-1", "identify-1"]
    assert [event_id for event_id, _ in house.stored()].count("event-1") == 1
    assert house.identities.find(PARTNER_ID, "client-1") == Mapping(
        PARTNER_ID, "client-1", "Ana@example.org", None, NOON + WEEK
    )


def test_an_identify_merges_traits_and_the_one_that_occurred_last_wins(house: House) -> None:
    house.accept(replace(IDENTIFY, traits={"name": '"Ana"', "tier": '"gold"'}))
    late = replace(IDENTIFY, traits={"name": '"Anne"', "city": '"Rome"'}, happened_at=NOON - timedelta(hours=1))
    house.clock.pass_time(timedelta(minutes=1))

    house.accept(replace(late, sent_at=house.clock.now()))

    profile = house.contacts.profiles[PARTNER_ID, "ana@example.org"]
    assert {name: trait.value for name, trait in profile.traits.items()} == {
        "name": '"Ana"',
        "tier": '"gold"',
        "city": '"Rome"',
    }
    assert profile.traits["city"] == Trait('"Rome"', NOON - timedelta(hours=1))


def test_an_identify_that_was_held_says_of_its_person_what_it_said_when_it_came(house: House) -> None:
    said = {"traits": {"tier": "gold", "price": 1.50, "city": "Rome"}}
    house.accept(replace(IDENTIFY, event_id="held", email=None, user_id="user-1", body=json.dumps(said)))
    house.clock.pass_time(timedelta(hours=1))

    house.accept(replace(IDENTIFY, traits={"city": '"Oslo"'}))

    profile = house.contacts.profiles[PARTNER_ID, "ana@example.org"]
    assert profile.traits == {
        "tier": Trait('"gold"', NOON),
        "price": Trait("1.5", NOON),
        "userId": Trait('"user-1"', NOON),
        "city": Trait('"Oslo"', NOON + timedelta(hours=1)),
    }


@pytest.mark.parametrize("is_released", [False, True])
def test_a_held_identify_is_heard_though_the_process_dies_as_it_is_released(house: House, *, is_released: bool) -> None:
    house.accept(replace(IDENTIFY, event_id="held", email=None, body='{"traits":{"tier":"gold"}}'))

    class DiesReleasing(FakeHeldEvents):
        def release(self, held: HeldEvent, event: Event, shards: int) -> bool:
            if is_released:
                super().release(held, event, shards)
            raise Crash

    dying = DiesReleasing(house.events, house.clock)
    dying.held = house.held_events.held
    with pytest.raises(Crash):
        house.service_with(held_events=dying).accept(makers.submission(draft=IDENTIFY))

    house.accept(IDENTIFY)

    assert house.contacts.profiles[PARTNER_ID, "ana@example.org"].traits == {"tier": Trait('"gold"', NOON)}
    assert ("held", "ana@example.org") in house.stored()


def test_a_person_of_whom_too_much_is_said_is_identified_all_the_same(house: House) -> None:
    for number in range(MAX_PROFILE_BYTES // 100_000 + 2):
        house.accept(replace(IDENTIFY, event_id=f"i-{number}", traits={f"trait_{number}": f'"{"x" * 100_000}"'}))
        house.clock.pass_time(timedelta(seconds=1))

    assert house.accept(replace(UNKNOWN, event_id="later")) is Acceptance.STORED
    assert len(house.stored()) == MAX_PROFILE_BYTES // 100_000 + 3
    assert list(house.contacts.profiles[PARTNER_ID, "ana@example.org"].traits) == ["trait_2", "trait_3"]


def test_a_profile_that_others_keep_changing_is_asked_for_again(house: House) -> None:
    class Contended(FakeContacts):
        def save(self, contact: Contact) -> None:
            raise Conflict

    with pytest.raises(Transient):
        house.service_with(contacts=Contended()).accept(makers.submission(draft=IDENTIFY))


def test_a_store_that_is_away_leaves_the_caller_with_an_error_not_an_acceptance(house: House) -> None:
    class Away(FakeEvents):
        def append(self, event: Event, shards: int) -> None:
            raise Transient("away")

    with pytest.raises(Transient):
        house.service_with(events=Away()).accept(makers.submission())


def test_the_instant_of_receipt_is_taken_after_the_look_ups_just_before_the_write(house: House) -> None:
    class Slow(FakeIdentities):
        def find(self, partner_id: str, client_id: str) -> Mapping | None:
            house.clock.pass_time(timedelta(seconds=7))
            return super().find(partner_id, client_id)

    slow = Slow()
    slow.put(Mapping(PARTNER_ID, "client-1", "ana@example.org", None, NOON + WEEK))

    house.service_with(identities=slow).accept(makers.submission(draft=UNKNOWN))

    (event,) = house.events.stored.values()
    assert event.received_at == NOON + timedelta(seconds=7)
