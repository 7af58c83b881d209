"""SES's events: what each kind comes to, and that what is not one is refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.errors import Misconfigured
from signalbox.domain.feedback import ProviderEvent, ProviderNews
from signalbox.wire.ses_events import GREETING, read_event
from tests import ses

TOLD_AT = datetime.fromisoformat(ses.TOLD_AT)
SENT_AT = datetime.fromisoformat(ses.SENT_AT)


@pytest.mark.parametrize(
    ("kind", "news", "at", "detail"),
    [
        ("Send", ProviderNews.SENT, SENT_AT, ""),
        ("Delivery", ProviderNews.DELIVERED, TOLD_AT, ""),
        ("DeliveryDelay", ProviderNews.DELAYED, TOLD_AT, ""),
        ("Bounce", ProviderNews.BOUNCED, TOLD_AT, "Permanent/General"),
        ("Complaint", ProviderNews.COMPLAINED, TOLD_AT, "abuse"),
        ("Open", ProviderNews.OPENED, TOLD_AT, ""),
        ("Click", ProviderNews.CLICKED, TOLD_AT, ""),
        ("Reject", ProviderNews.REJECTED, SENT_AT, "SES rejected it: Bad content"),
        ("Rendering Failure", ProviderNews.REJECTED, SENT_AT, "SES could not render it"),
    ],
)
def test_each_kind_of_event_is_read(kind: str, news: ProviderNews, at: datetime, detail: str) -> None:
    read = read_event(ses.text(kind))

    assert read == ProviderEvent(news, at, ses.MESSAGE_ID, ses.NAME, detail)


@pytest.mark.parametrize(
    ("kind", "sub_type", "news"),
    [
        ("Permanent", "General", ProviderNews.BOUNCED),
        ("Permanent", "NoEmail", ProviderNews.BOUNCED),
        ("Permanent", "Suppressed", ProviderNews.BOUNCED),
        ("Permanent", "OnAccountSuppressionList", ProviderNews.BOUNCED),
        ("Transient", "General", ProviderNews.SOFT_BOUNCED),
        ("Transient", "MailboxFull", ProviderNews.SOFT_BOUNCED),
        ("Transient", "MessageTooLarge", ProviderNews.SOFT_BOUNCED),
        ("Transient", "ContentRejected", ProviderNews.SOFT_BOUNCED),
        ("Transient", "AttachmentRejected", ProviderNews.SOFT_BOUNCED),
        ("Undetermined", "Undetermined", ProviderNews.SOFT_BOUNCED),
    ],
)
def test_only_a_permanent_bounce_is_for_good(kind: str, sub_type: str, news: ProviderNews) -> None:
    read = read_event(ses.text("Bounce", bounceType=kind, bounceSubType=sub_type))

    assert read is not None
    assert (read.news, read.detail) == (news, f"{kind}/{sub_type}")


@pytest.mark.parametrize(("kind", "is_one"), [("abuse", True), ("virus", True), (None, True), ("not-spam", False)])
def test_who_says_that_it_is_no_spam_does_not_complain(kind: str | None, is_one: bool) -> None:  # noqa: FBT001 - a case
    read = read_event(ses.text("Complaint", complaintFeedbackType=kind))

    assert (read is not None) == is_one


@pytest.mark.parametrize(
    "text", [GREETING, f"{GREETING}\n", ses.text("Subscription"), '{"eventType": "Something New", "mail": {}}']
)
def test_what_is_of_no_concern_is_none(text: str) -> None:
    assert read_event(text) is None


def test_an_event_of_somebody_elses_message_names_no_decision() -> None:
    read = read_event(ses.text("Delivery", name=None))

    assert read is not None
    assert read.decision is None


def test_an_instant_of_another_zone_is_the_same_instant_in_whole_milliseconds() -> None:
    read = read_event(ses.text("Open", timestamp="2026-03-01T13:00:05.6699+01:00"))

    assert read is not None
    assert read.at == TOLD_AT
    assert read.at.tzinfo is UTC


def _without(kind: str, *path: str) -> str:
    event = ses.event(kind)
    inner: Any = event
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return json.dumps(event)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "{",
        '{"eventType": 1}',
        '{"eventType": "Bounce"}',
        _without("Bounce", "bounce", "bounceType"),
        _without("Bounce", "bounce", "bounceSubType"),
        _without("Bounce", "mail"),
        _without("Delivery", "mail", "messageId"),
        _without("Send", "mail", "timestamp"),
        _without("Reject", "reject", "reason"),
        ses.text("Open", timestamp="soon"),
        ses.text("Open", timestamp="2026-03-01T12:00:05"),
        ses.text("Open", timestamp=5),
        json.dumps(ses.event("Open") | {"mail": []}),
        json.dumps(ses.event("Open") | {"open": "x"}),
    ],
)
def test_what_ses_would_not_write_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="not in a format of SES"):
        read_event(text)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists))
def test_tags_that_are_not_ours_are_no_fault(value: object) -> None:
    event = ses.event("Open")
    event["mail"]["tags"] |= {"partner": value, "event": [value]}

    read = read_event(json.dumps(event))

    assert read is not None


def test_a_refusal_quotes_nothing() -> None:
    with pytest.raises(Misconfigured) as refused:
        read_event(json.dumps({"eventType": "Bounce", "mail": ses.RECIPIENT, "bounce": {}}))

    assert ses.RECIPIENT not in str(refused.value)
