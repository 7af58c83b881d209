"""The shapes of submitted events (spec: collect-api, sections 3 and 4): the envelope here, the rest in `properties`."""

from collections.abc import Mapping
from typing import Any

from signalbox.domain.events import IDENTIFY
from signalbox.wire.checks import INTEGER_NUMBER, OBJECT, TEXT, TRUE_OR_FALSE, Required, Shape, one_of, text
from signalbox.wire.fields import ADDRESS, KNOWN_EVENT, MILLISECONDS
from signalbox.wire.properties import PROPERTIES, SEARCH_TERMS

SEARCH = "search"

CONTEXT = Shape(
    "Context",
    "Where the event came from; `page.url` and `device.type` have been published in three forms, all are taken.",
    {
        "debug": TRUE_OR_FALSE,
        "name": TEXT,
        "version": TEXT,
        "userAgent": TEXT,
        "page": Shape("Page", "The page the sender's code ran on.", {"url": TEXT}),
        "device": Shape("Device", "The sender's device.", {"type": TEXT}),
        "page.url": TEXT,
        "url": TEXT,
        "device.type": TEXT,
        "type": TEXT,
    },
)

TRAITS = Shape("Traits", "What is said of the person.", {
    "email": ADDRESS,
    "firstName": TEXT,
    "lastName": TEXT,
    "name": TEXT,
    "userId": TEXT,
    "username": TEXT,
    "phone": TEXT,
    "ARN": TEXT,
    "properties": OBJECT,
})  # fmt: skip

ENVELOPE = Shape("Envelope", "What every event has around it, but for the secret, which is taken out before.", {
    "partnerId": TEXT,
    "clientId": Required(text(shortest=1, longest=45)),
    "sentAt": Required(MILLISECONDS),
    "type": Required(one_of("track", IDENTIFY)),
    "context": Required(CONTEXT),
    "ipAddress": TEXT,
    "timezone": INTEGER_NUMBER,
    "messageId": text(shortest=1, longest=100),
    "userId": TEXT,
    "traits": TRAITS,
})  # fmt: skip

IDENTIFY_EVENT = ENVELOPE.but(
    "IdentifyEvent", "`identify`; the userId is required, at the top or in the traits.", {
        "type": Required(one_of(IDENTIFY)),
        "traits": Required(TRAITS.but("IdentifyTraits", "Traits that say who the person is.", {
            "email": Required(ADDRESS),
        })),
    },
)  # fmt: skip

TRACK_EVENT = ENVELOPE.but("TrackEvent", "`track`, of an `event` that there is not.", {
    "type": Required(one_of("track")),
    "event": Required(KNOWN_EVENT),
    "properties": Required(OBJECT),
})  # fmt: skip


def _track_event(event: str, properties: Shape) -> Shape:
    name = "".join(word.capitalize() for word in event.split("_")) + "Event"
    named = Required(one_of(event))
    if event != SEARCH:
        return TRACK_EVENT.but(name, f"`{event}`.", {"event": named, "properties": Required(properties)})
    fields = {**SEARCH_TERMS.fields, **TRACK_EVENT.fields, "event": named, "properties": properties}
    return Shape(name, f"`{event}`, whose members were published at the top level.", fields)


TRACK_EVENTS: Mapping[str, Shape] = {event: _track_event(event, shape) for event, shape in PROPERTIES.items()}
"""By `event`."""


def shape_of(body: Mapping[str, Any]) -> Shape:
    """Choose the shape that a body claims to have; of an unknown type the one that refuses it."""
    kind = body.get("type")
    if kind == IDENTIFY:
        return IDENTIFY_EVENT
    if kind != "track":
        return ENVELOPE
    event = body.get("event")
    return TRACK_EVENTS.get(event, TRACK_EVENT) if isinstance(event, str) else TRACK_EVENT
