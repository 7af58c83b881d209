"""The safety hold of a flow, on the wire."""

from signalbox.domain.safety_holds import SafetyHold
from signalbox.wire.admin.base import Instant, Wire


class HoldShape(Wire):
    """A run that waits for a person, `state` `waiting`; `none` where no run of the flow does.

    `contacts` are the people it would have messaged; the window is what it covered.
    """

    state: str
    contacts: int | None = None
    trigger_version: int | None = None
    window_start: Instant | None = None
    window_end: Instant | None = None
    held_at: Instant | None = None
    answered_by: str | None = None


NO_HOLD = HoldShape(state="none")


def shape_of(hold: SafetyHold) -> HoldShape:
    """Show a hold."""
    return HoldShape(
        state=hold.state.value,
        contacts=hold.run.contacts,
        trigger_version=hold.run.trigger_version,
        window_start=hold.run.window.start,
        window_end=hold.run.window.end,
        held_at=hold.held_at,
        answered_by=hold.answered_by,
    )
