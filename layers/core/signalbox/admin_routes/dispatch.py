"""The dispatch of the admin API: who asks, may they, what do they send, do it, and write down what was changed.

find the route ──> allow ──> read path, query, body, If-Match ──> [audit: begun] ──> handle ──> [audit: done]
                                                                                       └─> [audit: refused]
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from signalbox import http
from signalbox.admin_routes.answering import PRECONDITION_REQUIRED, answer_of, refusal_of
from signalbox.admin_routes.routing import Call, Reply, Route, Table
from signalbox.domain.access import User, refuse_unless_allowed
from signalbox.domain.auditing import AuditEntry, pseudonym
from signalbox.domain.errors import Conflict, Malformed, Missing, Reason, Rejected, TooLarge
from signalbox.domain.identities import identity_of
from signalbox.domain.partners import Partner
from signalbox.observability import Telemetry
from signalbox.ports import Partners
from signalbox.services.auditing import Auditing
from signalbox.wire.admin.base import body_of, query_of
from signalbox.wire.admin.users import user_of

MAX_BODY_BYTES = 1024 * 1024
"""More than anything that the store can hold of one thing; 5,000 rows of a list fit."""
CONTACT = "contact"
"""The kind of thing whose id says who somebody is."""


class AdminRoutes:
    """Answers API Gateway's events; every error ends in its answer, whichever route it comes from."""

    def __init__(
        self, routes: Iterable[Route], *, partners: Partners, auditing: Auditing, telemetry: Telemetry
    ) -> None:
        self.table = Table(routes)
        self._partners = partners
        self._auditing = auditing
        self._telemetry = telemetry

    def answer(self, event: Mapping[str, Any]) -> http.Answer:
        """Do what is asked."""
        is_conditional = False
        try:
            route, params = self.table.find(_method_of(event), str(event.get("rawPath", "")))
            is_conditional = route.is_conditional
            user, partner = self._allowed(route, params, event)
            request = http.request_of(event)
            if is_conditional and not route.makes and "if-match" not in request.headers:
                self._telemetry.count("AdminRefused")
                return PRECONDITION_REQUIRED
            call = _call_of(route, request, event, user=user, partner=partner, params=params)
            return answer_of(route, self._done(route, call))
        except (Rejected, Conflict) as refused:
            self._telemetry.count("AdminRefused")
            return refusal_of(refused, is_conditional=is_conditional)
        except Exception as failed:  # the boundary of a request; logged without its text, which may quote values
            self._telemetry.count("AdminFailed")
            self._telemetry.logger.exception("a request was not answered")
            return refusal_of(failed)

    def _allowed(
        self, route: Route, params: Mapping[str, str], event: Mapping[str, Any]
    ) -> tuple[User | None, Partner | None]:
        """Give who asks and the partner it is about, once it is sure that they may."""
        if route.role is None:
            return None, None
        user, partner_id = user_of(event), params.get("partnerId")
        refuse_unless_allowed(user, route.role, partner_id)
        partner = None if partner_id is None else self._partners.find(partner_id)
        if partner is None and partner_id is not None:
            raise Missing("no such partner")
        return user, partner

    def _done(self, route: Route, call: Call) -> Reply:
        """Handle the call, between the two halves of its entry in the audit log where it changes something."""
        if route.changes is None:
            return route.handle(call)
        entry = self._begun(route, route.changes, call)
        try:
            reply = route.handle(call)
        except (Rejected, Conflict):
            self._auditing.refused(entry)
            raise
        change = reply.change
        # Where this fails the entry still tells that the change was begun, and the caller must hear that it was made.
        self._telemetry.survives(
            lambda: self._auditing.done(entry, change.thing_id, change.before, change.after), operation=route.name
        )
        return reply

    def _begun(self, route: Route, thing: str, call: Call) -> AuditEntry:
        thing_id = call.params[route.thing] if route.thing else None
        if thing == CONTACT and thing_id is not None:
            thing_id = pseudonym(identity_of(thing_id), call.partner.signing_key)
        partner_id = call.found.partner_id if call.found else None
        return self._auditing.begin(call.who, partner_id, route.name, thing, thing_id)


def _call_of(
    route: Route,
    request: http.Request,
    event: Mapping[str, Any],
    *,
    user: User | None,
    partner: Partner | None,
    params: Mapping[str, str],
) -> Call:
    if len(request.body) > MAX_BODY_BYTES:
        raise TooLarge(f"a body may have {MAX_BODY_BYTES:,} bytes")
    return Call(
        user=user,
        found=partner,
        params=params,
        query=query_of(route.asks, event.get("queryStringParameters") or {}),
        body=request.body if route.takes_text else body_of(route.takes, request.body),
        expected=_version_in(request.headers["if-match"]) if _names_version(route, request) else None,
    )


def _names_version(route: Route, request: http.Request) -> bool:
    return route.is_conditional and "if-match" in request.headers


def _version_in(header: str) -> int:
    found = re.fullmatch(r'(?:W/)?"?(\d{1,9})"?', header.strip())
    if found is None:
        raise Malformed([Reason("/If-Match", "expected a version, as its ETag gave it")])
    return int(found[1])


def _method_of(event: Mapping[str, Any]) -> str:
    return str(event.get("requestContext", {}).get("http", {}).get("method", ""))
