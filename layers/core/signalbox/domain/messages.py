"""What leaves: a rendered message of one of four kinds, and what is kept of it for those who look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from signalbox.domain.decision_names import DecisionName
from signalbox.domain.push import PushMessage
from signalbox.domain.sms import SmsMessage
from signalbox.domain.webhooks import WebhookPayload

EMAIL, WEBHOOK, SMS, PUSH = "email", "webhook", "sms", "push"
"""The channels' names, in caps, in the scope of suppressions, and with each decision."""

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class EmailMessage:
    """A rendered e-mail, ready for its channel; at least one of `text` and `html` is there.

    `decision` goes with it to the provider and comes back with what the provider tells of it.
    Every marketing message has an `unsubscribe_url`, which one POST unsubscribes (RFC 8058).
    """

    to: str
    subject: str
    text: str | None
    html: str | None
    from_name: str | None
    unsubscribe_url: str | None = None
    decision: DecisionName | None = None


@dataclass(frozen=True, slots=True)
class AddressedPayload:
    """What one decision says to a destination, by itself or in a batch, as the destination takes it."""

    destination_id: str
    payload: WebhookPayload


type Message = EmailMessage | AddressedPayload | SmsMessage | PushMessage


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """What the message of a decision says: its rendered parts by their names, without the address.

    It is kept for 30 days; one that is past its time may still be found.
    """

    partner_id: str
    flow_id: str
    event_id: str
    channel: str
    parts: Mapping[str, str]
    rendered_at: datetime

    @property
    def expires_at(self) -> datetime:
        """Give the instant from which it is not to be shown."""
        return self.rendered_at + KEPT_FOR


def rendered_parts(message: Message) -> Mapping[str, str]:
    """Give the rendered parts by the names that their templates have in the content."""
    match message:
        case EmailMessage():
            parts = {
                "subject": message.subject,
                "from_name": message.from_name,
                "text": message.text,
                "html": message.html,
            }
            return {name: text for name, text in parts.items() if text is not None}
        case AddressedPayload():
            return {"data": message.payload.content}
        case SmsMessage():
            return {"text": message.text}
        case PushMessage():
            values = {value_part(name): text for name, text in message.values.items()}
            return {"title": message.title, "text": message.text, **values}


def value_part(name: str) -> str:
    """Name the part that holds one of a notification's values, as a JSON pointer has it (RFC 6901)."""
    return "values/" + name.replace("~", "~0").replace("/", "~1")
