"""One event in Segment's wire format, read: a `Submission` whose draft is laid out as the collect protocol's events.

What is stored has `clientId`, `type`, `event`, `properties` and `traits` where triggers and content look for them, all
that the sender wrote beside them, and under `original` what had to be written over.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from signalbox.domain.errors import NotJson, Reason, TooLarge
from signalbox.domain.events import IDENTIFY, derived_event_id, event_type_of
from signalbox.domain.identities import normalise_email
from signalbox.domain.quarantine import Protocol
from signalbox.domain.submissions import EventDraft, Submission
from signalbox.wire.addresses import is_address
from signalbox.wire.credentials import Credentials
from signalbox.wire.fields import Address, Properties, Shape
from signalbox.wire.json_body import MAX_REASONS, to_text, unstorable_numbers
from signalbox.wire.reasons import OURS, reasons_of
from signalbox.wire.segment_forms import form_of

MAX_EVENT_BYTES = 32 * 1024  # spec: collect-api, section 7; of compact JSON in UTF-8
MAX_KEPT_BYTES = 384_000
"""An invalid event above this is refused with its batch, because the quarantine could not hold it (400 KB an item)."""
MAX_ID = 255  # an e-mail address, which many take as the userId, has up to 254
MAX_NAME = 100  # spec: collect-api, section 6
FIRST_YEAR, LAST_YEAR = 1900, 2199  # a clock set wrong by more cannot be corrected, and could leave the calendar

TOO_LARGE = Reason("", f"expected at most {MAX_EVENT_BYTES} bytes")
HALF_CHARACTER = Reason("", "expected whole characters, not half of a surrogate pair")
NO_OBJECT = Reason("", "expected an object")
NOBODY = Reason("/userId", "required, or else anonymousId or an e-mail address in traits")

_WRITTEN_OVER = ("clientId", "type", "event", "original")
"""What a sender may have at the top of an event that our layout has there itself."""


def _id(value: Any) -> Any:
    text = str(value) if type(value) is int else value
    if isinstance(text, str) and len(text) > MAX_ID:
        raise PydanticCustomError(OURS, "expected at most {limit} characters", {"limit": MAX_ID})
    return _blank_is_none(text)


def _instant(value: Any) -> Any:
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
        instant = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        instant = None
    if instant is None or not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise PydanticCustomError(OURS, "expected a date as ISO 8601 writes it, of the years 1900 to 2199")
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _blank_is_none(value: Any) -> Any:
    return None if value == "" else value


Id = Annotated[str | None, BeforeValidator(_id)]
Instant = Annotated[datetime | None, BeforeValidator(_instant)]
MaybeAddress = Annotated[Address | None, BeforeValidator(_blank_is_none)]


class Person(Shape):
    """What is said of the person."""

    email: MaybeAddress = None


class Context(Shape):
    """Where the event came from; server SDKs put the person's traits here."""

    traits: Person | None = None


class Call(Shape):
    """What all calls have in common; none of it is required by itself."""

    type: Literal["track", "identify", "page", "screen", "group", "alias"]
    user_id: Id = None
    anonymous_id: Id = None
    previous_id: Id = None
    timestamp: Instant = None
    original_timestamp: Instant = None
    sent_at: Instant = None
    context: Context | None = None
    properties: Properties | None = None


class PersonsCall(Call):
    """A call whose traits are a person's; a group's are the group's."""

    traits: Person | None = None


class Track(PersonsCall):
    """`track`, which has a name."""

    event: Annotated[str, Field(min_length=1)]


class Group(Call):
    """`group`."""

    traits: Properties | None = None


SHAPES: Mapping[str, type[Call]] = {"track": Track, "group": Group}
"""By `type`; the others are checked as `PersonsCall`."""


def submission_of(event: Any, credentials: Credentials) -> Submission:
    """Read one event; raises TooLarge when it is so large that not even quarantine could keep it."""
    text, reasons = _written(event)
    call: Call | None = None
    if not reasons:
        call, reasons = _checked(event)
    event_id = _event_id(event, text)
    return Submission(
        partner_id=credentials.partner_id,
        secret=credentials.secret,
        debug=False,
        event_id=event_id,
        body=text,
        draft=_draft(call, event, event_id) if call else None,
        reasons=tuple(reasons[:MAX_REASONS]),
        protocol=Protocol.SEGMENT,
    )


