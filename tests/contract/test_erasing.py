"""Erasing a person: nothing that is stored names them afterwards, and nothing of anybody else is lost."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signalbox.domain.decisions import CLAIM_LEASE, Outcome, SkipReason
from signalbox.domain.erasures import UNDER_WAY, Erasure
from signalbox.domain.errors import Conflict
from signalbox.ports import Erasures
from tests.contract.conftest import Database, Stores, fake_stores
from tests.fakes.others import Crash, CrashPlan
from tests.unit import makers
from tests.unit.erasing import ANA, BEN, HOUR, MINUTE, OLDEST, Shop, names, texts_of
from tests.unit.makers import NOON

MS = timedelta(milliseconds=1)
ABOUT_ANA = [
    {},
    {"body": '{"traits":{"email":"ana\\u0040example.org"}}'},
    {"email": ANA.upper(), "body": "{}"},
    {"identity": None, "email": None, "body": '{"note":"from ANA@example.org"}'},
    {"body": '{"long":"' + "ana@example.org " * 200 + '"}'},
]
ABOUT_BEN = {"identity": BEN, "email": BEN, "body": '{"traits":{"email":"ben@example.org"}}'}
INSTANTS = st.integers(0, int((NOON - OLDEST) / MINUTE)).map(lambda minutes: OLDEST + minutes * MINUTE)
ENDS = [Outcome.SENT, Outcome.SKIPPED, Outcome.DEFERRED, Outcome.UNKNOWN, Outcome.IN_FLIGHT]
WRITES = {"save", "end", "remove", "remove_all", "take_off", "settle"}
THINGS = st.lists(
    st.tuples(st.sampled_from(["event", "decided", "quarantined"]), INSTANTS, st.integers(0, 4)),
    max_size=8,
)


def fill(shop: Shop, things: list[Any]) -> None:
    """Store what is drawn, of Ana, and the same facts of her and of Ben."""
    for person in (ANA, BEN):
        shop.know(person)
        shop.suppress(person)
    shop.receive(100, NOON - HOUR, **ABOUT_BEN)
    shop.map_client(100, BEN)
    shop.decide(100, NOON - HOUR, Outcome.DEFERRED, BEN)
    shop.quarantine(100, NOON - HOUR, '{"email":"ben@example.org"}')
    for number, (kind, at, which) in enumerate(things):
        changes = ABOUT_ANA[which]
        shop.receive(number, at, **changes)
        if "identity" not in changes:  # an event about nobody tells of no client
            shop.map_client(number, ANA)
            shop.hold(number)
        if kind == "decided":
            shop.decide(number, at - CLAIM_LEASE, ENDS[which])
        elif kind == "quarantined":
            shop.quarantine(number, NOON - which * 24 * HOUR, f'{{"email":"{ANA}"}}')


def stored(shop: Shop, database: Database | None) -> list[Any]:
    """Give every item that is the partner's, each with where it lies."""
    if database is not None:
        found = []
        for table in database.client.list_tables()["TableNames"]:
            pages = database.client.get_paginator("scan").paginate(TableName=table)
            for page in pages:
                found += [(table, _plain(item)) for item in page["Items"]]
        return [each for each in found if shop.partner.partner_id in repr(each)]
    values = []
    for name, store in vars(shop.stores).items():
        for held in vars(store).values():
            if isinstance(held, dict):
                values += [(name, item) for item in held.items() if any(texts_of(item[1])) or item[1]]
    return values


def _plain(item: Mapping[str, Any]) -> Any:
    return {name: next(iter(value.values())) for name, value in item.items()}


def left_of(shop: Shop, database: Database | None, identity: str) -> list[str]:
    """Tell where somebody is named, but for what decision 36 leaves: suppressions."""
    left = []
    for place, item in stored(shop, database):
        if not names(item, identity):
            continue
        is_suppression = "suppression" in repr(item).lower() or place == "suppressions"
        if not is_suppression and not (place == "contacts" and isinstance(item[1], frozenset)):
            left.append(f"{place}: {item}")
    return left


