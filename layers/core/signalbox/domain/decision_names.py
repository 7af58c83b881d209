"""The name of a decision where it leaves the system and comes back: in an e-mail's tags, in an unsubscribe link."""

import hashlib
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_EVENT_ID_BYTES = 192
"""What 256 characters of base64 hold, the longest value that an SES tag may have (SES API v2: "MessageTag")."""

_DIGEST = "~"
_TAGS = ("partner", "flow", "event")


@dataclass(frozen=True, slots=True)
class DecisionName:
    """The decision of a partner's (flow, event); of a very long event id `event_id` is the digest."""

    partner_id: str
    flow_id: str
    event_id: str

    @classmethod
    def of(cls, partner_id: str, flow_id: str, event_id: str) -> "DecisionName":
        """Name a decision."""
        return cls(partner_id, flow_id, bounded(event_id))

    @classmethod
    def from_tags(cls, tags: Mapping[str, str]) -> "DecisionName | None":
        """Read `as_tags` back; None when these are not ours."""
        partner_id, flow_id, event = (tags.get(name, "") for name in _TAGS)
        event_id = decoded(event)
        return cls(partner_id, flow_id, event_id) if partner_id and flow_id and event_id is not None else None

    def as_tags(self) -> Mapping[str, str]:
        """Give the name in letters, digits, `_` and `-`, which is all that a tag may hold; at most 256 of them."""
        return dict(zip(_TAGS, (self.partner_id, self.flow_id, encoded(self.event_id)), strict=True))


def bounded(event_id: str) -> str:
    """Give the event id, or its digest where it is too long to be sent along; again, the same."""
    in_bytes = event_id.encode()
    return event_id if len(in_bytes) <= LONGEST_EVENT_ID_BYTES else _DIGEST + hashlib.sha256(in_bytes).hexdigest()


def encoded(text: str) -> str:
    """Write text in base64 for URLs, without its padding."""
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decoded(base64_text: str) -> str | None:
    """Read what `encoded` wrote, None when it is something else."""
    try:
        text = b64decode(base64_text + "=" * (-len(base64_text) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        return None
    return text if encoded(text) == base64_text else None
