"""The partner: a tenant with an id, up to two live secrets, and how a secret is checked."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypedDict

SECRET_BITS = 256
MAX_NAME = 200
"""Characters that a list can show."""
MAX_SHARDS = 64
"""A run asks for each shard of each hour by itself; so many take 64,000 events a second."""
MAX_LIVE_SECRETS = 2  # the old and the new one, while a partner rotates (spec: collect-api, section 7)


class Environment(StrEnum):
    """Where a stack runs; staging takes events and shows them but triggers nothing (spec: collect-api, section 1)."""

    LOCAL = "local"
    STAGING = "staging"
    PRODUCTION = "production"

    @property
    def may_trigger(self) -> bool:
        """Tell whether event triggers and flows may be created here."""
        return self is not Environment.STAGING


@dataclass(frozen=True, slots=True)
class SecretDigest:
    """A secret as it is stored: HMAC-SHA256 of it under a key of its own.

    A secret has 256 random bits, so a slow hash would protect nothing that the HMAC does not.
    """

    key: bytes
    digest: bytes

    @classmethod
    def of(cls, secret: str, key: bytes) -> "SecretDigest":
        """Digest a new secret under a fresh random key."""
        return cls(key, _hmac(key, secret))

    def matches(self, secret: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.digest, _hmac(self.key, secret))


@dataclass(frozen=True, slots=True)
class LiveSecret:
    """One of a partner's secrets: its name, by which people revoke it, and what it is checked against."""

    secret_id: str
    digest: SecretDigest
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """At most `messages` to one contact over one channel in any span of `period`, over all flows of the partner."""

    channel: str
    messages: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class Partner:
    """A tenant's settings as the ingestion path needs them; `version` counts the changes."""

    partner_id: str
    name: str
    secrets: tuple[LiveSecret, ...]
    signing_key: bytes = field(repr=False)
    """What unsubscribe links are signed with; it never changes, as people keep e-mails for years."""
    version: int = 1
    enabled: bool = True
    lenient: bool = False
    """Whether lossless coercions ("3" for 3) are made for this partner instead of refusing the event."""
    shards: int = 1
    """How many ways an hour of this partner's events is split; it may grow, never shrink (readers read them all)."""
    timezone: str = "UTC"
    """By its name in the IANA database: whose time is meant where a contact has none of its own."""
    caps: tuple[FrequencyCap, ...] = ()
    push_applications: tuple[str, ...] = ()
    """The ARNs of its own platform applications in SNS, to whose endpoints alone its notifications go."""


class PartnerChanges(TypedDict, total=False):
    """What an administrator may change of a partner; see `Partner`."""

    name: str
    enabled: bool
    lenient: bool
    shards: int
    timezone: str
    caps: tuple[FrequencyCap, ...]
    push_applications: tuple[str, ...]


_NOBODYS = LiveSecret("", SecretDigest(b"\0" * 32, b"\0" * 32), datetime.min.replace(tzinfo=UTC))


def authenticates(partner: Partner | None, secret: str) -> bool:
    """Check credentials with the same work for an unknown partner as for a known one."""
    live = partner.secrets if partner else ()
    padded = (*live, *(_NOBODYS,) * MAX_LIVE_SECRETS)[:MAX_LIVE_SECRETS]
    verdicts = [each.digest.matches(secret) for each in padded]  # all, so that no early end tells which matched
    return any(verdicts)


def _hmac(key: bytes, secret: str) -> bytes:
    return hmac.digest(key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)
