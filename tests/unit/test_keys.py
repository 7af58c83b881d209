"""Keys: no two things share one, and what is put into one can be read back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.adapters.dynamodb import keys
from signalbox.domain.events import to_ms
from signalbox.domain.queries import Window

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MS = timedelta(milliseconds=1)

ids = st.text("ab_1", min_size=1, max_size=4)
texts = st.one_of(
    st.text("ab#~_1", max_size=6),
    st.text(max_size=100),
    st.integers(0, 9).map(lambda number: str(number) * 1000),
    st.integers(0, 9).map(lambda number: "~" + str(number) * 64),
)
instants = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=instant.microsecond // 1000 * 1000)
)


@given(st.tuples(ids, ids, texts), st.tuples(ids, ids, texts))
def test_different_decisions_have_different_keys(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (keys.delivery(*one) == keys.delivery(*other)) == (one == other)


@given(st.tuples(ids, texts), st.tuples(ids, texts))
def test_different_clients_have_different_keys(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (keys.mapping(*one) == keys.mapping(*other)) == (one == other)


@given(texts, texts)
def test_no_partner_id_gives_the_key_of_another_or_of_the_live_list(one: str, other: str) -> None:
    assert (keys.registry(one) == keys.registry(other)) == (one == other)
    assert keys.registry(one) != keys.LIVE_PARTNERS


@given(ids, texts, texts)
def test_keys_fit_and_are_never_empty(partner_id: str, client_id: str, event_id: str) -> None:
    made = [
        keys.event(partner_id, 99, NOON, event_id),
        keys.held_event(partner_id, client_id, event_id),
        keys.quarantined(partner_id, NOON, event_id),
        {"pk": keys.registry(client_id), "sk": keys.facet(keys.SUPPRESSION, event_id)},
    ]

    assert all(0 < len(key["pk"].encode()) <= 2048 for key in made)
    assert all(0 < len(key["sk"].encode()) <= 1024 for key in made)


@given(instants, st.text(max_size=100))
def test_an_events_instant_and_name_are_read_from_its_key(received_at: datetime, event_id: str) -> None:
    key = keys.event("partner_1", 0, received_at, event_id)

    assert keys.received_at_of(key["sk"]) == received_at
    assert keys.event_id_of(key["sk"]) == event_id
    assert keys.event_of(key["sk"]) == (to_ms(received_at), event_id)
    assert keys.held_event_id_of(keys.held_event("partner_1", "", event_id)["sk"]) == event_id


def test_a_name_too_long_for_a_key_is_not_read_from_it() -> None:
    sk = keys.event("partner_1", 0, NOON, "x" * 801)["sk"]

    assert keys.event_id_of(sk) is None
    assert keys.event_of(sk) == (to_ms(NOON), None)


@given(instants, instants)
def test_padded_instants_sort_like_instants(one: datetime, other: datetime) -> None:
    assert (keys.padded(one) < keys.padded(other)) == (one < other)
    assert keys.instant_of(keys.padded(one)) == one


@given(st.integers(0, 200).map(lambda minutes: NOON + timedelta(minutes=minutes, milliseconds=minutes % 3)), texts)
def test_an_event_lies_in_a_windows_spans_exactly_when_it_was_received_in_it(received_at: datetime, name: str) -> None:
    window = Window(NOON + timedelta(minutes=30), NOON + timedelta(minutes=150, milliseconds=1))
    key = keys.event("partner_1", keys.event_shard(name, 3), received_at, name)

    holding = [
        span
        for span in keys.event_spans("partner_1", 3, window)
        if span.pk == key["pk"] and span.first <= key["sk"] <= span.beyond
    ]

    assert len(holding) == (window.start < received_at <= window.end)


@pytest.mark.parametrize(("minutes", "hours"), [(1, 1), (59, 1), (60, 2), (61, 2), (180, 4)])
def test_only_the_hours_that_a_window_touches_are_read(minutes: int, hours: int) -> None:
    spans = list(keys.event_spans("partner_1", 2, Window(NOON, NOON + timedelta(minutes=minutes))))

    assert len(spans) == hours * 2


def test_a_window_that_ends_with_the_hour_does_not_read_the_one_before() -> None:
    before_noon = NOON - MS

    assert len(list(keys.event_spans("partner_1", 1, Window(before_noon, NOON)))) == 1


def test_an_events_shard_never_changes() -> None:
    assert [keys.event_shard(name, 16) for name in ("", "event-1", "é", "\U0001f600")] == [4, 13, 15, 0]


def test_events_are_spread_over_all_shards() -> None:
    assert {keys.event_shard(str(number), 8) for number in range(200)} == set(range(8))


def test_an_id_of_ours_with_the_separator_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="separator"):
        keys.delivery("partner_1", "flow#1", "event-1")
