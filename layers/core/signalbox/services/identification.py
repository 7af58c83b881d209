"""Find out whom an event is about: identify's mappings, the events held for want of one, and the profiles.

A mapping is written before the held events are read, and an event is held before the mapping is read again:
whichever of two concurrent calls is later sees the other's write, so no event stays behind.
"""

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.errors import Conflict, Transient
from signalbox.domain.events import IDENTIFY, Event, HeldEvent
from signalbox.domain.identities import HELD_LIFETIME, MAPPING_LIFETIME, Mapping, identity_of
from signalbox.domain.partners import Partner
from signalbox.domain.submissions import EventDraft

if TYPE_CHECKING:  # collect starts without the ports of everything else, and what those speak of
    from signalbox.ports import Clock, Contacts, HeldEvents, Identities

PROFILE_ATTEMPTS = 5
"""How often a profile is merged again when others write the same one; identifies of one person rarely collide."""


class Identification:
    """The part of ingestion that knows people.

    `traits_of` reads what an identify that was held says of its person, each trait as JSON text.
    """

    def __init__(
        self,
        *,
        clock: "Clock",
        identities: "Identities",
        held_events: "HeldEvents",
        contacts: "Contacts",
        traits_of: Callable[[Event], Map[str, str]],
    ) -> None:
        self._clock = clock
        self._identities = identities
        self._held_events = held_events
        self._contacts = contacts
        self._traits_of = traits_of

    def mapping_of(self, partner: Partner, draft: EventDraft) -> Mapping | None:
        """Give the mapping of the event's client that is not past its time, of its first name that has one."""
        for client_id in draft.client_ids:
            mapping = self._identities.find(partner.partner_id, client_id)
            if mapping and mapping.is_live(self._clock.now()):
                return mapping
        return None

    def map_client(self, partner: Partner, draft: EventDraft, email: str) -> Mapping:
        """Do what an identify says: from when it came this client is this person, whose profile takes over the traits.

        One that has been in quarantine may be past its time, or older than what stands: it maps nobody then.
        """
        now = self._clock.now()
        mapping = Mapping(
            partner_id=partner.partner_id,
            client_id=draft.client_id,
            email=email,
            user_id=draft.user_id,
            expires_at=(draft.arrived_at or now) + MAPPING_LIFETIME,
        )
        if mapping.is_live(now):
            for client_id in draft.client_ids:
                self._identities.put(replace(mapping, client_id=client_id))
        self._merge_profile(partner, email, draft.traits, draft.occurred_at(now))
        return mapping

    def release_held(self, partner: Partner, draft: EventDraft, mapping: Mapping) -> None:
        """Let triggers see what was held for the client that `draft` identifies, if the mapping is still in time."""
        if not mapping.is_live(self._clock.now()):
            return
        for client_id in draft.client_ids:
            for held in self._held_events.of_client(partner.partner_id, client_id):
                self._release(partner, held, mapping)

    def hold(self, partner: Partner, draft: EventDraft) -> bool:
        """Keep an event that nobody can be named for; False when a mapping came meanwhile and it was released."""
        event = draft.stamped(partner.partner_id, None, self._clock.now())
        held = HeldEvent(event, event.received_at + HELD_LIFETIME)
        self._held_events.hold(held)
        mapping = self.mapping_of(partner, draft)
        if mapping is None:
            return True
        self._release(partner, held, mapping)
        return False

    def _release(self, partner: Partner, held: HeldEvent, mapping: Mapping) -> None:
        """Give a held event its person: received now, because windows up to now may be done, occurred when it did.

        The profile goes first: whoever dies in between finds the event still held, and merges the same again.
        """
        now = self._clock.now()
        if now >= held.expires_at:
            return
        identified = replace(
            held.event,
            email=mapping.email,
            identity=identity_of(mapping.email),
            user_id=held.event.user_id or mapping.user_id,
            received_at=now,
            held_since=held.event.received_at,
        )
        if identified.event_type == IDENTIFY:
            self._merge_profile(partner, mapping.email, self._traits_of(identified), identified.occurred_at)
        self._held_events.release(held, identified, partner.shards)

    def _merge_profile(self, partner: Partner, email: str, values: Map[str, str], at: datetime) -> None:
        identity = identity_of(email)
        traits = {name: Trait(value, at) for name, value in values.items()}
        for _ in range(PROFILE_ATTEMPTS):
            known = self._contacts.find(partner.partner_id, identity) or Contact(partner.partner_id, identity)
            merged = known.merged(traits)
            if merged is known and known.version > 0:
                return
            try:
                self._contacts.save(merged)
            except Conflict:
                continue
            else:
                return
        raise Transient("the contact is being changed by others")
