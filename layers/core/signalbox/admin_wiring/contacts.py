"""The routes about people: what is known of them, what keeps messages from them."""

from collections.abc import Iterable

from signalbox.admin_routes.contacts import ContactRoutes
from signalbox.admin_routes.routing import Route
from signalbox.admin_wiring.parts import Parts
from signalbox.services.suppressing import Suppressing


def contact_routes(parts: Parts) -> Iterable[Route]:
    """Wire them."""
    suppressing = Suppressing(clock=parts.clock, suppressions=parts.suppressions)
    return ContactRoutes(
        contacts=parts.contacts, segments=parts.segments, definitions=parts.definitions, suppressing=suppressing
    ).routes()
