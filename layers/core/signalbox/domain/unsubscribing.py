"""Unsubscribe links: who may stop a partner's e-mails to somebody is who has one of them.

A link holds the name of the decision whose message it was in, and a mark that only the partner's key makes
(HMAC-SHA256, cut to 128 bits as RFC 2104 allows). Whose address it is, the decision tells: the link does not.
Links do not expire: CAN-SPAM asks for 30 days (15 U.S.C. 7704(a)(3)), and people keep e-mails for years.
"""

import hashlib
import hmac
from dataclasses import dataclass

from signalbox.domain.decision_names import DecisionName, decoded, encoded

MARK_HEX_DIGITS = 32
LONGEST_TOKEN = 1024  # of what we write no third; a stranger's is not worked on

_BETWEEN = "."
_FIELDS = "\0"
_FIELD_COUNT = 3
_PURPOSE = "unsubscribe"  # nothing else that is ever signed with the key can pass for a link


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says, to be believed once `is_signed_with` the key of the partner that it names."""

    name: DecisionName
    mark: str

    def is_signed_with(self, key: bytes) -> bool:
        """Compare in constant time; nothing is signed with an empty key."""
        return bool(key) and hmac.compare_digest(_mark(self.name, key).encode(), self.mark.encode())


def token_of(name: DecisionName, key: bytes) -> str:
    """Write the token of a decision: letters, digits, `-`, `_` and one full stop, at most 500 of them."""
    if not key:
        raise ValueError("expected a key")
    return encoded(_payload(name)) + _BETWEEN + _mark(name, key)


def unsubscribe_url(public_url: str, name: DecisionName, key: bytes) -> str:
    """Write the address that unsubscribes the contact of a decision."""
    return f"{public_url}/u/{token_of(name, key)}"


def link_of(token: str) -> Link | None:
    """Read a token, which may be a stranger's; None when it is none."""
    if len(token) > LONGEST_TOKEN:
        return None
    payload, _, mark = token.partition(_BETWEEN)
    fields = (decoded(payload) or "").split(_FIELDS, _FIELD_COUNT - 1)
    return Link(DecisionName(*fields), mark) if len(fields) == _FIELD_COUNT else None


def _payload(name: DecisionName) -> str:
    return _FIELDS.join((name.partner_id, name.flow_id, name.event_id))


def _mark(name: DecisionName, key: bytes) -> str:
    signed = _FIELDS.join((_PURPOSE, _payload(name))).encode()
    return hmac.digest(key, signed, hashlib.sha256).hex()[:MARK_HEX_DIGITS]
