"""What each route of the preferences function does with a request: one call of preferences, one page."""

from collections.abc import Mapping
from typing import Any

from signalbox import http
from signalbox.observability import Telemetry
from signalbox.services.preferences import Preference, Preferences
from signalbox.wire import preference_page
from signalbox.wire.preference_page import Wish

SHOW_ROUTE = "GET /u/{token}"
WISH_ROUTE = "POST /u/{token}"


class PreferenceRoutes:
    """The dispatch by route. Of a link that is not ours, every answer is the same, to the byte."""

    def __init__(self, preferences: Preferences, telemetry: Telemetry) -> None:
        self._preferences = preferences
        self._telemetry = telemetry

    def answer(self, event: Mapping[str, Any]) -> http.Answer:
        """Answer API Gateway's event; a fault asks to be tried again."""
        request = http.request_of(event)
        token = str((event.get("pathParameters") or {}).get("token", ""))
        try:
            return self._fulfil(request, token) if request.route == WISH_ROUTE else self._show(token)
        except Exception:  # the boundary of a request; logged without its text, which may quote values
            self._telemetry.count("LinksFailed")
            self._telemetry.logger.exception("a link was not followed", extra={"request_id": request.request_id})
            return _answer(503, preference_page.busy_page(), {"retry-after": str(http.RETRY_AFTER_S)})

    def _show(self, token: str) -> http.Answer:
        preference = self._preferences.show(token)
        if preference is None:
            return self._unknown()
        page = preference_page.done_page if preference.is_unsubscribed else preference_page.ask_page
        return _answer(200, page(preference.shop, preference.masked_address))

    def _fulfil(self, request: http.Request, token: str) -> http.Answer:
        if preference_page.wish_of(request.body) is Wish.RESUBSCRIBE:
            return self._done(self._preferences.resubscribe(token))
        return self._done(self._preferences.unsubscribe(token))

    def _done(self, preference: Preference | None) -> http.Answer:
        if preference is None:
            return self._unknown()
        if preference.is_unsubscribed:
            self._telemetry.count("LinksUnsubscribed")
        else:
            self._telemetry.count("LinksResubscribed")
        page = preference_page.done_page if preference.is_unsubscribed else preference_page.back_page
        return _answer(200, page(preference.shop, preference.masked_address))

    def _unknown(self) -> http.Answer:
        self._telemetry.count("LinksUnknown")
        return _answer(404, preference_page.unknown_page())


def _answer(status: int, page: str, headers: Mapping[str, str] | None = None) -> http.Answer:
    return {"statusCode": status, "headers": {**preference_page.page_headers(), **(headers or {})}, "body": page}
