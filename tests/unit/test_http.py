"""API Gateway's shape in, the spec's table of answers out (collect-api, section 2)."""

import base64
import json

import pytest

from signalbox.domain.errors import (
    Ambiguous,
    Conflict,
    Forbidden,
    Invalid,
    Misconfigured,
    NotJson,
    Reason,
    SignalboxError,
    Throttled,
    TooLarge,
    Transient,
    Unauthorized,
)
from signalbox.http import Request, refusal, request_of, told_as_json


@pytest.mark.parametrize(
    ("error", "status", "body", "retry_after"),
    [
        (
            NotJson("expected UTF-8"),
            400,
            {"error": "Invalid JSON body", "reasons": [{"path": "", "reason": "expected UTF-8"}], "requestId": "r"},
            None,
        ),
        (Unauthorized(), 401, {"error": "Unauthorized"}, None),
        (Forbidden(), 403, {"error": "Forbidden"}, None),
        (
            Invalid([Reason("/a", "required"), Reason("/b", "expected a string")]),
            412,
            {
                "error": "/a: required",
                "reasons": [{"path": "/a", "reason": "required"}, {"path": "/b", "reason": "expected a string"}],
                "requestId": "r",
            },
            None,
        ),
        (TooLarge(), 413, {"error": "Payload too large"}, None),
        (Throttled("DynamoDB"), 429, {"error": "Too many requests, try again"}, "2"),
        (Transient("DynamoDB"), 503, {"error": "Not available, try again"}, "2"),
        (Misconfigured("a table"), 503, {"error": "Not available, try again"}, "2"),
        (Ambiguous("no answer"), 503, {"error": "Not available, try again"}, "2"),
        (Conflict(), 503, {"error": "Not available, try again"}, "2"),
    ],
)
def test_each_error_has_its_answer(
    error: SignalboxError, status: int, body: dict[str, object], retry_after: str | None
) -> None:
    answer = refusal(error, "r")

    assert answer["statusCode"] == status
    assert json.loads(answer["body"]) == body
    assert answer["headers"].get("retry-after") == retry_after
    assert answer["headers"]["content-type"] == "application/json"


@pytest.mark.parametrize("error", [Unauthorized(), Throttled("x"), NotJson("expected UTF-8")])
def test_a_refusal_may_have_its_status_and_text_under_other_names(error: SignalboxError) -> None:
    plain = json.loads(refusal(error, "r")["body"])

    answer = refusal(error, "r", with_code=True)

    coded = {"code": str(answer["statusCode"]), "message": plain["error"]}
    assert json.loads(answer["body"]) == plain | coded


def test_a_value_is_told_as_json_beside_the_headers_it_needs() -> None:
    answer = told_as_json(200, {"a": [1]}, {"cache-control": "public"})

    assert answer == {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "cache-control": "public"},
        "body": '{"a": [1]}',
    }


def test_a_request_is_unpacked() -> None:
    event = {
        "routeKey": "POST /x",
        "requestContext": {"requestId": "r"},
        "headers": {"X-Y": "z"},
        "body": "é",
        "isBase64Encoded": False,
    }

    request = request_of(event)

    assert request == Request("r", "POST /x", {"x-y": "z"}, "é".encode())


def test_a_body_in_base64_is_unpacked() -> None:
    event = {"body": base64.b64encode(b"\x1f\x8b\x00").decode(), "isBase64Encoded": True}

    assert request_of(event).body == b"\x1f\x8b\x00"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"body": None, "headers": None},
        {"body": "é", "isBase64Encoded": True},
        {"body": "a", "isBase64Encoded": True},
    ],
)
def test_a_body_that_is_not_there_is_empty(event: dict[str, object]) -> None:
    assert request_of(event).body == b""


def test_half_a_character_reaches_the_parser_as_bytes_it_refuses() -> None:
    body = request_of({"body": '{"a":"\ud800"}'}).body

    with pytest.raises(UnicodeDecodeError):
        body.decode()
