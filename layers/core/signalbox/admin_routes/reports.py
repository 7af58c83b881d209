"""Routes about what a flow has done, and what its experiment has shown."""

from datetime import timedelta

from signalbox.admin_routes.flows import FLOW
from signalbox.admin_routes.routing import Call, Reply, Route
from signalbox.domain.access import Role
from signalbox.domain.errors import Missing
from signalbox.domain.flows import Flow
from signalbox.ports import Definitions
from signalbox.services.experiment_reporting import ExperimentReporting
from signalbox.services.redeciding import Redeciding
from signalbox.services.reporting import MAX_PAGE, Reporting
from signalbox.wire.admin import decisions, experiments, reports

_STEPS = {None: None, "hour": timedelta(hours=1), "day": timedelta(days=1)}


class ReportRoutes:
    """What marketers ask of a flow that runs."""

    def __init__(
        self,
        *,
        definitions: Definitions,
        reporting: Reporting,
        experiment_reporting: ExperimentReporting,
        redeciding: Redeciding,
    ) -> None:
        self._definitions = definitions
        self._reporting = reporting
        self._experiment_reporting = experiment_reporting
        self._redeciding = redeciding

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (
            Route(
                "GET", f"{FLOW}/report", "reportFlow", "What became of a flow's matches", Role.VIEWER, self._report,
                asks=reports.ReportAsked, gives=reports.ReportShape,
            ),
            Route(
                "GET", f"{FLOW}/deliveries", "listDeliveries", "A flow's decisions, the latest first", Role.VIEWER,
                self._deliveries, asks=reports.DeliveriesAsked, gives=reports.DecisionItems,
            ),
            Route(
                "GET", f"{FLOW}/experiment", "reportExperiment", "What a flow's experiment has shown", Role.VIEWER,
                self._experiment, gives=experiments.ExperimentResults,
            ),
            Route(
                "POST", f"{FLOW}/deliveries/resend", "resend",
                "Decide again about what was skipped for its content or refused by its channel", Role.EDITOR,
                self._resend, takes=reports.Resending, gives=reports.Resent, changes="delivery", thing="flowId",
            ),
        )  # fmt: skip

    def _report(self, call: Call) -> Reply:
        asked: reports.ReportAsked = call.query
        flow_id = self._flow(call).flow_id
        report = self._reporting.report(call.partner_id, flow_id, asked.since, asked.until, _STEPS[asked.by])
        return Reply(reports.shape_of(report))

    def _deliveries(self, call: Call) -> Reply:
        asked: reports.DeliveriesAsked = call.query
        flow = self._flow(call)
        page = self._reporting.decisions(
            call.partner_id,
            flow.flow_id,
            since=asked.since,
            until=asked.until,
            outcomes=[] if asked.outcome is None else [asked.outcome],
            reasons=[] if asked.reason is None else [asked.reason],
            cursor=asked.cursor,
            limit=min(asked.limit, MAX_PAGE),
        )
        shown = [decisions.shape_of(each, flow.name) for each in page.decisions]
        return Reply(reports.DecisionItems(items=shown, next=page.cursor))

    def _experiment(self, call: Call) -> Reply:
        flow = self._flow(call)
        if flow.experiment is None:
            raise Missing("the flow has no experiment")
        return Reply(experiments.shape_of(self._experiment_reporting.results(flow)))

    def _resend(self, call: Call) -> Reply:
        asked: reports.Resending = call.body
        answers = self._redeciding.redecide(self._flow(call), asked.event_ids)
        return Reply(reports.shape_of_resent(answers))

    def _flow(self, call: Call) -> Flow:
        flow = self._definitions.flow(call.partner_id, call.params["flowId"])
        if flow is None:
            raise Missing("no such flow")
        return flow
