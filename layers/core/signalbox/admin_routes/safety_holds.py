"""Routes about a run that would have messaged too many people, and waits."""

from collections.abc import Callable

from signalbox.admin_routes.flows import FLOW
from signalbox.admin_routes.routing import Call, Change, Reply, Route
from signalbox.domain.access import Role
from signalbox.domain.errors import Invalid, Missing, Reason
from signalbox.domain.safety_holds import SafetyHold
from signalbox.ports import Definitions
from signalbox.services.hold_answering import HoldAnswering
from signalbox.wire.admin import safety_holds as wire

HOLD = f"{FLOW}/hold"


class SafetyHoldRoutes:
    """What whoever may let a run pass sees and says."""

    def __init__(self, *, definitions: Definitions, answering: HoldAnswering) -> None:
        self._definitions = definitions
        self._answering = answering

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (
            Route(
                "GET", HOLD, "getHold", "The flow's run that waits to be approved or discarded", Role.VIEWER, self._get,
                gives=wire.HoldShape,
            ),
            _answer("approve", "approveHold", "Let it pass", self._answered(self._answering.approve)),
            _answer("discard", "discardHold", "End what it found as skipped", self._answered(self._answering.discard)),
        )  # fmt: skip

    def _get(self, call: Call) -> Reply:
        hold = self._waiting(call)
        return Reply(wire.NO_HOLD) if hold is None else Reply(wire.shape_of(hold), hold.version)

    def _answered(self, answer: Callable[[SafetyHold, str], SafetyHold]) -> Callable[[Call], Reply]:
        def handle(call: Call) -> Reply:
            hold = self._waiting(call)
            if hold is None:
                raise Invalid([Reason("/status", "no run of this flow waits to be approved or discarded")])
            call.seen(hold.version)
            answered = answer(hold, call.who.name)
            return Reply(wire.shape_of(answered), answered.version, change=Change(hold.version, answered.version))

        return handle

    def _waiting(self, call: Call) -> SafetyHold | None:
        flow_id = call.params["flowId"]
        if self._definitions.flow(call.partner_id, flow_id) is None:
            raise Missing("no such flow")
        waiting = self._answering.waiting(call.partner_id)
        return next((each for each in waiting if each.run.flow_id == flow_id), None)


def _answer(word: str, name: str, summary: str, handle: Callable[[Call], Reply]) -> Route:
    return Route(
        "POST", f"{HOLD}/{word}", name, summary, Role.EDITOR, handle, gives=wire.HoldShape, changes="hold",
        thing="flowId", is_conditional=True,
    )  # fmt: skip
