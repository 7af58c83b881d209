"""The Segment-compatible routes in the OpenAPI document."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

from signalbox.domain.submissions import Acceptance
from signalbox.wire import segment, segment_event
from signalbox.wire.answers import ExplainedRefusal, Fault, Json, Refusal, refusals

PREFIX = "Segment"
"""Before the names of all schemas here, some of which the collect protocol has as well."""


class CodedRefusal(Refusal):
    """What went wrong, as Segment's SDKs read it: `code` is the status, `message` the same as `error`."""

    code: str
    message: str


class ExplainedCodedRefusal(ExplainedRefusal, CodedRefusal):
    """The same with its reasons."""


class Result(BaseModel):
    """What became of one event; `reasons` say why one is in quarantine."""

    messageId: Annotated[str, Field(description="The sender's, or the name that the event was given")]  # noqa: N815 - as it is on the wire
    status: Acceptance
    reasons: list[Fault] | None = None


class Results(BaseModel):
    """One result for each event, in the order they were sent."""

    success: Literal[True]
    results: list[Result]


ANSWERS: Json = {
    "200": {
        "description": "Each event is stored, held or in quarantine",
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{PREFIX}Results"}}},
    },
    **refusals(
        ("400", "401", "403", "413", "429", "503"),
        plain=f"{PREFIX}CodedRefusal",
        explained=f"{PREFIX}ExplainedCodedRefusal",
        also=lambda status, error: {"code": status, "message": error},
    ),
}


def _call(kind: str) -> type[BaseModel]:
    base = segment_event.SHAPES.get(kind, segment_event.PersonsCall)
    called: Any = (Literal[kind], ...)
    model: type[BaseModel] = create_model(f"{kind.capitalize()}Call", __base__=base, __doc__=f"`{kind}`.", type=called)
    return model


CALLS: Mapping[str, type[BaseModel]] = {kind: _call(kind) for kind in segment.ROUTES if kind != segment.BATCH}
MODELS: tuple[type[BaseModel], ...] = (*CALLS.values(), CodedRefusal, ExplainedCodedRefusal, Results)


def paths() -> Json:
    """Describe every route."""
    events = {kind: {"$ref": f"#/components/schemas/{PREFIX}{model.__name__}"} for kind, model in CALLS.items()}
    batch = {
        "type": "object",
        "required": ["batch"],
        "properties": {
            "batch": {
                "type": "array",
                "minItems": 1,
                "maxItems": segment.MAX_BATCH_EVENTS,
                "items": {"oneOf": list(events.values())},
            },
            "writeKey": {"type": "string"},
            "context": {"type": ["object", "null"]},
            "sentAt": {"type": ["string", "null"], "format": "date-time"},
        },
    }
    return {
        f"/v1/{route}": {"post": _operation(route, batch if route == segment.BATCH else events[route])}
        for route in segment.ROUTES
    }


def _operation(route: str, schema: Json) -> Json:
    return {
        "operationId": f"segment_{route}",
        "summary": "Send up to 2,500 events" if route == segment.BATCH else f"Send one {route} call",
        "description": "Segment's wire format. At least one of userId, anonymousId and an e-mail address is needed.",
        "security": [{"writeKey": []}, {"bearer": []}, {}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": ANSWERS,
    }
