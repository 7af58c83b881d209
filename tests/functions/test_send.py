"""The send function: each match is decided once, and one that fails brings its message again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_string
from email.message import EmailMessage as MimeMessage
from email.policy import default
from threading import Barrier
from typing import Any

import boto3
import pytest
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from functions.send import app
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.content_blocks import DynamoContentBlocks
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.destinations import DynamoDestinations
from signalbox.adapters.dynamodb.messages import DynamoMessages
from signalbox.adapters.dynamodb.segments import DynamoSegments
from signalbox.adapters.dynamodb.suppressions import DynamoSuppressions
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.content_blocks import ContentBlock
from signalbox.domain.contents import EmailContent, PushContent, WebhookContent
from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import Decision, Match, Outcome
from signalbox.domain.flows import SegmentFilter
from signalbox.domain.segments import RuleSegment
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.domain.unsubscribing import link_of
from signalbox.wire.queue_messages import write_match
from tests.functions.conftest import REGION
from tests.functions.stack import Context, Stack, prepared
from tests.unit import makers
from tests.unit.webhooks import destination

MOTO_ACCOUNT = "123456789012"
CONTENT = EmailContent(subject="Hi {{ contact.email }}", text="{{ trigger.code }}")


@dataclass(frozen=True)
class Send:
    """The function and what it leaves behind."""

    handler: Callable[[Any, Any], Any]
    stack: Stack
    queue_event: Any

    def deliver(self, *messages: list[Match], remaining_ms: int = 60_000, context: Any = None) -> Any:
        (record,) = self.queue_event["Records"]
        bodies = [f'{{"matches":[{",".join(map(write_match, matches))}]}}' for matches in messages]
        records = [{**record, "messageId": str(number), "body": body} for number, body in enumerate(bodies)]
        return self.handler({"Records": records}, context or Context(remaining_ms))

    def sent(self) -> list[MimeMessage]:
        sent = ses_backends[MOTO_ACCOUNT][REGION].sent_messages
        return [message_from_string(each.raw_data, MimeMessage, policy=default) for each in sent]

    def outcome(self, event_id: str) -> Outcome | None:
        decision = DynamoDeliveries(self.stack.dynamodb, "Deliveries").find(makers.PARTNER_ID, "flow_1", event_id)
        return decision.outcome if decision else None

    def claim_elsewhere(self, event_id: str) -> None:
        """Leave the decision as a worker does that is at it right now."""
        decision = Decision(
            partner_id=makers.PARTNER_ID,
            flow_id="flow_1",
            flow_version=1,
            trigger_id="trigger_1",
            trigger_version=1,
            event_id=event_id,
            identity="ana@example.org",
            outcome=Outcome.IN_FLIGHT,
            decided_at=datetime.now(UTC),
            received_at=None,
        )
        DynamoDeliveries(self.stack.dynamodb, "Deliveries").claim(decision)


class Clockwork:
    """A context that asks, each time a match looks at it, how much time is left."""

    def __init__(self, remaining_ms: Callable[[], int]) -> None:
        self.get_remaining_time_in_millis = remaining_ms


@pytest.fixture
def send(stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any]) -> Send:
    DynamoDefinitions(stack.dynamodb, "Registry", "Cursors").launch(makers.flow(content=CONTENT), makers.cursor())
    ses_backends[MOTO_ACCOUNT][REGION].sent_messages.clear()
    return Send(prepared(monkeypatch, stack, "SendFunction", app), stack, event("queue"))


def _match(event_id: str, **changes: Any) -> Match:
    return makers.match(**{"event_id": event_id, "received_at": None, "row": {"code": event_id}, **changes})


def test_segments_are_asked_for_and_blocks_put_in(send: Send) -> None:
    dynamodb = send.stack.dynamodb
    DynamoSegments(dynamodb, "Registry").save(RuleSegment(makers.PARTNER_ID, "gold", "Gold", "contact.gold"))
    DynamoContentBlocks(dynamodb, "Registry").save(ContentBlock(makers.PARTNER_ID, "footer", "Bye {{ trigger.code }}"))
    DynamoContacts(dynamodb, "Contacts").save(
        Contact(makers.PARTNER_ID, "eve@example.org", {"gold": Trait("true", makers.NOON)})
    )
    including = makers.flow(
        version=2,
        content=EmailContent(subject="Hi", text="{% include 'footer' %}"),
        segment_filter=SegmentFilter(("gold",)),
    )
    DynamoDefinitions(dynamodb, "Registry", "Cursors").save_flow(including)

    send.deliver([_match("a"), _match("b", identity="eve@example.org")])

    assert [message.get_content().strip() for message in send.sent()] == ["Bye a"]
    assert send.outcome("b") is Outcome.SKIPPED


def test_each_match_of_each_message_is_sent_once(send: Send) -> None:
    messages = [[_match("a"), _match("b")], [_match("c")]]

    answers = [send.deliver(*messages) for _ in range(2)]

    assert answers == [{"batchItemFailures": []}] * 2
    assert [(message["Subject"], message.get_content().strip()) for message in send.sent()] == [
        ("Hi ana@example.org", "a"),
        ("Hi ana@example.org", "b"),
        ("Hi ana@example.org", "c"),
    ]


def test_a_message_can_be_unsubscribed_from_by_one_click_and_in_its_text(send: Send) -> None:
    content = EmailContent(subject="Hi", text="Leave: {{ unsubscribe_url }}")
    DynamoDefinitions(send.stack.dynamodb, "Registry", "Cursors").save_flow(makers.flow(content=content, version=2))

    send.deliver([_match("a")])

    (message,) = send.sent()
    url = str(message["List-Unsubscribe"]).strip("<>")
    link = link_of(url.rpartition("/")[2])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content().split() == ["Leave:", url]
    assert link is not None
    assert link.name == DecisionName.of(makers.PARTNER_ID, "flow_1", "a")
    assert link.is_signed_with(makers.partner().signing_key)


@pytest.mark.parametrize("reason", SuppressionReason)
def test_whoever_is_suppressed_gets_nothing_from_the_next_match_on(send: Send, reason: SuppressionReason) -> None:
    send.deliver([_match("a")])
    suppression = Suppression(makers.PARTNER_ID, "ana@example.org", reason, Scope.EMAIL, makers.NOON, "x")
    DynamoSuppressions(send.stack.dynamodb, "Contacts").add(suppression)

    send.deliver([_match("b")])

    assert (send.outcome("a"), send.outcome("b")) == (Outcome.SENT, Outcome.SKIPPED)
    assert len(send.sent()) == 1


def test_a_match_that_fails_brings_its_message_again_and_holds_up_no_other(send: Send) -> None:
    send.claim_elsewhere("b")

    answer = send.deliver([_match("a"), _match("b"), _match("c")], [_match("d")])

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert [message.get_content().strip() for message in send.sent()] == ["a", "c", "d"]


def test_without_time_left_nothing_is_begun_and_all_come_again(send: Send) -> None:
    answer = send.deliver([_match("a")], [_match("b")], remaining_ms=15_000)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}, {"itemIdentifier": "1"}]}
    assert send.sent() == []
    assert send.outcome("a") is None


def test_matches_of_different_messages_are_at_work_at_once(send: Send) -> None:
    all_at_work = Barrier(6)
    matches = [_match(f"event-{number}", identity=f"person-{number}@example.org") for number in range(6)]

    def remaining_ms() -> int:
        all_at_work.wait(10)
        return 60_000

    answer = send.deliver(*([each] for each in matches), context=Clockwork(remaining_ms))

    assert answer == {"batchItemFailures": []}
    assert len(send.sent()) == 6


def test_what_finds_no_time_any_more_comes_again_while_the_rest_is_done(send: Send) -> None:
    remaining_ms = iter([60_000, 20_000, 19_999, 1_000])

    answer = send.deliver(
        [_match("a")], [_match("b"), _match("c")], [_match("d")], context=Clockwork(remaining_ms.__next__)
    )

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]}
    assert [message.get_content().strip() for message in send.sent()] == ["a", "b"]


def test_a_message_that_is_not_ours_comes_again(send: Send) -> None:
    (record,) = send.queue_event["Records"]

    answer = send.handler({"Records": [record]}, Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}


def test_outcomes_are_counted_and_nothing_personal_is_written(send: Send, capsys: pytest.CaptureFixture[str]) -> None:
    send.deliver([_match("a"), _match("b", identity=None), _match("c", row={})])
    app._service()[1].flush()  # noqa: SLF001 - what Lambda's next call would do

    written = capsys.readouterr().out
    lines = [json.loads(line) for line in written.splitlines()]
    assert sum(line.get("MatchesSent", 0) for line in lines) == 1
    assert sum(line.get("MatchesSkipped", 0) for line in lines) == 2
    assert "ana@example.org" not in written


def test_what_a_message_said_is_kept(send: Send) -> None:
    send.deliver([_match("a")])

    kept = DynamoMessages(send.stack.dynamodb, "Messages").find(makers.PARTNER_ID, "flow_1", "a")

    assert kept is not None
    assert kept.parts == {"subject": "Hi ana@example.org", "text": "a"}


def test_a_notification_goes_to_the_contacts_phone(send: Send) -> None:
    sns = boto3.client("sns")
    arn = sns.create_platform_application(Name="shop", Platform="GCM", Attributes={})["PlatformApplicationArn"]
    phone = sns.create_platform_endpoint(PlatformApplicationArn=arn, Token="token")["EndpointArn"]
    definitions = DynamoDefinitions(send.stack.dynamodb, "Registry", "Cursors")
    definitions.save_partner(makers.partner(version=2, push_applications=(arn,)))
    definitions.save_flow(makers.flow(content=PushContent("Hi", "{{ trigger.code }}"), version=2))
    traits = {"push_endpoint_arn": Trait(json.dumps(phone), makers.NOON)}
    DynamoContacts(send.stack.dynamodb, "Contacts").save(Contact(makers.PARTNER_ID, "ana@example.org", traits))

    send.deliver([_match("a")])

    (sent,) = sns_backends[MOTO_ACCOUNT][REGION].platform_endpoints[phone].messages.values()
    assert json.loads(sent)["default"] == "a"
    assert send.outcome("a") is Outcome.SENT


def test_a_webhook_goes_to_no_address_that_is_not_public(send: Send) -> None:
    DynamoDestinations(send.stack.dynamodb, "Registry").save(destination(url="https://127.0.0.1/", batch_size=3))
    content = WebhookContent("destination_1", '{"code": {{ trigger.code | tojson }}}')
    DynamoDefinitions(send.stack.dynamodb, "Registry", "Cursors").save_flow(makers.flow(content=content, version=2))

    answer = send.deliver([_match("a"), _match("b")])

    assert answer == {"batchItemFailures": []}
    assert [send.outcome(event_id) for event_id in "ab"] == [Outcome.FAILED] * 2
