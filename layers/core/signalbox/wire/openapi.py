"""The OpenAPI 3.1 document of the collect function, made from the shapes that check what is sent.

It is made when somebody asks for it: nothing on an event's way imports this module.
"""

from collections.abc import Iterable, Mapping
from functools import cache

from signalbox.wire import answers, collect, segment_openapi, segment_shapes
from signalbox.wire.answers import Json
from signalbox.wire.checks import TEXT, Field, ListOf, Required, Shape
from signalbox.wire.shapes import IDENTIFY_EVENT, TRACK_EVENTS

_REF = "#/components/schemas/"
_ABOUT = """\
Takes events about people, one or many a request.

An event answered 200 is stored, held for up to 7 days until an identify tells whose it is, or, where it does not meet
its schema, kept in quarantine for 14 days with the reasons. With `context.debug` true, what would be held or
quarantined is answered 412 with the reasons instead, and is not kept.

Sending an event again is always harmless: repeats of one `messageId` or `Idempotency-Key`, or of the same content,
count once. Numbers are exact up to 38 significant digits. A body of up to 102,400 bytes is taken, inflated if it is
gzip; member names may not repeat within an object, and members that are not described here are kept.
"""


@cache
def document() -> Json:
    """Make the document."""
    submitted = [
        shape.but(shape.name, shape.about, {"partnerSecret": TEXT})
        for shape in (IDENTIFY_EVENT, *TRACK_EVENTS.values())
    ]
    schemas = {
        **_schemas(submitted),
        **_schemas(segment_shapes.SHAPES.values(), segment_openapi.PREFIX),
        **answers.SCHEMAS,
        **segment_openapi.SCHEMAS,
    }
    schemas[IDENTIFY_EVENT.name]["anyOf"] = [_USER_ID, {"properties": {"traits": _USER_ID}}]
    collected = {path: {"post": _collect(path, [shape.name for shape in submitted])} for path in collect.PATHS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Signalbox Event Ingestion API", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "paths": {**collected, **segment_openapi.paths(), "/http/v1/openapi.json": {"get": _describe()}},
        "components": {"schemas": schemas, "securitySchemes": _SCHEMES},
    }


_USER_ID: Json = {"required": ["userId"], "properties": {"userId": {"type": "string"}}}
"""What `collect` asks of an identify beside its shape: a userId, here or in the traits."""


def _schemas(shapes: Iterable[Shape], prefix: str = "") -> Json:
    """Describe shapes and all that they hold, by name; the names get a prefix."""
    schemas: Json = {}
    for shape in shapes:
        fields = {name: field.field if isinstance(field, Required) else field for name, field in shape.fields.items()}
        for held in fields.values():
            inner = held.item if isinstance(held, ListOf) else held
            if isinstance(inner, Shape):
                schemas |= _schemas([inner], prefix)
        schemas[prefix + shape.name] = _described(shape, fields, prefix)
    return schemas


def _described(shape: Shape, fields: Mapping[str, Field], prefix: str) -> Json:
    required = [name for name, field in shape.fields.items() if isinstance(field, Required)]
    properties = {
        name: schema if name in required else _or_null(schema)
        for name, field in fields.items()
        for schema in [_schema(field, prefix)]
    }
    described = {"description": shape.about, "type": "object", "properties": properties, "additionalProperties": True}
    return described | ({"required": required} if required else {})


def _schema(field: Field, prefix: str) -> Json:
    if isinstance(field, Shape):
        return {"$ref": f"{_REF}{prefix}{field.name}"}
    if isinstance(field, ListOf):
        return {"type": "array", "items": _schema(field.item, prefix)}
    return field.schema


def _or_null(schema: Json) -> Json:
    return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}


_SCHEMES: Json = {
    "partner": {"type": "http", "scheme": "basic", "description": "partnerId as user name, partnerSecret as password"},
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "partnerId:partnerSecret, or the secret alone where the body has partnerId; or a write key",
    },
    "writeKey": {"type": "http", "scheme": "basic", "description": "The write key as user name, no password"},
}


def _collect(path: str, names: list[str]) -> Json:
    refs = [{"$ref": f"{_REF}{name}"} for name in names]
    return {
        "operationId": "collect" if path == collect.PATHS[0] else f"collect_at_{path.strip('/').replace('/', '_')}",
        "summary": "Send one event",
        "description": "All paths of this operation do the same. The content type is not looked at.",
        "security": [{}, {"partner": []}, {"bearer": []}],
        "parameters": [_IDEMPOTENCY_KEY, _CONTENT_ENCODING],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"oneOf": refs}, "examples": answers.EXAMPLES}},
        },
        "responses": answers.ANSWERS,
    }


_IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Names the event, where the body has no messageId; repeats of a name count once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": collect.MAX_NAME, "pattern": "^[ -~]*$"},
}
_CONTENT_ENCODING: Json = {
    "name": "Content-Encoding",
    "in": "header",
    "description": "A body that is gzip is inflated, whether this says so or not.",
    "schema": {"type": "string", "enum": ["gzip", "identity"]},
}


def _describe() -> Json:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": "openapi",
        "summary": "This document",
        "responses": {"200": {"description": "OpenAPI 3.1", "content": content}},
    }
