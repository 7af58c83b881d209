"""A batch: every event ends in an outcome of its own, and identifies in it count for what is beside them."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.domain.errors import Forbidden, Reason, Throttled, Transient, Unauthorized
from signalbox.domain.events import Event, HeldEvent
from signalbox.domain.identities import Mapping
from signalbox.domain.submissions import Acceptance, EventDraft, Submission
from signalbox.services.ingestion import BATCH_TIME, CLIENTS_AT_ONCE, STORE_AT_ONCE
from tests.fakes.others import Crash
from tests.fakes.stores import FakeEvents, FakeHeldEvents, FakeIdentities, FakeQuarantine
from tests.unit import makers
from tests.unit.ingesting import Door
from tests.unit.makers import NOON, PARTNER_ID


class NothingIsHeld(FakeHeldEvents):
    """Shows that a draft's person was found at first sight."""

    def hold(self, held: HeldEvent) -> None:
        raise AssertionError(held.event.event_id)


STORED, HELD, QUARANTINED = Acceptance.STORED, Acceptance.HELD, Acceptance.QUARANTINED
REASONS = (Reason("/event", "required"),)


@pytest.fixture
def door() -> Door:
    return Door()


def known(name: str, **changes: Any) -> EventDraft:
    return makers.draft(event_id=name, **changes)


def unknown(name: str, **changes: Any) -> EventDraft:
    return makers.draft(event_id=name, email=None, **changes)


def identify(name: str, **changes: Any) -> EventDraft:
    return makers.draft(**{"event_id": name, "event_type": "identify", "event_name": "identify", **changes})


def bad(name: str) -> Submission:
    return makers.submission(event_id=name, draft=None, reasons=REASONS)


def batch(*drafts: EventDraft | Submission) -> list[Submission]:
    return [
        each if isinstance(each, Submission) else makers.submission(event_id=each.event_id, draft=each)
        for each in drafts
    ]


def test_each_event_has_its_outcome_in_the_order_sent(door: Door) -> None:
    drafts = batch(unknown("1", client_id="stranger"), known("2"), bad("3"), identify("4"), unknown("5"), known("6"))

    outcomes = door.service().accept_all(drafts)

    assert outcomes == [HELD, STORED, QUARANTINED, STORED, STORED, STORED]
    assert sorted(door.stored()) == [(name, "ana@example.org") for name in ("2", "4", "5", "6")]
    assert [held.event.event_id for held in door.held_events.held.values()] == ["1"]
    assert [(kept.event_id, kept.reasons) for kept in door.quarantine.kept.values()] == [("3", REASONS)]


def test_an_identify_counts_for_what_comes_after_it_and_for_what_came_before(door: Door) -> None:
    outcomes = door.service().accept_all(batch(unknown("before"), identify("now"), unknown("after")))

    assert outcomes == [STORED, STORED, STORED]
    assert sorted(door.stored()) == [(name, "ana@example.org") for name in ("after", "before", "now")]
    assert not door.held_events.held


def test_the_last_of_two_identifies_decides_about_what_follows_it(door: Door) -> None:
    class Slow(FakeIdentities):
        def put(self, mapping: Mapping) -> None:
            time.sleep(0.05)
            super().put(mapping)

    drafts = [
        identify("1", email="ana@example.org"),
        unknown("2"),
        identify("3", email="ben@example.org"),
        unknown("4"),
    ]

    door.service(identities=Slow()).accept_all(batch(*drafts))

    assert dict(door.stored())["2"] == "ana@example.org"
    assert dict(door.stored())["4"] == "ben@example.org"


def test_who_is_identified_by_person_and_device_is_known_by_either_afterwards(door: Door) -> None:
    door.service().accept_all(batch(identify("1", client_id="u-1", other_client_id="device-1", user_id="u-1")))

    outcomes = door.service().accept_all(
        batch(
            unknown("2", client_id="u-1"),
            unknown("3", client_id="device-1"),
            unknown("4", client_id="u-2", other_client_id="device-1"),
        )
    )

    assert outcomes == [STORED, STORED, STORED]


