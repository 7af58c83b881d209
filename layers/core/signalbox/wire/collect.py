"""One request to the ingestion endpoint, parsed: a `Submission` with an event or with the reasons why there is none.

The secret is taken out here, at the door: nothing behind it can store or log it.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from signalbox.domain.errors import Reason
from signalbox.domain.events import CUSTOM, IDENTIFY, derived_event_id, event_type_of, from_ms
from signalbox.domain.identities import normalise_email
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.submissions import EventDraft, Submission
from signalbox.wire.coercions import are_coercible, coerced
from signalbox.wire.credentials import Credentials, credentials_of
from signalbox.wire.json_body import MAX_REASONS, canonical, parsed_object, read_object, to_text, unstorable_numbers
from signalbox.wire.normal_forms import normalised
from signalbox.wire.reasons import Fault
from signalbox.wire.shapes import shape_of

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
    faults = shape_of(received).faults(received)
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
        draft=None if reasons else _draft(received, event_id, text),
        reasons=tuple(reasons[:MAX_REASONS]),
        leniently=partial(_read_leniently, received, faults, credentials, key) if are_coercible(faults) else None,
    )


def _read_leniently(
    received: Mapping[str, Any], faults: Sequence[Fault], credentials: Credentials, key: str | None
) -> Submission:
    return _read(coerced(received, faults), credentials, key)


def _names_no_user(body: Mapping[str, Any]) -> bool:
    traits = body.get("traits")
    return body.get("userId") is None and not (isinstance(traits, dict) and traits.get("userId") is not None)


def _draft(body: Mapping[str, Any], event_id: str, text: str) -> EventDraft:
    """Read a body that meets its shape."""
    event = None if body["type"] == IDENTIFY else body["event"]
    custom = body["properties"] if event == CUSTOM else {}
    event_type = event_type_of(body["type"], event, custom.get("eventName"))
    traits = body.get("traits") or {}
    normal = normalised(body)
    return EventDraft(
        event_type=event_type,
        event_name=custom.get("eventName", event_type),
        event_id=event_id,
        client_id=body["clientId"],
        user_id=body.get("userId") or traits.get("userId"),
        email=_email(event, body, traits),
        requires_identity=custom.get("requiresIdentity") is not False,
        sent_at=from_ms(body["sentAt"]),
        happened_at=None,
        traits=_profile(body) if event is None else {},
        body=text if normal is body else to_text(normal),
    )


def _email(event: str | None, body: Mapping[str, Any], traits: Mapping[str, Any]) -> str | None:
    """Give the address of the traits or, where they have none, the one that somebody registers with."""
    address = traits.get("email")
    if address is None and event == "registration":
        address = body["properties"]["email"]
    return None if address is None else normalise_email(address)


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


def _profile(body: Mapping[str, Any]) -> dict[str, str]:
    """Give each trait as JSON text; the e-mail address normalised, so that a profile shows what is sent to."""
    traits = {**body["traits"], "email": normalise_email(body["traits"]["email"])}
    if body.get("timezone") is not None:
        traits[TIMEZONE_TRAIT] = body["timezone"]
    return {name: to_text(value) for name, value in traits.items()}
