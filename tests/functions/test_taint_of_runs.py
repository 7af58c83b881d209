"""Evaluate and send write nothing personal: marked values go through every path of them, and none comes out."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from functions.evaluate import app as evaluate_app
from functions.send import app as send_app
from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.contents import EmailContent
from signalbox.domain.events import from_ms, to_ms
from signalbox.wire.queue_messages import write_match, write_request
from tests.contract.loopback import serving
from tests.functions.stack import Stack
from tests.functions.taint import EMAIL, MARK, Watch, Watched, quoting, watching
from tests.functions.test_evaluate import SQL, STARTED_AT
from tests.unit import makers


@pytest.fixture
def watch(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Watch:
    return watching(stack, monkeypatch, capfd, caplog)


@contextmanager
def _evaluated(stack: Stack, watched: Watched, queue_event: Any, sql: str) -> Iterator[str]:
    definitions = DynamoDefinitions(stack.dynamodb, "Registry", "Cursors")
    definitions.commit_trigger(makers.trigger(sql=sql, compiled_sql=sql))
    definitions.launch(makers.flow(), makers.cursor(position=STARTED_AT))
    received = from_ms(to_ms(STARTED_AT) + 1000)
    body = json.dumps({"properties": {"eventName": MARK, "properties": {MARK: MARK}}})
    marked = makers.event(received_at=received, identity=EMAIL, email=EMAIL, client_id=MARK, body=body, event_id=MARK)
    DynamoEvents(stack.dynamodb, "Events", 45).append(marked, shards=1)
    contact = Contact(makers.PARTNER_ID, EMAIL, {"name": Trait(f'"{MARK}"', received)})
    DynamoContacts(stack.dynamodb, "Contacts").save(contact)
    (record,) = queue_event["Records"]
    bodies = [write_request(makers.PARTNER_ID, STARTED_AT), write_request(MARK, STARTED_AT), f'{{"{EMAIL}"']
    records = [{**record, "messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    watched.call({"Records": records})
    yield watched.written()


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("identity", None),
        ("CAST(identity AS INTEGER) AS identity", "sql_error"),
        ("error(identity) AS identity", "sql_error"),
        ("json_extract(identity, '$.a') AS identity", "sql_error"),
        ("strptime(identity, '%Y') AS identity", "sql_error"),
        ("identity, list_value(identity)[1]::DATE AS other", "sql_error"),
    ],
)
def test_a_query_that_fails_over_a_value_does_not_quote_it(
    stack: Stack,
    watch: Watch,
    event: Callable[[str], Any],
    what: str,
    fault: str | None,
) -> None:
    sql = SQL.replace("identity", what, 1).replace("event_type = 'custom_some_event' AND ", "")

    with _evaluated(stack, watch("EvaluateFunction", evaluate_app), event("queue"), sql) as written:
        assert MARK not in written
        faults = [json.loads(line).get("fault") for line in written.splitlines() if '"fault"' in line]
        assert faults == ([fault] if fault else [])
        assert "an item of a batch failed" in written


def test_what_cannot_be_read_of_the_events_is_not_quoted(
    stack: Stack, watch: Watch, event: Callable[[str], Any]
) -> None:
    received = from_ms(to_ms(STARTED_AT) + 2000)
    broken = {**keys.event(makers.PARTNER_ID, 0, received, MARK), "event_type": MARK, "client_id": MARK, "body": MARK}
    item = {name: {"S": value} for name, value in {**broken, "sent_at": MARK}.items()}
    stack.dynamodb.put_item(TableName="Events", Item=item)

    with _evaluated(stack, watch("EvaluateFunction", evaluate_app), event("queue"), SQL) as written:
        assert MARK not in written
        assert "an item of a batch failed" in written


def _sent(stack: Stack, watched: Watched, queue_event: Any, content: EmailContent, *more: str) -> str:
    DynamoDefinitions(stack.dynamodb, "Registry", "Cursors").launch(makers.flow(content=content), makers.cursor())
    match = makers.match(event_id=MARK, identity=EMAIL, received_at=None, row={"code": MARK, MARK: EMAIL})
    (record,) = queue_event["Records"]
    bodies = [f'{{"matches":[{write_match(match)}]}}', *more]
    records = [{**record, "messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    watched.call({"Records": records})
    return watched.written()


@pytest.mark.parametrize(
    ("content", "counter"),
    [
        (EmailContent(subject="Hi {{ contact.email }}", text="{{ trigger.code }}"), "MatchesSent"),
        (EmailContent(subject="Hi", text="{{ trigger.code.a.b }}"), "MatchesFailed"),
        (EmailContent(subject="Hi", text="{{ trigger.code / 0 }}"), "MatchesFailed"),
        (EmailContent(subject="Hi", text="{{ trigger.code | no_such_filter }}"), "MatchesFailed"),
        (EmailContent(subject="{{ trigger.code }}\n", text="a"), "MatchesFailed"),
    ],
)
def test_a_message_that_cannot_be_rendered_does_not_quote_its_contact(
    stack: Stack,
    watch: Watch,
    event: Callable[[str], Any],
    content: EmailContent,
    counter: str,
) -> None:
    written = _sent(stack, watch("SendFunction", send_app), event("queue"), content, f'{{"matches": "{EMAIL}"}}')

    assert MARK not in written
    assert counter in written or "MatchesSent" in written or "MatchesSkipped" in written


@pytest.mark.parametrize(
    "failure",
    [
        (400, "MessageRejected"),
        (400, "AccountSuspendedException"),
        (429, "TooManyRequestsException"),
        (500, "InternalFailure"),
    ],
)
def test_what_ses_quotes_when_it_refuses_is_not_written(
    stack: Stack,
    watch: Watch,
    event: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
    failure: tuple[int, str],
) -> None:
    with serving(quoting(*failure)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", server.url)

        written = _sent(stack, watch("SendFunction", send_app), event("queue"), EmailContent("Hi", "Hi"))

    assert server.requests
    assert MARK not in written
