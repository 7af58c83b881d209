"""The route of whoever is asked why somebody did, or did not, get a message."""

from datetime import timedelta

from signalbox.admin_routes.naming import flow_names
from signalbox.admin_routes.routing import PARTNER, Call, Reply, Route
from signalbox.domain.access import Role
from signalbox.ports import Definitions, KnownSegments
from signalbox.services.explaining import Explaining
from signalbox.wire.admin import explanations


class ExplanationRoutes:
    """One question, and the whole story."""

    def __init__(self, *, explaining: Explaining, segments: KnownSegments, definitions: Definitions) -> None:
        self._explaining = explaining
        self._segments = segments
        self._definitions = definitions

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (
            Route(
                "GET", f"{PARTNER}/why", "explain", "Why somebody did, or did not, get a message", Role.VIEWER,
                self._explain, asks=explanations.WhyAsked, gives=explanations.WhyShape,
            ),
        )  # fmt: skip

    def _explain(self, call: Call) -> Reply:
        asked: explanations.WhyAsked = call.query
        period = timedelta(hours=asked.hours)
        if asked.event_id is not None:
            told = self._explaining.of_event(call.partner_id, asked.event_id, asked.client_id, period)
        else:
            told = self._explaining.of_address(call.partner_id, asked.address or "", period)
        segment_ids = told.contact.view.segment_ids if told.contact else ()
        found = self._segments.find_all(call.partner_id, segment_ids)
        segment_names = {each.segment_id: each.name for each in found.values()}
        return Reply(explanations.shape_of(told, segment_names, flow_names(self._definitions, call.partner_id)))