def test_what_was_held_under_either_name_is_released_by_one_identify(door: Door) -> None:
    held = [unknown("1", client_id="u-1", other_client_id="device-1"), unknown("2", client_id="device-1")]
    assert door.service().accept_all(batch(*held)) == [HELD, HELD]

    door.service().accept(makers.submission(draft=identify("3", client_id="u-1", other_client_id="device-1")))

    assert sorted(door.stored()) == [(name, "ana@example.org") for name in ("1", "2", "3")]
    assert not door.held_events.held


def test_the_person_named_goes_before_the_device_they_share(door: Door) -> None:
    door.service().accept_all(
        batch(
            identify("1", client_id="u-ana", other_client_id="tablet", email="ana@example.org"),
            identify("2", client_id="u-ben", other_client_id="phone", email="ben@example.org"),
        )
    )

    door.service(held_events=NothingIsHeld(door.events, door.clock)).accept_all(
        batch(
            unknown("3", client_id="u-ana", other_client_id="tablet"),
            unknown("4", client_id="u-ben", other_client_id="tablet"),
            unknown("5", client_id="tablet"),
        )
    )

    identities = dict(door.stored())
    assert (identities["3"], identities["4"], identities["5"]) == (
        "ana@example.org", "ben@example.org", "ana@example.org",
    )  # fmt: skip


def test_a_device_that_changes_hands_in_a_batch_is_looked_up_again(door: Door) -> None:
    door.service().accept_all(batch(identify("1", client_id="tablet", email="ana@example.org")))

    door.service().accept_all(
        batch(
            unknown("2", client_id="tablet"),
            identify("3", client_id="u-ben", other_client_id="tablet", email="ben@example.org"),
            unknown("4", client_id="tablet"),
        )
    )

    assert (dict(door.stored())["2"], dict(door.stored())["4"]) == ("ana@example.org", "ben@example.org")


def test_a_past_mapping_of_the_person_does_not_hide_a_live_one_of_the_device(door: Door) -> None:
    door.identities.put(Mapping(PARTNER_ID, "u-1", "old@example.org", None, NOON - timedelta(seconds=1)))
    door.identities.put(Mapping(PARTNER_ID, "device-1", "ana@example.org", None, NOON + timedelta(days=1)))

    door.service().accept_all(batch(unknown("1", client_id="u-1", other_client_id="device-1")))

    assert door.stored() == [("1", "ana@example.org")]


def test_an_identify_without_an_address_says_more_of_a_client_that_is_known(door: Door) -> None:
    door.service().accept_all(batch(identify("1", traits={"name": '"Ana"'})))
    door.clock.pass_time(timedelta(days=6))

    outcomes = door.service().accept_all(batch(identify("2", email=None, traits={"plan": '"gold"'})))
    door.clock.pass_time(timedelta(days=6))

    traits = door.contacts.profiles[PARTNER_ID, "ana@example.org"].traits
    assert outcomes == [STORED]
    assert {name: trait.value for name, trait in traits.items()} == {"name": '"Ana"', "plan": '"gold"'}
    assert door.service().accept_all(batch(unknown("3"))) == [STORED], "the seven days began anew"


def test_an_identify_without_an_address_of_a_client_nobody_knows_is_held(door: Door) -> None:
    outcomes = door.service().accept_all(batch(identify("1", email=None), identify("2", client_id="other")))

    assert outcomes == [HELD, STORED]
    door.service().accept_all(batch(identify("3")))
    assert ("1", "ana@example.org") in door.stored()


def test_an_event_that_requires_nobody_is_stored_about_nobody(door: Door) -> None:
    assert door.service().accept_all(batch(unknown("1", requires_identity=False))) == [STORED]
    assert door.stored() == [("1", None)]


def test_a_name_that_comes_twice_in_a_batch_is_stored_once_as_the_first(door: Door) -> None:
    class Strict(FakeEvents):
        def append_all(self, events: Sequence[Event], shards: int) -> None:
            assert len({event.event_id for event in events}) == len(events), "DynamoDB takes no key twice in one call"
            super().append_all(events, shards)

    door.events = Strict()

    outcomes = door.service().accept_all(batch(known("1", body="first"), known("1", body="second"), known("2")))

    assert outcomes == [STORED, STORED, STORED]
    assert sorted((event.event_id, event.body) for event in door.events.stored.values()) == [
        ("1", "first"), ("2", "{}"),
    ]  # fmt: skip


