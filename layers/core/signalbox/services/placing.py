"""Take a place under caps and re-entry before a message leaves, and give it back when none did."""

from signalbox.domain.errors import Conflict
from signalbox.ports import Contacts, Places
from signalbox.services.considering import Considered

TRIES = 5
"""How often somebody asks again who loses a contact's places to another; each time, one of those who ask has won."""


class Placing:
    """Saves by condition on what was read, so that two messages at once cannot both take the last place."""

    def __init__(self, *, contacts: Contacts, places: Places) -> None:
        self._contacts = contacts
        self._places = places

    def take(self, considered: Considered) -> bool:
        """Take the place its entry asks for, where anything limits it; False: all must be considered anew."""
        touches, entry = considered.touches, considered.entry
        if touches is None or entry is None:
            return True
        following = touches.after(entry, considered.now)
        if following is touches:
            return True
        try:
            self._places.save(following, considered.now)
        except Conflict:
            return False
        return True

    def give_back(self, considered: Considered) -> None:
        """Give the place back of a decision that ended without a message, if it has one.

        Where others keep changing the contact's places it stays taken: one message fewer, never one more.
        """
        match = considered.match
        for _ in range(TRIES):
            touches = self._contacts.view(match.partner_id, match.identity or "").touches
            without = touches and touches.without(match.flow_id, match.event_id)
            if without is None or without is touches:
                return
            try:
                self._places.save(without, considered.now)
            except Conflict:
                continue
            return
