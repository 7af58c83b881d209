"""The settings, the stores, and what is heavy to load: what all areas of the admin function are wired with."""

import functools
from datetime import timedelta
from pathlib import Path

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.content_blocks import DynamoContentBlocks
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.decision_lists import DynamoDecisionLists
from signalbox.adapters.dynamodb.deferrals import DynamoDeferrals
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.destinations import DynamoDestinations
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.identities import DynamoIdentities
from signalbox.adapters.dynamodb.memberships import DynamoMemberships
from signalbox.adapters.dynamodb.messages import DynamoMessages
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.adapters.dynamodb.safety_holds import DynamoSafetyHolds
from signalbox.adapters.dynamodb.segments import DynamoSegments
from signalbox.adapters.dynamodb.suppressions import DynamoSuppressions
from signalbox.adapters.ids import RandomIds
from signalbox.admin_wiring.late import late
from signalbox.config import AdminSettings
from signalbox.ports import Conditions, History, HistoryFiles, QueryCompiler, QueryEngine, Renderer
from signalbox.services.past_events import PastEvents

HISTORY_FOLDER = Path("/tmp/history")  # noqa: S108 - the one folder that a function may write to, its own alone
HISTORY_WRITING = timedelta(seconds=10)
"""How long one call writes hours of history: somebody waits, for 30 seconds at the most."""


class Parts:
    """One of each, shared by the areas."""

    def __init__(self, settings: AdminSettings, client: Client) -> None:
        self.settings, self.client = settings, client
        self.clock, self.ids = SystemClock(), RandomIds()
        self.definitions = DynamoDefinitions(client, settings.registry_table, settings.cursors_table)
        self.partners = DynamoPartners(client, settings.registry_table)
        self.live_flows = DynamoLiveFlows(client, settings.registry_table)
        self.segments = DynamoSegments(client, settings.registry_table)
        self.destinations = DynamoDestinations(client, settings.registry_table)
        self.blocks = DynamoContentBlocks(client, settings.registry_table)
        self.cursors = DynamoCursors(client, settings.cursors_table)
        self.safety_holds = DynamoSafetyHolds(client, settings.cursors_table)
        self.events = DynamoEvents(client, settings.events_table, settings.event_retention_days)
        self.identities = DynamoIdentities(client, settings.identities_table)
        self.held_events = DynamoHeldEvents(client, settings.unidentified_table, self.events)
        self.quarantine = DynamoQuarantine(client, settings.quarantine_table)
        self.contacts = DynamoContacts(client, settings.contacts_table)
        self.memberships = DynamoMemberships(client, settings.contacts_table)
        self.suppressions = DynamoSuppressions(client, settings.contacts_table)
        self.deliveries = DynamoDeliveries(client, settings.deliveries_table)
        self.deferrals = DynamoDeferrals(client, settings.deferred_table)
        self.decision_lists = DynamoDecisionLists(client, settings.deliveries_table)
        self.messages = DynamoMessages(client, settings.messages_table)
        self.event_retention = timedelta(days=settings.event_retention_days)
        self.compiler, self.engine = late(_compiler), late(_engine)
        self.renderer, self.conditions = late(_renderer), late(_conditions)
        self.history, self.history_files = late(self._history), late(self._history_files)
        self.past_events = PastEvents(
            events=self.events,
            history=self.history,
            engine=self.engine,
            settle=settings.settle,
            event_retention=self.event_retention,
        )

    def _history(self) -> History:
        from signalbox.adapters.history.store import HistoryLimits, S3History, s3_client

        limits = HistoryLimits(writing=HISTORY_WRITING)
        bucket = self.settings.history_bucket
        client_of = functools.cache(s3_client)
        return S3History(client_of, bucket, self.events, HISTORY_FOLDER, clock=self.clock, limits=limits)

    def _history_files(self) -> HistoryFiles:
        from signalbox.adapters.history.files import S3HistoryFiles
        from signalbox.adapters.history.store import s3_client

        return S3HistoryFiles(functools.cache(s3_client), self.settings.history_bucket)


def _compiler() -> QueryCompiler:
    from signalbox.adapters.queries import compiler

    return compiler.QueryCompiler()


def _engine() -> QueryEngine:
    from signalbox.adapters.queries.engine import DuckDBEngine

    return DuckDBEngine()


def _renderer() -> Renderer:
    from signalbox.adapters.templating.renderer import JinjaRenderer

    return JinjaRenderer()


def _conditions() -> Conditions:
    from signalbox.adapters.templating.conditions import JinjaConditions

    return JinjaConditions()
