"""The feedback function: SES's events from the queue into decisions and suppressions; one that fails comes again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.feedback import app
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.domain.decisions import Decision, Outcome
from signalbox.domain.feedback import ProviderNews
from signalbox.wire.ses_events import GREETING
from tests import ses
from tests.functions.stack import Context, Stack, prepared
from tests.unit import makers


@dataclass(frozen=True)
class Feedback:
    """The function and what it leaves behind."""

    handler: Callable[[Any, Any], Any]
    stack: Stack
    queue_event: Any

    def deliver(self, *bodies: str) -> Any:
        (record,) = self.queue_event["Records"]
        records = [{**record, "messageId": str(number), "body": body} for number, body in enumerate(bodies)]
        return self.handler({"Records": records}, Context())

    def decide(self, outcome: Outcome, decided_at: datetime = makers.NOON) -> None:
        decision = Decision(
            partner_id=makers.PARTNER_ID,
            flow_id="flow_1",
            flow_version=1,
            trigger_id="trigger_1",
            trigger_version=1,
            event_id="event-1",
            identity=ses.RECIPIENT,
            outcome=outcome,
            decided_at=decided_at,
            received_at=None,
        )
        assert DynamoDeliveries(self.stack.dynamodb, "Deliveries").claim(decision) is None

    def decision(self) -> Decision:
        decision = DynamoDeliveries(self.stack.dynamodb, "Deliveries").find(makers.PARTNER_ID, "flow_1", "event-1")
        assert decision is not None
        return decision

    def suppressed(self) -> frozenset[str]:
        return DynamoContacts(self.stack.dynamodb, "Contacts").view(makers.PARTNER_ID, ses.RECIPIENT).suppressions


@pytest.fixture
def feedback(stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any]) -> Feedback:
    return Feedback(prepared(monkeypatch, stack, "FeedbackFunction", app), stack, event("queue"))


def test_what_ses_tells_of_a_message_is_kept_with_its_decision(feedback: Feedback) -> None:
    feedback.decide(Outcome.SENT)
    bodies = [ses.text("Delivery"), ses.text("Open"), ses.text("Click"), ses.text("Open")]

    answers = [feedback.deliver(*bodies) for _ in range(2)]

    counts = {news: told.count for news, told in feedback.decision().feedback.by_news.items()}
    assert answers == [{"batchItemFailures": []}] * 2
    assert counts == {ProviderNews.DELIVERED: 1, ProviderNews.OPENED: 1, ProviderNews.CLICKED: 1}


@pytest.mark.parametrize(
    ("body", "suppressed"),
    [
        (ses.text("Bounce"), {"bounced:email"}),
        (ses.text("Bounce", bounceType="Transient", bounceSubType="MailboxFull"), set()),
        (ses.text("Complaint"), {"complained:email"}),
        (ses.text("Complaint", complaintFeedbackType="not-spam"), set()),
        (ses.text("Delivery"), set()),
    ],
)
def test_bounces_for_good_and_complaints_suppress(feedback: Feedback, body: str, suppressed: set[str]) -> None:
    feedback.decide(Outcome.SENT)

    feedback.deliver(body, body)

    assert feedback.suppressed() == suppressed


def test_an_unknown_decision_becomes_sent(feedback: Feedback) -> None:
    feedback.decide(Outcome.UNKNOWN)

    feedback.deliver(ses.text("Delivery"))

    assert (feedback.decision().outcome, feedback.decision().provider_message_id) == (Outcome.SENT, ses.MESSAGE_ID)


def test_one_that_fails_comes_again_and_holds_up_no_other(feedback: Feedback) -> None:
    feedback.decide(Outcome.SENT)

    answer = feedback.deliver("not SES's", ses.text("Delivery"))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert ProviderNews.DELIVERED in feedback.decision().feedback.by_news


def test_what_is_told_before_its_sender_has_written_it_down_comes_again(feedback: Feedback) -> None:
    feedback.decide(Outcome.IN_FLIGHT, decided_at=datetime.now(UTC).replace(microsecond=0))

    answer = feedback.deliver(ses.text("Delivery"))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}


def test_what_is_of_no_concern_is_counted_and_nothing_personal_is_written(
    feedback: Feedback, capsys: pytest.CaptureFixture[str]
) -> None:
    feedback.decide(Outcome.SENT)
    feedback.deliver(GREETING, ses.text("Subscription"), ses.text("Open", name=None), f'{{"{ses.RECIPIENT}": 1}}')
    feedback.deliver(ses.text("Bounce"), ses.text("Bounce"), ses.text("Rendering Failure"))

    written = capsys.readouterr().out
    counted: dict[str, int] = {}
    for line in map(json.loads, written.splitlines()):
        counted |= {name: counted.get(name, 0) + line[name] for name in line if name.startswith("Feedback")}
    assert counted == {"FeedbackIgnored": 2, "FeedbackUnnamed": 1, "FeedbackRecorded": 2, "FeedbackRepeated": 1}
    assert ses.RECIPIENT not in written
