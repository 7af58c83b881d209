"""Routes that try flows and triggers over what came in: nothing is written, nothing sent but a test that says so."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from signalbox.admin_routes.answering import wire_path
from signalbox.admin_routes.flows import FLOW
from signalbox.admin_routes.routing import Call, Reply, Route
from signalbox.admin_routes.triggers import TRIGGER
from signalbox.domain.access import Role
from signalbox.domain.errors import Invalid, Missing, Reason, Rejected, Transient
from signalbox.domain.flows import Flow, Trigger
from signalbox.ports import Clock, Definitions
from signalbox.services.backtesting import Backtesting
from signalbox.services.flow_validation import FlowValidating
from signalbox.services.previewing import Chosen, Previewing
from signalbox.services.sample_sending import SampleSending
from signalbox.wire.addresses import is_address
from signalbox.wire.admin import flows, rehearsals, trials
from signalbox.wire.admin.events import ReasonShape

ENOUGH = timedelta(seconds=20)
"""After which a backtest begins no further window: the caller's connection ends after 30 seconds."""


class TrialRoutes:
    """What authors ask before they launch."""

    def __init__(
        self,
        *,
        clock: Clock,
        definitions: Definitions,
        validating: FlowValidating,
        previewing: Previewing,
        sample_sending: SampleSending,
        backtesting: Backtesting,
    ) -> None:
        self._clock = clock
        self._definitions = definitions
        self._validating = validating
        self._previewing = previewing
        self._sample_sending = sample_sending
        self._backtesting = backtesting

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (
            Route(
                "POST", f"{FLOW}/validate", "validateFlow", "What stands in a flow's way, and what it would have done",
                Role.VIEWER, self._validate, takes=trials.FlowTried, gives=trials.FlowValidationShape,
            ),
            Route(
                "POST", f"{FLOW}/preview", "previewFlow", "The message that a flow makes of a real event", Role.VIEWER,
                self._preview, takes=trials.PreviewAsked, gives=trials.PreviewShape,
            ),
            Route(
                "POST", f"{FLOW}/test-send", "sendTest", "Send that message to an address, marked as a test",
                Role.EDITOR, self._send_test, takes=trials.TestSendAsked, gives=trials.SentTest, changes="test",
                thing="flowId",
            ),
            Route(
                "POST", f"{FLOW}/backfill-preview", "previewBackfill", "What a launch from an earlier time would do",
                Role.VIEWER, self._backfill, takes=trials.BackfillAsked, gives=trials.BacktestShape,
            ),
            Route(
                "POST", f"{TRIGGER}/backtest", "backtestTrigger", "What a trigger would have found in past days",
                Role.VIEWER, self._backtest, takes=trials.BacktestAsked, gives=trials.BacktestShape,
            ),
        )  # fmt: skip

    def _validate(self, call: Call) -> Reply:
        told = self._validating.validate(self._flow(call, call.body.definition))
        return Reply(
            trials.FlowValidationShape(
                faults=_shown(told.faults),
                warnings=_shown(told.warnings),
                tried=None if told.tried is None else trials.shape_of_tried(told.tried),
                rehearsal=None if told.rehearsal is None else rehearsals.shape_of(told.rehearsal),
            )
        )

    def _preview(self, call: Call) -> Reply:
        asked: trials.PreviewAsked = call.body
        preview = self._previewing.preview(self._flow(call, asked.definition), _chosen(asked))
        return Reply(trials.shape_of_preview(preview, _shown(preview.warnings)))

    def _send_test(self, call: Call) -> Reply:
        asked: trials.TestSendAsked = call.body
        if asked.to.strip() and not is_address(asked.to.strip()):
            raise Invalid([Reason("/to", "expected an e-mail address")])
        flow = self._flow(call, asked.definition)
        try:
            message_id = self._sample_sending.send(flow, _chosen(asked), asked.to.strip())
        except Invalid:
            raise
        except (Rejected, Transient) as fault:
            raise Invalid([Reason("/content", f"it was not taken: {fault}")]) from None
        return Reply(trials.SentTest(provider_message_id=message_id))

    def _backfill(self, call: Call) -> Reply:
        asked: trials.BackfillAsked = call.body
        flow = self._flow(call)
        trigger = self._trigger(call.partner_id, flow.trigger_id, None)
        found = self._backtesting.backfill(flow, trigger, asked.since, self._while_there_is_time())
        return Reply(trials.shape_of_backtest(found))

    def _backtest(self, call: Call) -> Reply:
        asked: trials.BacktestAsked = call.body
        trigger = self._trigger(call.partner_id, call.params["triggerId"], asked.version)
        flow = None if asked.flow_id is None else self._definitions.flow(call.partner_id, asked.flow_id)
        if asked.flow_id is not None and flow is None:
            raise Invalid([Reason("/flow_id", "no such flow")])
        since = self._clock.now() - timedelta(days=asked.days)
        found = self._backtesting.backtest(trigger, since, flow=flow, may_go_on=self._while_there_is_time())
        return Reply(trials.shape_of_backtest(found))

    def _while_there_is_time(self) -> Callable[[], bool]:
        until = self._clock.now() + ENOUGH
        return lambda: self._clock.now() < until

    def _flow(self, call: Call, definition: flows.FlowDefinition | None = None) -> Flow:
        """Give the flow that the path names, as it stands or as it is to become."""
        flow = self._definitions.flow(call.partner_id, call.params["flowId"])
        if flow is None:
            raise Missing("no such flow")
        return flow if definition is None else replace(flow, **flows.changes_of(definition))

    def _trigger(self, partner_id: str, trigger_id: str, version: int | None) -> Trigger:
        if version is None:
            trigger = self._definitions.trigger(partner_id, trigger_id)
        else:
            trigger = self._definitions.trigger_version(partner_id, trigger_id, version)
        if trigger is None:
            raise Missing("no such version of the trigger" if version else "the trigger has no committed version")
        return trigger


def _chosen(asked: trials.PreviewAsked) -> Chosen:
    return Chosen(asked.event_id, asked.received_at, asked.branch, asked.arm)


def _shown(reasons: Iterable[Reason]) -> list[ReasonShape]:
    return [ReasonShape(path=wire_path(each.path), reason=each.reason) for each in reasons]
