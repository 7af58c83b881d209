"""Every key of every table: how it is built and how it is read back; nothing else contains the separator.

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

_SEPARATOR = "#"
_ESCAPE = "~"
_LONGEST_TEXT_BYTES = 800
"""What is left for free text of the 1,024 bytes of a sort key (AWS: "Constraints in Amazon DynamoDB")."""
_MS_DIGITS = 15  # of the last instant there is, in the year 9999
_VERSION_DIGITS = 8
_HOUR_MS = 3_600_000

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
SUPPRESSIONS = SUPPRESSION + _SEPARATOR
FLOW_HEADS = "flow" + _SEPARATOR
LIVE_FLOWS = "live_flow" + _SEPARATOR
TRIGGER_HEADS = "trigger" + _SEPARATOR
_NO_PARTNER = "stack"
TRIGGER_DRAFTS = "trigger_draft" + _SEPARATOR
DESTINATIONS = "destination" + _SEPARATOR
SEGMENT_HEADS = SEGMENT + _SEPARATOR
CONTENT_BLOCKS = "content_block" + _SEPARATOR


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
    return {"pk": _event_pk(partner_id, hour, shard), "sk": _joined(padded(received_at), text=event_id)}


def event_of(sk: str) -> tuple[int, str | None]:
    """Read an event's sort key: its receipt in milliseconds and its name, None when only its digest is there."""
    padded_ms, _, part = sk.partition(_SEPARATOR)
    return int(padded_ms), _text_of(part)


def received_at_of(sk: str) -> datetime:
    """Read the instant in an event's sort key."""
    return instant_of(sk.partition(_SEPARATOR)[0])


def event_id_of(sk: str) -> str | None:
    """Read the event's name in its sort key, None when only its digest is there."""
    return _text_of(sk.partition(_SEPARATOR)[2])


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
    return {"pk": _joined(partner_id, text=client_id)}


def held_event(partner_id: str, client_id: str, event_id: str) -> Key:
    """Place a held event: `partner#client_id` · `event_id`, so that it is held once by its name."""
    return mapping(partner_id, client_id) | {"sk": _as_text(event_id)}


def held_event_id_of(sk: str) -> str | None:
    """Read the event's name in the sort key of a held event, None when only its digest is there."""
    return _text_of(sk)


def quarantine_day(partner_id: str, day: date) -> str:
    """Name the partition of what one day brought: `partner#day`."""
    return _joined(partner_id, text=day.isoformat())


def quarantined(partner_id: str, received_at: datetime, event_id: str) -> Key:
    """Place a quarantined event: `partner#day` · `received_ms#event_id`."""
    pk = quarantine_day(partner_id, received_at.date())
    return {"pk": pk, "sk": _joined(padded(received_at), text=event_id)}


def contact(partner_id: str, identity: str) -> str:
    """Name the partition of all that is known of one identity: `partner#identity`."""
    return _joined(partner_id, text=identity)


def facet(kind: str, name: str) -> str:
    """Name one fact of a contact: `segment#<id>` or `suppression#<reason>`."""
    return _joined(kind, text=name)


def facet_of(sk: str) -> tuple[str, str]:
    """Read a fact's kind and name; the profile and the touches have none."""
    kind, _, name = sk.partition(_SEPARATOR)
    return kind, _text_of(name) or ""


def identity_of(pk: str) -> str:
    """Read the identity in what `contact` wrote; what is on a list is an address, which is kept whole."""
    return pk.partition(_SEPARATOR)[2]


def members(partner_id: str, segment_id: str) -> str:
    """Name a list's partition of the index by listing: `partner#segment#<id>`."""
    return _joined(partner_id, SEGMENT, text=segment_id)


def suppressed(partner_id: str) -> str:
    """Name the partition of all of a partner's suppressions in the index by listing: `partner#suppression`."""
    return _joined(partner_id, text=SUPPRESSION)


def delivery(partner_id: str, flow_id: str, event_id: str) -> Key:
    """Place a decision: `partner#flow#event`."""
    return {"pk": _joined(partner_id, flow_id, text=event_id)}


def event_id_of_delivery(pk: str) -> str:
    """Read the event's name in the key of a decision, as `domain.decision_names.bounded` gives it."""
    return _text_of(pk.split(_SEPARATOR, 2)[2]) or ""


def deferral(partner_id: str, due_at: datetime, flow_id: str, event_id: str) -> Key:
    """Place a deferred match: `partner` · `due_ms#flow#event`."""
    return {"pk": partner_id, "sk": _joined(padded(due_at), flow_id, text=event_id)}


