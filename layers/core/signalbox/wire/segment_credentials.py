"""The write key of the Segment routes: who sends, in the one string that Segment's SDKs have room for.

A write key is `<partnerId>.<partnerSecret>`. A partner id holds no full stop, and neither part holds a character that
a header, a URL or the user name of Basic authorization would have to escape, so every SDK passes it on as it is.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from signalbox.wire.credentials import Credentials

SEPARATOR = "."


def write_key(partner_id: str, secret: str) -> str:
    """Write what a partner gives its SDK."""
    return f"{partner_id}{SEPARATOR}{secret}"


def segment_credentials_of(body: Mapping[str, Any], headers: Mapping[str, str]) -> Credentials:
    """Read the write key from `Authorization`, or else from `writeKey` in the body.

    Basic has it as the user name, with an empty password, or has the partner's id and secret as the pair it is;
    Bearer is the write key alone.
    """
    presented = _from_header(headers.get("authorization", ""))
    in_body = body.get("writeKey")
    if presented == Credentials() and isinstance(in_body, str):
        return _parted(in_body)
    return presented


def _from_header(header: str) -> Credentials:
    scheme, _, value = header.strip().partition(" ")
    match scheme.lower():
        case "basic":
            name, _, password = _decoded(value).partition(":")
            return Credentials(name, password) if name and password else _parted(name)
        case "bearer":
            return _parted(value)
        case _:
            return Credentials()


def _parted(key: str) -> Credentials:
    partner_id, _, secret = key.strip().partition(SEPARATOR)
    return Credentials(partner_id, secret) if partner_id and secret and key.isascii() else Credentials()


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
