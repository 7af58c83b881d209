"""What Amazon SES publishes about the messages of a configuration set, as SNS passes it on (raw delivery).

Source: Amazon SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS".
Read as strictly as a stranger's: what is needed must be there and of its type. What SES may add is not looked at.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from signalbox.domain.decision_names import DecisionName
from signalbox.domain.errors import Misconfigured
from signalbox.domain.feedback import ProviderEvent, ProviderNews

GREETING = "Successfully validated SNS topic for Amazon SES event publishing."
"""What SES sends, as plain text, when it is told to publish to a topic."""

_NO_COMPLAINT = "not-spam"  # RFC 6430: somebody moved it out of their spam folder
_LONGEST_DETAIL = 100

type _Member = Mapping[str, Any]


def read_event(text: str) -> ProviderEvent | None:
    """Read one event, None when it is of no concern; raises Misconfigured when SES would not have written it."""
    if text.strip() == GREETING:
        return None
    try:
        event = json.loads(text)
        kind = _text(event, "eventType")
        if kind not in _READERS:
            return None
        member, news_of = _READERS[kind]
        told = _object(event, member)
        mail = _object(event, "mail")
        news, detail = news_of(told)
        at = told.get("timestamp", mail["timestamp"])
        return None if news is None else _event(news, at, mail, detail)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as fault:
        raise Misconfigured(f"an event is not in a format of SES: {type(fault).__name__}") from None


def _event(news: ProviderNews, at: str, mail: _Member, detail: str) -> ProviderEvent:
    tags = mail.get("tags", {})
    return ProviderEvent(
        news=news,
        at=_instant(at),
        message_id=_text(mail, "messageId"),
        decision=DecisionName.from_tags({name: _first(values) for name, values in tags.items()}),
        detail=detail[:_LONGEST_DETAIL],
    )


def _bounce(bounce: _Member) -> tuple[ProviderNews, str]:
    """Tell bounces for good from those that may pass; SES calls the others Transient or Undetermined."""
    kind = _text(bounce, "bounceType")
    detail = f"{kind}/{_text(bounce, 'bounceSubType')}"
    return (ProviderNews.BOUNCED if kind == "Permanent" else ProviderNews.SOFT_BOUNCED), detail


def _complaint(complaint: _Member) -> tuple[ProviderNews | None, str]:
    kind = complaint.get("complaintFeedbackType") or complaint.get("complaintSubType") or ""
    return (None if kind == _NO_COMPLAINT else ProviderNews.COMPLAINED), str(kind)


def _reject(reject: _Member) -> tuple[ProviderNews, str]:
    return ProviderNews.REJECTED, f"SES rejected it: {_text(reject, 'reason')}"


def _failure(_failure: _Member) -> tuple[ProviderNews, str]:
    return ProviderNews.REJECTED, "SES could not render it"  # its own message quotes the template's data


def _plain(news: ProviderNews) -> "_News":
    return lambda _told: (news, "")


type _News = Callable[[_Member], tuple[ProviderNews | None, str]]

_READERS: Mapping[str, tuple[str, _News]] = {
    "Send": ("send", _plain(ProviderNews.SENT)),
    "Delivery": ("delivery", _plain(ProviderNews.DELIVERED)),
    "DeliveryDelay": ("deliveryDelay", _plain(ProviderNews.DELAYED)),
    "Bounce": ("bounce", _bounce),
    "Complaint": ("complaint", _complaint),
    "Open": ("open", _plain(ProviderNews.OPENED)),
    "Click": ("click", _plain(ProviderNews.CLICKED)),
    "Reject": ("reject", _reject),
    "Rendering Failure": ("failure", _failure),
}
"""The member with the particulars, by kind of event, and what they tell.

Left out is Subscription: it tells of SES's own lists, which are not used.
"""


def _object(value: Any, name: str) -> dict[str, Any]:
    member = value[name]
    if not isinstance(member, dict):
        raise TypeError(name)
    return member


def _text(value: Any, name: str) -> str:
    member = value[name]
    if not isinstance(member, str):
        raise TypeError(name)
    return member


def _first(values: Any) -> str:
    """Give a tag's value; SES writes a list of one."""
    value = values[0] if isinstance(values, list) and values else ""
    return value if isinstance(value, str) else ""


def _instant(text: str) -> datetime:
    """Read an instant of ISO 8601, cut to whole milliseconds as everywhere."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return instant.astimezone(UTC).replace(microsecond=instant.microsecond // 1000 * 1000)
