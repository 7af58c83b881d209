"""One request to the ingestion endpoint, parsed: a `Submission` with an event or with the reasons why there is none.

The secret is taken out here, at the door: nothing behind it can store or log it.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import ValidationError

from signalbox.domain.errors import Reason
from signalbox.domain.events import IDENTIFY, derived_event_id, event_type_of, from_ms
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.submissions import EventDraft, Submission
from signalbox.wire.coercions import are_coercible, coerced
from signalbox.wire.credentials import Credentials, credentials_of
from signalbox.wire.fields import Shape
from signalbox.wire.json_body import MAX_REASONS, canonical, parsed_object, read_object, to_text, unstorable_numbers
from signalbox.wire.normal_forms import normalised
from signalbox.wire.properties import Custom, Registration
from signalbox.wire.reasons import Fault, faults_of
from signalbox.wire.shapes import Envelope, Track, envelope_of, properties_of

PATHS = ("/http/v1/collect", "/events/v1/collect", "/http/v1/events/v1/collect")
"""All one operation (spec: collect-api, section 1)."""

MAX_NAME = 100  # spec: collect-api, section 6
KEY_HEADER = "idempotency-key"
TIMEZONE_TRAIT = "timezone_offset"
"""Where a contact keeps the envelope's `timezone`: minutes, UTC minus local."""

_DERIVED = "content:"  # before a name made from the content; no sender writes it by accident

_USER_ID_MISSING = Reason("/userId", "required on identify, here or as traits.userId")
_KEY_UNUSABLE = Reason("", f"expected an Idempotency-Key header of 1 to {MAX_NAME} printable ASCII characters")


def parse(body: bytes, headers: Mapping[str, str]) -> Submission:
    """Read one event; `headers` are named in lower case.

    Raises NotJson (an Invalid, 400) and TooLarge (413); whatever else is wrong is in the submission's reasons.
    """
    received = read_object(body)
    credentials = credentials_of(received, headers)
    received.pop("partnerSecret", None)
    return _read(received, credentials, headers.get(KEY_HEADER))


def read_again(quarantined: QuarantinedEvent) -> Submission:
    """Read an event out of quarantine by the rules as they are now; it keeps its name, or has that of a retry now.

    A name from the content is made anew, because coercions for a lenient partner change the content.
    """
    name = quarantined.event_id
    key = None if name.startswith(_DERIVED) else name
    return _read(parsed_object(quarantined.body), Credentials(quarantined.partner_id), key)


def _read(received: dict[str, Any], credentials: Credentials, key: str | None) -> Submission:
    reasons = [*unstorable_numbers(received), *_key_reasons(received, key)]
    envelope, properties, faults = _checked(received)
    reasons += [fault.reason() for fault in faults[:MAX_REASONS]]
    if received.get("type") == IDENTIFY and _names_no_user(received):
        reasons.append(_USER_ID_MISSING)
    event_id = _event_id(received, key)
    context = received.get("context")
    text = to_text(received)
    return Submission(
        partner_id=credentials.partner_id,
        secret=credentials.secret,
        debug=isinstance(context, dict) and context.get("debug") is True,
        event_id=event_id,
        body=text,
        draft=None if envelope is None or reasons else _draft(envelope, properties, received, event_id, text),
        reasons=tuple(reasons[:MAX_REASONS]),
        leniently=partial(_read_leniently, received, faults, credentials, key) if are_coercible(faults) else None,
    )


def _read_leniently(
    received: Mapping[str, Any], faults: Sequence[Fault], credentials: Credentials, key: str | None
) -> Submission:
    return _read(coerced(received, faults), credentials, key)


def _checked(body: Mapping[str, Any]) -> tuple[Envelope | None, Shape | None, Sequence[Fault]]:
    """Check the body against the shapes it claims to have."""
    envelope, faults = _validated(envelope_of(body), body)
    shape = properties_of(body)
    if shape is None:
        return envelope, None, faults
    properties, more = _validated(shape, body["properties"], "properties")
    return envelope, properties, [*faults, *more]


def _validated[S: Shape](shape: type[S], value: Any, *under: str) -> tuple[S | None, Sequence[Fault]]:
    try:
        return shape.model_validate(value), ()
    except ValidationError as error:
        return None, faults_of(error, *under)


def _names_no_user(body: Mapping[str, Any]) -> bool:
    traits = body.get("traits")
    return body.get("userId") is None and not (isinstance(traits, dict) and traits.get("userId") is not None)


def _draft(
    envelope: Envelope, properties: Shape | None, body: Mapping[str, Any], event_id: str, text: str
) -> EventDraft:
    custom = properties if isinstance(properties, Custom) else None
    event = envelope.event if isinstance(envelope, Track) else None
    event_type = event_type_of(envelope.type, event, custom.event_name if custom else None)
    traits = envelope.traits
    normal = normalised(body)
    return EventDraft(
        event_type=event_type,
        event_name=custom.event_name if custom else event_type,
        event_id=event_id,
        client_id=envelope.client_id,
        user_id=envelope.user_id or (traits.user_id if traits else None),
        email=_email(envelope, properties),
        requires_identity=custom is None or custom.requires_identity is not False,
        sent_at=from_ms(envelope.sent_at),
        happened_at=None,
        traits=_profile(envelope, body) if envelope.type == IDENTIFY else {},
        body=text if normal is body else to_text(normal),
    )


def _email(envelope: Envelope, properties: Shape | None) -> str | None:
    """Give the address of the traits or, where they have none, the one that somebody registers with."""
    if envelope.traits and envelope.traits.email:
        return envelope.traits.email
    return properties.email if isinstance(properties, Registration) else None


def _event_id(body: Mapping[str, Any], key: str | None) -> str:
    """Take the sender's name for the event, or one from its content."""
    for name in (body.get("messageId"), key):
        if isinstance(name, str) and 0 < len(name) <= MAX_NAME:
            return name
    return f"{_DERIVED}{derived_event_id(canonical(body))}"


def _key_reasons(body: Mapping[str, Any], key: str | None) -> Sequence[Reason]:
    """Judge the Idempotency-Key header where it is what names the event."""
    if key is None or body.get("messageId") is not None:
        return []
    return [] if 0 < len(key) <= MAX_NAME and key.isascii() and key.isprintable() else [_KEY_UNUSABLE]


def _profile(envelope: Envelope, body: Mapping[str, Any]) -> dict[str, str]:
    """Give each trait as JSON text; the e-mail address normalised, so that a profile shows what is sent to."""
    traits = dict(body["traits"])
    if envelope.traits:
        traits["email"] = envelope.traits.email
    if envelope.timezone is not None:
        traits[TIMEZONE_TRAIT] = envelope.timezone
    return {name: to_text(value) for name, value in traits.items()}
