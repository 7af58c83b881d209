"""Each answer of the spec's table (collect-api, section 2), and that what is answered 200 is kept, once, somewhere."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from signalbox.domain.errors import Ambiguous, Conflict, Misconfigured, SignalboxError, Throttled, Transient
from signalbox.domain.events import Event
from signalbox.wire import collect
from tests.fakes.door import COLLECT, LENIENT_ID, Door, Kept
from tests.fakes.stores import FakeEvents
from tests.unit import makers
from tests.unit.wire.cases.answers import KNOWN, LENIENT, ROWS, Row
from tests.unit.wire.payloads import ABSENT, as_bytes, custom

_ERROR_OF_STATUS = {
    400: "Invalid JSON body",
    401: "Unauthorized",
    403: "Forbidden",
    413: "Payload too large",
}


class FailingEvents(FakeEvents):
    """Refuses to store anything."""

    def __init__(self, error: SignalboxError) -> None:
        super().__init__()
        self._error = error

    def append(self, event: Event, shards: int) -> None:
        raise self._error


@pytest.fixture
def door() -> Door:
    door = Door()
    door.partners.by_id["disabled"] = makers.partner(partner_id="disabled", enabled=False)
    return door


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_request_has_its_answer_and_is_kept_where_it_belongs(door: Door, row: Row) -> None:
    answer = door.send(row.sent(debug=False))

    assert (answer.status, door.kept()) == (row.status, row.kept)
    if row.status == 200:
        assert answer.body == ""
    else:
        assert answer.told()["error"] == _ERROR_OF_STATUS[row.status]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_in_debug_mode_the_caller_is_told_and_nothing_wrong_is_kept(door: Door, row: Row) -> None:
    answer = door.send(row.sent(debug=True))

    assert (answer.status, door.kept()) == (row.debug_status, row.debug_kept)
    if row.debug_error:
        assert answer.told()["error"] == row.debug_error
        assert answer.told()["requestId"] == "request-1"
        first = answer.told()["reasons"][0]
        assert f"{first['path']}: {first['reason']}" == row.debug_error


@pytest.mark.parametrize("path", collect.PATHS)
def test_all_paths_are_one_operation(door: Door, path: str) -> None:
    assert door.send(as_bytes(custom(**KNOWN)), route=f"POST {path}").status == 200
    assert door.kept() == Kept(stored=1)


def test_a_route_that_is_not_there_is_404(door: Door) -> None:
    answer = door.send(as_bytes(custom(**KNOWN)), route="POST /http/v2/collect")

    assert (answer.status, answer.told()) == (404, {"error": "Not found"})
    assert door.kept() == Kept()


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", "", "\x00"]
)
def test_the_content_type_is_no_gate(door: Door, content_type: str) -> None:
    assert door.send(as_bytes(custom(**KNOWN)), {"Content-Type": content_type}).status == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity", "gzip, gzip", ""])
def test_a_header_that_lies_about_the_encoding_is_not_believed(door: Door, encoding: str) -> None:
    assert door.send(as_bytes(custom(**KNOWN)), {"Content-Encoding": encoding}).status == 200


_WITHOUT = {"partnerId": ABSENT, "partnerSecret": ABSENT}
_PAIR = f"{makers.PARTNER_ID}:{makers.SECRET}"


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (custom(**_WITHOUT), f"Basic {base64.b64encode(_PAIR.encode()).decode()}"),
        (custom(**_WITHOUT), f"Bearer {_PAIR}"),
        (custom(**{**_WITHOUT, "partnerId": makers.PARTNER_ID}), f"Bearer {makers.SECRET}"),
    ],
)
def test_credentials_may_come_in_a_header(door: Door, body: dict[str, Any], header: str) -> None:
    assert door.send(as_bytes(body), {"Authorization": header}).status == 200


def test_unknown_and_wrong_are_the_same_bytes(door: Door) -> None:
    bodies = [
        custom(partnerId="nobody", partnerSecret=makers.SECRET),
        custom(partnerId=makers.PARTNER_ID, partnerSecret="wrong"),
        custom(partnerId=LENIENT_ID, partnerSecret="wrong", clientId=5, context={"debug": True}),
        custom(partnerId="", partnerSecret=""),
    ]

    answers = [door.send(as_bytes(body)) for body in bodies]

    assert {(answer.status, json.dumps(answer.headers), answer.body) for answer in answers} == {
        (401, '{"content-type": "application/json"}', '{"error": "Unauthorized"}')
    }


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Throttled("x"), 429),
        (Transient("x"), 503),
        (Ambiguous("x"), 503),
        (Misconfigured("x"), 503),
        (Conflict("x"), 503),
    ],
)
def test_a_store_that_fails_asks_for_the_event_again(
    door: Door, error: SignalboxError, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    door.routes = door.routes_with(events=FailingEvents(error))

    answer = door.send(as_bytes(custom(**KNOWN, context={"debug": True})))

    assert answer.status == status
    assert int(answer.headers["retry-after"]) >= 1
    assert "ana@example.org" not in capsys.readouterr().out + answer.body


def test_the_same_event_with_and_without_debug_is_two_payloads(door: Door) -> None:
    for context in ({"debug": True}, {"debug": False}, {}):
        door.send(as_bytes(custom(**KNOWN, context=context)))

    assert len({event.event_id for event in door.events.stored.values()}) == 3


def test_an_answer_to_a_lenient_partner_keeps_what_was_coerced_beside_a_warning(door: Door) -> None:
    answer = door.send(as_bytes(custom(**LENIENT, timezone="-60")))

    assert answer.status == 200
    (event,) = door.events.stored.values()
    assert json.loads(event.body)["timezone"] == -60
    (warning,) = door.quarantine.kept.values()
    assert [(reason.path, reason.reason) for reason in warning.reasons] == [("/timezone", "expected an integer")]


def _grown(body: bytes) -> int:
    submission = collect.parse(body, {})
    return len(submission.body.encode())


@pytest.mark.parametrize("filling", [b"1e5,", b"0e9,", b"1E-9,", b'"\\u2028",', b'"\\n",', b"{},"])
def test_no_body_is_kept_larger_than_an_item_can_be(filling: bytes) -> None:
    start, end = b'{"partnerId":"p","partnerSecret":"s","a":[', b"0]}"
    body = start + filling * ((102_400 - len(start) - len(end)) // len(filling)) + end

    assert _grown(body) < 1.3 * 102_400


def _is_personal(headers: Mapping[str, str], body: str) -> bool:
    return any(value in body + json.dumps(dict(headers)) for value in ("ana@example.org", "client-1", makers.SECRET))


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_no_answer_repeats_a_value(door: Door, row: Row) -> None:
    answer = door.send(row.sent(debug=True))

    assert not _is_personal(answer.headers, answer.body)


def test_the_document_is_served_to_whoever_asks(door: Door) -> None:
    answer = door.send("", route="GET /http/v1/openapi.json")

    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.told()["openapi"].startswith("3.1")
    assert COLLECT.removeprefix("POST ") in answer.told()["paths"]
