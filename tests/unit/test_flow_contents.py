"""What a launch asks of contents over every channel."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from signalbox.domain.content import template_parts
from signalbox.domain.contents import Content, EmailContent, PushContent, SmsContent, WebhookContent
from signalbox.domain.errors import Reason
from signalbox.services.flow_checks import FlowChecks
from tests.fakes.destinations import FakeDestinations
from tests.fakes.others import FakeConditions, FakeRenderer
from tests.fakes.segments import FakeContentBlocks, FakeSegments
from tests.fakes.stores import FakeCursors, FakePartners, FakeRegistry
from tests.unit import makers
from tests.unit.authoring import EchoCompiler
from tests.unit.makers import PARTNER_ID
from tests.unit.sending import APPLICATION
from tests.unit.webhooks import destination

EMAIL = EmailContent("Hi", "Hi")
WEBHOOK = WebhookContent("destination_1", "{}")


def faults(content: Content, partner_id: str = PARTNER_ID, *, enabled: bool = True) -> Sequence[Reason]:
    """Check a flow with this content and, under the id `other`, the same once more."""
    partners = FakePartners(makers.partner(push_applications=(APPLICATION,)), makers.partner(partner_id="partner_2"))
    registry, destinations = FakeRegistry(partners, FakeCursors()), FakeDestinations()
    registry.commit_trigger(replace(makers.trigger(), partner_id=partner_id))
    destinations.by_id[PARTNER_ID, "destination_1"] = destination(enabled=enabled)
    checks = FlowChecks(
        definitions=registry,
        destinations=destinations,
        segments=FakeSegments(),
        blocks=FakeContentBlocks(),
        renderer=FakeRenderer(),
        conditions=FakeConditions(),
        compiler=EchoCompiler(),
    )
    return checks.faults(makers.flow(partner_id=partner_id, content=content, contents={"other": content}))


@pytest.mark.parametrize("content", [EMAIL, WEBHOOK, SmsContent("Hi"), PushContent("Hi", "Hi", {"cart": "7"})])
def test_a_content_of_each_kind_may_be_launched(content: Content) -> None:
    assert faults(content) == []


@pytest.mark.parametrize(
    ("content", "path", "reason"),
    [
        (EmailContent("{{", "Hi"), "/subject", "unclosed"),
        (WebhookContent("destination_1", "{{"), "/data", "unclosed"),
        (WebhookContent("destination_9", "{}"), "/destination_id", "no such destination"),
        (SmsContent("{{"), "/text", "unclosed"),
        (SmsContent("Hi", ""), "/trait", "expected the name of the trait that holds the address"),
        (PushContent("{{", "Hi"), "/title", "unclosed"),
        (PushContent("Hi", "{{"), "/text", "unclosed"),
        (PushContent("Hi", "Hi", {"a/b": "{{"}), "/values/a~1b", "unclosed"),
        (PushContent("Hi", "Hi", trait=""), "/trait", "expected the name of the trait that holds the address"),
    ],
)
def test_what_is_wrong_with_a_content_is_named_by_its_part(content: Content, path: str, reason: str) -> None:
    assert faults(content) == [Reason(f"/content{path}", reason), Reason(f"/contents/other{path}", reason)]


def test_a_webhook_goes_to_no_destination_that_is_disabled() -> None:
    assert {each.reason for each in faults(WEBHOOK, enabled=False)} == {"the destination is disabled"}


def test_a_webhook_goes_to_no_other_partners_destination() -> None:
    assert {each.reason for each in faults(WEBHOOK, "partner_2")} == {"no such destination"}


def test_a_notification_needs_an_application_of_the_partners() -> None:
    assert {each.reason for each in faults(PushContent("Hi", "Hi"), "partner_2")} == {
        "expected a partner with a push application"
    }


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        (EmailContent("s", "t", "h", "f"), {"subject": "line", "from_name": "line", "text": "text", "html": "html"}),
        (EMAIL, {"subject": "line", "text": "text"}),
        (WEBHOOK, {"data": "json"}),
        (SmsContent("t"), {"text": "text"}),
        (PushContent("t", "t", {"a/b": "c"}), {"title": "line", "text": "text", "values/a~1b": "text"}),
    ],
)
def test_each_part_becomes_what_its_channel_takes(content: Content, kinds: dict[str, str]) -> None:
    assert {name: part.kind.value for name, part in template_parts(content).items()} == kinds
