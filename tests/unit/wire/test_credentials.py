"""Who says they send, from the body or the Authorization header."""

import base64

import pytest

from signalbox.wire.credentials import Credentials, credentials_of


def _basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


@pytest.mark.parametrize(
    ("body", "header"),
    [
        ({"partnerId": "p", "partnerSecret": "s:t"}, None),
        ({"partnerId": "p", "partnerSecret": "s:t"}, _basic("other:secret")),
        ({}, _basic("p:s:t")),
        ({}, _basic("p:s:t").replace("Basic", "bAsIc")),
        ({"partnerId": "p"}, _basic("p:s:t")),
        ({}, "Bearer p:s:t"),
        ({"partnerId": "p"}, "Bearer p:s:t"),
        ({"partnerId": "p"}, "Bearer  s:t"),
    ],
)
def test_credentials_are_read_where_they_are(body: dict[str, object], header: str | None) -> None:
    headers = {"authorization": header} if header else {}

    assert credentials_of(body, headers) == Credentials("p", "s:t")


@pytest.mark.parametrize(
    ("body", "header"),
    [
        ({}, None),
        ({"partnerId": "p"}, None),
        ({"partnerSecret": "s"}, None),
        ({"partnerId": 1, "partnerSecret": "s"}, None),
        ({"partnerId": "p", "partnerSecret": ["s"]}, None),
        ({"partnerId": "", "partnerSecret": "s"}, None),
        ({"partnerId": "p", "partnerSecret": ""}, None),
        ({"partnerId": "p"}, _basic("q:s")),
        ({}, _basic("p")),
        ({}, "Basic p:s"),
        ({}, "Basic " + base64.b64encode(b"p:\xff").decode()),
        ({}, "Basic é"),
        ({}, "Bearer s"),
        ({}, "Digest p:s"),
        ({}, "Bearer"),
        ({}, "Bearer p:\ud800"),
    ],
)
def test_credentials_that_are_not_whole_are_none(body: dict[str, object], header: str | None) -> None:
    headers = {"authorization": header} if header else {}

    assert credentials_of(body, headers) == Credentials("", "")
