"""Who says they send a request: from the body's fields or the Authorization header."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was presented; both empty when something is missing, which no partner's credentials are."""

    partner_id: str = ""
    secret: str = ""


def credentials_of(body: Mapping[str, Any], headers: Mapping[str, str]) -> Credentials:
    """Read `partnerId` and `partnerSecret` from the body, or what it lacks from `Authorization`.

    Basic is `partnerId:secret`; Bearer is the same, or the secret alone beside a `partnerId` in the body.
    A body and a header that name two partners count as none.
    """
    partner_id, secret = _text(body.get("partnerId")), _text(body.get("partnerSecret"))
    if not (partner_id and secret):
        header_id, secret = _from_header(headers.get("authorization", ""), partner_id)
        if partner_id and header_id != partner_id:
            return Credentials()
        partner_id = header_id
    return Credentials(partner_id, secret) if partner_id and secret else Credentials()


def _from_header(header: str, partner_id: str) -> tuple[str, str]:
    scheme, _, value = header.strip().partition(" ") if header.isprintable() else ("", "", "")
    match scheme.lower():
        case "basic":
            pair = _decoded(value.strip())
        case "bearer":
            pair = value.strip()
            if partner_id and not pair.startswith(f"{partner_id}:"):
                return partner_id, pair
        case _:
            return "", ""
    name, _, secret = pair.partition(":")
    return name, secret


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
