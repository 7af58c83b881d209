"""Small rules of the domain, each at its own level."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.contacts import MAX_PROFILE_BYTES, Contact, Trait
from signalbox.domain.content import content_names
from signalbox.domain.decisions import CLAIM_LEASE, Decision, Outcome
from signalbox.domain.events import event_type_of, from_ms, occurred_at, to_ms
from signalbox.domain.identities import identity_of, normalise_email
from signalbox.domain.partners import MAX_LIVE_SECRETS, authenticates
from signalbox.domain.windows import MAX_STEP, halved, next_window
from tests.unit import makers
from tests.unit.makers import NOON

INSTANTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("kind", "event", "event_name", "event_type"),
    [
        ("identify", None, None, "identify"),
        ("track", "page_view", None, "page_view"),
        ("track", "custom", "some_event", "custom_some_event"),
    ],
)
def test_a_custom_event_is_typed_by_its_name(kind: str, event: str, event_name: str, event_type: str) -> None:
    assert event_type_of(kind, event, event_name) == event_type


@given(st.integers(-(10**13), 10**14))
def test_milliseconds_survive_the_trip_through_an_instant(milliseconds: int) -> None:
    assert to_ms(from_ms(milliseconds)) == milliseconds


@given(sent_at=INSTANTS, received_at=INSTANTS, happened_at=INSTANTS)
def test_nothing_occurs_after_it_was_received(sent_at: datetime, received_at: datetime, happened_at: datetime) -> None:
    assert occurred_at(sent_at, received_at, happened_at) <= received_at


def test_clocks_that_are_millennia_apart_count_for_nothing() -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)

    assert occurred_at(first, NOON, last) == occurred_at(last, NOON, first) == NOON


@pytest.mark.parametrize(
    ("address", "normalised", "identity"),
    [
        (" Ana@Example.ORG ", "Ana@example.org", "ana@example.org"),
        ('"a@b"@Example.org', '"a@b"@example.org', '"a@b"@example.org'),
    ],
)
def test_an_address_keeps_its_local_part_but_is_compared_folded(address: str, normalised: str, identity: str) -> None:
    assert normalise_email(address) == normalised
    assert identity_of(address) == identity


def test_each_of_two_live_secrets_opens_and_no_other() -> None:
    partner = makers.partner(secrets=(makers.secret("old"), makers.secret("new")))

    assert [authenticates(partner, each) for each in ("old", "new", "other", "")] == [True, True, False, False]
    assert not authenticates(None, "old")
    assert len(partner.secrets) == MAX_LIVE_SECRETS


def test_the_last_trait_to_occur_wins_whichever_comes_first() -> None:
    older = {"tier": Trait('"silver"', NOON)}
    newer = {"tier": Trait('"gold"', NOON + timedelta(seconds=1))}
    nobody = Contact("partner_1", "ana@example.org")

    assert nobody.merged(older).merged(newer).traits == nobody.merged(newer).merged(older).traits == newer


def test_a_merge_that_changes_nothing_gives_the_same_contact() -> None:
    contact = Contact("partner_1", "ana@example.org", {"tier": Trait('"gold"', NOON)}, version=3)

    assert contact.merged({"tier": Trait('"gold"', NOON)}) is contact
    assert contact.merged({"tier": Trait('"silver"', NOON - timedelta(seconds=1))}) is contact


def test_a_full_profile_keeps_the_traits_that_are_true_since_last() -> None:
    half = f'"{"x" * (MAX_PROFILE_BYTES // 2)}"'
    contact = Contact("partner_1", "ana@example.org", {"oldest": Trait(half, NOON)}, version=3)
    newer = {"newer": Trait(half, NOON + timedelta(seconds=1)), "tier": Trait('"gold"', NOON + timedelta(seconds=2))}

    full = contact.merged(newer)

    assert full.traits == newer
    assert full.merged({"oldest": Trait(half, NOON)}) is full, "what has been dropped does not come back"


@given(
    cursor=INSTANTS,
    now=INSTANTS,
    settle=st.timedeltas(min_value=timedelta(0), max_value=timedelta(minutes=1)),
)
def test_a_window_starts_at_the_cursor_and_ends_within_what_has_settled(
    cursor: datetime, now: datetime, settle: timedelta
) -> None:
    window = next_window(cursor, now, settle)

    if window is None:
        assert cursor >= now - settle
    else:
        assert window.start == cursor < window.end <= min(now - settle, cursor + MAX_STEP)


def test_halving_stops_before_a_step_gets_too_short() -> None:
    assert halved(NOON, NOON + timedelta(seconds=4)) == NOON + timedelta(seconds=2)
    assert halved(NOON, NOON + timedelta(seconds=1)) is None


def test_content_sees_the_stored_profile_under_the_events_own_traits() -> None:
    event = makers.event(body='{"traits":{"tier":"gold"},"properties":{"eventName":"e","properties":{"total":10.10}}}')
    contact = Contact("partner_1", "ana@example.org", {"tier": Trait('"silver"', NOON), "city": Trait('"Rome"', NOON)})

    names = content_names(makers.flow(), makers.match(row={"score": 3}), event, contact)

    assert names["contact"] == {"email": "ana@example.org", "tier": "gold", "city": "Rome"}
    assert str(names["event"]["properties"]["total"]) == "10.10"
    assert names["trigger"]["score"] == 3
    assert names["trigger"]["event_raw"] == event.body


def test_a_predefined_events_properties_are_as_sent() -> None:
    event = makers.event(event_type="cart", event_name="cart", body='{"properties":{"properties":{"a":1}}}')

    names = content_names(makers.flow(), makers.match(), event, Contact("partner_1", "ana@example.org"))

    assert names["event"]["properties"] == {"properties": {"a": 1}}


def test_without_an_event_there_is_no_name_for_it() -> None:
    names = content_names(makers.flow(), makers.match(), None, Contact("partner_1", "ana@example.org"))

    assert "event" not in names


@pytest.mark.parametrize(
    ("outcome", "age", "abandoned"),
    [
        (Outcome.IN_FLIGHT, CLAIM_LEASE, True),
        (Outcome.IN_FLIGHT, CLAIM_LEASE - timedelta(milliseconds=1), False),
        (Outcome.SENT, CLAIM_LEASE, False),
    ],
)
def test_only_an_old_claim_in_flight_is_abandoned(outcome: Outcome, age: timedelta, *, abandoned: bool) -> None:
    decision = Decision("partner_1", "flow_1", 1, "trigger_1", 1, "event-1", None, outcome, NOON, NOON)

    assert decision.is_abandoned(NOON + age) is abandoned