def _written(event: Any) -> tuple[str, list[Reason]]:
    """Give the event's text, and why it is none that the store could hold, if so."""
    text = to_text(event)
    encoded = _encoded(text)
    if len(encoded) > MAX_KEPT_BYTES:
        raise TooLarge
    written = encoded.decode()
    if written != text:
        return written, [HALF_CHARACTER]
    if not isinstance(event, dict):
        return text, [NO_OBJECT]
    return text, [TOO_LARGE] if len(encoded) > MAX_EVENT_BYTES else []


def _checked(event: dict[str, Any]) -> tuple[Call | None, list[Reason]]:
    try:
        reasons = [*unstorable_numbers(event)]
    except NotJson as too_deep:
        return None, [*too_deep.reasons]
    kind = event.get("type")
    shape = SHAPES.get(kind, PersonsCall) if isinstance(kind, str) else Call
    try:
        call = shape.model_validate(event)
    except ValidationError as error:
        return None, [*reasons, *reasons_of(error)]
    if not _client_ids(call):
        reasons.append(NOBODY)
    return (None if reasons else call), reasons


def _event_id(event: Any, text: str) -> str:
    """Take the sender's name for the event, or one from its content but for `sentAt`, which each attempt sets anew."""
    if isinstance(event, dict):
        name = event.get("messageId")
        if isinstance(name, str) and 0 < len(name) <= MAX_NAME and name.isprintable():
            return name
        text = to_text({name: value for name, value in event.items() if name != "sentAt"})
    return f"content:{derived_event_id(_encoded(text))}"


def _encoded(text: str) -> bytes:
    """Encode JSON text; half a character becomes the escape that JSON has for it."""
    return text.encode("utf-8", "backslashreplace")


def _draft(call: Call, event: dict[str, Any], event_id: str) -> EventDraft:
    layout, email = _laid_out(call, event)
    custom = layout["properties"] if layout.get("event") == "custom" else {}
    event_type = event_type_of(layout["type"], layout.get("event"), custom.get("eventName"))
    client_id, *others = _client_ids(call)
    return EventDraft(
        event_type=event_type,
        event_name=custom.get("eventName", event_type),
        event_id=event_id,
        client_id=client_id,
        user_id=call.user_id,
        email=email,
        requires_identity=True,
        sent_at=call.sent_at,
        happened_at=call.timestamp or call.original_timestamp,
        traits=_profile(call, layout["traits"], email) if call.type == IDENTIFY else {},
        body=to_text(_over(event, layout)),
        other_client_id=others[0] if others else None,
    )


def _client_ids(call: Call) -> list[str]:
    """Give the names the client goes by, the person's own key first: it outlives the device."""
    person = call.user_id or call.previous_id
    email = _address(call)
    named = [name for name in (person, call.anonymous_id) if name is not None]
    return list(dict.fromkeys(named)) or ([email] if email else [])


def _address(call: Call) -> str | None:
    """Find the person's address: in the traits, in the context's, or as the userId."""
    traits = call.traits if isinstance(call, PersonsCall) else None
    for said in (traits, call.context and call.context.traits):
        if said and said.email:
            return said.email
    user_id = normalise_email(call.user_id or "")
    return user_id if "@" in user_id and is_address(user_id) else None


def _laid_out(call: Call, event: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Give the members that we write over the event's own, and the person's address."""
    context = event.get("context") or {}
    traits = {**(context.get("traits") or {}), **({} if call.type == "group" else event.get("traits") or {})}
    email = _address(call)
    layout = {"clientId": _client_ids(call)[0], "context": context, "traits": traits}
    if call.type == IDENTIFY:
        return {**layout, "type": IDENTIFY}, email
    form = form_of(event, user_id=call.user_id, email=email)
    if form.event == "registration":  # whose address names the person too (spec: collect-api, section 4)
        email = email or normalise_email(form.properties["email"])
    return {**layout, "type": "track", "event": form.event, "properties": form.properties}, email


def _over(event: dict[str, Any], layout: dict[str, Any]) -> dict[str, Any]:
    replaced = {name: event[name] for name in _WRITTEN_OVER if name in event and event[name] != layout.get(name)}
    return {**event, **layout, **({"original": replaced} if replaced else {})}


def _profile(call: Call, traits: Mapping[str, Any], email: str | None) -> dict[str, str]:
    """Give each trait as JSON text; the address in the form that is sent to, the userId as one more trait."""
    known = {"userId": call.user_id, "email": email}
    profile = {**traits, **{name: value for name, value in known.items() if value is not None}}
    return {name: to_text(value) for name, value in profile.items()}
