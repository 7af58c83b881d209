"""Accept one submitted event: check who sends it, find whom it is about, and store, hold or quarantine it.

Whatever is answered without an error is durable before the answer (invariant 1); every path ends in one
`Acceptance` or one error (invariant 2). A repeat of any call changes nothing, so a caller may always retry.
"""

from dataclasses import replace

from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.errors import Conflict, Forbidden, Invalid, Reason, Transient, Unauthorized
from signalbox.domain.events import IDENTIFY, Event, HeldEvent, occurred_at
from signalbox.domain.identities import HELD_LIFETIME, MAPPING_LIFETIME, Mapping, identity_of
from signalbox.domain.partners import Partner, authenticates
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.submissions import Acceptance, EventDraft, Submission
from signalbox.ports import Clock, Contacts, Events, HeldEvents, Identities, Partners, Quarantine

PROFILE_ATTEMPTS = 5
"""How often a profile is merged again when others write the same one; identifies of one person rarely collide."""

UNIDENTIFIED = Reason("/traits/email", "expected an e-mail address here, or an identify of this clientId within 7 days")


class Ingestion:
    """The use case behind every route that takes events."""

    def __init__(
        self,
        *,
        clock: Clock,
        partners: Partners,
        events: Events,
        identities: Identities,
        held_events: HeldEvents,
        quarantine: Quarantine,
        contacts: Contacts,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._events = events
        self._identities = identities
        self._held_events = held_events
        self._quarantine = quarantine
        self._contacts = contacts

    def accept(self, submission: Submission) -> Acceptance:
        """Take the event in.

        Raises Unauthorized, Forbidden, Invalid (in debug mode only) and whatever the stores raise; after any
        error the caller may send the same event again.
        """
        partner = self._authenticated(submission)
        if submission.draft is None:
            return self._refuse(submission)
        if submission.draft.event_type == IDENTIFY:
            return self._identify(partner, submission.draft)
        return self._track(partner, submission.draft, debug=submission.debug)

    def _authenticated(self, submission: Submission) -> Partner:
        partner = self._partners.find(submission.partner_id)
        if not authenticates(partner, submission.secret) or partner is None:
            raise Unauthorized
        if not partner.enabled:
            raise Forbidden
        return partner

    def _refuse(self, submission: Submission) -> Acceptance:
        if submission.debug:
            raise Invalid(submission.reasons)
        self._quarantine.keep(
            QuarantinedEvent(
                partner_id=submission.partner_id,
                event_id=submission.event_id,
                received_at=self._clock.now(),
                reasons=submission.reasons,
                body=submission.body,
            )
        )
        return Acceptance.QUARANTINED

    def _identify(self, partner: Partner, draft: EventDraft) -> Acceptance:
        """Map, merge, store, then release what was held.

        The mapping is written before the held events are read, and `_hold` writes before it reads the mapping
        again: whichever of two concurrent calls is later sees the other's write, so no event stays behind.
        """
        if draft.email is None:
            raise ValueError("an identify draft has an e-mail address")
        mapping = Mapping(
            partner_id=partner.partner_id,
            client_id=draft.client_id,
            email=draft.email,
            user_id=draft.user_id,
            expires_at=self._clock.now() + MAPPING_LIFETIME,
        )
        self._identities.put(mapping)
        self._merge_profile(partner, draft, draft.email)
        self._store(partner, self._event_of(partner, draft, draft.email))
        for held in self._held_events.of_client(partner.partner_id, draft.client_id):
            self._release(partner, held, mapping)
        return Acceptance.STORED

    def _track(self, partner: Partner, draft: EventDraft, *, debug: bool) -> Acceptance:
        email = draft.email or self._mapped_email(partner, draft)
        if email is not None or not draft.requires_identity:
            self._store(partner, self._event_of(partner, draft, email))
            return Acceptance.STORED
        if debug:
            raise Invalid([UNIDENTIFIED])
        return self._hold(partner, draft)

    def _hold(self, partner: Partner, draft: EventDraft) -> Acceptance:
        event = self._event_of(partner, draft, None)
        held = HeldEvent(event, event.received_at + HELD_LIFETIME)
        self._held_events.hold(held)
        mapping = self._live_mapping(partner, draft)
        if mapping is None:
            return Acceptance.HELD
        self._release(partner, held, mapping)
        return Acceptance.STORED

    def _release(self, partner: Partner, held: HeldEvent, mapping: Mapping) -> None:
        """Give a held event its person and let triggers see it: received now, occurred when it did."""
        now = self._clock.now()
        if now >= held.expires_at:
            return
        identified = replace(
            held.event,
            email=mapping.email,
            identity=identity_of(mapping.email),
            user_id=held.event.user_id or mapping.user_id,
            received_at=now,
        )
        self._held_events.release(held, identified, partner.shards)

    def _mapped_email(self, partner: Partner, draft: EventDraft) -> str | None:
        mapping = self._live_mapping(partner, draft)
        return mapping.email if mapping else None

    def _live_mapping(self, partner: Partner, draft: EventDraft) -> Mapping | None:
        mapping = self._identities.find(partner.partner_id, draft.client_id)
        return mapping if mapping and mapping.is_live(self._clock.now()) else None

    def _store(self, partner: Partner, event: Event) -> None:
        self._events.append(event, partner.shards)

    def _event_of(self, partner: Partner, draft: EventDraft, email: str | None) -> Event:
        """Stamp the draft; called just before the write, because `settle` counts from `received_at`."""
        received_at = self._clock.now()
        return Event(
            partner_id=partner.partner_id,
            event_id=draft.event_id,
            event_type=draft.event_type,
            event_name=draft.event_name,
            client_id=draft.client_id,
            user_id=draft.user_id,
            identity=identity_of(email) if email else None,
            email=email,
            occurred_at=occurred_at(draft.sent_at, received_at, draft.happened_at),
            sent_at=draft.sent_at,
            received_at=received_at,
            body=draft.body,
        )

    def _merge_profile(self, partner: Partner, draft: EventDraft, email: str) -> None:
        identity = identity_of(email)
        at = occurred_at(draft.sent_at, self._clock.now(), draft.happened_at)
        traits = {name: Trait(value, at) for name, value in draft.traits.items()}
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
