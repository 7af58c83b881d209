"""Routes about what a flow has done."""

from datetime import timedelta

from signalbox.admin_routes.flows import FLOW
from signalbox.admin_routes.routing import Call, Reply, Route
from signalbox.domain.access import Role
from signalbox.domain.errors import Missing
from signalbox.ports import Definitions
from signalbox.services.reporting import MAX_PAGE, Reporting
from signalbox.wire.admin import decisions, reports

_STEPS = {None: None, "hour": timedelta(hours=1), "day": timedelta(days=1)}


class ReportRoutes:
    """What marketers ask of a flow that runs."""

    def __init__(self, *, definitions: Definitions, reporting: Reporting) -> None:
        self._definitions = definitions
        self._reporting = reporting

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
        )  # fmt: skip

    def _report(self, call: Call) -> Reply:
        asked: reports.ReportAsked = call.query
        report = self._reporting.report(
            call.partner_id, self._flow_id(call), asked.since, asked.until, _STEPS[asked.by]
        )
        return Reply(reports.shape_of(report))

    def _deliveries(self, call: Call) -> Reply:
        asked: reports.DeliveriesAsked = call.query
        page = self._reporting.decisions(
            call.partner_id,
            self._flow_id(call),
            since=asked.since,
            until=asked.until,
            outcomes=[] if asked.outcome is None else [asked.outcome],
            reasons=[] if asked.reason is None else [asked.reason],
            cursor=asked.cursor,
            limit=min(asked.limit, MAX_PAGE),
        )
        shown = [decisions.shape_of(each) for each in page.decisions]
        return Reply(reports.DecisionItems(items=shown, next=page.cursor))

    def _flow_id(self, call: Call) -> str:
        flow_id = call.params["flowId"]
        if self._definitions.flow(call.partner_id, flow_id) is None:
            raise Missing("no such flow")
        return flow_id