def test_a_batch_sent_again_adds_nothing_that_counts(door: Door) -> None:
    drafts = batch(known("1"), unknown("2", client_id="stranger"), bad("3"), identify("4"))

    first = door.service().accept_all(drafts)
    second = door.service().accept_all(drafts)

    assert first == second
    assert {name for name, _ in door.stored()} == {"1", "4"}
    assert len(door.held_events.held) == len(door.quarantine.kept) == 1


def test_more_events_than_one_call_takes_are_stored_in_several(door: Door) -> None:
    class Counting(FakeEvents):
        def __init__(self) -> None:
            super().__init__()
            self.sizes: list[int] = []

        def append_all(self, events: Sequence[Event], shards: int) -> None:
            self.sizes.append(len(events))
            super().append_all(events, shards)

    events = Counting()
    drafts = [known(str(index), client_id=f"client-{index}") for index in range(2 * STORE_AT_ONCE + 1)]

    outcomes = door.service(events=events).accept_all(batch(*drafts))

    assert outcomes == [STORED] * len(drafts)
    assert events.sizes == [STORE_AT_ONCE, STORE_AT_ONCE, 1]
    assert len(events.stored) == len(drafts)


class Tired(FakeIdentities):
    """Takes so long for the first look-up that no time is left for another."""

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door

    def find(self, partner_id: str, client_id: str) -> Mapping | None:
        self._door.clock.pass_time(BATCH_TIME)
        return super().find(partner_id, client_id)


def test_a_batch_that_there_is_no_time_for_is_to_be_sent_again_and_loses_nothing(door: Door) -> None:
    submitted = batch(*[unknown(str(number)) for number in range(3)], identify("4", client_id="other"))

    with pytest.raises(Transient):
        door.service(identities=Tired(door)).accept_all(submitted)

    kept = [event_id for event_id, _ in door.stored()]
    assert len(kept) + len(door.held_events.held) < len(submitted)
    assert door.service().accept_all(submitted) == [HELD, HELD, HELD, STORED]


def test_a_batch_that_comes_slowly_but_in_time_is_taken(door: Door) -> None:
    class Slow(FakeIdentities):
        def find(self, partner_id: str, client_id: str) -> Mapping | None:
            door.clock.pass_time(BATCH_TIME / 10)
            return super().find(partner_id, client_id)

    assert door.service(identities=Slow()).accept_all(batch(*map(unknown, "123"))) == [HELD, HELD, HELD]


def test_many_clients_are_looked_up_side_by_side(door: Door) -> None:
    """Each look-up waits until all the others have begun, which one after the other would never happen."""
    together = threading.Barrier(CLIENTS_AT_ONCE, timeout=10)

    class Slow(FakeIdentities):
        def find(self, partner_id: str, client_id: str) -> Mapping | None:
            together.wait()
            return Mapping(partner_id, client_id, f"{client_id}@example.org", None, NOON + timedelta(days=1))

    drafts = [unknown(str(index), client_id=f"client-{index}") for index in range(CLIENTS_AT_ONCE)]

    door.service(identities=Slow()).accept_all(batch(*drafts))

    assert dict(door.stored()) == {str(index): f"client-{index}@example.org" for index in range(CLIENTS_AT_ONCE)}


def test_the_events_of_one_stranger_are_held_side_by_side_after_one_look_up(door: Door) -> None:
    together = threading.Barrier(CLIENTS_AT_ONCE, timeout=10)

    class Slow(FakeHeldEvents):
        def hold(self, held: HeldEvent) -> None:
            together.wait()
            super().hold(held)

    held_events = Slow(door.events, door.clock)

    outcomes = door.service(held_events=held_events).accept_all(
        batch(*[unknown(str(index)) for index in range(CLIENTS_AT_ONCE)])
    )

    assert outcomes == [HELD] * CLIENTS_AT_ONCE
    assert len(held_events.held) == CLIENTS_AT_ONCE


def test_bad_events_are_quarantined_side_by_side(door: Door) -> None:
    together = threading.Barrier(CLIENTS_AT_ONCE, timeout=10)

    class Slow(FakeQuarantine):
        def keep(self, quarantined: Any) -> None:
            together.wait()
            super().keep(quarantined)

    quarantine = Slow()

    door.service(quarantine=quarantine).accept_all(batch(*[bad(str(index)) for index in range(CLIENTS_AT_ONCE)]))

    assert len(quarantine.kept) == CLIENTS_AT_ONCE


