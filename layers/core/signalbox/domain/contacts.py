"""The contact: the profile of one identity, merged trait by trait."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Trait:
    """One trait's value, as JSON text, and the instant it was true."""

    value: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of one identity of one partner; `version` counts writes, 0 for a contact never stored."""

    partner_id: str
    identity: str
    traits: Mapping[str, Trait] = field(default_factory=dict)
    version: int = 0

    def merged(self, traits: Mapping[str, Trait]) -> "Contact":
        """Take over each trait that is newer than what is known; the last to occur wins, a tie goes to the newcomer."""
        newer = {
            name: trait
            for name, trait in traits.items()
            if name not in self.traits or trait.occurred_at >= self.traits[name].occurred_at
        }
        if all(self.traits.get(name) == trait for name, trait in newer.items()):
            return self
        return Contact(self.partner_id, self.identity, {**self.traits, **newer}, self.version)


@dataclass(frozen=True, slots=True)
class ContactView:
    """All that a decision needs to know of one contact, read at the moment of sending.

    `suppressions` holds the reasons in force (unsubscribed, bounced, complained, manual), empty when there are none.
    """

    contact: Contact
    segment_ids: frozenset[str] = frozenset()
    suppressions: frozenset[str] = frozenset()
