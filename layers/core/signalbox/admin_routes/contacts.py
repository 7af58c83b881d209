"""Routes about one contact: what is known of it, and what keeps messages from it."""

from signalbox.admin_routes.dispatch import CONTACT
from signalbox.admin_routes.naming import flow_names
from signalbox.admin_routes.routing import PARTNER, Call, Change, Reply, Route
from signalbox.domain.access import Role
from signalbox.domain.auditing import pseudonym
from signalbox.domain.errors import Invalid, Missing, Reason
from signalbox.domain.identities import identity_of
from signalbox.domain.suppressions import SuppressionReason
from signalbox.ports import Contacts, Definitions, KnownSegments
from signalbox.services.suppressing import Suppressing
from signalbox.wire.addresses import is_address
from signalbox.wire.admin import contacts


class ContactRoutes:
    """What people look up and set about a contact."""

    def __init__(
        self, *, contacts: Contacts, segments: KnownSegments, definitions: Definitions, suppressing: Suppressing
    ) -> None:
        self._contacts = contacts
        self._segments = segments
        self._definitions = definitions
        self._suppressing = suppressing

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (
            Route(
                "GET", f"{PARTNER}/contacts/{{identity}}", "getContact", "All that is known of one identity",
                Role.VIEWER, self._get, gives=contacts.ContactShape,
            ),
            Route(
                "POST", f"{PARTNER}/suppressions", "suppress", "Message somebody no more", Role.EDITOR,
                self._suppress, takes=contacts.NewSuppression, gives=contacts.SuppressionShape, status=201,
                changes=CONTACT,
            ),
            Route(
                "DELETE", f"{PARTNER}/suppressions/{{identity}}", "liftSuppression",
                "Let a reason not to message somebody stand no longer", Role.EDITOR, self._lift,
                asks=contacts.SuppressionAsked, status=204, changes=CONTACT, thing="identity",
            ),
        )  # fmt: skip

    def _get(self, call: Call) -> Reply:
        identity = identity_of(call.params["identity"])
        view = self._contacts.view(call.partner_id, identity)
        standing = [contacts.shape_of(each) for each in self._suppressing.standing(call.partner_id, identity)]
        found = self._segments.find_all(call.partner_id, view.segment_ids)
        segment_names = {segment_id: each.name for segment_id, each in found.items()}
        names = flow_names(self._definitions, call.partner_id)
        return Reply(contacts.shape_of_view(view, standing, segment_names, names))

    def _suppress(self, call: Call) -> Reply:
        wanted: contacts.NewSuppression = call.body
        if not is_address(wanted.identity.strip()):
            raise Invalid([Reason("/identity", "expected an e-mail address")])
        identity = identity_of(wanted.identity)
        self._suppressing.suppress(
            call.partner_id, identity, SuppressionReason.MANUAL, by=call.who.name, scope=wanted.scope
        )
        [standing] = [
            each
            for each in self._suppressing.standing(call.partner_id, identity)
            if (each.reason, each.scope) == (SuppressionReason.MANUAL, wanted.scope)
        ]
        who = pseudonym(identity, call.partner.signing_key)
        return Reply(contacts.shape_of(standing), change=Change(thing_id=who))

    def _lift(self, call: Call) -> Reply:
        asked: contacts.SuppressionAsked = call.query
        identity = identity_of(call.params["identity"])
        standing = self._suppressing.standing(call.partner_id, identity)
        if (asked.reason, asked.scope) not in {(each.reason, each.scope) for each in standing}:
            raise Missing("no such suppression")
        self._suppressing.lift(call.partner_id, identity, asked.reason, asked.scope)
        return Reply()
