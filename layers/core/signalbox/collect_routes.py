"""What each route of the collect function does with a request: one call of ingestion, one answer."""

from collections.abc import Callable, Mapping
from typing import Any

from signalbox import http
from signalbox.domain.errors import Rejected
from signalbox.observability import Telemetry
from signalbox.services.ingestion import Ingestion
from signalbox.wire import collect

OPENAPI_ROUTE = "GET /http/v1/openapi.json"
SEGMENT_ROUTES = "POST /v1/"
"""What the route keys of the Segment protocol begin with."""

type _Handler = Callable[[http.Request], http.Answer]


class CollectRoutes:
    """The dispatch by route; every error ends in its answer, whichever route it comes from.

    The rarer routes import what they need when they are asked for: who sends one event does not wait for it.
    """

    def __init__(self, ingestion: Ingestion, telemetry: Telemetry) -> None:
        self._ingestion = ingestion
        self._telemetry = telemetry
        self._handlers: Mapping[str, _Handler] = {
            **{f"POST {path}": self._take for path in collect.PATHS},
            OPENAPI_ROUTE: self._describe,
        }

    def answer(self, event: Mapping[str, Any]) -> http.Answer:
        """Answer API Gateway's event."""
        request = http.request_of(event)
        is_segment = request.route.startswith(SEGMENT_ROUTES)
        handler = self._take_all if is_segment else self._handlers.get(request.route)
        if handler is None:
            return http.NOT_FOUND
        try:
            return handler(request)
        except Rejected as refused:
            self._telemetry.count("EventsRefused")
            return http.refusal(refused, request.request_id, with_code=is_segment)
        except Exception as failed:  # the boundary of a request; logged without its text, which may quote values
            self._telemetry.count("EventsFailed")
            self._telemetry.logger.exception("an event was not taken", extra={"request_id": request.request_id})
            return http.refusal(failed, request.request_id, with_code=is_segment)

    def _take(self, request: http.Request) -> http.Answer:
        acceptance = self._ingestion.accept(collect.parse(request.body, request.headers))
        self._telemetry.count(f"Events{acceptance.capitalize()}")
        return http.ACCEPTED

    def _take_all(self, request: http.Request) -> http.Answer:
        from signalbox.wire import segment  # noqa: PLC0415 - see the class

        submissions = segment.parse_batch(request.body, request.headers, request.route.removeprefix(SEGMENT_ROUTES))
        acceptances = self._ingestion.accept_all(submissions)
        for acceptance in acceptances:
            self._telemetry.count(f"Events{acceptance.capitalize()}")
        return http.told_as_json(200, segment.answer_of(submissions, acceptances))

    @staticmethod
    def _describe(_request: http.Request) -> http.Answer:
        from signalbox.wire import openapi  # noqa: PLC0415 - see the class

        return http.told_as_json(200, openapi.document(), {"cache-control": "public, max-age=3600"})
