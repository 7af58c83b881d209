"""Webhooks: ids, payloads and batches, the schedule, and what answers mean."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.errors import Gone, Invalid, Rejected, SignalboxError, Throttled, TooLarge, Transient
from signalbox.domain.webhooks import (
    DELAYS,
    LONGEST_DELAY,
    MAX_BATCH,
    MAX_BODY_BYTES,
    MAX_CONTENT_BYTES,
    WebhookPayload,
    error_of,
    messages_of,
    next_delay,
    payload_of,
)
from tests.unit.makers import NOON, PARTNER_ID

SHARES = st.floats(0, 1)


def payload(event_id: str = "event-1", content: str = '{"name":"Ana"}', **changes: str) -> WebhookPayload:
    values = {"partner_id": PARTNER_ID, "flow_id": "flow_1"} | changes
    return payload_of(event_id=event_id, occurred_at=NOON, content=content, **values)


def test_a_payload_says_what_it_is_about() -> None:
    said = payload()

    assert json.loads(said.text) == {
        "id": said.message_id,
        "type": "flow.matched",
        "timestamp": "2026-03-01T12:00:00.000Z",
        "flowId": "flow_1",
        "data": {"name": "Ana"},
    }


def test_the_content_is_sent_as_it_was_written() -> None:
    said = payload(content='{"total": 1.10, "sum": 12345678901234567890.123}')

    assert said.text.endswith('"data":{"total": 1.10, "sum": 12345678901234567890.123}}')


def test_a_decision_has_one_id_and_no_other_decision_has_it() -> None:
    ids = [
        payload().message_id,
        payload("event-2").message_id,
        payload(flow_id="flow_2").message_id,
        payload(partner_id="partner_2").message_id,
        payload("1", flow_id="flow_1event-").message_id,
        payload('1","event', flow_id="flow_1").message_id,
    ]

    assert payload(content="{}").message_id == ids[0]
    assert len(set(ids)) == len(ids)
    assert all("." not in each for each in ids)  # or what is signed could be read in two ways


@pytest.mark.parametrize("content", ["", "{", "NaN", '{"a": Infinity}', "{} {}", '"\ud800"', "[" * 100_000, "'a'"])
def test_content_that_is_no_json_is_refused(content: str) -> None:
    with pytest.raises(Invalid):
        payload(content=content)


def test_content_is_bounded() -> None:
    longest = json.dumps("x" * (MAX_CONTENT_BYTES - 2))

    assert payload(content=longest).content == longest
    with pytest.raises(TooLarge):
        payload(content=json.dumps("x" * (MAX_CONTENT_BYTES - 1)))


def test_one_payload_at_a_time_is_the_body_under_its_own_id() -> None:
    said = [payload("event-1"), payload("event-2")]

    messages = list(messages_of(said, 1))

    assert [message.webhook_id for message in messages] == [each.message_id for each in said]
    assert [message.body for message in messages] == [each.text for each in said]
    assert [message.message_ids for message in messages] == [(each.message_id,) for each in said]


def test_a_batch_of_one_is_a_batch_still() -> None:
    (message,) = messages_of([payload()], 2)

    assert json.loads(message.body) == {"batch": [json.loads(payload().text)]}


def test_the_same_batch_has_the_same_id_and_another_has_another() -> None:
    def batch_id(*event_ids: str) -> str:
        (message,) = messages_of(map(payload, event_ids), MAX_BATCH)
        return message.webhook_id

    assert batch_id("a", "b") == batch_id("a", "b")
    assert len({batch_id("a", "b"), batch_id("b", "a"), batch_id("a"), batch_id("a", "b", "c")}) == 4


@given(st.integers(0, 60), st.integers(2, 20))
def test_batches_hold_every_payload_once_in_order_and_no_more_than_is_taken(count: int, batch_size: int) -> None:
    said = [payload(f"event-{number}") for number in range(count)]

    messages = list(messages_of(said, batch_size))

    batches = [json.loads(message.body)["batch"] for message in messages]
    assert [each for batch in batches for each in batch] == [json.loads(each.text) for each in said]
    assert [message.message_ids for message in messages] == [tuple(each["id"] for each in batch) for batch in batches]
    assert all(1 <= len(batch) <= batch_size for batch in batches)
    assert len(messages) == -(-count // batch_size)


def test_a_thousand_payloads_go_in_one_post() -> None:
    (message,) = messages_of([payload(f"event-{number}") for number in range(MAX_BATCH)], MAX_BATCH)

    assert len(json.loads(message.body)["batch"]) == len(set(message.message_ids)) == 1000


def test_a_body_is_bounded_however_many_a_batch_may_hold() -> None:
    said = [payload(f"event-{number}", json.dumps("é" * 60_000, ensure_ascii=False)) for number in range(20)]

    messages = list(messages_of(said, MAX_BATCH))

    sizes = [len(message.body.encode()) for message in messages]
    assert max(sizes) <= MAX_BODY_BYTES
    assert sum(len(message.message_ids) for message in messages) == 20
    assert len(messages) == 3


def test_the_schedule_is_the_specifications_own() -> None:
    instants = [sum(DELAYS[: number + 1], timedelta(0)) for number in range(len(DELAYS))]

    assert [str(instant) for instant in instants] == [
        "0:00:00",
        "0:00:05",
        "0:05:05",
        "0:35:05",
        "2:35:05",
        "7:35:05",
        "17:35:05",
        "1 day, 7:35:05",
        "2 days, 3:35:05",
        "3 days, 3:35:05",
    ]


@given(st.integers(0, 9), SHARES, st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta.max)))
def test_a_delay_is_never_shorter_than_planned_or_asked_and_never_without_end(
    attempts: int, share: float, asked: timedelta | None
) -> None:
    delay = next_delay(attempts, share, asked)

    assert delay is not None
    assert delay >= DELAYS[attempts]
    assert delay >= min(asked or timedelta(0), LONGEST_DELAY)
    assert delay <= LONGEST_DELAY * 1.2


def test_delays_are_spread_and_the_first_attempt_is_not_put_off() -> None:
    assert next_delay(0, 0.9) == timedelta(0)
    assert next_delay(1, 0) == timedelta(seconds=5)
    assert next_delay(1, 1) == timedelta(seconds=6)
    assert next_delay(1, 1, timedelta(seconds=100)) == timedelta(seconds=120)


def test_after_ten_attempts_there_is_no_other() -> None:
    assert next_delay(9, 0) == timedelta(hours=24)
    assert next_delay(10, 0) is None
    assert next_delay(10, 0, timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("statuses", "error"),
    [
        ((200, 201, 202, 204, 226, 299), None),
        ((410,), Gone),
        ((429,), Throttled),
        ((408, 425, 500, 501, 502, 503, 504, 520, 599), Transient),
        ((101, 103, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 413, 422, 451), Rejected),
    ],
)
def test_each_status_means_one_thing(statuses: tuple[int, ...], error: type[SignalboxError] | None) -> None:
    assert {error_of(status) for status in statuses} == {error}
