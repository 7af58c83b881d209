"""The keys of every table: how they are built and how they are read back; nothing else contains the separator.

Those of a partner's definitions within its partition are in `definition_keys`, written by the same rules.

A key is its parts joined by `#`. What the system issues (ids of partners, flows, triggers) holds none; free text
(client ids, event ids, identities) comes last, so a key can be taken apart in one way only.
Instants in sort keys are epoch milliseconds padded with zeros, so that their order as text is their order in time.
"""

import functools
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from signalbox.domain.events import from_ms, to_ms

if TYPE_CHECKING:  # collect, which only writes events, starts without it
    from signalbox.domain.queries import Window

type Key = dict[str, str]

SEPARATOR = "#"
_ESCAPE = "~"
_LONGEST_TEXT_BYTES = 800
"""What is left for free text of the 1,024 bytes of a sort key (AWS: "Constraints in Amazon DynamoDB")."""
_MS_DIGITS = 15  # of the last instant there is, in the year 9999
_HOUR_MS = 3_600_000

ERASURE = "erasure"
LIVE_PARTNERS = "live_partners"
PARTNERS = "partners"
"""The list of all partners; whoever is on it stays there."""
PARTNER = "partner"
PROFILE = "profile"
REVISION = "revision"
"""Counts the changes of a partner's triggers and flows."""
SAFETY_HOLD = "hold"
SEGMENT = "segment"
SUPPRESSION = "suppression"
TOUCHES = "touches"
SUPPRESSIONS = SUPPRESSION + SEPARATOR
_NO_PARTNER = "stack"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one partition: the sort keys from `first` up to and without `beyond`, which is no key itself."""

    pk: str
    first: str
    beyond: str


def padded(instant: datetime) -> str:
    """Write an instant so that text order is time order."""
    return _padded_ms(to_ms(instant))


def instant_of(padded_ms: str) -> datetime:
    """Read what `padded` wrote."""
    return from_ms(int(padded_ms))


def event(partner_id: str, shard: int, received_at: datetime, event_id: str) -> Key:
    """Place an event: `partner#hour#shard` · `received_ms#event_id`."""
    hour = to_ms(received_at) // _HOUR_MS
    return {"pk": _event_pk(partner_id, hour, shard), "sk": joined(padded(received_at), text=event_id)}


def event_of(sk: str) -> tuple[int, str | None]:
    """Read an event's sort key: its receipt in milliseconds and its name, None when only its digest is there."""
    padded_ms, _, part = sk.partition(SEPARATOR)
    return int(padded_ms), _text_of(part)


def received_at_of(sk: str) -> datetime:
    """Read the instant in an event's sort key."""
    return instant_of(sk.partition(SEPARATOR)[0])


def event_id_of(sk: str) -> str | None:
    """Read the event's name in its sort key, None when only its digest is there."""
    return _text_of(sk.partition(SEPARATOR)[2])


