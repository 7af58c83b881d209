"""What a flow sends, on the wire: templates by their channel."""

from typing import Annotated, Literal

from pydantic import Field

from signalbox.domain.contents import Content, EmailContent, PushContent, SmsContent, WebhookContent
from signalbox.wire.admin.base import Wire


class EmailShape(Wire):
    """The templates of an e-mail; one of `text` and `html` must be there."""

    channel: Literal["email"]
    subject: str
    text: str | None = None
    html: str | None = None
    from_name: str | None = None


class WebhookShape(Wire):
    """The template of what goes to one of the partner's destinations; it must give JSON."""

    channel: Literal["webhook"]
    destination_id: str
    data: str


class SmsShape(Wire):
    """The template of a text message, to the number in E.164 in the contact's trait of that name."""

    channel: Literal["sms"]
    text: str
    trait: str = "phone"


class PushShape(Wire):
    """The templates of a notification, to the SNS endpoint in the contact's trait; `values` go to the app."""

    channel: Literal["push"]
    title: str
    text: str
    values: dict[str, str] = Field(default_factory=dict)
    trait: str = "push_endpoint_arn"


type ContentShape = Annotated[EmailShape | WebhookShape | SmsShape | PushShape, Field(discriminator="channel")]


def content_of(shape: ContentShape) -> Content:
    """Read a content."""
    match shape:
        case EmailShape():
            return EmailContent(subject=shape.subject, text=shape.text, html=shape.html, from_name=shape.from_name)
        case WebhookShape():
            return WebhookContent(destination_id=shape.destination_id, data=shape.data)
        case SmsShape():
            return SmsContent(text=shape.text, trait=shape.trait)
        case PushShape():
            return PushContent(title=shape.title, text=shape.text, values=shape.values, trait=shape.trait)


def shape_of_content(content: Content) -> ContentShape:
    """Show a content."""
    match content:
        case EmailContent():
            return EmailShape(
                channel="email",
                subject=content.subject,
                text=content.text,
                html=content.html,
                from_name=content.from_name,
            )
        case WebhookContent():
            return WebhookShape(channel="webhook", destination_id=content.destination_id, data=content.data)
        case SmsContent():
            return SmsShape(channel="sms", text=content.text, trait=content.trait)
        case PushContent():
            return PushShape(
                channel="push",
                title=content.title,
                text=content.text,
                values=dict(content.values),
                trait=content.trait,
            )
