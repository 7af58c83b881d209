"""The write key: found wherever an SDK puts it, whole, or not at all."""

import base64

import pytest

from signalbox.wire.credentials import Credentials
from signalbox.wire.segment_credentials import segment_credentials_of, write_key

KEY = "partner_1.S-e_c.ret"
WHOLE = Credentials("partner_1", "S-e_c.ret")


def basic(pair: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def test_a_write_key_is_read_as_it_was_written() -> None:
    key = write_key(WHOLE.partner_id, WHOLE.secret)

    assert key == KEY
    assert segment_credentials_of({"writeKey": key}, {}) == WHOLE


@pytest.mark.parametrize(
    "headers",
    [
        basic(f"{KEY}:"),
        basic(KEY),
        basic("partner_1:S-e_c.ret"),
        {"authorization": "basic  " + base64.b64encode(f"{KEY}:".encode()).decode() + " "},
        {"authorization": f"Bearer {KEY}"},
        {"authorization": f"bearer {KEY} "},
    ],
)
def test_the_header_carries_it_in_each_form_that_sdks_send(headers: dict[str, str]) -> None:
    assert segment_credentials_of({}, headers) == WHOLE


def test_the_header_goes_before_the_body() -> None:
    assert segment_credentials_of({"writeKey": "partner_2.other"}, basic(f"{KEY}:")) == WHOLE


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic ???", "Basic " + base64.b64encode(b"\xff").decode(), "Bearer", "Digest x", "Bearer x"],
)
def test_a_header_that_holds_no_key_leaves_it_to_the_body(header: str) -> None:
    assert segment_credentials_of({"writeKey": KEY}, {"authorization": header}) == WHOLE
    assert segment_credentials_of({}, {"authorization": header}) == Credentials()


@pytest.mark.parametrize("key", [None, 5, "", "partner_1", "partner_1.", ".secret", ".", ["partner_1.s"], "p.\ud83d"])
def test_what_is_no_key_is_nobodys(key: object) -> None:
    assert segment_credentials_of({"writeKey": key}, {}) == Credentials()
