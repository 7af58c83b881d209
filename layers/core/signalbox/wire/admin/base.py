"""What all shapes of the admin API have in common: camelCase, no unknown members, no guessing at types."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from signalbox.domain.errors import Malformed, Reason
from signalbox.wire.json_body import pointer

MAX_LIMIT = 200
DEFAULT_LIMIT = 50

_SECOND = timedelta(seconds=1)


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _as_kept(instant: datetime) -> datetime:
    """Give it in UTC, as all instants inside are, and cut what a caller wrote finer than the product keeps it."""
    return instant.astimezone(UTC).replace(microsecond=instant.microsecond // 1000 * 1000)


type Instant = Annotated[
    AwareDatetime,
    AfterValidator(_as_kept),
    PlainSerializer(_written, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant: ISO 8601 with milliseconds and `Z`; another offset is taken too."""

type Seconds = Annotated[int, Field(ge=0, le=10**9)]
"""A span in whole seconds."""


class Wire(BaseModel):
    """A shape. In Python its members have Python's names, on the wire camelCase and no other."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        serialize_by_alias=True,
        extra="forbid",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        from_attributes=True,
    )


class Nothing(Wire):
    """A body that has no members, or none at all."""


class Listing(Wire):
    """How a part of a list is asked for."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str, Field(max_length=4000, description="`next` of the part before")] | None = None


def body_of[Shape: Wire](shape: type[Shape], body: bytes) -> Shape:
    """Read a body; none at all is an empty object. Raises Malformed with a reason for each member."""
    try:
        return shape.model_validate_json(body or b"{}", by_alias=True, by_name=False)
    except ValidationError as error:
        raise Malformed(_reasons(error, _parsed(body))) from None


def query_of[Shape: Wire](shape: type[Shape], query: Mapping[str, str]) -> Shape:
    """Read a query, whose values are all text; raises Malformed."""
    try:
        return shape.model_validate(query, strict=False, by_alias=True, by_name=False)
    except ValidationError as error:
        raise Malformed(_reasons(error, query)) from None


def seconds_of(span: timedelta) -> int:
    """Write a span."""
    return span // _SECOND


def span_of(seconds: int) -> timedelta:
    """Read a span."""
    return seconds * _SECOND


_WORDS = {"missing": "required", "extra_forbidden": "unknown", "json_invalid": "expected a JSON object"}


def _parsed(body: bytes) -> Any:
    try:
        return from_json(body or b"{}")
    except ValueError:
        return None


def _reasons(error: ValidationError, sent: Any) -> Sequence[Reason]:
    """Give one reason for each place: of a value that may be one of several things, the first thing's."""
    reason_by_path: dict[str, str] = {}
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        path = pointer(_place_of(fault["loc"], sent, is_missing=fault["type"] == "missing"))
        reason_by_path.setdefault(path, _WORDS.get(fault["type"]) or _told(fault["msg"]))
    return [Reason(path, reason) for path, reason in reason_by_path.items()]


def _place_of(steps: Sequence[str | int], sent: Any, *, is_missing: bool) -> Sequence[str | int]:
    """Leave out the steps that lead to no member: pydantic's names for the one of several shapes that it tried."""
    place: list[str | int] = []
    for step in steps[:-1] if is_missing else steps:
        try:
            sent = sent[step]
        except (KeyError, IndexError, TypeError):
            continue
        place.append(step)
    return [*place, steps[-1]] if is_missing else place


def _told(message: str) -> str:
    """Say it as the rest of the product does; pydantic's messages hold no values."""
    return message.removeprefix("Value error, ").replace("Input should be", "expected")
