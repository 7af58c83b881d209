"""Unsubscribe links and the names of decisions in them: nobody makes one but the partner, and all can be read back."""

import re
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from signalbox.domain.decision_names import DecisionName, bounded
from signalbox.domain.unsubscribing import LONGEST_TOKEN, link_of, token_of, unsubscribe_url

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
ids = st.text(string.ascii_lowercase + string.digits + "_", min_size=1, max_size=40)
event_ids = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
names = st.builds(DecisionName.of, ids, ids, event_ids)


@given(names)
def test_a_link_is_read_back_and_believed(name: DecisionName) -> None:
    link = link_of(token_of(name, KEY))

    assert link is not None
    assert link.name == name
    assert link.is_signed_with(KEY)


@given(names)
def test_a_link_fits_into_a_header_and_an_address(name: DecisionName) -> None:
    url = unsubscribe_url("https://abcdefghij.execute-api.eu-central-1.amazonaws.com", name, KEY)

    assert re.fullmatch(r"https://[a-z0-9.-]+/u/[A-Za-z0-9_-]+\.[0-9a-f]{32}", url)
    assert len(url) <= 600


@given(names, names)
def test_a_mark_is_good_for_one_decision_alone(name: DecisionName, other: DecisionName) -> None:
    assume(name != other)
    payload, mark = token_of(other, KEY).partition(".")[0], token_of(name, KEY).partition(".")[2]

    forged = link_of(f"{payload}.{mark}")

    assert forged is not None
    assert not forged.is_signed_with(KEY)


@given(names)
def test_another_partners_key_does_not_open_it(name: DecisionName) -> None:
    link = link_of(token_of(name, OTHER_KEY))

    assert link is not None
    assert not link.is_signed_with(KEY)


@given(names)
def test_nothing_is_signed_with_an_empty_key(name: DecisionName) -> None:
    link = link_of(token_of(name, b"\0"))  # HMAC fills keys up with zeros, so this is the empty key's mark

    assert link is not None
    assert not link.is_signed_with(b"")


@given(names, st.integers(0, 700), st.sampled_from(string.ascii_letters + string.digits + "-_."))
def test_a_token_changed_in_one_place_is_not_believed(name: DecisionName, place: int, character: str) -> None:
    token = token_of(name, KEY)
    changed = token[: place % len(token)] + character + token[place % len(token) + 1 :]
    assume(changed != token)

    link = link_of(changed)

    assert link is None or not link.is_signed_with(KEY)


@given(st.text(max_size=200))
def test_a_strangers_text_is_no_link_or_is_not_believed(text: str) -> None:
    link = link_of(text)

    assert link is None or not link.is_signed_with(KEY)


def test_a_token_longer_than_any_of_ours_is_not_worked_on() -> None:
    assert link_of("a" * (LONGEST_TOKEN + 1)) is None


def test_without_a_key_there_is_no_link() -> None:
    with pytest.raises(ValueError, match="key"):
        token_of(DecisionName.of("partner_1", "flow_1", "event-1"), b"")


@given(names)
def test_a_decisions_name_comes_back_from_an_e_mails_tags(name: DecisionName) -> None:
    tags = name.as_tags()

    assert DecisionName.from_tags({**tags, "ses:from-domain": "shop.example"}) == name
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value) for value in tags.values())


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"partner": "p", "event": "ZQ"},
        {"partner": "", "flow": "f", "event": "ZQ"},
        {"partner": "p", "flow": "f", "event": "Z"},
        {"partner": "p", "flow": "f", "event": "ZR"},
        {"partner": "p", "flow": "f", "event": "not base64"},
    ],
)
def test_tags_that_are_not_ours_name_nothing(tags: dict[str, str]) -> None:
    assert DecisionName.from_tags(tags) is None


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_a_bounded_event_id_is_short_and_bounded_once_and_for_all(event_id: str) -> None:
    short = bounded(event_id)

    assert len(short.encode()) <= 192
    assert bounded(short) == short
    assert short == event_id or len(event_id.encode()) > 192
