"""What leaves: a rendered message and what the channel said to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EmailMessage:
    """A rendered e-mail, ready for its channel; at least one of `text` and `html` is there."""

    to: str
    subject: str
    text: str | None
    html: str | None
    from_name: str | None
