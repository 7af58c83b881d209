"""Routes about a person's rights: to be told what is stored about them, and to have it erased."""

from signalbox.admin_routes.dispatch import CONTACT
from signalbox.admin_routes.naming import flow_names
from signalbox.admin_routes.routing import PARTNER, Call, Reply, Route
from signalbox.domain.access import Role
from signalbox.domain.errors import Missing
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.identities import identity_of
from signalbox.ports import Clock, Definitions
from signalbox.services.erasing import Erasing
from signalbox.services.subject_exporting import SubjectExporting
from signalbox.wire.admin import subjects
from signalbox.wire.admin.pages import read_cursor, write_cursor

SUBJECT = f"{PARTNER}/contacts/{{identity}}"


class SubjectRoutes:
    """What an admin does for the person behind a contact."""

    def __init__(
        self, *, clock: Clock, definitions: Definitions, exporting: SubjectExporting, erasing: Erasing
    ) -> None:
        self._clock = clock
        self._definitions = definitions
        self._exporting = exporting
        self._erasing = erasing

    def routes(self) -> tuple[Route, ...]:
        """List them; they come before one that takes all of the path for an identity."""
        return (
            Route(
                "GET", f"{SUBJECT}/export", "exportContact", "All that is stored about a person, in parts", Role.ADMIN,
                self._export, asks=subjects.ExportAsked, gives=subjects.ExportShape,
            ),
            Route(
                "GET", f"{SUBJECT}/erasure", "getErasure", "The erasure of a person that is under way", Role.ADMIN,
                self._under_way, gives=subjects.ErasureShape,
            ),
            Route(
                "DELETE", SUBJECT, "eraseContact", "Erase a person, or go on with it", Role.ADMIN, self._erase,
                gives=subjects.ErasureShape, changes=CONTACT, thing="identity",
            ),
        )  # fmt: skip

    def _export(self, call: Call) -> Reply:
        asked: subjects.ExportAsked = call.query
        place = read_cursor(asked.cursor, int, int)
        after, until = (None, self._clock.now()) if place is None else (from_ms(int(place[0])), from_ms(int(place[1])))
        part = self._exporting.part(call.partner, identity_of(call.params["identity"]), until, after)
        following = None if part.until >= until else write_cursor([to_ms(part.until), to_ms(until)])
        names = flow_names(self._definitions, call.partner_id)
        return Reply(subjects.shape_of_part(part, following, names))

    def _under_way(self, call: Call) -> Reply:
        progress = self._erasing.under_way(call.partner, identity_of(call.params["identity"]))
        if progress is None:
            raise Missing("no erasure of this person is under way")
        return Reply(subjects.shape_of_erasure(progress.erasure, progress.goes_on_at))

    def _erase(self, call: Call) -> Reply:
        progress = self._erasing.go_on(call.partner, identity_of(call.params["identity"]))
        return Reply(subjects.shape_of_erasure(progress.erasure, progress.goes_on_at))
