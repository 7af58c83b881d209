"""The routes about a person's rights: to be told what is stored about them, and to have it erased."""

from collections.abc import Iterable

from signalbox.adapters.dynamodb.erasures import DynamoErasures
from signalbox.adapters.dynamodb.touches import DynamoPlaces
from signalbox.admin_routes.routing import Route
from signalbox.admin_routes.subjects import SubjectRoutes
from signalbox.admin_wiring.parts import Parts
from signalbox.services.erasing import Erasing
from signalbox.services.forgetting import Forgetting
from signalbox.services.subject_exporting import SubjectExporting


def subject_routes(parts: Parts) -> Iterable[Route]:
    """Wire them."""
    client, settings = parts.client, parts.settings
    forgetting = Forgetting(
        clock=parts.clock,
        deliveries=parts.deliveries,
        deferrals=parts.deferrals,
        messages=parts.messages,
    )
    erasing = Erasing(
        clock=parts.clock,
        erasures=DynamoErasures(client, settings.contacts_table),
        contacts=parts.contacts,
        memberships=parts.memberships,
        places=DynamoPlaces(client, settings.contacts_table),
        events=parts.events,
        identities=parts.identities,
        held_events=parts.held_events,
        quarantine=parts.quarantine,
        definitions=parts.definitions,
        decision_lists=parts.decision_lists,
        forgetting=forgetting,
        history_files=parts.history_files,
        event_retention=parts.event_retention,
    )
    exporting = SubjectExporting(
        clock=parts.clock,
        contacts=parts.contacts,
        segments=parts.segments,
        suppressions=parts.suppressions,
        events=parts.events,
        identities=parts.identities,
        held_events=parts.held_events,
        quarantine=parts.quarantine,
        decision_lists=parts.decision_lists,
        messages=parts.messages,
        event_retention=parts.event_retention,
    )
    return SubjectRoutes(
        clock=parts.clock, definitions=parts.definitions, exporting=exporting, erasing=erasing
    ).routes()
