"""Suppressions: standing reasons not to message somebody for one partner."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PROVIDER = "provider"
"""Who made a suppression that a channel's provider told of."""

_OF_CHANNEL = ":"


class SuppressionReason(StrEnum):
    """Why somebody is not messaged: the closed list of spec triggers-and-flows, section 5."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    MANUAL = "manual"


_OF_THE_PERSON = {SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINED}
"""The reasons that are about the person, where a bounce is about an address."""


class Scope(StrEnum):
    """What a suppression keeps from being sent."""

    ALL = "all"
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Suppression:
    """One standing reason; an identity has at most one of a reason and scope, the first one's day and author stay.

    `by` is who made it: "recipient", "provider", or a person of the partner. `detail` tells the circumstance and
    nothing personal.
    """

    partner_id: str
    identity: str
    reason: SuppressionReason
    scope: Scope
    since: datetime
    by: str
    detail: str = ""

    @property
    def name(self) -> str:
        """Name it among its identity's: the reason, with the channel where it is about one alone."""
        return name_of(self.reason, self.scope)


def name_of(reason: SuppressionReason, scope: Scope) -> str:
    """Give a suppression's name: `manual`, `bounced:email`."""
    return reason.value if scope is Scope.ALL else f"{reason.value}{_OF_CHANNEL}{scope.value}"


def in_force(names: Iterable[str], channel: str) -> frozenset[str]:
    """Give those of an identity's suppressions that keep messages of one channel back.

    What somebody wished or complained of keeps all back, wherever they said so (docs/decisions/0024).
    """
    return frozenset(
        name
        for name, (reason, _, scope) in ((name, name.partition(_OF_CHANNEL)) for name in names)
        if scope in {"", channel} or reason in _OF_THE_PERSON
    )
