"""The routes about event triggers."""

from collections.abc import Iterable

from signalbox.admin_routes.routing import Route
from signalbox.admin_routes.trigger_drafts import TriggerDraftRoutes
from signalbox.admin_routes.triggers import TriggerRoutes
from signalbox.admin_wiring.parts import Parts
from signalbox.services.trigger_authoring import TriggerAuthoring
from signalbox.services.trigger_health import TriggerHealth
from signalbox.services.trigger_validation import TriggerValidation


def trigger_routes(parts: Parts) -> Iterable[Route]:
    """Wire them."""
    authoring = TriggerAuthoring(
        clock=parts.clock,
        ids=parts.ids,
        definitions=parts.definitions,
        compiler=parts.compiler,
        environment=parts.settings.environment,
    )
    health = TriggerHealth(
        clock=parts.clock,
        live_flows=parts.live_flows,
        cursors=parts.cursors,
        safety_holds=parts.safety_holds,
        settle=parts.settings.settle,
    )
    validation = TriggerValidation(
        clock=parts.clock,
        partners=parts.partners,
        events=parts.events,
        contacts=parts.contacts,
        compiler=parts.compiler,
        engine=parts.engine,
    )
    triggers = TriggerRoutes(definitions=parts.definitions, authoring=authoring, health=health)
    drafts = TriggerDraftRoutes(definitions=parts.definitions, authoring=authoring, validation=validation)
    return [*triggers.routes(), *drafts.routes()]
