"""Partners remembered for a moment, so that not every request asks the store."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from signalbox.domain.partners import Partner

if TYPE_CHECKING:  # collect starts without the ports of everything else, and what those speak of
    from signalbox.ports import Clock, Partners

LIFETIME = timedelta(seconds=60)  # spec: collect-api, section 7: a revoked secret stops working within 60 s
CAPACITY = 1000

_NEVER = datetime.min.replace(tzinfo=UTC), None


class CachedPartners:
    """The `KnownPartners` port before a store of partners.

    Age counts from before the store was asked. When the store fails, so does this: nothing stale is given.
    Strangers are not remembered: they cost one question each, as a wrong secret does.
    """

    def __init__(
        self, partners: "Partners", clock: "Clock", lifetime: timedelta = LIFETIME, capacity: int = CAPACITY
    ) -> None:
        self._partners = partners
        self._clock = clock
        self._lifetime = lifetime
        self._capacity = capacity
        self._remembered: dict[str, tuple[datetime, Partner | None]] = {}

    def remembered(self, partner_id: str) -> Partner | None:
        """Give the partner as it was less than `lifetime` ago, None where that is not known."""
        now = self._clock.now()
        asked_at, partner = self._remembered.get(partner_id, _NEVER)  # the same work whether it is known or not
        return partner if now - asked_at < self._lifetime else None

    def find(self, partner_id: str) -> Partner | None:
        """Ask the store, and remember what it says; of too many the one that was asked about longest ago goes."""
        now = self._clock.now()
        partner = self._partners.find(partner_id)
        self._remembered.pop(partner_id, None)
        if partner is not None:
            self._remembered[partner_id] = now, partner
            if len(self._remembered) > self._capacity:
                del self._remembered[next(iter(self._remembered))]
        return partner
