"""What leaves: a rendered message and what the channel said to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from signalbox.domain.decision_names import DecisionName

EMAIL = "email"
"""The channel's name, in caps and in the scope of suppressions."""


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

    @property
    def texts(self) -> Mapping[str, str]:
        """Give its rendered parts by their names; one that is not there stays away."""
        parts = {"subject": self.subject, "from_name": self.from_name, "text": self.text, "html": self.html}
        return {name: text for name, text in parts.items() if text is not None}
