"""Which segments a contact is in at the moment of sending: the lists it is on, and the rules that hold of it."""

from collections.abc import Mapping

from signalbox.domain.contacts import ContactView
from signalbox.domain.content import ContentProblem, names_of_contact
from signalbox.domain.flows import SegmentFilter
from signalbox.domain.segments import RuleSegment, memberships
from signalbox.ports import Conditions, KnownSegments
from signalbox.services.holding import holding


class Belonging:
    """Asks for the segments that a filter lists, and for no others."""

    def __init__(self, *, segments: KnownSegments, conditions: Conditions) -> None:
        self._segments = segments
        self._conditions = conditions

    def names_by_id(self, listed: SegmentFilter, view: ContactView) -> Mapping[str, str] | ContentProblem:
        """Give the contact's segments among those listed, or the problem of a rule that cannot be judged.

        Nothing is read where none are listed. One that is gone is told by its id. A contact without a profile is on its
        lists and in no rule: there is nothing that a rule could be about. A rule sees the stored profile without the
        event's own traits, so that a contact is in a segment or is not, whichever event asks.
        """
        ids = frozenset(listed.segment_ids)
        on_lists = view.segment_ids & ids
        is_known = view.contact.version > 0
        if not on_lists and not (ids and is_known):
            return {}
        found = self._segments.find_all(view.contact.partner_id, ids)  # the same for each contact, so remembered
        rules = [each for _, each in sorted(found.items()) if isinstance(each, RuleSegment) and is_known]
        held = memberships(on_lists, rules, holding(self._conditions, names_of_contact(view.contact)))
        if isinstance(held, ContentProblem):
            return held
        return {each: found[each].name if each in found else each for each in held}
