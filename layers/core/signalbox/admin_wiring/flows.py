"""The routes about flows: defining and running them, and what they have done."""

from collections.abc import Iterable

from signalbox.admin_routes.flows import FlowRoutes
from signalbox.admin_routes.reports import ReportRoutes
from signalbox.admin_routes.routing import Route
from signalbox.admin_wiring.parts import Parts
from signalbox.services.experiment_reporting import ExperimentReporting
from signalbox.services.flow_authoring import FlowAuthoring
from signalbox.services.redeciding import Redeciding
from signalbox.services.reporting import Reporting


def flow_routes(parts: Parts) -> Iterable[Route]:
    """Wire them."""
    authoring = FlowAuthoring(
        clock=parts.clock,
        ids=parts.ids,
        definitions=parts.definitions,
        live_flows=parts.live_flows,
        cursors=parts.cursors,
        destinations=parts.destinations,
        segments=parts.segments,
        blocks=parts.blocks,
        renderer=parts.renderer,
        conditions=parts.conditions,
        compiler=parts.compiler,
        environment=parts.settings.environment,
        event_retention=parts.event_retention,
    )
    return FlowRoutes(definitions=parts.definitions, authoring=authoring).routes()


def report_routes(parts: Parts) -> Iterable[Route]:
    """Wire those about what flows have done."""
    experiment_reporting = ExperimentReporting(
        clock=parts.clock,
        definitions=parts.definitions,
        decision_lists=parts.decision_lists,
        past_events=parts.past_events,
    )
    return ReportRoutes(
        definitions=parts.definitions,
        reporting=Reporting(clock=parts.clock, decision_lists=parts.decision_lists),
        experiment_reporting=experiment_reporting,
        redeciding=Redeciding(clock=parts.clock, deliveries=parts.deliveries, deferrals=parts.deferrals),
    ).routes()
