"""The quick look at an address takes nothing that email-validator would refuse."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from signalbox.wire.addresses import is_address

_CHARACTERS = "aZ09.-_+@"
_LABELS = st.text("aZ09-", min_size=1, max_size=70)
_DOMAINS = st.builds(
    lambda labels, last: ".".join([*labels, last]),
    st.lists(_LABELS, max_size=4),
    st.sampled_from(["org", "test", "local", "localhost", "invalid", "onion", "arpa", "c0m", "x" * 64]) | _LABELS,
)


@given(st.builds("{}@{}".format, st.text(_CHARACTERS, max_size=70), _DOMAINS) | st.text(_CHARACTERS, max_size=300))
@example("a@xn--a.org")
@example("a@b." + "c" * 64)
@example("a@" + "c" * 64 + ".org")
@example("a" * 65 + "@example.org")
@example("a@" + "b." * 125 + "org")
@settings(deadline=None, max_examples=500)
def test_an_address_is_taken_exactly_when_the_library_takes_it(text: str) -> None:
    try:
        validate_email(text, check_deliverability=False, test_environment=True, strict=True)
        expected = len(text) <= 254
    except EmailNotValidError:
        expected = False

    assert is_address(text) == expected


@pytest.mark.parametrize(
    "text",
    ["ana@example.org", "Ana.B+tag@sub.example.co.uk", "ana@münchen.example", "o'hara@example.org", "a@shop.test"],
)
def test_an_address_that_mail_could_reach_is_taken(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@localhost",
        "a b@example.org",
        "ana@example.org\n",
        "ana@example.org, b@example.org",
        "ana@-example.org",
        "ana..b@example.org",
        "ana@example",
        "ana@printer.local",
        "<ana@example.org>",
        "ana@[127.0.0.1]",
    ],
)
def test_what_mail_cannot_reach_is_refused(text: str) -> None:
    assert not is_address(text)
