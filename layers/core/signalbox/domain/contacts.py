"""The contact: the profile of one identity, merged trait by trait."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # collect, which only merges profiles, starts without it
    from signalbox.domain.frequency import Touches

MAX_PROFILE_BYTES = 256 * 1024
"""What a profile holds, names and values; the store's item, which holds 400 KB, has room for it however written."""
_TRAIT_BYTES = 32  # what a trait takes beside its name and value: its instant, and what keeps it apart from the next


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
        """Take over each trait that is newer than what is known; the last to occur wins, a tie goes to the newcomer.

        Where they become more than a profile holds, those that were true longest ago make room.
        """
        newer = {
            name: trait
            for name, trait in traits.items()
            if name not in self.traits or trait.occurred_at >= self.traits[name].occurred_at
        }
        kept = _newest({**self.traits, **newer})
        return self if kept == self.traits else Contact(self.partner_id, self.identity, kept, self.version)


@dataclass(frozen=True, slots=True)
class ContactView:
    """All that a decision needs to know of one contact, read at the moment of sending.

    `suppressions` holds the names of what stands, as `domain.suppressions` gives them: `manual`, `bounced:email`.
    `touches` are the places its messages have taken, None when none ever has.
    """

    contact: Contact
    segment_ids: frozenset[str] = frozenset()
    suppressions: frozenset[str] = frozenset()
    touches: "Touches | None" = None


def _newest(traits: Mapping[str, Trait]) -> Mapping[str, Trait]:
    """Keep as many as a profile holds, those that are true since last; in their order."""
    sizes = {name: len(name.encode()) + len(trait.value.encode()) + _TRAIT_BYTES for name, trait in traits.items()}
    excess = sum(sizes.values()) - MAX_PROFILE_BYTES
    dropped = set()
    for name in sorted(traits, key=lambda name: traits[name].occurred_at):
        if excess <= 0:
            break
        dropped.add(name)
        excess -= sizes[name]
    return {name: trait for name, trait in traits.items() if name not in dropped}
