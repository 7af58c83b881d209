"""The collect function keeps to its own OpenAPI document, and takes what the document says it takes."""

import base64
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from signalbox.wire import collect
from signalbox.wire.json_body import UNSTORABLE
from signalbox.wire.segment_event import NOBODY
from tests.fakes.door import Door
from tests.fuzz.gateway import Gateway
from tests.fuzz.tally import ANSWERED
from tests.unit import makers

pytestmark = pytest.mark.disable_socket

DOOR = Door()
API = schemathesis.openapi.from_wsgi("/http/v1/openapi.json", Gateway(DOOR)).exclude(path=list(collect.PATHS[1:]))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_PAIR = base64.b64encode(f"{makers.PARTNER_ID}:{makers.SECRET}".encode()).decode()


_BEYOND_A_SCHEMA = (UNSTORABLE, NOBODY.reason, "expected an integer", "expected an e-mail", "expected a date")
"""What no schema can say: how a number is written, who is known, the fine points of addresses and of years."""


def _is_in_the_document(reason: dict[str, str]) -> bool:
    return not reason["reason"].startswith(_BEYOND_A_SCHEMA)


@API.parametrize()
@settings(max_examples=settings().max_examples // 5, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_in_the_document(case: Any) -> None:
    DOOR.empty()
    if isinstance(case.body, dict):
        case.body.pop("partnerId", None)
        case.body.pop("partnerSecret", None)

    answer = case.call(headers={"Authorization": f"Basic {_PAIR}"})

    ANSWERED[answer.status_code] += 1
    case.validate_response(answer, checks=CHECKS)
    kept = DOOR.kept()
    is_kept = kept.stored + kept.held + kept.quarantined > 0
    assert is_kept == (answer.status_code == 200 and case.method == "POST")
    if case.meta.generation.mode.is_positive:
        told = answer.json()["reasons"] if answer.status_code == 412 else []
        quarantined = [reason for event in DOOR.quarantine.kept.values() for reason in event.reasons]
        told += [{"path": each.path, "reason": each.reason} for each in quarantined]
        assert [reason for reason in told if _is_in_the_document(reason)] == []
