"""Take the person out of decisions: out of what waits to be sent, out of the kept message, then out of the decision."""

from collections.abc import Sequence
from datetime import timedelta

from signalbox.domain.decisions import Decision, Deferral, Match, Outcome
from signalbox.domain.errors import Conflict
from signalbox.ports import Clock, Deferrals, Deliveries, Messages


class Forgetting:
    """What an erasure does with decisions; they stay, since one that was deleted could be made a second time."""

    def __init__(self, *, clock: Clock, deliveries: Deliveries, deferrals: Deferrals, messages: Messages) -> None:
        self._clock = clock
        self._deliveries = deliveries
        self._deferrals = deferrals
        self._messages = messages

    def forget(self, decisions: Sequence[Decision]) -> tuple[int, int]:
        """Give of how many it was done, and how many are left, as somebody is at them at this moment.

        The decision comes last: while it names the person it is found, and with it what else is left.
        """
        forgotten = 0
        for each in decisions:
            if each.outcome is Outcome.IN_FLIGHT and not each.is_abandoned(self._clock.now()):
                continue
            if each.due_at is not None:
                self._deferrals.remove_all([Deferral(_match_of(each), each.due_at)])
            self._messages.remove(each.partner_id, each.flow_id, each.event_id)
            try:
                self._deliveries.settle(each, each.without_person())
            except Conflict:
                continue
            forgotten += 1
        return forgotten, len(decisions) - forgotten


def _match_of(decision: Decision) -> Match:
    """Give as much of the match that waits as names it."""
    return Match(
        partner_id=decision.partner_id,
        flow_id=decision.flow_id,
        trigger_id=decision.trigger_id,
        trigger_version=decision.trigger_version,
        event_id=decision.event_id,
        identity=decision.identity,
        received_at=decision.received_at,
        max_event_age=timedelta(0),
        row={},
    )
