"""The shapes of submitted events (spec: collect-api, sections 3 and 4): the envelope here, the rest in `properties`.

Checks are exact: `true` is no number, "3" is not 3. Unknown members pass. A member that may be absent may as well
be null: JavaScript senders write what they do not know as null.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from signalbox.domain.events import IDENTIFY
from signalbox.wire.fields import Address, KnownEvent, Milliseconds, Properties, Shape, Text
from signalbox.wire.properties import PROPERTIES, SearchTerms

SEARCH = "search"


class Page(Shape):
    """The page the sender's code ran on."""

    url: Text = None


class Device(Shape):
    """The sender's device."""

    type: Text = None


class Context(Shape):
    """Where the event came from; `page.url` and `device.type` have been published in three forms, all are taken."""

    debug: bool | None = None
    name: Text = None
    version: Text = None
    user_agent: Text = None
    page: Page | None = None
    device: Device | None = None
    page_url: Annotated[str | None, Field(alias="page.url")] = None
    bare_url: Annotated[str | None, Field(alias="url")] = None
    device_type: Annotated[str | None, Field(alias="device.type")] = None
    bare_type: Annotated[str | None, Field(alias="type")] = None


class Traits(Shape):
    """What is said of the person."""

    email: Address | None = None
    first_name: Text = None
    last_name: Text = None
    name: Text = None
    user_id: Text = None
    username: Text = None
    phone: Text = None
    arn: Annotated[str | None, Field(alias="ARN")] = None
    properties: Properties | None = None


class IdentifyTraits(Traits):
    """Traits that say who the person is."""

    email: Address


class Envelope(Shape):
    """What every event has around it, but for the secret, which is taken out before."""

    partner_id: Text = None
    client_id: Annotated[str, Field(min_length=1, max_length=45)]
    sent_at: Milliseconds
    type: Literal["track", "identify"]
    context: Context
    ip_address: Text = None
    timezone: int | None = None
    message_id: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    user_id: Text = None
    traits: Traits | None = None


_USER_ID: Any = {"required": ["userId"], "properties": {"userId": {"type": "string"}}}


class Identify(Envelope):
    """`type: identify`; the userId is required at the top or in the traits, which `collect` checks."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [_USER_ID, {"properties": {"traits": _USER_ID}}]})

    type: Literal["identify"]
    traits: IdentifyTraits


class Track(Envelope):
    """`type: track`, but for what its `event` asks of `properties`."""

    type: Literal["track"]
    event: KnownEvent
    properties: Properties | None = None


class FullTrack(Track):
    """Any `event` but search."""

    properties: Properties


class Search(Track, SearchTerms):
    """`event: search`, whose members were published at the top level, so `properties` may be absent."""


def envelope_of(body: Mapping[str, Any]) -> type[Envelope]:
    """Choose the envelope that a body claims to have; of an unknown type the one that refuses it."""
    kind = body.get("type")
    if kind == IDENTIFY:
        return Identify
    if kind != "track":
        return Envelope
    return Search if body.get("event") == SEARCH else FullTrack


def properties_of(body: Mapping[str, Any]) -> type[Shape] | None:
    """Choose what a body's `properties` are to be; None where the envelope says all there is to say."""
    event = body.get("event")
    if body.get("type") != "track" or not isinstance(event, str) or not isinstance(body.get("properties"), dict):
        return None
    return PROPERTIES.get(event)
