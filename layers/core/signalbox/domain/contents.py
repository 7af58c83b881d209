"""A flow's content: the templates of one message, and by their kind the channel it goes over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from signalbox.domain.messages import EMAIL, PUSH, SMS, WEBHOOK


@dataclass(frozen=True, slots=True)
class EmailContent:
    """The templates of an e-mail; a missing `html` or `text` is sent without that part, one of them must be there."""

    channel: ClassVar[str] = EMAIL

    subject: str
    text: str | None = None
    html: str | None = None
    from_name: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookContent:
    """The template of what a webhook says to one of the partner's destinations; it must give JSON."""

    channel: ClassVar[str] = WEBHOOK

    destination_id: str
    data: str


@dataclass(frozen=True, slots=True)
class SmsContent:
    """The template of a text message, to the number in E.164 that the contact's trait of that name holds."""

    channel: ClassVar[str] = SMS

    text: str
    trait: str = "phone"


@dataclass(frozen=True, slots=True)
class PushContent:
    """The templates of a notification, to the SNS endpoint whose ARN the contact's trait of that name holds.

    `values` go to the app beside the text that is shown.
    """

    channel: ClassVar[str] = PUSH

    title: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    trait: str = "push_endpoint_arn"


type Content = EmailContent | WebhookContent | SmsContent | PushContent
