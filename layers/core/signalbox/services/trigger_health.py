"""How an event trigger is doing: for each live flow on it the last run, its place, and what is wrong, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from signalbox.domain.flows import Cursor, Trigger
from signalbox.domain.health import DAILY, Health
from signalbox.domain.safety_holds import SafetyHold
from signalbox.domain.windows import IDLE_STEP
from signalbox.ports import Clock, Cursors, LiveFlows, SafetyHolds

BEHIND = IDLE_STEP + timedelta(minutes=5)
"""A cursor this far behind is late: silence explains the first part, a run that comes late the second."""


class State(StrEnum):
    """How a flow's runs are going; the first that is true is told."""

    HELD = "held"
    FAILING = "failing"
    BEHIND = "behind"
    QUIET = "quiet"
    WAITING = "waiting"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class FlowHealth:
    """The health of one live flow: its state, that in words, how far behind it is, and what its runs left."""

    flow_id: str
    state: State
    words: str
    lag: timedelta
    health: Health


class TriggerHealth:
    """The use case of whoever looks after a trigger."""

    def __init__(
        self, *, clock: Clock, live_flows: LiveFlows, cursors: Cursors, safety_holds: SafetyHolds, settle: timedelta
    ) -> None:
        self._clock = clock
        self._live_flows = live_flows
        self._cursors = cursors
        self._safety_holds = safety_holds
        self._settle = settle

    def of_trigger(self, partner_id: str, trigger_id: str) -> Sequence[FlowHealth]:
        """Give the health of every live flow on the trigger; none is live, none is run."""
        return self.of_partner(partner_id).get(trigger_id, ())

    def of_partner(self, partner_id: str) -> Mapping[str, Sequence[FlowHealth]]:
        """Give the health of the partner's live flows by trigger; a trigger without any is not among them."""
        now = self._clock.now()
        cursors, holds = self._cursors.of_partner(partner_id), self._safety_holds.of_partner(partner_id)
        health_by_trigger: dict[str, list[FlowHealth]] = {}
        for flow, trigger in self._live_flows.of_partner(partner_id):
            if flow.flow_id in cursors:
                health = _health_of(cursors[flow.flow_id], trigger, holds.get(flow.flow_id), now, self._settle)
                health_by_trigger.setdefault(trigger.trigger_id, []).append(health)
        return health_by_trigger


def _health_of(
    cursor: Cursor, trigger: Trigger, hold: SafetyHold | None, now: datetime, settle: timedelta
) -> FlowHealth:
    lag = max(now - settle - cursor.position, timedelta(0))
    if hold is not None and hold.stops(cursor.position, trigger.version):
        since = f"since {hold.held_at:%Y-%m-%d %H:%M} UTC"
        words = f"A run that found {hold.run.contacts} contacts waits {since} to be approved or discarded."
        return FlowHealth(cursor.flow_id, State.HELD, words, lag, cursor.health)
    state, words = _told(cursor.health, lag, now)
    return FlowHealth(cursor.flow_id, state, words, lag, cursor.health)


def _told(health: Health, lag: timedelta, now: datetime) -> tuple[State, str]:
    last = health.last_run
    if last is not None and last.fault is not None:
        return (
            State.FAILING,
            f"Version {last.trigger_version} fails since {health.failing_since:%Y-%m-%d %H:%M} UTC: {last.detail}",
        )
    if (exits := health.exit_fault) is not None:
        since = f"{exits.since:%Y-%m-%d %H:%M} UTC"
        return State.FAILING, f"The exit condition fails since {since}, and whoever waits goes on: {exits.detail}"
    if lag > BEHIND:
        return State.BEHIND, f"It is {_minutes(lag)} behind; its messages are late."
    if health.is_quiet(now):
        return (
            State.QUIET,
            f"It matched on {health.streak} days in a row (at least {DAILY}) and on none since {health.last_match_on}.",
        )
    if last is None:
        return State.WAITING, "No run has covered a window yet; the first comes within minutes."
    return State.WORKING, f"The last run found {last.rows} rows in {last.elapsed_ms} ms, {last.matches} matches."


def _minutes(span: timedelta) -> str:
    return f"{span // timedelta(minutes=1)} minutes"
