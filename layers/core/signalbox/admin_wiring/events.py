"""The routes about what came in: events, quarantine, who a client is; and why it led to a message or did not."""

from collections.abc import Iterable

from signalbox.adapters.cached_partners import CachedPartners
from signalbox.admin_routes.events import EventRoutes
from signalbox.admin_routes.explanations import ExplanationRoutes
from signalbox.admin_routes.routing import Route
from signalbox.admin_wiring.parts import Parts
from signalbox.services.event_browsing import EventBrowsing
from signalbox.services.event_search import EventSearch
from signalbox.services.explaining import Explaining
from signalbox.services.flow_answers import FlowAnswers
from signalbox.services.identification import Identification
from signalbox.services.ingestion import Ingestion
from signalbox.services.replaying import Replaying
from signalbox.wire.quarantined import read
from signalbox.wire.traits import traits_of


def event_routes(parts: Parts) -> Iterable[Route]:
    """Wire them."""
    identification = Identification(
        clock=parts.clock,
        identities=parts.identities,
        held_events=parts.held_events,
        contacts=parts.contacts,
        traits_of=traits_of,
    )
    ingestion = Ingestion(
        clock=parts.clock,
        partners=CachedPartners(parts.partners, parts.clock),
        events=parts.events,
        quarantine=parts.quarantine,
        identification=identification,
    )
    browsing = EventBrowsing(
        clock=parts.clock, events=parts.events, definitions=parts.definitions, deliveries=parts.deliveries
    )
    replaying = Replaying(
        clock=parts.clock, partners=parts.partners, quarantine=parts.quarantine, ingestion=ingestion, read=read
    )
    return EventRoutes(
        clock=parts.clock,
        definitions=parts.definitions,
        browsing=browsing,
        quarantine=parts.quarantine,
        replaying=replaying,
        identities=parts.identities,
        held_events=parts.held_events,
    ).routes()


def explanation_routes(parts: Parts) -> Iterable[Route]:
    """Wire the one about why."""
    event_search = EventSearch(
        events=parts.events,
        past_events=parts.past_events,
        identities=parts.identities,
        held_events=parts.held_events,
        quarantine=parts.quarantine,
    )
    flow_answers = FlowAnswers(
        clock=parts.clock,
        definitions=parts.definitions,
        cursors=parts.cursors,
        safety_holds=parts.safety_holds,
        decision_lists=parts.decision_lists,
        messages=parts.messages,
    )
    explaining = Explaining(
        clock=parts.clock,
        partners=parts.partners,
        event_search=event_search,
        contacts=parts.contacts,
        suppressions=parts.suppressions,
        decision_lists=parts.decision_lists,
        flow_answers=flow_answers,
    )
    return ExplanationRoutes(explaining=explaining, segments=parts.segments, definitions=parts.definitions).routes()