@given(things=THINGS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_an_erasure_nothing_that_is_stored_names_the_person_but_suppressions(
    stores: Stores, backend: Database | None, things: list[Any]
) -> None:
    shop = Shop(stores if backend else fake_stores(), f"partner_{uuid4().hex}")
    fill(shop, things)

    progress = shop.erase()

    partner_id = shop.partner.partner_id
    assert left_of(shop, backend, ANA) == []
    assert progress.erasure.counts["events"] == len(things)
    assert shop.stores.erasures.find(partner_id, ANA) is None
    assert [each.identity for each in shop.stores.suppressions.of_contact(partner_id, ANA)] == [ANA]
    hours = {at.replace(minute=0) for _, at, _ in things}
    assert not {hour for _, hour in shop.files.kept} & hours - {NOON - HOUR}


@given(things=THINGS)
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_of_anybody_else_is_lost(stores: Stores, backend: Database | None, things: list[Any]) -> None:
    shop = Shop(stores if backend else fake_stores(), f"partner_{uuid4().hex}")
    partner_id = shop.partner.partner_id
    fill(shop, things)
    view, decision = (
        shop.stores.contacts.view(partner_id, BEN),
        shop.stores.deliveries.find(partner_id, "flow_1", "event-100"),
    )

    shop.erase()

    assert shop.stores.contacts.view(partner_id, BEN) == view
    assert shop.stores.deliveries.find(partner_id, "flow_1", "event-100") == decision
    assert shop.stores.events.find(partner_id, 2, "event-100", NOON - HOUR) is not None
    assert shop.stores.identities.find(partner_id, "client-100") is not None
    assert shop.stores.messages.find(partner_id, "flow_1", "event-100") is not None
    assert len(list(shop.stores.deferrals.due(partner_id, NOON + HOUR))) == 1
    assert [each.event_id for each in shop.stores.quarantine.of_day(partner_id, NOON.date())] == ["bad-100"]


@pytest.mark.parametrize("point", ["before", "after"])
def test_whoever_dies_at_any_write_leaves_a_way_to_go_on(point: str) -> None:
    deaths = 0
    for number in count():
        shop = Shop(fake_stores())
        fill(shop, [("event", NOON - HOUR, 0), ("decided", NOON - 2 * HOUR, 2), ("quarantined", NOON - MINUTE, 0)])
        plan = _dying_at(number, point)
        try:
            while (progress := shop.erasing(plan).go_on(shop.partner, ANA)).goes_on_at is not None:
                shop.clock.instant = max(shop.clock.instant, progress.goes_on_at)
        except Crash:
            deaths += 1
        else:
            break

        shop.erase()

        assert left_of(shop, None, ANA) == []
        assert {hour for _, hour in shop.files.kept} <= {NOON - HOUR}
    assert deaths > 15


def _dying_at(number: int, point: str) -> CrashPlan:
    """Let it die at one of its writes."""
    numbers = count()
    return lambda name, at: at == point and name in WRITES and next(numbers) == number


@pytest.mark.parametrize("outcome", ENDS)
def test_a_decision_stays_without_the_person_so_that_it_is_not_made_again(
    stores: Stores, partner_id: str, outcome: Outcome
) -> None:
    shop = Shop(stores, partner_id)
    shop.receive(1, NOON - HOUR)
    shop.decide(1, NOON - HOUR, outcome)

    shop.erase()

    left = shop.stores.deliveries.find(partner_id, "flow_1", "event-1")
    ends = {Outcome.DEFERRED: (Outcome.SKIPPED, SkipReason.NO_IDENTITY), Outcome.IN_FLIGHT: (Outcome.UNKNOWN, None)}
    assert left is not None
    assert (left.outcome, left.reason) == ends.get(outcome, (outcome, None))
    assert (left.identity, left.trace, left.due_at, left.provider_message_id) == (None, (), None, None)
    made_again = makers.decision(partner_id=partner_id)
    assert shop.stores.deliveries.claim(made_again) == left


def test_an_event_stays_while_a_worker_is_at_its_decision(stores: Stores, partner_id: str) -> None:
    shop = Shop(stores, partner_id)
    shop.receive(1, NOON - HOUR)
    shop.decide(1, NOON - MS, Outcome.IN_FLIGHT)

    progress = shop.erasing().go_on(shop.partner, ANA)

    assert progress.goes_on_at == NOON + CLAIM_LEASE
    assert shop.stores.events.find(partner_id, 2, "event-1", NOON - HOUR) is not None
    shop.erase()
    left = shop.stores.deliveries.find(partner_id, "flow_1", "event-1")
    assert left is not None
    assert left.outcome is Outcome.UNKNOWN


def test_what_came_late_is_found_a_quarter_of_an_hour_later_and_only_then_it_is_done(
    stores: Stores, partner_id: str
) -> None:
    shop = Shop(stores, partner_id)
    shop.receive(1, NOON - MINUTE)

    first = shop.erasing().go_on(shop.partner, ANA)
    shop.receive(2, NOON - MS)
    shop.clock.instant = NOON + UNDER_WAY
    second = shop.erasing().go_on(shop.partner, ANA)
    shop.clock.instant += UNDER_WAY
    third = shop.erasing().go_on(shop.partner, ANA)

    assert [each.goes_on_at for each in (first, second, third)] == [NOON + UNDER_WAY, NOON + 2 * UNDER_WAY, None]
    assert third.erasure.counts["events"] == 2
    assert shop.files.kept == set()


def test_what_is_received_after_it_began_is_a_new_beginning(stores: Stores, partner_id: str) -> None:
    shop = Shop(stores, partner_id)
    shop.erasing().go_on(shop.partner, ANA)
    shop.receive(1, NOON + MS)
    shop.decide(1, NOON + MS, Outcome.SENT)

    shop.clock.instant = NOON + UNDER_WAY
    progress = shop.erasing().go_on(shop.partner, ANA)

    assert progress.goes_on_at is None
    assert shop.stores.events.find(partner_id, 2, "event-1", NOON + MS) is not None
    decision = shop.stores.deliveries.find(partner_id, "flow_1", "event-1")
    assert decision is not None
    assert decision.identity == ANA


def test_events_of_others_that_mention_the_person_stay_and_are_counted_once(stores: Stores, partner_id: str) -> None:
    shop = Shop(stores, partner_id)
    shop.receive(1, NOON - MINUTE, **ABOUT_BEN | {"body": f'{{"gift":"{ANA}"}}'})

    progress = shop.erase()

    assert progress.erasure.counts["mentions"] == 1
    assert shop.stores.events.find(partner_id, 2, "event-1", NOON - MINUTE) is not None


def test_the_mapping_of_somebody_who_took_the_client_over_stays(stores: Stores, partner_id: str) -> None:
    shop = Shop(stores, partner_id)
    shop.receive(1, NOON - HOUR)
    shop.map_client(1, BEN)

    shop.erase()

    mapping = shop.stores.identities.find(partner_id, "client-1")
    assert mapping is not None
    assert mapping.email == BEN


def test_a_mapping_that_was_made_anew_is_not_removed(stores: Stores, partner_id: str) -> None:
    shop = Shop(stores, partner_id)
    shop.map_client(1, ANA)
    seen = stores.identities.find(partner_id, "client-1")
    shop.map_client(1, BEN, made_at=NOON + MS)

    assert seen is not None
    stores.identities.remove(seen)

    assert stores.identities.find(partner_id, "client-1") is not None


def test_files_of_hours_that_no_event_is_kept_for_are_removed(stores: Stores, partner_id: str) -> None:
    shop = Shop(stores, partner_id)
    shop.files.kept = {(partner_id, NOON - timedelta(days=days)) for days in (1, 3, 4, 10)}

    shop.erase()

    assert shop.files.kept == {(partner_id, NOON - timedelta(days=1))}


ERASURE = Erasure("", ANA, NOON, NOON - HOUR, NOON, (NOON - HOUR,), version=1).counting(events=2)


def test_an_erasure_under_way_comes_back_as_it_was_saved(stores: Stores, partner_id: str) -> None:
    erasures: Erasures = stores.erasures
    first = replace(ERASURE, partner_id=partner_id)

    for _ in range(2):
        erasures.save(first)

    assert erasures.find(partner_id, ANA) == first
    assert erasures.find(partner_id, BEN) is None
    assert stores.contacts.view(partner_id, ANA).contact.version == 0


def test_of_two_who_go_on_with_an_erasure_one_is_refused(stores: Stores, partner_id: str) -> None:
    first = replace(ERASURE, partner_id=partner_id)
    stores.erasures.save(first)
    stores.erasures.save(replace(first, version=2))

    with pytest.raises(Conflict):
        stores.erasures.save(replace(first, version=2, hours=()))
    with pytest.raises(Conflict):
        stores.erasures.end(first)
    for _ in range(2):
        stores.erasures.end(replace(first, version=2))

    assert stores.erasures.find(partner_id, ANA) is None
