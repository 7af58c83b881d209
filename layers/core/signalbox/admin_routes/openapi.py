"""The OpenAPI 3.1 document of the admin API, made from the table of its routes and their shapes."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from signalbox.admin_routes.routing import PREFIX, Call, Reply, Route
from signalbox.domain.access import Role
from signalbox.wire.admin.base import Nothing, Wire

type Json = dict[str, Any]

_REF = "#/components/schemas/{model}"
_ABOUT = """\
What the console and the command line do, over JSON.

Sign in with `POST /admin/v1/session` and send its `accessToken` as `Authorization: Bearer …`. What you may do is said
by your group, viewer, editor or admin, and by the partners that you are assigned to; a partner that is not yours is
not found.

Instants are ISO 8601 with milliseconds and `Z`; spans are whole seconds. Unknown members are refused. What has versions
carries its version as `ETag`, and changing it needs `If-Match` with the version that was read. Lists come in parts:
`next` of one part is the `cursor` of the next, and null after the last.
"""
_REFUSALS = {
    "400": "The request is not of the shape that is asked for here",
    "401": "Nobody is signed in",
    "403": "Your role does not allow it, or this environment does not",
    "404": "There is no such thing, or not for you",
    "409": "How it stands does not allow it, or somebody was first",
    "412": "It was changed since it was read",
    "413": "It is too large",
    "422": "What was sent makes no sense; each reason says what was expected",
    "428": "If-Match is missing",
    "429": "Too many requests; try again",
    "503": "Try again",
}
_PROBLEM: Json = {
    "description": "What is wrong, in one sentence that says what to do, and where; no value that was sent is in it.",
    "type": "object",
    "required": ["error", "reasons"],
    "properties": {
        "error": {"type": "string"},
        "reasons": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "reason"],
                "properties": {
                    "path": {"type": "string", "description": "JSON pointer into what was sent"},
                    "reason": {"type": "string"},
                },
            },
        },
    },
}


class DescribingRoutes:
    """The route that tells of all others."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = tuple(routes)

    def routes(self) -> tuple[Route, ...]:
        """List the others and itself."""
        return (*self._routes, Route("GET", "/openapi.json", "openapi", "This document", None, self._describe))

    def _describe(self, _call: Call) -> Reply:
        return Reply(document(self.routes()))


def document(routes: Sequence[Route]) -> Json:
    """Make the document."""
    wanted: list[tuple[type[Wire], JsonSchemaMode]] = []
    for route in routes:
        wanted += [(shape, "validation") for shape in (route.takes,) if shape is not Nothing]
        wanted += [(shape, "serialization") for shape in (route.gives,) if shape is not None]
    names, made = models_json_schema(list(dict.fromkeys(wanted)), by_alias=True, ref_template=_REF)
    paths: Json = {}
    for route in routes:
        described = _operation(route, lambda shape, mode: dict(names[shape, mode]))
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": "Signalbox Admin API", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {**made.get("$defs", {}), "Problem": _PROBLEM},
            "securitySchemes": {"user": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(route: Route, schema: Any) -> Json:
    role = "Anybody may ask." if route.role is None else f"Needs the role {route.role.word}."
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "description": role,
        "parameters": _parameters(route),
        "responses": {str(route.status): _answer(route, schema), **_refusals(route)},
    }
    if route.role is not None:
        operation["security"] = [{"user": []}]
    if route.takes_text:
        operation["requestBody"] = {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
    elif route.takes is not Nothing:
        taken = {"application/json": {"schema": schema(route.takes, "validation")}}
        operation["requestBody"] = {"required": _has_required(route.takes), "content": taken}
    return operation


def _parameters(route: Route) -> list[Json]:
    named = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in route.parameters]
    asked = route.asks.model_json_schema(by_alias=True, ref_template=_REF)
    required = asked.get("required", ())
    asking = [
        {"name": name, "in": "query", "required": name in required, "schema": _inlined(schema, asked)}
        for name, schema in asked.get("properties", {}).items()
    ]
    matching = {"name": "If-Match", "in": "header", "required": not route.makes, "schema": {"type": "string"}}
    return [*named, *asking, *([matching] if route.is_conditional else [])]


def _inlined(schema: Json, whole: Json) -> Json:
    """Put what a query's member refers to in its place: queries are flat, so it is never deep."""
    if "$ref" in schema:
        found: Json = whole["$defs"][schema["$ref"].rpartition("/")[2]]
        return found
    if "anyOf" in schema:
        return {**schema, "anyOf": [_inlined(each, whole) for each in schema["anyOf"]]}
    return schema


def _answer(route: Route, schema: Any) -> Json:
    answer: Json = {"description": route.summary}
    if route.status != 204:  # noqa: PLR2004 - the one answer without a body
        shown = {"type": "object"} if route.gives is None else schema(route.gives, "serialization")
        answer["content"] = {"application/json": {"schema": shown}}
    return answer


def _refusals(route: Route) -> Json:
    statuses = set(_REFUSALS)
    if not route.is_conditional:
        statuses -= {"412", "428"}
    if route.role is None:
        statuses -= {"401", "403", "404", "409"}
    if route.role is Role.VIEWER and "{" not in route.path:
        statuses -= {"404"}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _REFUSALS[status], "content": content} for status in sorted(statuses)}


def _has_required(shape: type[Wire]) -> bool:
    return any(field.is_required() for field in shape.model_fields.values())
