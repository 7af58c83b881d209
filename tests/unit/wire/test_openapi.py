"""The OpenAPI document says what the code does: every field, every answer, every example."""

import json
import subprocess
import sys
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from signalbox.domain.errors import (
    Ambiguous,
    Forbidden,
    Invalid,
    Misconfigured,
    NotJson,
    Reason,
    Throttled,
    TooLarge,
    Transient,
    Unauthorized,
)
from signalbox.http import refusal
from signalbox.wire import collect, segment
from signalbox.wire.openapi import document
from signalbox.wire.properties import PROPERTIES
from signalbox.wire.shapes import CONTEXT, ENVELOPE, IDENTIFY_EVENT, TRAITS
from tests.unit.wire.cases.envelope import ACCEPTED, REFUSED
from tests.unit.wire.cases.types import ADDRESS, TYPES
from tests.unit.wire.payloads import as_bytes, custom

DOCUMENT = document()
SCHEMAS = DOCUMENT["components"]["schemas"]
COLLECT = DOCUMENT["paths"]["/http/v1/collect"]["post"]
SEGMENT = DOCUMENT["paths"]["/v1/batch"]["post"]
EVENT = COLLECT["requestBody"]["content"]["application/json"]["schema"]

ERRORS = [
    NotJson("expected UTF-8"),
    Unauthorized(),
    Forbidden(),
    Invalid([Reason("/a", "required")]),
    TooLarge(),
    Throttled("x"),
    Transient("x"),
    Misconfigured("x"),
    Ambiguous("x"),
]


def is_valid(value: Any, schema: dict[str, Any]) -> bool:
    """Judge a value by a schema of the document."""
    return bool(OAS31Validator({**schema, "components": DOCUMENT["components"]}).is_valid(value))


def test_it_is_an_openapi_document() -> None:
    validate(DOCUMENT)


def test_every_route_is_in_it() -> None:
    paths = {*collect.PATHS, *(f"/v1/{route}" for route in segment.ROUTES), "/http/v1/openapi.json"}

    assert set(DOCUMENT["paths"]) == paths


@pytest.mark.parametrize("event", PROPERTIES)
def test_every_field_of_an_event_is_in_it(event: str) -> None:
    (schema,) = [
        schema for schema in SCHEMAS.values() if schema.get("properties", {}).get("event", {}).get("const") == event
    ]

    assert schema["properties"].keys() >= ENVELOPE.fields.keys() | {"event", "properties", "partnerId", "partnerSecret"}
    assert PROPERTIES[event].fields.keys() == SCHEMAS[PROPERTIES[event].name]["properties"].keys()
    assert json.dumps(f"#/components/schemas/{PROPERTIES[event].name}") in json.dumps(schema["properties"])


def test_every_field_around_an_event_is_in_it() -> None:
    assert SCHEMAS["IdentifyEvent"]["properties"].keys() == IDENTIFY_EVENT.fields.keys() | {"partnerSecret"}
    assert SCHEMAS["Context"]["properties"].keys() == CONTEXT.fields.keys()
    assert SCHEMAS["Traits"]["properties"].keys() == TRAITS.fields.keys()
    assert SCHEMAS["IdentifyTraits"]["properties"].keys() == TRAITS.fields.keys()


_OF_SEGMENT = [error for error in ERRORS if type(error) is not Invalid]  # debug mode is not known there


@pytest.mark.parametrize(
    ("operation", "error", "with_code"),
    [*((COLLECT, error, False) for error in ERRORS), *((SEGMENT, error, True) for error in _OF_SEGMENT)],
    ids=lambda value: type(value).__name__,
)
def test_every_refusal_is_as_it_says(operation: Any, error: Any, *, with_code: bool) -> None:
    answer = refusal(error, "request-1", with_code=with_code)

    described = operation["responses"][str(answer["statusCode"])]
    assert is_valid(json.loads(answer["body"]), described["content"]["application/json"]["schema"])
    told = json.loads(answer["body"])
    assert told.keys() == described["content"]["application/json"]["example"].keys()
    assert ("retry-after" in answer["headers"]) == ("Retry-After" in described.get("headers", {}))


def test_every_status_in_it_is_one_that_is_answered() -> None:
    answered = {str(refusal(error, "")["statusCode"]) for error in ERRORS} | {"200"}

    assert COLLECT["responses"].keys() == answered
    assert SEGMENT["responses"].keys() == answered - {"412"}


@pytest.mark.parametrize("example", COLLECT["requestBody"]["content"]["application/json"]["examples"].values())
def test_every_example_is_taken(example: dict[str, Any]) -> None:
    assert collect.parse(as_bytes(example["value"]), {}).draft is not None
    assert is_valid(example["value"], EVENT)


@pytest.mark.parametrize("operation", [COLLECT, SEGMENT], ids=["collect", "segment"])
def test_every_example_of_an_answer_is_what_its_schema_says(operation: Any) -> None:
    for answer in operation["responses"].values():
        for content in answer.get("content", {}).values():
            assert is_valid(content.get("example", {"success": True, "results": []}), content["schema"])


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_what_is_taken_meets_it(body: dict[str, Any]) -> None:
    assert is_valid(body, EVENT)


_NOT_FOR_A_SCHEMA = {"no address", "an empty address"}  # the form of an address is more than `format` asserts


@pytest.mark.parametrize(
    "body", [case[0] for name, case in REFUSED.items() if name not in _NOT_FOR_A_SCHEMA and "38 digits" not in name]
)
def test_what_is_refused_does_not_meet_it(body: dict[str, Any]) -> None:
    assert not is_valid(body, EVENT)


@pytest.mark.parametrize("event", TYPES)
def test_the_fields_of_each_type_take_what_the_code_takes(event: str) -> None:
    row = TYPES[event]
    required = {name: kind.taken[0] for name, kind in row.required.items()}

    for name, kind in {**row.required, **row.optional}.items():
        for value in kind.taken:
            assert is_valid(custom(event=event, properties={**required, name: value}), EVENT), (name, value)
        for value in kind.refused if kind is not ADDRESS else ():
            assert not is_valid(custom(event=event, properties={**required, name: value}), EVENT), (name, value)


def test_nothing_on_an_events_way_loads_it() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, signalbox.collect_routes; print(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()

    assert "signalbox.wire.collect" in loaded
    assert not [name for name in loaded if "openapi" in name or "segment" in name]
