"""The Segment-compatible routes in the OpenAPI document."""

from signalbox.domain.submissions import Acceptance
from signalbox.wire import segment, segment_shapes
from signalbox.wire.answers import Json, an_object, refusals

PREFIX = "Segment"
"""Before the names of the shapes here, some of which the collect protocol has as well."""

ANSWERS: Json = {
    "200": {
        "description": "Each event is stored, held or in quarantine",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Results"}}},
    },
    **refusals(
        ("400", "401", "403", "413", "429", "503"),
        plain="CodedRefusal",
        explained="ExplainedCodedRefusal",
        also=lambda status, error: {"code": status, "message": error},
    ),
}

SCHEMAS: Json = {
    "Results": an_object(
        "One result for each event, in the order they were sent.",
        {
            "success": {"type": "boolean", "const": True},
            "results": {"type": "array", "items": {"$ref": "#/components/schemas/Result"}},
        },
    ),
    "Result": an_object(
        "What became of one event; `reasons` say why one is in quarantine.",
        {
            "messageId": {"type": "string", "description": "The sender's, or the name that the event was given"},
            "status": {"type": "string", "enum": [each.value for each in Acceptance]},
        },
        {"reasons": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}}},
    ),
}


def paths() -> Json:
    """Describe every route."""
    events = {
        kind: {"$ref": f"#/components/schemas/{PREFIX}{shape.name}"} for kind, shape in segment_shapes.SHAPES.items()
    }
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
