"""Out of a message and back on a deployed stack: its link unsubscribes, and what SES tells of it suppresses."""

import re
import subprocess
import time
from dataclasses import dataclass

import boto3
import pytest

from local.deployment import Deployment
from local.story import SetUp, Story, emails
from local.story_posts import ANA
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.suppressions import DynamoSuppressions
from signalbox.domain.contents import EmailContent
from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import Decision
from signalbox.domain.feedback import ProviderNews
from tests import ses

CONTENT = EmailContent(
    subject="A message to leave",
    html='<p>Hello {{ contact.email }}</p><p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>',
)
PATIENCE_S = 60


@dataclass
class Sent:
    """One message that was sent, and its decision."""

    deployed: Deployment
    decision: Decision
    text: str

    @property
    def link(self) -> str:
        """Give the link in the message, at the address where this stack answers."""
        (path,) = re.findall(r"/u/[A-Za-z0-9_-]+\.[0-9a-f]+", self.text)
        return f"{self.deployed.api}{path}"

    def suppressed(self) -> list[str]:
        suppressions = DynamoSuppressions(dynamodb_client(), self.deployed.outputs["ContactsTable"])
        return [each.name for each in suppressions.of_contact(self.decision.partner_id, ANA)]

    def standing(self) -> Decision | None:
        deliveries = DynamoDeliveries(dynamodb_client(), self.deployed.outputs["DeliveriesTable"])
        return deliveries.find(self.decision.partner_id, self.decision.flow_id, self.decision.event_id)


@pytest.fixture(scope="module")
def sent(deployed: Deployment) -> Sent:
    story = Story(deployed)
    partner, secret = story.partners.create_partner("Shop to leave")
    trigger = story.commit_trigger(partner)
    set_up = SetUp(partner, secret, trigger, story.launch_flow(trigger, content=CONTENT))
    story.post(story.posts(set_up)[0].payload)
    (decision,) = story.await_decisions(set_up.flow, 1)
    (text,) = [email.text for email in emails(deployed) if email.message_id == decision.provider_message_id]
    return Sent(deployed, decision, text)


def _curl(url: str, *options: str) -> tuple[int, str]:
    command = ["curl", "-sS", "-w", "\n%{http_code}", *options, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


def test_html_alone_is_sent_with_its_text_beside_it(sent: Sent) -> None:
    assert sent.text.startswith(f"Hello {ANA}")
    assert "Unsubscribe (http" in sent.text


def test_the_link_shows_and_its_one_click_unsubscribes(sent: Sent) -> None:
    shown, page = _curl(sent.link)
    before = sent.suppressed()
    posted, done = _curl(sent.link, "--data", "List-Unsubscribe=One-Click")
    after = sent.suppressed()
    undone, _ = _curl(sent.link, "--data", "wish=resubscribe")

    assert (shown, posted, undone) == (200, 200, 200)
    assert "No more e-mails from Shop to leave to a…@example.org?" in page
    assert "gets no more e-mails from Shop to leave" in done
    assert (before, after, sent.suppressed()) == ([], ["unsubscribed:email"], [])


def test_a_link_that_is_not_ours_is_not_found(sent: Sent) -> None:
    assert _curl(f"{sent.link}0") == _curl(f"{sent.deployed.api}/u/x", "--data", "List-Unsubscribe=One-Click")


def test_a_bounce_that_ses_publishes_suppresses_and_is_kept_with_the_decision(sent: Sent) -> None:
    name = DecisionName.of(sent.decision.partner_id, sent.decision.flow_id, sent.decision.event_id)
    topic = sent.deployed.outputs["FeedbackTopicArn"]

    boto3.client("sns").publish(TopicArn=topic, Message=ses.text("Bounce", name))

    give_up_at = time.monotonic() + PATIENCE_S
    while "bounced:email" not in sent.suppressed() and time.monotonic() < give_up_at:
        time.sleep(1)
    standing = sent.standing()
    assert sent.suppressed() == ["bounced:email"]
    assert standing is not None
    assert ProviderNews.BOUNCED in standing.feedback.by_news
