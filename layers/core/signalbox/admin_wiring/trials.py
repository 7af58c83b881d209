"""The routes that try flows and triggers before they send, and those about runs that wait for a person."""

from collections.abc import Iterable

from signalbox.admin_routes.routing import Route
from signalbox.admin_routes.safety_holds import SafetyHoldRoutes
from signalbox.admin_routes.trials import TrialRoutes
from signalbox.admin_wiring.destinations import webhook_delivery
from signalbox.admin_wiring.late import late
from signalbox.admin_wiring.parts import Parts
from signalbox.ports import EmailChannel
from signalbox.services.backtesting import Backtesting
from signalbox.services.considering import Considering
from signalbox.services.flow_checks import FlowChecks
from signalbox.services.flow_trials import FlowTrials
from signalbox.services.flow_validation import FlowValidating
from signalbox.services.flow_warnings import FlowWarnings
from signalbox.services.hold_answering import HoldAnswering
from signalbox.services.previewing import Previewing
from signalbox.services.query_trials import QueryTrials
from signalbox.services.rehearsing import Rehearsing
from signalbox.services.sample_sending import SampleSending


def hold_routes(parts: Parts) -> Iterable[Route]:
    """Wire those about runs that wait."""
    answering = HoldAnswering(
        clock=parts.clock, live_flows=parts.live_flows, cursors=parts.cursors, safety_holds=parts.safety_holds
    )
    return SafetyHoldRoutes(definitions=parts.definitions, answering=answering).routes()


def trial_routes(parts: Parts) -> Iterable[Route]:
    """Wire those that try."""
    considering = _considering(parts)
    rehearsing = Rehearsing(clock=parts.clock, considering=considering, contacts=parts.contacts)
    flow_trials = FlowTrials(
        clock=parts.clock,
        partners=parts.partners,
        definitions=parts.definitions,
        compiler=parts.compiler,
        trials=QueryTrials(events=parts.events, contacts=parts.contacts, engine=parts.engine),
    )
    warnings = FlowWarnings(blocks=parts.blocks, renderer=parts.renderer, conditions=parts.conditions)
    previewing = Previewing(
        clock=parts.clock,
        events=parts.events,
        contacts=parts.contacts,
        trials=flow_trials,
        considering=considering,
        rehearsing=rehearsing,
        warnings=warnings,
    )
    return TrialRoutes(
        clock=parts.clock,
        definitions=parts.definitions,
        validating=_validating(parts, flow_trials, warnings, rehearsing),
        previewing=previewing,
        sample_sending=_sample_sending(parts, previewing),
        backtesting=_backtesting(parts, rehearsing),
    ).routes()


def _considering(parts: Parts) -> Considering:
    return Considering(
        clock=parts.clock,
        partners=parts.partners,
        live_flows=parts.live_flows,
        events=parts.events,
        contacts=parts.contacts,
        renderer=parts.renderer,
        conditions=parts.conditions,
        segments=parts.segments,
        blocks=parts.blocks,
        public_url=parts.settings.public_url,
    )


def _validating(parts: Parts, trials: FlowTrials, warnings: FlowWarnings, rehearsing: Rehearsing) -> FlowValidating:
    checks = FlowChecks(
        definitions=parts.definitions,
        destinations=parts.destinations,
        segments=parts.segments,
        blocks=parts.blocks,
        renderer=parts.renderer,
        conditions=parts.conditions,
        compiler=parts.compiler,
    )
    return FlowValidating(clock=parts.clock, trials=trials, checks=checks, warnings=warnings, rehearsing=rehearsing)


def _sample_sending(parts: Parts, previewing: Previewing) -> SampleSending:
    settings = parts.settings

    def email() -> EmailChannel:
        from signalbox.adapters.ses import SesEmail, ses_client

        return SesEmail(ses_client(), settings.sender_address, settings.configuration_set)

    return SampleSending(
        ids=parts.ids,
        previewing=previewing,
        contacts=parts.contacts,
        email=late(email),
        webhooks=webhook_delivery(parts),
        environment=settings.environment,
    )


def _backtesting(parts: Parts, rehearsing: Rehearsing) -> Backtesting:
    return Backtesting(
        clock=parts.clock,
        partners=parts.partners,
        events=parts.events,
        history=parts.history,
        contacts=parts.contacts,
        engine=parts.engine,
        rehearsing=rehearsing,
        settle=parts.settings.settle,
        event_retention=parts.event_retention,
    )