def test_debug_mode_is_not_known_in_a_batch(door: Door) -> None:
    drafts = [replace(each, debug=True) for each in batch(bad("1"), unknown("2"), known("3"))]

    assert door.service().accept_all(drafts) == [QUARANTINED, HELD, STORED]


def test_a_lenient_partners_events_are_coerced_with_a_warning_each(door: Door) -> None:
    door.partners.by_id[PARTNER_ID] = makers.partner(lenient=True)
    coercible = replace(bad("1"), leniently=lambda: makers.submission(event_id="1", draft=known("1")))

    outcomes = door.service().accept_all([coercible, bad("2")])

    assert outcomes == [STORED, QUARANTINED]
    assert {kept.event_id: kept.accepted for kept in door.quarantine.kept.values()} == {"1": True, "2": False}


@pytest.mark.parametrize("secret", ["wrong", ""])
def test_a_wrong_secret_is_refused_before_anything_is_kept(door: Door, secret: str) -> None:
    drafts = [replace(each, secret=secret) for each in batch(bad("1"), identify("2"), known("3"))]

    with pytest.raises(Unauthorized):
        door.service().accept_all(drafts)

    assert not door.stored()
    assert not door.quarantine.kept
    assert not door.identities.by_client


def test_a_disabled_partner_is_refused(door: Door) -> None:
    door.partners.by_id[PARTNER_ID] = makers.partner(enabled=False)

    with pytest.raises(Forbidden):
        door.service().accept_all(batch(known("1")))


def test_nothing_in_is_nothing_out(door: Door) -> None:
    assert door.service().accept_all([]) == []


@pytest.mark.parametrize("method", ["append_all", "append", "hold", "find", "put", "keep", "save"])
@pytest.mark.parametrize("error", [Transient, Throttled])
def test_a_store_that_is_away_leaves_the_caller_with_an_error_for_all(
    door: Door, method: str, error: type[Transient]
) -> None:
    class Away:
        def __init__(self, store: Any) -> None:
            self._store = store

        def __getattr__(self, name: str) -> Any:
            if name == method:
                raise error("away")
            return getattr(self._store, name)

    stores = {
        name: Away(getattr(door, name)) for name in ("events", "identities", "held_events", "quarantine", "contacts")
    }
    drafts = batch(bad("1"), known("2"), identify("3"), unknown("4", client_id="stranger"))

    with pytest.raises(error):
        door.service(**stores).accept_all(drafts)

    assert door.service().accept_all(drafts) == [QUARANTINED, STORED, STORED, HELD], "sending it again does it"
    assert {name for name, _ in door.stored()} == {"2", "3"}


@pytest.mark.parametrize("crash_at", range(30))
def test_a_batch_that_dies_anywhere_is_mended_by_sending_it_again(door: Door, crash_at: int) -> None:
    drafts = batch(unknown("1"), bad("2"), known("3"), identify("4"), unknown("5"), unknown("6", client_id="stranger"))
    counting = threading.Lock()
    calls = iter(range(1_000))

    def dies(_name: str, _point: str) -> bool:
        with counting:
            return next(calls) == crash_at

    try:
        door.crashing(dies).accept_all(drafts)
    except Crash:
        assert door.service().accept_all(drafts) == [STORED, QUARANTINED, STORED, STORED, STORED, HELD]

    assert {name for name, _ in door.stored()} == {"1", "3", "4", "5"}
    assert [held.event.event_id for held in door.held_events.held.values()] == ["6"]
    assert {kept.event_id for kept in door.quarantine.kept.values()} == {"2"}


def test_without_the_senders_clock_an_event_was_sent_when_it_was_received(door: Door) -> None:
    drafts = [known("1", sent_at=None), known("2", sent_at=None, happened_at=NOON - timedelta(hours=1))]

    door.service().accept_all(batch(*drafts))

    sent, happened = sorted(door.events.stored.values(), key=lambda event: event.event_id)
    assert (sent.sent_at, sent.occurred_at) == (NOON, NOON)
    assert (happened.sent_at, happened.occurred_at) == (NOON, NOON - timedelta(hours=1))
