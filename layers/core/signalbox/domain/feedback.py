"""What is told of a message after its provider took it, and how much of it a decision keeps.

A provider tells things more than once and in any order. A decision keeps, of each kind, how often it happened, when
first, and the latest few instants, by which a repeat is known; so it stays small however often a message is opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from signalbox.domain.decision_names import DecisionName

REMEMBERED = 8
"""The latest instants of a kind that are kept; repeats come within minutes, while people open an e-mail a few times."""


class ProviderNews(StrEnum):
    """What can be told of one message."""

    SENT = "sent"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    """It will never arrive: there is no such mailbox."""
    SOFT_BOUNCED = "soft_bounced"
    """It did not arrive, another may: the mailbox is full, the message too large."""
    COMPLAINED = "complained"
    OPENED = "opened"
    CLICKED = "clicked"
    REJECTED = "rejected"
    """It was taken and then not sent, for what is in it."""
    UNSUBSCRIBED = "unsubscribed"
    """Told by the recipient and not by the provider: the message's own link was used."""


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """One thing that a provider told; `decision` is None when it names none. `detail` holds nothing personal."""

    news: ProviderNews
    at: datetime
    message_id: str
    decision: DecisionName | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """How often something happened and when; `latest` holds the last few different instants in order."""

    count: int
    first_at: datetime
    latest: tuple[datetime, ...]

    @property
    def last_at(self) -> datetime:
        """Give the last time it happened."""
        return self.latest[-1]

    def with_one(self, at: datetime) -> "Occurrences":
        """Take in one more; the same again for a repeat, and for one too old to be told from a repeat."""
        forgotten = len(self.latest) == REMEMBERED and at < self.latest[0]
        if at in self.latest or forgotten:
            return replace(self, first_at=min(self.first_at, at))
        return Occurrences(self.count + 1, min(self.first_at, at), tuple(sorted((*self.latest, at)))[-REMEMBERED:])


@dataclass(frozen=True, slots=True)
class Feedback:
    """All that was told of one message; `revision` counts the changes of it."""

    by_news: Mapping[ProviderNews, Occurrences] = field(default_factory=dict)
    revision: int = 0

    def with_one(self, news: ProviderNews, at: datetime) -> "Feedback":
        """Take in one more; the same again when it adds nothing."""
        standing = self.by_news.get(news)
        following = standing.with_one(at) if standing else Occurrences(1, at, (at,))
        if following == standing:
            return self
        return Feedback({**self.by_news, news: following}, self.revision + 1)


NO_FEEDBACK = Feedback()
