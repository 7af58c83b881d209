"""One event in Segment's wire format, read: a `Submission` whose draft is laid out as the collect protocol's events.

What is stored has `clientId`, `type`, `event`, `properties` and `traits` where triggers and content look for them, all
that the sender wrote beside them, and under `original` what had to be written over.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from signalbox.domain.errors import NotJson, Reason, TooLarge
from signalbox.domain.events import IDENTIFY, derived_event_id, event_type_of
from signalbox.domain.identities import normalise_email
from signalbox.domain.quarantine import Protocol
from signalbox.domain.submissions import EventDraft, Submission
from signalbox.wire.addresses import is_address
from signalbox.wire.credentials import Credentials
from signalbox.wire.json_body import MAX_REASONS, to_text, unstorable_numbers
from signalbox.wire.segment_forms import form_of
from signalbox.wire.segment_shapes import CALL, PERSONS_CALL, SHAPES, id_of, instant_of

MAX_EVENT_BYTES = 32 * 1024  # spec: collect-api, section 7; of compact JSON in UTF-8
MAX_KEPT_BYTES = 384_000
"""An invalid event above this is refused with its batch, because the quarantine could not hold it (400 KB an item)."""
MAX_NAME = 100  # spec: collect-api, section 6

TOO_LARGE = Reason("", f"expected at most {MAX_EVENT_BYTES} bytes")
HALF_CHARACTER = Reason("", "expected whole characters, not half of a surrogate pair")
NO_OBJECT = Reason("", "expected an object")
NOBODY = Reason("/userId", "required, or else anonymousId or an e-mail address in traits")

_WRITTEN_OVER = ("clientId", "type", "event", "original")
"""What a sender may have at the top of an event that our layout has there itself."""


class _Call(NamedTuple):
    """What is read out of a call that meets its shape; `email` is the person's address."""

    kind: str
    user_id: str | None
    email: str | None
    client_ids: list[str]
    sent_at: datetime | None
    happened_at: datetime | None


def submission_of(event: Any, credentials: Credentials) -> Submission:
    """Read one event; raises TooLarge when it is so large that not even quarantine could keep it."""
    text, reasons = _written(event)
    call: _Call | None = None
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


def _checked(event: dict[str, Any]) -> tuple[_Call | None, list[Reason]]:
    try:
        reasons = [*unstorable_numbers(event)]
    except NotJson as too_deep:
        return None, [*too_deep.reasons]
    kind = event.get("type")
    shape = SHAPES.get(kind, PERSONS_CALL) if isinstance(kind, str) else CALL
    faults = shape.faults(event)
    if faults:
        return None, [*reasons, *(fault.reason() for fault in faults)]
    call = _read(event)
    if not call.client_ids:
        reasons.append(NOBODY)
    return (None if reasons else call), reasons


def _read(event: Mapping[str, Any]) -> _Call:
    user_id = id_of(event.get("userId"))
    email = _address(event, user_id)
    named = [user_id or id_of(event.get("previousId")), id_of(event.get("anonymousId"))]
    client_ids = list(dict.fromkeys(name for name in named if name is not None))
    return _Call(
        kind=event["type"],
        user_id=user_id,
        email=email,
        client_ids=client_ids or ([email] if email else []),  # the person's own key first: it outlives the device
        sent_at=instant_of(event.get("sentAt")),
        happened_at=instant_of(event.get("timestamp")) or instant_of(event.get("originalTimestamp")),
    )


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


def _draft(call: _Call, event: dict[str, Any], event_id: str) -> EventDraft:
    layout, email = _laid_out(call, event)
    custom = layout["properties"] if layout.get("event") == "custom" else {}
    event_type = event_type_of(layout["type"], layout.get("event"), custom.get("eventName"))
    client_id, *others = call.client_ids
    return EventDraft(
        event_type=event_type,
        event_name=custom.get("eventName", event_type),
        event_id=event_id,
        client_id=client_id,
        user_id=call.user_id,
        email=email,
        requires_identity=True,
        sent_at=call.sent_at,
        happened_at=call.happened_at,
        traits=_profile(call, layout["traits"], email) if call.kind == IDENTIFY else {},
        body=to_text(_over(event, layout)),
        other_client_id=others[0] if others else None,
    )


def _address(event: Mapping[str, Any], user_id: str | None) -> str | None:
    """Find the person's address: in the traits, in the context's, or as the userId."""
    for said in (event.get("traits") if event["type"] != "group" else None, (event.get("context") or {}).get("traits")):
        if said and said.get("email"):
            return normalise_email(said["email"])
    address = normalise_email(user_id or "")
    return address if "@" in address and is_address(address) else None


def _laid_out(call: _Call, event: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Give the members that we write over the event's own, and the person's address."""
    context = event.get("context") or {}
    traits = {**(context.get("traits") or {}), **({} if call.kind == "group" else event.get("traits") or {})}
    email = call.email
    layout = {"clientId": call.client_ids[0], "context": context, "traits": traits}
    if call.kind == IDENTIFY:
        return {**layout, "type": IDENTIFY}, email
    form = form_of(event, user_id=call.user_id, email=email)
    if form.event == "registration":  # whose address names the person too (spec: collect-api, section 4)
        email = email or normalise_email(form.properties["email"])
    return {**layout, "type": "track", "event": form.event, "properties": form.properties}, email


def _over(event: dict[str, Any], layout: dict[str, Any]) -> dict[str, Any]:
    replaced = {name: event[name] for name in _WRITTEN_OVER if name in event and event[name] != layout.get(name)}
    return {**event, **layout, **({"original": replaced} if replaced else {})}


def _profile(call: _Call, traits: Mapping[str, Any], email: str | None) -> dict[str, str]:
    """Give each trait as JSON text; the address in the form that is sent to, the userId as one more trait."""
    known = {"userId": call.user_id, "email": email}
    profile = {**traits, **{name: value for name, value in known.items() if value is not None}}
    return {name: to_text(value) for name, value in profile.items()}
