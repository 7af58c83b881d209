"""The demo's story on a deployed stack: over HTTP in, by the schedule through, out as e-mail."""

import json
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

import boto3
import pytest

from local.deployment import Deployment
from local.places import ROOT
from local.story import Email, SetUp, Story, Traces, emails
from local.story_posts import ANA, BEN, GUIDE_PAYLOAD, STRANGERS_CLIENT, Answer, post
from signalbox.domain.decisions import Outcome

STRANGER = "cleo@example.org"


@dataclass
class Told:
    """The story after it happened."""

    story: Story
    set_up: SetUp
    answers: Sequence[Answer]
    traces: Traces
    emails_before: frozenset[str]
    emails: Sequence[Email]

    def emails_since(self, deployed: Deployment) -> list[Email]:
        """Give what the stack has sent since the story began; other tests share its e-mail sink."""
        return [email for email in emails(deployed) if email.message_id not in self.emails_before]


@pytest.fixture(scope="module")
def told(deployed: Deployment) -> Told:
    story = Story(deployed)
    emails_before = frozenset(email.message_id for email in emails(deployed))
    partner, secret = story.partners.create_partner("Test shop")
    trigger = story.commit_trigger(partner)
    set_up = SetUp(partner, secret, trigger, story.launch_flow(trigger))
    answers = [story.post(each.payload) for each in story.posts(set_up)]
    story.await_decisions(set_up.flow, 2)
    happened = Told(story, set_up, answers, story.traces(partner, set_up.flow), emails_before, ())
    happened.emails = happened.emails_since(deployed)
    return happened


def test_each_request_is_answered_as_the_contract_says(told: Told) -> None:
    assert [answer.status for answer in told.answers] == [200, 200, 200, 200, 200, 412, 200]
    assert {answer.body for answer in told.answers if answer.status == 200} == {""}


def test_in_debug_mode_the_answer_names_the_field_and_nothing_that_was_sent(told: Told) -> None:
    refused = json.loads(told.answers[5].body)

    assert refused["error"] == "/properties/eventName: required"
    assert refused["reasons"] == [{"path": "/properties/eventName", "reason": "required"}]
    assert refused["requestId"]


def test_those_whom_the_flow_found_got_one_message_each_with_the_events_own_data(told: Told) -> None:
    assert sorted((email.to, email.subject) for email in told.emails) == [
        ([ANA], "Some value for you"),
        ([BEN], "Some value for Ben"),
    ]
    text = next(email.text for email in told.emails if email.to == [ANA])
    assert f"Hello {ANA}," in text
    assert "The trigger saw it as custom_some_event" in text


def test_each_message_has_a_decision_that_names_versions_and_the_way_it_went(told: Told) -> None:
    for decision in told.traces.decisions:
        assert decision.outcome is Outcome.SENT
        assert (decision.trigger_version, decision.flow_version) == (1, told.set_up.flow.version)
        assert decision.provider_message_id in {email.message_id for email in told.emails}
        assert [step.check for step in decision.trace][-1] == "channel"


def test_an_event_sent_twice_was_taken_twice_and_decided_about_once(told: Told) -> None:
    arrivals = [event.event_id for event in told.traces.events if event.identity == ANA]

    assert len(arrivals) == 2
    assert len(set(arrivals)) == 1
    assert len([each for each in told.traces.decisions if each.event_id == arrivals[0]]) == 1


def test_an_invalid_event_is_in_quarantine_with_its_reasons_and_without_the_secret(told: Told) -> None:
    (kept,) = told.traces.quarantined

    assert [reason.path for reason in kept.reasons] == ["/properties/eventName"]
    assert told.set_up.secret not in kept.body


def test_an_event_of_an_unknown_phone_is_held_until_an_identify_and_then_sent_once(
    told: Told, deployed: Deployment
) -> None:
    assert [event.client_id for event in told.traces.held] == [STRANGERS_CLIENT]
    identify = {
        "partnerId": told.set_up.partner.partner_id,
        "partnerSecret": told.set_up.secret,
        "clientId": STRANGERS_CLIENT,
        "context": {"debug": True},
        "sentAt": 1524776691259,
        "type": "identify",
        "traits": {"email": STRANGER, "userId": "cleo-1"},
    }

    answer = told.story.post(json.dumps(identify))
    decisions = told.story.await_decisions(told.set_up.flow, 3)

    assert answer == Answer(200, "")
    assert {decision.outcome for decision in decisions} == {Outcome.SENT}
    assert sorted(email.to[0] for email in told.emails_since(deployed)) == [ANA, BEN, STRANGER]
    assert not told.story.traces(told.set_up.partner, told.set_up.flow).held


def test_an_unknown_partner_and_a_wrong_secret_get_the_same_bytes(told: Told, deployed: Deployment) -> None:
    known = GUIDE_PAYLOAD.replace("PARTNER", told.set_up.partner.partner_id)

    answers = [post(deployed.api, payload) for payload in (GUIDE_PAYLOAD, known)]

    assert answers == [Answer(401, '{"error": "Unauthorized"}')] * 2


def test_a_browser_may_ask_whether_it_may_call(deployed: Deployment) -> None:
    request = urllib.request.Request(
        f"{deployed.api}/http/v1/collect",
        method="OPTIONS",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )

    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "POST" in answer.headers["access-control-allow-methods"]


def test_nothing_ended_in_a_dead_letter_queue(told: Told, deployed: Deployment) -> None:
    queues = [url for name, url in deployed.outputs.items() if name.endswith("DeadLettersUrl")]
    sqs = boto3.client("sqs")

    for url in queues:
        depth = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        assert depth["Attributes"] == {"ApproximateNumberOfMessages": "0"}, url
    assert len(queues) == 4
    assert told.traces.decisions


def test_no_log_line_holds_a_secret_an_address_or_a_property(told: Told, deployed: Deployment) -> None:
    logs = boto3.client("logs")
    functions = [name for output, name in deployed.outputs.items() if output.endswith("FunctionName")]
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]

    lines = [
        event["message"] for group in groups for event in logs.filter_log_events(logGroupName=group).get("events", [])
    ]

    assert len(functions) == len(list((ROOT / "functions").glob("*/app.py")))
    assert any("MatchesSent" in line for line in lines)
    for personal in (told.set_up.secret, ANA, BEN, "Some value"):
        assert not [line for line in lines if personal in line]
