"""What a flow sends, on the wire: templates by their channel."""

from typing import Literal

from signalbox.domain.flows import EmailContent
from signalbox.wire.admin.base import Wire


class EmailShape(Wire):
    """The templates of an e-mail; one of `text` and `html` must be there."""

    channel: Literal["email"]
    subject: str
    text: str | None = None
    html: str | None = None
    from_name: str | None = None


type ContentShape = EmailShape


def content_of(shape: ContentShape) -> EmailContent:
    """Read a content."""
    return EmailContent(subject=shape.subject, text=shape.text, html=shape.html, from_name=shape.from_name)


def shape_of_content(content: EmailContent) -> ContentShape:
    """Show a content."""
    return EmailShape(
        channel="email",
        subject=content.subject,
        text=content.text,
        html=content.html,
        from_name=content.from_name,
    )
