"""Hold the runs that would message more people than their flows' limits, and let pass what a person answered for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from signalbox.domain.decisions import Match
from signalbox.domain.errors import Conflict
from signalbox.domain.safety_holds import FlowRun, Passage, SafetyHold, contacts_in, passage
from signalbox.ports import Clock, SafetyHolds
from signalbox.services.steps import FlowWindow


class Holding:
    """The safety hold as runs meet it."""

    def __init__(self, *, clock: Clock, safety_holds: SafetyHolds) -> None:
        self._clock = clock
        self._safety_holds = safety_holds

    def of_partner(self, partner_id: str) -> Mapping[str, SafetyHold]:
        """Give the holds by flow id, read anew for each run."""
        return self._safety_holds.of_partner(partner_id)

    def run_of(self, each: FlowWindow, matches: Sequence[Match]) -> FlowRun:
        """Count what a window's matches add to what the steps before it have found."""
        contacts = each.cursor.contacts + contacts_in(match.identity for match in matches)
        return FlowRun(each.flow.partner_id, each.flow.flow_id, each.trigger.version, each.window, contacts)

    def passing(self, each: FlowWindow, run: FlowRun, matches: Sequence[Match]) -> tuple[Passage, Sequence[Match]]:
        """Say what becomes of the run, and give its matches as they go on; a run that stops is kept for a person."""
        passed = passage(run, each.flow.safety_limit, each.hold)
        if passed is Passage.STOP:
            self._stop(each, run)
            return passed, ()
        if passed is Passage.SKIP:
            return passed, [replace(match, is_discarded=True) for match in matches]
        return passed, matches

    def _stop(self, each: FlowWindow, run: FlowRun) -> None:
        try:
            self._safety_holds.save(SafetyHold.of(run, self._clock.now(), each.hold))
        except Conflict:  # an overlapping run has stopped it, or what was held before is answered at this moment
            return
