"""Segments as marketers define them: lists, rules, and putting away what nothing uses any more."""

from collections.abc import Iterator
from dataclasses import replace

from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.segments import ListSegment, RuleSegment, Segment, reasons_against
from signalbox.ports import Conditions, Definitions, Ids, Segments


class SegmentAuthoring:
    """The use cases of those who define segments."""

    def __init__(self, *, ids: Ids, segments: Segments, definitions: Definitions, conditions: Conditions) -> None:
        self._ids = ids
        self._segments = segments
        self._definitions = definitions
        self._conditions = conditions

    def create_list(self, partner_id: str, name: str) -> ListSegment:
        """Save a new segment with nobody on it; raises Invalid."""
        created = ListSegment(partner_id, self._ids.new_id("segment"), name)
        self._save(created)
        return created

    def create_rule(self, partner_id: str, name: str, condition: str) -> RuleSegment:
        """Save a new segment by its rule; raises Invalid, also where the condition does not compile."""
        created = RuleSegment(partner_id, self._ids.new_id("segment"), name, condition)
        self._save(created)
        return created

    def edit(self, segment: Segment, *, name: str | None = None, condition: str | None = None) -> Segment:
        """Save the segment changed, as its next version; live flows judge by it a second later.

        Raises Invalid, and Conflict when it was changed since it was read.
        """
        version, name = segment.version + 1, segment.name if name is None else name
        edited: Segment
        if isinstance(segment, RuleSegment):
            condition = segment.condition if condition is None else condition
            edited = replace(segment, version=version, name=name, condition=condition)
        elif condition is None:
            edited = replace(segment, version=version, name=name)
        else:
            raise Invalid([Reason("/condition", "expected none: this segment is a list")])
        self._save(edited)
        return edited

    def archive(self, segment: Segment) -> Segment:
        """Put a segment away: it can be listed no longer; who is on a list stays on it.

        Raises Invalid with each flow that has not ended and lists it, Conflict as `edit`. A flow that comes to list
        it at this very moment goes on judging by it as before.
        """
        listing = [
            flow
            for flow in self._definitions.flows_of(segment.partner_id)
            if not flow.has_ended and segment.segment_id in flow.segment_filter.segment_ids
        ]
        if listing:
            raise Invalid(
                [Reason("/status", f"flow {flow.flow_id} ({flow.name}) lists this segment") for flow in listing]
            )
        return self._with_archived(segment, is_archived=True)

    def restore(self, segment: Segment) -> Segment:
        """Take an archived segment up again; raises Conflict as `edit`."""
        return self._with_archived(segment, is_archived=False)

    def of_partner(self, partner_id: str) -> Iterator[Segment]:
        """Give all segments, the archived too."""
        return self._segments.of_partner(partner_id)

    def _with_archived(self, segment: Segment, *, is_archived: bool) -> Segment:
        if segment.is_archived is is_archived:
            return segment
        changed: Segment = replace(segment, version=segment.version + 1, is_archived=is_archived)
        self._segments.save(changed)
        return changed

    def _save(self, segment: Segment) -> None:
        faults = list(reasons_against(segment))
        if isinstance(segment, RuleSegment) and not faults and (fault := self._conditions.fault(segment.condition)):
            faults.append(Reason("/condition", fault))
        if faults:
            raise Invalid(faults)
        self._segments.save(segment)