def event_shard(event_id: str, shards: int) -> int:
    """Choose an event's shard by its name, the same on every machine and in every year."""
    digest = hashlib.blake2b(event_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % shards


def event_spans(partner_id: str, shards: int, window: "Window") -> Iterator[Span]:
    """Give the stretches that hold what was received in `(start, end]`: every shard of every hour it touches."""
    first_ms, last_ms = to_ms(window.start) + 1, to_ms(window.end)
    for hour in range(first_ms // _HOUR_MS, last_ms // _HOUR_MS + 1):
        for shard in range(shards):
            yield Span(_event_pk(partner_id, hour, shard), _padded_ms(first_ms), _padded_ms(last_ms + 1))


def mapping(partner_id: str, client_id: str) -> Key:
    """Place an identity mapping: `partner#client_id`."""
    return {"pk": joined(partner_id, text=client_id)}


def held_event(partner_id: str, client_id: str, event_id: str) -> Key:
    """Place a held event: `partner#client_id` · `event_id`, so that it is held once by its name."""
    return mapping(partner_id, client_id) | {"sk": as_text(event_id)}


def held_event_id_of(sk: str) -> str | None:
    """Read the event's name in the sort key of a held event, None when only its digest is there."""
    return _text_of(sk)


def quarantine_day(partner_id: str, day: date) -> str:
    """Name the partition of what one day brought: `partner#day`."""
    return joined(partner_id, text=day.isoformat())


def quarantined(partner_id: str, received_at: datetime, event_id: str) -> Key:
    """Place a quarantined event: `partner#day` · `received_ms#event_id`."""
    pk = quarantine_day(partner_id, received_at.date())
    return {"pk": pk, "sk": joined(padded(received_at), text=event_id)}


def contact(partner_id: str, identity: str) -> str:
    """Name the partition of all that is known of one identity: `partner#identity`."""
    return joined(partner_id, text=identity)


def facet(kind: str, name: str) -> str:
    """Name one fact of a contact: `segment#<id>` or `suppression#<reason>`."""
    return joined(kind, text=name)


def facet_of(sk: str) -> tuple[str, str]:
    """Read a fact's kind and name; the profile, the touches and an erasure have none."""
    kind, _, name = sk.partition(SEPARATOR)
    return kind, _text_of(name) or ""


def identity_of(pk: str) -> str:
    """Read the identity in what `contact` wrote; what is on a list is an address, which is kept whole."""
    return pk.partition(SEPARATOR)[2]


def members(partner_id: str, segment_id: str) -> str:
    """Name a list's partition of the index by listing: `partner#segment#<id>`."""
    return joined(partner_id, SEGMENT, text=segment_id)


def suppressed(partner_id: str) -> str:
    """Name the partition of all of a partner's suppressions in the index by listing: `partner#suppression`."""
    return joined(partner_id, text=SUPPRESSION)


def delivery(partner_id: str, flow_id: str, event_id: str) -> Key:
    """Place a decision: `partner#flow#event`."""
    return {"pk": joined(partner_id, flow_id, text=event_id)}


def event_id_of_delivery(pk: str) -> str:
    """Read the event's name in the key of a decision, as `domain.decision_names.bounded` gives it."""
    return _text_of(pk.split(SEPARATOR, 2)[2]) or ""


def deferral(partner_id: str, due_at: datetime, flow_id: str, event_id: str) -> Key:
    """Place a deferred match: `partner` · `due_ms#flow#event`."""
    return {"pk": partner_id, "sk": joined(padded(due_at), flow_id, text=event_id)}


def beyond(instant: datetime) -> str:
    """Give the first sort key after all that begin with this instant."""
    return _padded_ms(to_ms(instant) + 1)


def safety_holds(partner_id: str) -> str:
    """Name the partition of the holds of a partner's flows, beside that of its cursors: `hold#partner`."""
    return joined(SAFETY_HOLD, text=partner_id)


def deliveries_of_flow(partner_id: str, flow_id: str) -> str:
    """Name a flow's partition of the index by flow: `partner#flow`."""
    return joined(partner_id, text=flow_id)


def registry(partner_id: str) -> str:
    """Name the partition of a partner's definitions; the id is as the caller wrote it, before it is believed."""
    return joined(PARTNER, text=partner_id)


def audit_log(partner_id: str | None) -> str:
    """Name the partition of a partner's changes, `partner#<id>`; of those that belong to none, `stack`."""
    return _NO_PARTNER if partner_id is None else registry(partner_id)


def audit_entry(partner_id: str | None, at: datetime, entry_id: str) -> Key:
    """Place a change: the partition of its partner · `at_ms#id`."""
    return {"pk": audit_log(partner_id), "sk": joined(padded(at), text=entry_id)}


def audit_entry_of(sk: str) -> tuple[datetime, str]:
    """Read the instant and the id in a change's sort key; ids are issued here and short."""
    padded_ms, _, entry_id = sk.partition(SEPARATOR)
    return instant_of(padded_ms), entry_id


def _event_pk(partner_id: str, hour: int, shard: int) -> str:
    return joined(partner_id, _named(hour), text=str(shard))


@functools.lru_cache(maxsize=2)  # of the hour that it is, and the one before, all events have the same
def _named(hour: int) -> str:
    return from_ms(hour * _HOUR_MS).strftime("%Y-%m-%dT%H")


def joined(*ids: str, text: str) -> str:
    """Join the parts of a key, of which the last alone is free text."""
    for each in ids:
        if SEPARATOR in each:
            raise ValueError("only the last part of a key may hold its separator")
    return SEPARATOR.join((*ids, as_text(text)))


def _padded_ms(milliseconds: int) -> str:
    return f"{milliseconds:0{_MS_DIGITS}}"


def as_text(text: str) -> str:
    """Make free text fit: too long becomes `~digest`; nothing, which a key may not be, and `~…` get a `~` before."""
    encoded = text.encode()
    if len(encoded) > _LONGEST_TEXT_BYTES:
        return _ESCAPE + hashlib.sha256(encoded).hexdigest()
    return _ESCAPE + text if not text or text.startswith(_ESCAPE) else text


def _text_of(part: str) -> str | None:
    if not part.startswith(_ESCAPE):
        return part
    rest = part.removeprefix(_ESCAPE)
    return rest if not rest or rest.startswith(_ESCAPE) else None
