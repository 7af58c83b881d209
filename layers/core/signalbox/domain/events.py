"""The event: an immutable fact about one person, and how it gets its type, its times and its name."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

IDENTIFY = "identify"
CUSTOM = "custom"
CUSTOM_PREFIX = "custom_"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

PREDEFINED_TYPES = (
    "page_view",
    "product_view",
    "add_to_cart",
    "cart",
    "update_cart",
    "remove_from_cart",
    "complete_transaction",
    "registration",
    "favorite",
    "waitlist",
    "authentication",
    "search",
)


@dataclass(frozen=True, slots=True)
class Event:
    """One accepted event.

    `event_type` is `identify`, a predefined type, or `custom_` + eventName (spec: triggers-and-flows, section 1).
    `event_name` is the eventName of a custom event, else the same as `event_type`.
    `identity` is the normalised e-mail address the event is about, None when it needs none and has none.
    `body` is the event as JSON text, as it was received but for the partner's secret.
    `held_since` is when it came, where it was held until somebody said whose it is, which is when it was received.
    All instants are aware UTC in whole milliseconds.
    """

    partner_id: str
    event_id: str
    event_type: str
    event_name: str
    client_id: str
    user_id: str | None
    identity: str | None
    email: str | None
    occurred_at: datetime
    sent_at: datetime
    received_at: datetime
    body: str
    held_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """An event kept aside because nobody knows yet who its client is; `event.identity` is None."""

    event: Event
    expires_at: datetime


def event_type_of(kind: str, event: str | None, event_name: str | None) -> str:
    """Name the type a trigger sees for the wire's `type`, `event` and, of a custom event, `eventName`."""
    if kind == IDENTIFY:
        return IDENTIFY
    if event == CUSTOM:
        return f"{CUSTOM_PREFIX}{event_name}"
    if event is None:
        raise ValueError("a track event has an `event`")
    return event


def occurred_at(sent_at: datetime, received_at: datetime, happened_at: datetime | None = None) -> datetime:
    """Correct the client's clock by the difference seen at the door, never later than received.

    Without its own instant an event happened when it was sent, so the correction gives `received_at`.
    Source: spec triggers-and-flows, section 2, "Event age".
    """
    skew = received_at - sent_at
    try:
        return min((happened_at or sent_at) + skew, received_at)
    except OverflowError:  # clocks so wrong that there is no such year
        return received_at


def derived_event_id(canonical_body: bytes) -> str:
    """Name an event by its content, so that a client that retries the same bytes names the same event."""
    return hashlib.blake2b(canonical_body, digest_size=16).hexdigest()


def from_ms(milliseconds: int) -> datetime:
    """Turn epoch milliseconds into an instant, exactly; raises OverflowError outside years 1 to 9999."""
    return _EPOCH + milliseconds * _MILLISECOND


def to_ms(instant: datetime) -> int:
    """Turn an instant into whole epoch milliseconds, cutting off what is finer."""
    return (instant - _EPOCH) // _MILLISECOND
