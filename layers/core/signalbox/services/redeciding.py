"""Have matches decided about again whose messages did not leave for something that was mended since.

objection? ─> keep a deferral ─> settle: deferred (by condition on the old end) ─> due: a run hands it over as any other
crash here: nothing changed   │ crash here: it comes up once, and ends as it stood
"""

from collections.abc import Mapping, Sequence

from signalbox.domain.decisions import Deferral
from signalbox.domain.errors import Conflict, Invalid, Reason
from signalbox.domain.flows import Flow, FlowStatus
from signalbox.domain.redeciding import objection, reopened
from signalbox.ports import Clock, Deferrals, Deliveries

MAX_EVENTS = 100
"""Of one call: each takes three calls to the store."""


class Redeciding:
    """The use case of a person who mended a flow's content, or what its channel refused."""

    def __init__(self, *, clock: Clock, deliveries: Deliveries, deferrals: Deferrals) -> None:
        self._clock = clock
        self._deliveries = deliveries
        self._deferrals = deferrals

    def redecide(self, flow: Flow, event_ids: Sequence[str]) -> Mapping[str, str | None]:
        """Say for each event why it is not decided about again, None where it is, within some minutes.

        Every rule is asked again, by the flow and the contact as they are then. Doing it twice is harmless. Raises
        Invalid unless the flow is live.
        """
        if flow.status is not FlowStatus.LIVE:
            raise Invalid([Reason("/status", f"expected a live flow; this one is {flow.status.value}")])
        if not 1 <= len(event_ids) <= MAX_EVENTS:
            raise Invalid([Reason("/event_ids", f"expected 1 to {MAX_EVENTS}")])
        return {each: self._reopen(flow, each) for each in event_ids}

    def _reopen(self, flow: Flow, event_id: str) -> str | None:
        standing = self._deliveries.find(flow.partner_id, flow.flow_id, event_id)
        if standing is None:
            return "there is no such decision"
        if (refusal := objection(standing)) or standing.match is None:
            return refusal
        following = reopened(standing, self._clock.now())
        if following.due_at is not None:
            self._deferrals.keep(Deferral(standing.match, following.due_at))
        try:
            self._deliveries.settle(standing, following)
        except Conflict:
            return "it was changed at this moment: look again"
        return None
