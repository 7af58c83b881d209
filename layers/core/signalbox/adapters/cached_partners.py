"""Partners remembered for a moment, so that not every request asks the store."""

import hashlib
from collections import OrderedDict
from datetime import datetime, timedelta

from signalbox.domain.partners import Partner
from signalbox.ports import Clock, Partners

LIFETIME = timedelta(seconds=60)  # spec: collect-api, section 7: a revoked secret stops working within 60 s
CAPACITY = 1000


class CachedPartners:
    """The `Partners` port before another one.

    Unknown partners are remembered like known ones, so that an answer's timing does not tell them apart.
    Age counts from before the store was asked. When the store fails, so does this: nothing stale is given.
    """

    def __init__(
        self, partners: Partners, clock: Clock, lifetime: timedelta = LIFETIME, capacity: int = CAPACITY
    ) -> None:
        self._partners = partners
        self._clock = clock
        self._lifetime = lifetime
        self._capacity = capacity
        self._remembered: OrderedDict[bytes, tuple[datetime, Partner | None]] = OrderedDict()

    def find(self, partner_id: str) -> Partner | None:
        """Give the partner as it was at most `lifetime` ago."""
        now = self._clock.now()
        key = hashlib.blake2b(partner_id.encode()).digest()  # an id may be a stranger's and as long as a request
        asked_at, partner = self._remembered.get(key, (None, None))
        if asked_at is None or now - asked_at >= self._lifetime:
            partner = self._partners.find(partner_id)
            self._remembered[key] = now, partner
        self._remembered.move_to_end(key)
        if len(self._remembered) > self._capacity:
            self._remembered.popitem(last=False)
        return partner
