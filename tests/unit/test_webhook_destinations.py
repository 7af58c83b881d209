"""Destinations of webhooks: what may be registered, and the secrets they are signed for with."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.errors import Invalid
from signalbox.domain.webhooks import reasons_against, secret_of, signing_key
from tests.unit.webhooks import destination


def test_a_destination_that_is_as_it_should_be_has_nothing_against_it() -> None:
    assert list(reasons_against(destination(batch_size=1000))) == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"batch_size": 0}, "/batch_size"),
        ({"batch_size": 1001}, "/batch_size"),
        ({"secrets": ()}, "/secrets"),
        ({"secrets": (secret_of(b"a" * 32), secret_of(b"b" * 32), secret_of(b"c" * 32))}, "/secrets"),
        ({"secrets": ("whsec_short",)}, "/secrets"),
        ({"url": "http://hooks.example.org/"}, "/url"),
        ({"url": "https://127.0.0.1/"}, "/url"),
        ({"url": "https://[::ffff:169.254.169.254]/"}, "/url"),
    ],
)
def test_what_is_wrong_with_a_destination_is_named(changes: dict[str, Any], path: str) -> None:
    assert [reason.path for reason in reasons_against(destination(**changes))] == [path]


def test_a_destination_does_not_show_what_is_secret() -> None:
    shown = repr(destination(url="https://hooks.example.org/token"))

    assert "whsec_" not in shown
    assert "token" not in shown


def test_a_disabled_destination_is_its_next_version() -> None:
    disabled = destination(version=4).disabled("gone")

    assert (disabled.version, disabled.enabled, disabled.disabled_reason) == (5, False, "gone")


@given(st.binary(min_size=24, max_size=64))
def test_a_secret_is_read_as_it_was_written(key: bytes) -> None:
    assert signing_key(secret_of(key)) == key


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        secret_of(b"a" * 23),
        secret_of(b"a" * 65),
        "whsec_" + "!" * 32,
        "whsec_!" + secret_of(b"a" * 32).removeprefix("whsec_"),
        "whsec_" + "é" * 32,
        "whsk_" + "a" * 32,
    ],
)
def test_what_is_no_secret_is_not_signed_with(secret: str) -> None:
    with pytest.raises(Invalid) as raised:
        signing_key(secret)

    assert [reason.reason for reason in raised.value.reasons] == ["expected whsec_ and 24 to 64 bytes in base64"]
