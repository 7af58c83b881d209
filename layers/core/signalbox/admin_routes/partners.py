"""Routes about partners, their secrets and what people changed of them."""

from itertools import islice

from signalbox.admin_routes.people import seen_by
from signalbox.admin_routes.routing import PARTNER, Call, Change, Reply, Route
from signalbox.domain.access import Role
from signalbox.domain.errors import Missing
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.partners import Partner
from signalbox.ports import Definitions
from signalbox.services.auditing import Auditing
from signalbox.services.partner_administration import PartnerAdministration
from signalbox.wire.admin import audit, partners
from signalbox.wire.admin.base import Listing
from signalbox.wire.admin.pages import part_of, read_cursor, write_cursor


class PartnerRoutes:
    """What administrators do with partners, and what all see of them."""

    def __init__(
        self, *, definitions: Definitions, administration: PartnerAdministration, auditing: Auditing, public_url: str
    ) -> None:
        self._definitions = definitions
        self._administration = administration
        self._auditing = auditing
        self._public_url = public_url

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (*self._of_partners(), *self._of_secrets(), *self._of_audit())

    def _of_partners(self) -> tuple[Route, ...]:
        return (
            Route(
                "GET", "/partners", "listPartners", "The partners that you may see", Role.VIEWER, self._list,
                asks=Listing, gives=partners.PartnerList,
            ),
            Route(
                "POST", "/partners", "createPartner", "Create a partner; its first secret is shown once",
                Role.ADMIN, self._create, takes=partners.NewPartner, gives=partners.CreatedPartner, status=201,
                changes="partner",
            ),
            Route(
                "GET", PARTNER, "getPartner", "A partner's settings", Role.VIEWER, self._get,
                gives=partners.PartnerShape,
            ),
            Route(
                "PATCH", PARTNER, "changePartner", "Change a partner's settings", Role.ADMIN, self._change,
                takes=partners.PartnerPatch, gives=partners.PartnerShape, changes="partner", thing="partnerId",
                is_conditional=True,
            ),
        )  # fmt: skip

    def _of_secrets(self) -> tuple[Route, ...]:
        return (
            Route(
                "POST", f"{PARTNER}/secrets", "issueSecret", "Issue one more secret, which is shown once",
                Role.ADMIN, self._issue, gives=partners.IssuedSecret, status=201, changes="secret",
            ),
            Route(
                "DELETE", f"{PARTNER}/secrets/{{secretId}}", "revokeSecret",
                "Revoke a secret: it stops working within 60 seconds", Role.ADMIN, self._revoke, status=204,
                changes="secret", thing="secretId",
            ),
        )  # fmt: skip

    def _of_audit(self) -> tuple[Route, ...]:
        return (
            Route(
                "GET", f"{PARTNER}/audit", "listChanges", "What people changed, the newest first", Role.ADMIN,
                self._changes, asks=Listing, gives=audit.AuditList,
            ),
            Route(
                "GET", "/audit", "listStackChanges", "What people changed that belongs to no partner", Role.ADMIN,
                self._changes, asks=Listing, gives=audit.AuditList,
            ),
        )  # fmt: skip

    def _list(self, call: Call) -> Reply:
        part, following = part_of(seen_by(call.who, self._definitions), call.query, lambda each: each.partner_id)
        items = [
            partners.PartnerItem(partner_id=each.partner_id, name=each.name, enabled=each.enabled, version=each.version)
            for each in part
        ]
        return Reply(partners.PartnerList(items=items, next=following))

    def _create(self, call: Call) -> Reply:
        wanted: partners.NewPartner = call.body
        partner, secret = self._administration.create_partner(wanted.name, wanted.timezone)
        shown = partners.CreatedPartner(partner=partners.shape_of(partner, self._public_url), secret=secret)
        made = Change(after=partner.version, thing_id=partner.partner_id)
        return Reply(shown, partner.version, f"/partners/{partner.partner_id}", made)

    def _get(self, call: Call) -> Reply:
        return self._shown(call.partner, Change())

    def _change(self, call: Call) -> Reply:
        call.seen(call.partner.version)
        changed = self._administration.change(call.partner, **partners.changes_of(call.body))
        return self._shown(changed, Change(call.partner.version, changed.version))

    def _issue(self, call: Call) -> Reply:
        live, secret = self._administration.issue_secret(call.partner_id)
        shown = partners.IssuedSecret(secret_id=live.secret_id, secret=secret)
        location = f"/partners/{call.partner_id}/secrets/{live.secret_id}"
        return Reply(shown, location=location, change=Change(thing_id=live.secret_id))

    def _revoke(self, call: Call) -> Reply:
        if call.params["secretId"] not in {live.secret_id for live in call.partner.secrets}:
            raise Missing("no such secret")
        self._administration.revoke_secret(call.partner_id, call.params["secretId"])
        return Reply()

    def _changes(self, call: Call) -> Reply:
        asked: Listing = call.query
        after = read_cursor(asked.cursor, int, str)
        before = None if after is None else (from_ms(int(after[0])), str(after[1]))
        partner_id = call.found.partner_id if call.found else None
        entries = list(islice(self._auditing.entries(partner_id, before), asked.limit + 1))
        part = entries[: asked.limit]
        more = write_cursor([to_ms(part[-1].at), part[-1].entry_id]) if len(entries) > asked.limit else None
        return Reply(audit.AuditList(items=[audit.item_of(each) for each in part], next=more))

    def _shown(self, partner: Partner, change: Change) -> Reply:
        return Reply(partners.shape_of(partner, self._public_url), partner.version, change=change)
