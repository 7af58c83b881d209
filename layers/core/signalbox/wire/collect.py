"""One request to the ingestion endpoint, parsed: a `Submission` with an event or with the reasons why there is none.

The secret is taken out here, at the door: nothing behind it can store or log it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from signalbox.domain.errors import Reason
from signalbox.domain.events import IDENTIFY, derived_event_id, event_type_of, from_ms
from signalbox.domain.submissions import EventDraft, Submission
from signalbox.wire.credentials import credentials_of
from signalbox.wire.json_body import MAX_REASONS, canonical, read_object, to_text, unstorable_numbers
from signalbox.wire.reasons import reasons_of
from signalbox.wire.shapes import Custom, Envelope, Track, shape_of

MAX_NAME = 100  # spec: collect-api, section 6
TIMEZONE_TRAIT = "timezone_offset"
"""Where a contact keeps the envelope's `timezone`: minutes, UTC minus local."""

_CONTEXT_FORMS = (("page", "url", ("page.url", "url")), ("device", "type", ("device.type", "type")))

_USER_ID_MISSING = Reason("/userId", "required on identify, here or as traits.userId")
_KEY_UNUSABLE = Reason("", f"expected an Idempotency-Key header of 1 to {MAX_NAME} printable ASCII characters")


def parse(body: bytes, headers: Mapping[str, str]) -> Submission:
    """Read one event; `headers` are named in lower case.

    Raises NotJson (an Invalid, 400) and TooLarge (413); whatever else is wrong is in the submission's reasons.
    """
    received = read_object(body)
    credentials = credentials_of(received, headers)
    received.pop("partnerSecret", None)
    reasons = [*unstorable_numbers(received), *_key_reasons(received, headers)]
    shape = _checked(received, reasons)
    event_id = _event_id(received, headers)
    context = received.get("context")
    text = to_text(received)
    return Submission(
        partner_id=credentials.partner_id,
        secret=credentials.secret,
        debug=isinstance(context, dict) and context.get("debug") is True,
        event_id=event_id,
        body=text,
        draft=None if shape is None or reasons else _draft(shape, received, event_id, text),
        reasons=tuple(reasons[:MAX_REASONS]),
    )


def _checked(body: Mapping[str, Any], reasons: list[Reason]) -> Envelope | None:
    """Check the body against the shape it claims to have; what is wrong is added to `reasons`."""
    try:
        shape = shape_of(body).model_validate(body)
    except ValidationError as error:
        reasons += reasons_of(error)
        shape = None
    if body.get("type") == IDENTIFY and _names_no_user(body):
        reasons.append(_USER_ID_MISSING)
    return shape


def _names_no_user(body: Mapping[str, Any]) -> bool:
    traits = body.get("traits")
    return body.get("userId") is None and not (isinstance(traits, dict) and traits.get("userId") is not None)


def _draft(shape: Envelope, body: dict[str, Any], event_id: str, text: str) -> EventDraft:
    custom = shape.properties if isinstance(shape, Custom) else None
    event = shape.event if isinstance(shape, Track) else None
    event_type = event_type_of(shape.type, event, custom.event_name if custom else None)
    traits = shape.traits
    context = _nested(body["context"])
    return EventDraft(
        event_type=event_type,
        event_name=custom.event_name if custom else event_type,
        event_id=event_id,
        client_id=shape.client_id,
        user_id=shape.user_id or (traits.user_id if traits else None),
        email=traits.email if traits else None,
        requires_identity=custom is None or custom.requires_identity is not False,
        sent_at=from_ms(shape.sent_at),
        happened_at=None,
        traits=_profile(shape, body) if shape.type == IDENTIFY else {},
        body=text if context == body["context"] else to_text({**body, "context": context}),
    )


def _event_id(body: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """Take the sender's name for the event, or one from its content, which no sender writes by accident."""
    for name in (body.get("messageId"), headers.get("idempotency-key")):
        if isinstance(name, str) and 0 < len(name) <= MAX_NAME:
            return name
    return f"content:{derived_event_id(canonical(body))}"


def _key_reasons(body: Mapping[str, Any], headers: Mapping[str, str]) -> Sequence[Reason]:
    """Judge the Idempotency-Key header where it is what names the event."""
    key = headers.get("idempotency-key")
    if key is None or body.get("messageId") is not None:
        return []
    return [] if 0 < len(key) <= MAX_NAME and key.isascii() and key.isprintable() else [_KEY_UNUSABLE]


def _nested(context: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the published forms of `page.url` and `device.type` to the nested one; what is nested already wins."""
    nested = dict(context)
    for outer, inner, spellings in _CONTEXT_FORMS:
        given = [spelling for spelling in spellings if isinstance(nested.get(spelling), str)]
        around = nested.get(outer) or {}
        if given and around.get(inner) is None:
            nested[outer] = {**around, inner: nested.pop(given[0])}
    return nested


def _profile(shape: Envelope, body: Mapping[str, Any]) -> dict[str, str]:
    """Give each trait as JSON text; the e-mail address normalised, so that a profile shows what is sent to."""
    traits = dict(body["traits"])
    if shape.traits:
        traits["email"] = shape.traits.email
    if shape.timezone is not None:
        traits[TIMEZONE_TRAIT] = shape.timezone
    return {name: to_text(value) for name, value in traits.items()}
