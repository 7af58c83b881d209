"""The safety hold as people meet it: which runs wait for their word, and the two words there are."""

from collections.abc import Sequence

from signalbox.domain.safety_holds import HoldState, SafetyHold
from signalbox.ports import Clock, Cursors, LiveFlows, SafetyHolds


class HoldAnswering:
    """The use cases of whoever may let a run pass."""

    def __init__(self, *, clock: Clock, live_flows: LiveFlows, cursors: Cursors, safety_holds: SafetyHolds) -> None:
        self._clock = clock
        self._live_flows = live_flows
        self._cursors = cursors
        self._safety_holds = safety_holds

    def waiting(self, partner_id: str) -> Sequence[SafetyHold]:
        """Give the runs of the partner's live flows that wait, the longest waiting first.

        One that another version of its trigger, or a pause that dropped it, has made pointless does not wait.
        """
        holds, cursors = self._safety_holds.of_partner(partner_id), self._cursors.of_partner(partner_id)
        waiting = [
            holds[flow.flow_id]
            for flow, trigger in self._live_flows.of_partner(partner_id)
            if flow.flow_id in holds
            and flow.flow_id in cursors
            and holds[flow.flow_id].stops(cursors[flow.flow_id].position, trigger.version)
        ]
        return sorted(waiting, key=lambda hold: hold.held_at)

    def approve(self, hold: SafetyHold, answered_by: str) -> SafetyHold:
        """Let the run pass, with all that has been received by now; its flow's next run goes on.

        Raises Invalid when this hold was answered already, and Conflict when it was changed since it was read.
        """
        return self._answer(hold, HoldState.APPROVED, answered_by)

    def discard(self, hold: SafetyHold, answered_by: str) -> SafetyHold:
        """End all that has been received by now as skipped, `safety_hold`; raises as `approve`."""
        return self._answer(hold, HoldState.DISCARDED, answered_by)

    def _answer(self, hold: SafetyHold, state: HoldState, answered_by: str) -> SafetyHold:
        answered = hold.answered(state, answered_by, self._clock.now())
        self._safety_holds.save(answered)
        return answered
