"""Tell all that is stored about a person, in parts: the facts first, then what happened, the oldest first.

Nothing is indexed for it: events are read hour by hour, so a part ends where its time or its room does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from signalbox.domain.decisions import Decision
from signalbox.domain.erasures import DELETED_LATE, is_about, mentions
from signalbox.domain.events import from_ms
from signalbox.domain.identities import identity_of
from signalbox.domain.identity_sources import clients_in
from signalbox.domain.messages import KEPT_FOR
from signalbox.domain.partners import Partner
from signalbox.domain.quarantine import QUARANTINE_LIFETIME, QuarantinedEvent
from signalbox.domain.queries import EventRow, Window
from signalbox.domain.subject_exports import DecisionTold, Facts, SubjectPart
from signalbox.domain.windows import hourly
from signalbox.ports import (
    Clock,
    Contacts,
    DecisionLists,
    Events,
    HeldEvents,
    Identities,
    KnownSegments,
    Messages,
    Quarantine,
    Suppressions,
)

CALL_TIME = timedelta(seconds=15)
"""How long one call reads: somebody waits, for 30 seconds at the most."""
PART_BYTES = 2_000_000
"""Of texts, a third of what an answer may have (AWS: "Lambda quotas"): JSON writes some characters in six bytes."""

_LONG_AGO = from_ms(0)
_HOUR = timedelta(hours=1)
_A_DECISION = 2_000  # bytes, of one with a long trace

type Told = EventRow | QuarantinedEvent | DecisionTold


@dataclass(frozen=True, slots=True)
class _Found:
    """One thing to tell: when it came or was decided, and about how many bytes it has."""

    at: datetime
    size: int
    told: Told


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one call reads for, and what it has read whole."""

    partner: Partner
    identity: str
    began: datetime
    decided: Sequence[Decision]
    quarantined: dict[date, Sequence[_Found]] = field(default_factory=dict)


class SubjectExporting:
    """The use case of whoever must tell somebody what is known of them."""

    def __init__(
        self,
        *,
        clock: Clock,
        contacts: Contacts,
        segments: KnownSegments,
        suppressions: Suppressions,
        events: Events,
        identities: Identities,
        held_events: HeldEvents,
        quarantine: Quarantine,
        decision_lists: DecisionLists,
        messages: Messages,
        event_retention: timedelta,
        part_bytes: int = PART_BYTES,
    ) -> None:
        self._clock = clock
        self._contacts = contacts
        self._segments = segments
        self._suppressions = suppressions
        self._events = events
        self._identities = identities
        self._held_events = held_events
        self._quarantine = quarantine
        self._decision_lists = decision_lists
        self._messages = messages
        self._event_retention = event_retention
        self._part_bytes = part_bytes

    def part(self, partner: Partner, identity: str, until: datetime, after: datetime | None = None) -> SubjectPart:
        """Tell what came and was decided in `(after, until]`, or as much of its beginning as one call can.

        Without `after` it is the first part. A thing that is larger than a part's room is told all the same.
        """
        since = after or _LONG_AGO
        part = SubjectPart(identity, since, since)
        if after is None:
            part.facts = self._facts(partner.partner_id, identity)
        decided = self._decision_lists.of_contact(partner.partner_id, identity, Window(since, until))
        reading = _Reading(partner, identity, self._clock.now(), list(decided))
        room = self._part_bytes
        for span in self._spans(Window(since, until)):
            if self._clock.now() - reading.began > CALL_TIME:
                break
            room, is_whole = _take(part, self._found(reading, span), room)
            if not is_whole:
                break
            part.until = span.end
        self._add_clients(partner.partner_id, part)
        return part

    def _spans(self, span: Window) -> Iterable[Window]:
        """Part what is asked for: in one all that is older than any event kept, then hour by hour."""
        kept_since = self._clock.now() - self._event_retention - DELETED_LATE
        if span.start < kept_since:
            yield Window(span.start, min(kept_since, span.end))
        yield from hourly(Window(max(kept_since, span.start), span.end))

    def _facts(self, partner_id: str, identity: str) -> Facts:
        view = self._contacts.view(partner_id, identity)
        segments = self._segments.find_all(partner_id, view.segment_ids)
        return Facts(view, list(segments.values()), self._suppressions.of_contact(partner_id, identity))

    def _found(self, reading: _Reading, span: Window) -> Sequence[_Found]:
        """Find what a span has to tell, in the order it came."""
        partner, identity = reading.partner, reading.identity
        found = [self._with_message(each) for each in reading.decided if span.start < each.decided_at <= span.end]
        if span.end - span.start <= _HOUR:
            rows = self._events.read(partner.partner_id, partner.shards, span)
            found += [_Found(from_ms(row[1]), len(row[10].encode()), row) for row in rows if is_about(row, identity)]
            quarantined = self._quarantined(reading, span.end.date())
            found += [each for each in quarantined if span.start < each.at <= span.end]
        return sorted(found, key=lambda each: each.at)

    def _with_message(self, decision: Decision) -> _Found:
        message, size = None, _A_DECISION
        if decision.decided_at + KEPT_FOR > self._clock.now():
            message = self._messages.find(decision.partner_id, decision.flow_id, decision.event_id)
        if message is not None:
            size += sum(len(each.encode()) for each in message.parts.values())
        return _Found(decision.decided_at, size, DecisionTold(decision, message))

    def _quarantined(self, reading: _Reading, day: date) -> Sequence[_Found]:
        """Look through a day's quarantine once, whichever of its hours asks."""
        if day < (reading.began - QUARANTINE_LIFETIME - DELETED_LATE).date():
            return ()
        if day not in reading.quarantined:
            of_day = self._quarantine.of_day(reading.partner.partner_id, day)
            own = (each for each in of_day if mentions(each.body, reading.identity))
            reading.quarantined[day] = [_Found(each.received_at, len(each.body.encode()), each) for each in own]
        return reading.quarantined[day]

    def _add_clients(self, partner_id: str, part: SubjectPart) -> None:
        now = self._clock.now()
        for client_id in dict.fromkeys(each for row in part.events if row[8] for each in clients_in(row[6], row[10])):
            mapping = self._identities.find(partner_id, client_id)
            if mapping is not None and mapping.is_live(now) and identity_of(mapping.email) == part.identity:
                part.mappings.append(mapping)
            held = self._held_events.of_client(partner_id, client_id)
            part.held += [each for each in held if now < each.expires_at]


def _take(part: SubjectPart, found: Sequence[_Found], room: int) -> tuple[int, bool]:
    """Put in what there is room for, all of an instant or nothing; say how much room is left, and whether all is in."""
    for at, some in groupby(found, key=lambda each: each.at):
        of_instant = list(some)
        size = sum(each.size for each in of_instant)
        if size > room and (part.events or part.decisions or part.quarantined):
            return room, False
        for each in of_instant:
            _put(part, each.told)
        part.until, room = at, room - size
    return room, True


def _put(part: SubjectPart, told: Told) -> None:
    match told:
        case DecisionTold():
            part.decisions.append(told)
        case QuarantinedEvent():
            part.quarantined.append(told)
        case _:
            part.events.append(told)
