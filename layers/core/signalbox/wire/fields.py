"""What the models of submitted events are made of: their base, and the fields that are more than their JSON type.

Each kind of field has its check and its words for the OpenAPI document side by side.
"""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError
from simplejson import RawJSON

from signalbox.domain.events import CUSTOM, PREDEFINED_TYPES, from_ms
from signalbox.domain.identities import normalise_email
from signalbox.wire.addresses import is_address
from signalbox.wire.reasons import NUMBER, OURS

MAX_CATEGORY_LEVELS = 5  # spec: collect-api, section 4
EVENTS = (CUSTOM, *PREDEFINED_TYPES)

_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999  # the years 1 to 9999


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
    if name not in EVENTS:
        raise PydanticCustomError(OURS, "expected the name of a type of event: {names}", {"names": ", ".join(EVENTS)})
    return name


def _number(value: Any) -> Any:
    """Take what JSON calls a number; one too large for any type is refused by `unstorable_numbers` already."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | RawJSON):
        raise PydanticCustomError(NUMBER, "expected a number")
    return value


def _category(text: str) -> str:
    if text.count("/") >= MAX_CATEGORY_LEVELS:
        raise PydanticCustomError(
            OURS, "expected at most {levels} levels, divided by /", {"levels": MAX_CATEGORY_LEVELS}
        )
    return text


def _objects(value: Any) -> Any:
    many = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) for each in many):
        raise PydanticCustomError(OURS, "expected an object or an array of objects")
    return value


type Properties = dict[str, Any]
Text = str | None
Address = Annotated[str, AfterValidator(_address), Field(json_schema_extra={"format": "email"})]
Milliseconds = Annotated[
    int, AfterValidator(_representable), Field(json_schema_extra={"minimum": _FIRST_MS, "maximum": _LAST_MS})
]
KnownEvent = Annotated[str, AfterValidator(_known_event), Field(json_schema_extra={"enum": list(EVENTS)})]
Number = Annotated[int | Decimal, PlainValidator(_number), WithJsonSchema({"type": "number"})]
Category = Annotated[
    str,
    AfterValidator(_category),
    Field(json_schema_extra={"pattern": f"^[^/]*(/[^/]*){{0,{MAX_CATEGORY_LEVELS - 1}}}$"}),
]
Objects = Annotated[
    Properties | list[Properties],
    PlainValidator(_objects),
    WithJsonSchema({"anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]}),
]
"""One object or an array of them; `searchItems` has been published as both."""


class Shape(BaseModel):
    """Strict, open to unknown members, and built when the first event of its kind arrives."""

    model_config = ConfigDict(
        strict=True, extra="allow", alias_generator=to_camel, defer_build=True, hide_input_in_errors=True
    )
