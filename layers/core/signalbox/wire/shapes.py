"""The shapes of submitted events, one small class for each type (spec: collect-api, sections 3 and 4).

Checks are exact: `true` is no number, "3" is not 3. Unknown members pass. A member that may be absent may as well
be null: JavaScript senders write what they do not know as null.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from signalbox.domain.events import CUSTOM, IDENTIFY, PREDEFINED_TYPES, from_ms
from signalbox.domain.identities import normalise_email
from signalbox.wire.addresses import is_address
from signalbox.wire.reasons import OURS

_EVENTS = (CUSTOM, *PREDEFINED_TYPES)


def _address(text: str) -> str:
    address = normalise_email(text)
    if not is_address(address):
        raise PydanticCustomError(OURS, "expected an e-mail address")
    return address


def _representable(milliseconds: int) -> int:
    try:
        from_ms(milliseconds)
    except OverflowError as error:
        raise PydanticCustomError(OURS, "expected epoch milliseconds of a year up to 9999") from error
    return milliseconds


def _known_event(name: str) -> str:
    if name not in _EVENTS:
        raise PydanticCustomError(OURS, "expected the name of a type of event: {names}", {"names": ", ".join(_EVENTS)})
    return name


Address = Annotated[str, AfterValidator(_address)]
Milliseconds = Annotated[int, AfterValidator(_representable)]
type Properties = dict[str, Any]


class Shape(BaseModel):
    """Strict, open to unknown members, and built when the first event of its kind arrives."""

    model_config = ConfigDict(
        strict=True, extra="allow", alias_generator=to_camel, defer_build=True, hide_input_in_errors=True
    )


class Page(Shape):
    """The page the sender's code ran on."""

    url: str | None = None


class Device(Shape):
    """The sender's device."""

    type: str | None = None


class Context(Shape):
    """Where the event came from; `page.url` and `device.type` have been published in three forms, all are taken."""

    debug: bool | None = None
    name: str | None = None
    version: str | None = None
    user_agent: str | None = None
    page: Page | None = None
    device: Device | None = None
    page_url: Annotated[str | None, Field(alias="page.url")] = None
    bare_url: Annotated[str | None, Field(alias="url")] = None
    device_type: Annotated[str | None, Field(alias="device.type")] = None
    bare_type: Annotated[str | None, Field(alias="type")] = None


class Traits(Shape):
    """What is said of the person."""

    email: Address | None = None
    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    user_id: str | None = None
    username: str | None = None
    phone: str | None = None
    arn: Annotated[str | None, Field(alias="ARN")] = None
    properties: Properties | None = None


class IdentifyTraits(Traits):
    """Traits that say who the person is."""

    email: Address


class Envelope(Shape):
    """What every event has around it, but for the credentials, which `credentials` reads."""

    client_id: Annotated[str, Field(min_length=1, max_length=45)]
    sent_at: Milliseconds
    type: Literal["track", "identify"]
    context: Context
    ip_address: str | None = None
    timezone: int | None = None
    message_id: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    user_id: str | None = None
    traits: Traits | None = None


class Identify(Envelope):
    """`type: identify`."""

    traits: IdentifyTraits


class Track(Envelope):
    """`type: track`; each event adds its own `properties`."""

    event: Annotated[str, AfterValidator(_known_event), Field(json_schema_extra={"enum": list(_EVENTS)})]


class OtherTrack(Track):
    """Any event that has no shape of its own yet."""

    properties: Properties


class CustomProperties(Shape):
    """What a custom event carries."""

    event_name: Annotated[str, Field(min_length=1, max_length=38)]
    properties: Properties | None = None
    requires_identity: bool | None = None


class Custom(Track):
    """`event: custom`."""

    properties: CustomProperties


class Search(Track):
    """`event: search`, whose members were published at the top level, so `properties` may be absent."""

    properties: Properties | None = None


TRACK_SHAPES: Mapping[str, type[Track]] = {CUSTOM: Custom, "search": Search}
"""By `event`; what is not listed is checked as `OtherTrack`."""


def shape_of(body: Mapping[str, Any]) -> type[Envelope]:
    """Choose the shape that a body claims to have; of an unknown type the envelope, which refuses it."""
    kind, event = body.get("type"), body.get("event")
    if kind == IDENTIFY:
        return Identify
    if kind != "track":
        return Envelope
    return TRACK_SHAPES.get(event, OtherTrack) if isinstance(event, str) else OtherTrack
