"""Accept submitted events: check who sends them, find whom they are about, and store, hold or quarantine each.

Whatever is answered without an error is durable before the answer (invariant 1); every path ends in one
`Acceptance` or one error (invariant 2). A repeat of any call changes nothing, so a caller may always retry.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING

from signalbox.domain.errors import Forbidden, Invalid, Reason, Transient, Unauthorized
from signalbox.domain.events import IDENTIFY, Event
from signalbox.domain.identities import Mapping
from signalbox.domain.partners import Partner, authenticates
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.submissions import Acceptance, EventDraft, Submission
from signalbox.services.identification import Identification

if TYPE_CHECKING:  # collect starts without the ports of everything else, and what those speak of
    from signalbox.ports import Clock, Events, KnownPartners, Quarantine

STORE_AT_ONCE = 25  # what one call of `Events.append_all` takes
CLIENTS_AT_ONCE = 32  # how many clients of one batch are looked up side by side: each is a few round trips
BATCH_TIME = timedelta(seconds=6)
"""After so long nothing more of a batch is begun: the function has 8 s, and a caller is to be told to try again.

2,500 identifies of as many clients, the most that a batch can ask for, take 4 s where a call of the store takes 5 ms.
"""

UNIDENTIFIED = Reason("/traits/email", "expected an e-mail address here, or an identify of this clientId within 7 days")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A draft that only has to be stored."""

    draft: EventDraft
    email: str | None


@dataclass(frozen=True, slots=True)
class _Stranger:
    """A draft of which nobody knows whose it is."""

    draft: EventDraft


