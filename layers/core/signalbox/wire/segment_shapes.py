"""The shapes of Segment's calls, and how what they write in several ways is read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from signalbox.wire.checks import NO_TEXT, OBJECT, Faults, Field, Kind, Required, Shape, fault, one_of, text
from signalbox.wire.fields import ADDRESS

CALLS = ("track", "identify", "page", "screen", "group", "alias")

MAX_ID = 255  # an e-mail address, which many take as the userId, has up to 254
FIRST_YEAR, LAST_YEAR = 1900, 2199  # a clock set wrong by more cannot be corrected, and could leave the calendar

_TOO_LONG = fault(f"expected at most {MAX_ID} characters")
_NO_DATE = fault(f"expected a date as ISO 8601 writes it, of the years {FIRST_YEAR} to {LAST_YEAR}")


def id_of(value: str | int | None) -> str | None:
    """Read the id of a person or a device; some senders have numbers, and nothing for nobody."""
    return None if value is None or value == "" else str(value)


def instant_of(value: str | None) -> datetime | None:
    """Read an instant in whole milliseconds, without a zone as UTC; raises ValueError when it is none."""
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
        instant = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, OverflowError):
        raise ValueError from None
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _faults_of_id(value: Any) -> Faults:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return NO_TEXT
    return () if len(str(value)) <= MAX_ID else _TOO_LONG


def _faults_of_instant(value: Any) -> Faults:
    try:
        instant_of(value)
    except ValueError:
        return _NO_DATE
    return ()


def _faults_of_address(value: Any) -> Faults:
    return () if value == "" else ADDRESS.faults(value)


ID = Kind(_faults_of_id, {"type": "string"})
INSTANT = Kind(_faults_of_instant, {"type": "string", "format": "date-time"})
PERSON = Shape("Person", "What is said of the person.", {"email": Kind(_faults_of_address, ADDRESS.schema)})

CALL = Shape("Call", "What all calls have in common; none of it is required by itself.", {
    "type": Required(one_of(*CALLS)),
    "userId": ID,
    "anonymousId": ID,
    "previousId": ID,
    "timestamp": INSTANT,
    "originalTimestamp": INSTANT,
    "sentAt": INSTANT,
    "context": Shape("Context", "Where the event came from; server SDKs put the person's traits here.", {
        "traits": PERSON,
    }),
    "properties": OBJECT,
})  # fmt: skip

PERSONS_CALL = CALL.but("PersonsCall", "A call whose traits are a person's; a group's are the group's.", {
    "traits": PERSON,
})  # fmt: skip


_OWN: Mapping[str, Mapping[str, Field | Required]] = {
    "track": {"event": Required(text(shortest=1))},
    "group": {"traits": OBJECT},
}


def _call(kind: str) -> Shape:
    base = CALL if kind == "group" else PERSONS_CALL
    return base.but(f"{kind.capitalize()}Call", f"`{kind}`.", {"type": Required(one_of(kind)), **_OWN.get(kind, {})})


SHAPES: Mapping[str, Shape] = {kind: _call(kind) for kind in CALLS}
"""By `type`; what has none of these is refused by `PERSONS_CALL`."""
