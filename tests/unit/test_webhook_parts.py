"""The parts of the webhook channel that need no network: addresses, deadlines, headers, excerpts."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address, ip_network
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.adapters.webhook.addresses import addresses_of, within
from signalbox.adapters.webhook.excerpts import excerpt_of
from signalbox.adapters.webhook.headers import waiting_time
from signalbox.domain.errors import Rejected
from signalbox.domain.webhook_urls import Address, Target, is_public
from tests.unit.makers import NOON

TARGET = Target("hooks.example.org", 443, "/")
PUBLIC = st.ip_addresses().filter(is_public)
OTHERS = st.one_of(
    [
        st.ip_addresses(network=network)
        for network in ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::ffff:0:0/96", "fd00::/8", "fe80::/10")
    ]
)


@given(st.lists(PUBLIC, min_size=1, max_size=4), OTHERS, st.integers(0, 4))
def test_one_address_that_is_not_public_spoils_a_name_wherever_it_stands(
    public: list[Address], other: Address, place: int
) -> None:
    mixed = [*public[:place], other, *public[place:]]

    assert addresses_of(TARGET, lambda host, timeout_s: public, (), 1) == public
    with pytest.raises(Rejected) as raised:
        addresses_of(TARGET, lambda host, timeout_s: mixed, (), 1)
    assert str(other) not in str(raised.value)


@given(OTHERS)
def test_a_network_that_is_allowed_lets_in_itself_alone(other: Address) -> None:
    allowed = [ip_network(other)]

    assert addresses_of(TARGET, lambda host, timeout_s: [other], allowed, 1) == [other]
    with pytest.raises(Rejected):
        addresses_of(
            TARGET, lambda host, timeout_s: [ip_address(other.packed[:-1] + bytes([other.packed[-1] ^ 1]))], allowed, 1
        )


def test_a_call_that_takes_too_long_is_not_waited_for() -> None:
    released = Event()

    with pytest.raises(TimeoutError):
        within(0.01, lambda: released.wait(10))
    released.set()


def test_a_call_in_time_gives_its_answer_or_its_fault() -> None:
    def fail() -> None:
        raise ConnectionResetError

    assert within(10, lambda: 7) == 7
    with pytest.raises(ConnectionResetError):
        within(10, fail)


@given(st.integers(0, 10**8))
def test_seconds_to_wait_are_read(seconds: int) -> None:
    assert waiting_time(f" {seconds} ", NOON) == timedelta(seconds=seconds)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_date_to_wait_for_is_read(date: datetime) -> None:
    whole = date.replace(microsecond=0)

    assert waiting_time(format_datetime(whole, usegmt=True), NOON) == max(whole - NOON, timedelta(0))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "soon",
        "-1",
        "1.5",
        "١٢",
        "Sun, 99 Mar 2026 12:00:00 GMT",
        "Sun, 01 Mar 99999999999999999999 12:00:00 GMT",
        "0x10",
    ],
)
def test_nonsense_says_nothing_of_waiting(header: str | None) -> None:
    assert waiting_time(header, NOON) is None


@given(st.one_of(st.text(), st.from_regex(r"[A-Z][a-z]{2}, \d{1,9} [A-Z][a-z]{2} \d{1,9} \d+:\d+:\d+ [+-]\d{1,30}")))
def test_whatever_a_header_says_no_wait_is_negative(header: str) -> None:
    assert (waiting_time(header, NOON) or timedelta(0)) >= timedelta(0)


def test_a_number_without_end_is_a_wait_without_end() -> None:
    assert waiting_time("9" * 5000, NOON) == timedelta.max


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (b"unknown field email", "unknown field email"),
        (b'{"error":"ana@example.org is no customer"}', '{"error":"…@….… is no customer"}'),
        (b"no ANA here", "no … here"),
        ("Grüße, Zoë".encode(), "…, …"),
        (b"number 4915112345678", "number …"),
        (b"quoted: 49151", "quoted: …"),
        (b"line\r\nbreak\0\xff", "line  break �"),
        (b"x" * 1000, "x" * 500),
        (b"", ""),
    ],
)
def test_an_excerpt_keeps_the_beginning_and_nothing_that_we_had_said(answer: bytes, kept: str) -> None:
    sent = '{"email":"ana@example.org","name":"Gr\\u00fc\\u00dfe Zoë","phone":"+4915112345678","field":["Ana"]}'

    assert excerpt_of(answer, sent) == kept


@given(st.text(min_size=1, max_size=2000))
def test_an_endpoint_that_repeats_a_value_tells_nothing_of_it(value: str) -> None:
    sent = json.dumps({"value": value})
    words = re.findall(r"[^\W_]{3,}", value)

    kept = excerpt_of(f"- {value}".encode("utf-8", "replace"), sent)

    assert not any(word in kept for word in words)