class Ingestion:
    """The use case behind every route that takes events."""

    def __init__(
        self,
        *,
        clock: "Clock",
        partners: "KnownPartners",
        events: "Events",
        quarantine: "Quarantine",
        identification: Identification,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._events = events
        self._quarantine = quarantine
        self._identification = identification

    def accept(self, submission: Submission) -> Acceptance:
        """Take one event in.

        Raises Unauthorized, Forbidden, Invalid (in debug mode only) and whatever the stores raise; after any
        error the caller may send the same event again.
        """
        partner = self._authenticated(submission)
        coerced = _coerced(partner, submission)
        if coerced.draft is None:
            return self._refuse(submission)
        acceptance = self._accepted(partner, coerced.draft, debug=coerced.debug)
        self._warn(submission, coerced)
        return acceptance

    def accept_all(self, submissions: Sequence[Submission]) -> list[Acceptance]:
        """Take a batch of one sender in, each event on its own; debug mode is not known here.

        Raises Unauthorized and Forbidden before anything is kept, and whatever the stores raise: then some events
        may be kept, and sending all of them again is harmless.
        """
        if not submissions:
            return []
        until = self._clock.now() + BATCH_TIME
        partner = self._authenticated(submissions[0])
        coerced = [_coerced(partner, each) for each in submissions]
        with ThreadPoolExecutor(CLIENTS_AT_ONCE) as pool:
            list(pool.map(self._refuse, [replace(each, debug=False) for each in coerced if each.draft is None]))
            taken = self._take_all(pool, partner, [each.draft for each in coerced], until)
            self._store(partner, [each for each in taken if isinstance(each, _Ready)])
            acceptances = list(pool.map(lambda each: self._settled(partner, each, until), taken))
            list(pool.map(self._warn, submissions, coerced))
        return acceptances

    def replay(self, partner_id: str, draft: EventDraft) -> Acceptance:
        """Take in an event out of quarantine, whose sender was checked when it came; raises as `accept` does."""
        partner = self._partners.find(partner_id)
        if partner is None or not partner.enabled:
            raise Forbidden
        return self._accepted(partner, draft, debug=False)

    def _authenticated(self, submission: Submission) -> Partner:
        """Find the partner; a refusal costs two checks and one question, whoever is refused and for what."""
        for find in (self._partners.remembered, self._partners.find):  # a secret may have been issued in between
            partner = find(submission.partner_id)
            if authenticates(partner, submission.secret) and partner is not None:
                if not partner.enabled:
                    raise Forbidden
                return partner
        raise Unauthorized

    def _accepted(self, partner: Partner, draft: EventDraft, *, debug: bool) -> Acceptance:
        (taken,) = self._take(partner, [draft])
        if isinstance(taken, _Stranger) and debug:
            raise Invalid([UNIDENTIFIED])
        if isinstance(taken, _Ready):
            self._events.append(self._stamped(partner, taken), partner.shards)
        return self._settled(partner, taken)

    def _warn(self, submission: Submission, coerced: Submission) -> None:
        """Keep what coercions changed of an event that was taken, last: what is not taken leaves no warning."""
        if coerced is not submission:
            self._quarantine.keep(replace(self._quarantined(submission), accepted=True))

    def _refuse(self, submission: Submission) -> Acceptance:
        if submission.debug:
            raise Invalid(submission.reasons)
        self._quarantine.keep(self._quarantined(submission))
        return Acceptance.QUARANTINED

    def _quarantined(self, submission: Submission) -> QuarantinedEvent:
        return QuarantinedEvent(
            partner_id=submission.partner_id,
            event_id=submission.event_id,
            received_at=self._clock.now(),
            reasons=submission.reasons,
            body=submission.body,
            protocol=submission.protocol,
        )

    def _take_all(
        self, pool: ThreadPoolExecutor, partner: Partner, drafts: Sequence[EventDraft | None], until: datetime
    ) -> list[Acceptance | _Ready | _Stranger]:
        """Take many, those of one client in their order; where there is no draft, that is in quarantine already."""
        clients: dict[str, list[int]] = {}
        for index, draft in enumerate(drafts):
            if draft is not None:
                clients.setdefault(draft.client_ids[-1], []).append(index)  # the device: one person's names meet there
        results: list[Acceptance | _Ready | _Stranger] = [Acceptance.QUARANTINED] * len(drafts)
        own = [[draft for index in indexes if (draft := drafts[index])] for indexes in clients.values()]
        outcomes = pool.map(lambda each: self._take(partner, each, until), own)
        for indexes, taken in zip(clients.values(), outcomes, strict=True):
            for index, outcome in zip(indexes, taken, strict=True):
                results[index] = outcome
        return results

    def _take(
        self, partner: Partner, drafts: Sequence[EventDraft], until: datetime | None = None
    ) -> list[Acceptance | _Ready | _Stranger]:
        """Find out in their order whose the drafts are, and do what the identifies among them say."""
        known: dict[tuple[str, ...], Mapping | None] = {}
        taken: list[Acceptance | _Ready | _Stranger] = []
        for draft in drafts:
            self._may_begin(until)
            if draft.email is None and draft.client_ids not in known:
                known[draft.client_ids] = self._identification.mapping_of(partner, draft)
            mapping = known.get(draft.client_ids)
            email = draft.email or (mapping.email if mapping else None)
            if draft.event_type == IDENTIFY and email:
                known = {draft.client_ids: self._identify(partner, draft, email)}  # which may concern the others too
                taken.append(Acceptance.STORED)
            else:
                taken.append(_Ready(draft, email) if email or not draft.requires_identity else _Stranger(draft))
        return taken

    def _identify(self, partner: Partner, draft: EventDraft, email: str) -> Mapping:
        """Map, merge, store, then release what was held."""
        mapping = self._identification.map_client(partner, draft, email)
        self._events.append(self._stamped(partner, _Ready(draft, email)), partner.shards)
        self._identification.release_held(partner, draft, mapping)
        return mapping

    def _settled(
        self, partner: Partner, taken: Acceptance | _Ready | _Stranger, until: datetime | None = None
    ) -> Acceptance:
        """Name what became of a draft; a stranger's is held, unless an identify came meanwhile."""
        if isinstance(taken, _Stranger):
            self._may_begin(until)
            return Acceptance.HELD if self._identification.hold(partner, taken.draft) else Acceptance.STORED
        return Acceptance.STORED if isinstance(taken, _Ready) else taken

    def _may_begin(self, until: datetime | None) -> None:
        if until is not None and self._clock.now() >= until:
            raise Transient("there was no time for all of a batch")

    def _store(self, partner: Partner, ready: Sequence[_Ready]) -> None:
        """Store many, each stamped just before its write; of several with one name the first."""
        unique = {each.draft.event_id: each for each in reversed(ready)}
        for some in batched(reversed(unique.values()), STORE_AT_ONCE, strict=False):
            self._events.append_all([self._stamped(partner, each) for each in some], partner.shards)

    def _stamped(self, partner: Partner, ready: _Ready) -> Event:
        """Called just before the write, because `settle` counts from `received_at`."""
        return ready.draft.stamped(partner.partner_id, ready.email, self._clock.now())


def _coerced(partner: Partner, submission: Submission) -> Submission:
    """Read a lenient partner's invalid event again with coercions; the very same where they do not mend it."""
    if submission.draft is not None or not partner.lenient or submission.leniently is None:
        return submission
    coerced = submission.leniently()
    return submission if coerced.draft is None else coerced
