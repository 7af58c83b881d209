"""The OpenAPI 3.1 document of the collect function, made from the models that check what is sent.

It is made when somebody asks for it: nothing on an event's way imports this module.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, override

from pydantic import BaseModel, create_model
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import core_schema

from signalbox.wire import collect, segment_openapi
from signalbox.wire.answers import ANSWERS, EXAMPLES, MODELS
from signalbox.wire.fields import Text
from signalbox.wire.properties import PROPERTIES, SearchTerms
from signalbox.wire.shapes import SEARCH, Envelope, FullTrack, Identify, Search

type Json = dict[str, Any]

_REF = "#/components/schemas/{model}"
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
    submitted = _submitted()
    schemas = _schemas([*submitted.values(), *MODELS]) | _schemas(segment_openapi.MODELS, segment_openapi.PREFIX)
    collected = {path: {"post": _collect(path, list(submitted))} for path in collect.PATHS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Signalbox Event Ingestion API", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "paths": {**collected, **segment_openapi.paths(), "/http/v1/openapi.json": {"get": _describe()}},
        "components": {"schemas": schemas, "securitySchemes": _SCHEMES},
    }


def _schemas(models: Sequence[type[BaseModel]], prefix: str = "") -> Json:
    _, definitions = models_json_schema(
        [(model, "validation") for model in models],
        ref_template=_REF.format(model=prefix + "{model}"),
        schema_generator=_Schemas,
    )
    return {f"{prefix}{name}": schema for name, schema in definitions["$defs"].items()}


class _Schemas(GenerateJsonSchema):
    """Pydantic's schemas without the titles it makes from names, and without "default: null"."""

    @override
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    @override
    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Json:
        described = super().default_schema(schema)
        if described.get("default", ...) is None:
            del described["default"]
        return described


_SCHEMES: Json = {
    "partner": {"type": "http", "scheme": "basic", "description": "partnerId as user name, partnerSecret as password"},
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "partnerId:partnerSecret, or the secret alone where the body has partnerId; or a write key",
    },
    "writeKey": {"type": "http", "scheme": "basic", "description": "The write key as user name, no password"},
}


def _submitted() -> Mapping[str, type[BaseModel]]:
    """Give each type of event as one flat model, the secret included, by the model's name."""
    models = [_model("identify", Identify, {})]
    for event, properties in PROPERTIES.items():
        base = Search if event == SEARCH else FullTrack
        given = (SearchTerms | None, None) if event == SEARCH else (properties, ...)
        models.append(_model(event, base, {"event": (Literal[event], ...), "properties": given}))
    return {model.__name__: model for model in models}


def _model(event: str, base: type[Envelope], fields: Mapping[str, Any]) -> type[BaseModel]:
    name = "".join(word.capitalize() for word in event.split("_")) + "Event"
    secret: Any = (Text, None)
    model: type[BaseModel] = create_model(name, __base__=base, __doc__=f"`{event}`.", partner_secret=secret, **fields)
    return model


def _collect(path: str, names: list[str]) -> Json:
    refs = [{"$ref": _REF.format(model=name)} for name in names]
    return {
        "operationId": "collect" if path == collect.PATHS[0] else f"collect_at_{path.strip('/').replace('/', '_')}",
        "summary": "Send one event",
        "description": "All paths of this operation do the same. The content type is not looked at.",
        "security": [{}, {"partner": []}, {"bearer": []}],
        "parameters": [_IDEMPOTENCY_KEY, _CONTENT_ENCODING],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"oneOf": refs}, "examples": EXAMPLES}},
        },
        "responses": ANSWERS,
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
