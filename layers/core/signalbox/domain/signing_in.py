"""Signing in: what somebody gets for a user name and a password."""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Tokens:
    """What each request carries, for so long, and what another is got with, None where the old one goes on."""

    token: str = field(repr=False)
    expires_in: timedelta
    refresh_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PasswordChallenge:
    """The password was right and was for once: a new one is to be set, and `session` given with it."""

    session: str = field(repr=False)