def beyond(instant: datetime) -> str:
    """Give the first sort key after all that begin with this instant."""
    return _padded_ms(to_ms(instant) + 1)


def safety_holds(partner_id: str) -> str:
    """Name the partition of the holds of a partner's flows, beside that of its cursors: `hold#partner`."""
    return _joined(SAFETY_HOLD, text=partner_id)


def deliveries_of_flow(partner_id: str, flow_id: str) -> str:
    """Name a flow's partition of the index by flow: `partner#flow`."""
    return _joined(partner_id, text=flow_id)


def registry(partner_id: str) -> str:
    """Name the partition of a partner's definitions; the id is as the caller wrote it, before it is believed."""
    return _joined(PARTNER, text=partner_id)


def trigger_head(trigger_id: str) -> str:
    """Name the committed version of a trigger among its partner's definitions: `trigger#<id>`."""
    return TRIGGER_HEADS + _as_text(trigger_id)


def trigger_versions(trigger_id: str) -> str:
    """Give what the names of a trigger's versions begin with: `trigger_version#<id>#`; they sort by number."""
    return _SEPARATOR.join(("trigger_version", _as_text(trigger_id), ""))


def trigger_version(trigger_id: str, version: int) -> str:
    """Name one version of a trigger: `trigger_version#<id>#<n>`."""
    return f"{trigger_versions(trigger_id)}{version:0{_VERSION_DIGITS}}"


def trigger_draft(trigger_id: str) -> str:
    """Name the draft of a trigger among its partner's definitions: `trigger_draft#<id>`."""
    return TRIGGER_DRAFTS + _as_text(trigger_id)


def flow_head(flow_id: str) -> str:
    """Name the current version of a flow among its partner's definitions: `flow#<id>`."""
    return FLOW_HEADS + _as_text(flow_id)


def live_flow(flow_id: str) -> str:
    """Name a flow's place among its partner's live ones: `live_flow#<id>`."""
    return LIVE_FLOWS + _as_text(flow_id)


def flow_versions(flow_id: str) -> str:
    """Give what the names of a flow's versions begin with: `flow_version#<id>#`; they sort by number."""
    return _SEPARATOR.join(("flow_version", _as_text(flow_id), ""))


def flow_version(flow_id: str, version: int) -> str:
    """Name one version of a flow: `flow_version#<id>#<n>`."""
    return _joined("flow_version", flow_id, text=f"{version:0{_VERSION_DIGITS}}")


def destination(destination_id: str) -> str:
    """Name a destination among its partner's definitions: `destination#<id>`."""
    return DESTINATIONS + _as_text(destination_id)


def destination_id_of(sk: str) -> str:
    """Read the id in what `destination` wrote; ids are issued here and short."""
    return sk.removeprefix(DESTINATIONS)


def audit_log(partner_id: str | None) -> str:
    """Name the partition of a partner's changes, `partner#<id>`; of those that belong to none, `stack`."""
    return _NO_PARTNER if partner_id is None else registry(partner_id)


def audit_entry(partner_id: str | None, at: datetime, entry_id: str) -> Key:
    """Place a change: the partition of its partner · `at_ms#id`."""
    return {"pk": audit_log(partner_id), "sk": _joined(padded(at), text=entry_id)}


def audit_entry_of(sk: str) -> tuple[datetime, str]:
    """Read the instant and the id in a change's sort key; ids are issued here and short."""
    padded_ms, _, entry_id = sk.partition(_SEPARATOR)
    return instant_of(padded_ms), entry_id


def segment_head(segment_id: str) -> str:
    """Name a segment among its partner's definitions: `segment#<id>`."""
    return SEGMENT_HEADS + _as_text(segment_id)


def content_block(name: str) -> str:
    """Name a content block among its partner's definitions: `content_block#<name>`."""
    return CONTENT_BLOCKS + _as_text(name)


def _event_pk(partner_id: str, hour: int, shard: int) -> str:
    return _joined(partner_id, _named(hour), text=str(shard))


@functools.lru_cache(maxsize=2)  # of the hour that it is, and the one before, all events have the same
def _named(hour: int) -> str:
    return from_ms(hour * _HOUR_MS).strftime("%Y-%m-%dT%H")


def _joined(*ids: str, text: str) -> str:
    for each in ids:
        if _SEPARATOR in each:
            raise ValueError("only the last part of a key may hold its separator")
    return _SEPARATOR.join((*ids, _as_text(text)))


def _padded_ms(milliseconds: int) -> str:
    return f"{milliseconds:0{_MS_DIGITS}}"


def _as_text(text: str) -> str:
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
