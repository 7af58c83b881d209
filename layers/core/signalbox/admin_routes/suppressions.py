"""Routes about all suppressions of a partner; those of one contact are in contacts.py."""

from signalbox.admin_routes.routing import PARTNER, Call, Reply, Route, text_of
from signalbox.domain.access import Role
from signalbox.services.suppression_keeping import SuppressionKeeping
from signalbox.wire.admin import contacts
from signalbox.wire.admin import suppressions as wire
from signalbox.wire.admin.base import Listing
from signalbox.wire.admin.pages import read_cursor, write_cursor
from signalbox.wire.admin.segments import shapes_of_refused


class SuppressionRoutes:
    """What people do with many at once."""

    def __init__(self, *, keeping: SuppressionKeeping) -> None:
        self._keeping = keeping

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (
            Route(
                "GET", f"{PARTNER}/suppressions", "listSuppressions", "Who is not messaged, and why", Role.VIEWER,
                self._list, asks=Listing, gives=wire.SuppressionItems,
            ),
            Route(
                "POST", f"{PARTNER}/suppressions/import", "importSuppressions",
                "Message nobody of a CSV any more, up to 1,000 rows", Role.EDITOR, self._import,
                asks=wire.ScopeAsked, gives=wire.SuppressionReportShape, changes="suppressions", takes_text=True,
            ),
        )  # fmt: skip

    def _list(self, call: Call) -> Reply:
        asked: Listing = call.query
        cursor = read_cursor(asked.cursor, str)
        after = None if cursor is None else str(cursor[0])
        page = self._keeping.of_partner(call.partner_id, after=after, limit=asked.limit)
        following = None if page.after is None else write_cursor([page.after])
        return Reply(wire.SuppressionItems(items=[contacts.shape_of(each) for each in page.items], next=following))

    def _import(self, call: Call) -> Reply:
        asked: wire.ScopeAsked = call.query
        report = self._keeping.add_all(call.partner_id, text_of(call), by=call.who.name, scope=asked.scope)
        return Reply(
            wire.SuppressionReportShape(
                added=report.added,
                already_in=report.already_standing,
                repeats=report.repeats,
                refused=shapes_of_refused(report.refused),
            )
        )
