"""Values for tests, each valid as it comes; name only what the test is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import Decision, Match, Outcome
from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.events import Event
from signalbox.domain.flows import Cursor, Flow, FlowStatus, LiveFlow, Trigger
from signalbox.domain.partners import LiveSecret, Partner, SecretDigest
from signalbox.domain.submissions import EventDraft, Submission

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PARTNER_ID = "partner_1"
SECRET = "correct horse"


def secret(text: str) -> LiveSecret:
    return LiveSecret(f"secret_{text}", SecretDigest.of(text, text.encode()), NOON)


def partner(**changes: Any) -> Partner:
    values: dict[str, Any] = {
        "partner_id": PARTNER_ID,
        "name": "Shop",
        "secrets": (secret(SECRET),),
        "signing_key": b"signing key",
    }
    return Partner(**values | changes)


def event(**changes: Any) -> Event:
    values: dict[str, Any] = {
        "partner_id": PARTNER_ID,
        "event_id": "event-1",
        "event_type": "custom_some_event",
        "event_name": "some_event",
        "client_id": "client-1",
        "user_id": None,
        "identity": "ana@example.org",
        "email": "Ana@example.org",
        "occurred_at": NOON,
        "sent_at": NOON,
        "received_at": NOON,
        "body": '{"properties":{"eventName":"some_event","properties":{"someProperty":"Some value"}}}',
    }
    return Event(**values | changes)


def draft(**changes: Any) -> EventDraft:
    values: dict[str, Any] = {
        "event_type": "custom_some_event",
        "event_name": "some_event",
        "event_id": "event-1",
        "client_id": "client-1",
        "user_id": None,
        "email": "Ana@example.org",
        "requires_identity": True,
        "sent_at": NOON - timedelta(days=3000),
        "happened_at": None,
        "traits": {},
        "body": "{}",
    }
    return EventDraft(**values | changes)


def submission(**changes: Any) -> Submission:
    values: dict[str, Any] = {
        "partner_id": PARTNER_ID,
        "secret": SECRET,
        "debug": False,
        "event_id": "event-1",
        "body": "{}",
        "draft": draft(),
    }
    return Submission(**values | changes)


def trigger(**changes: Any) -> Trigger:
    values: dict[str, Any] = {
        "partner_id": PARTNER_ID,
        "trigger_id": "trigger_1",
        "version": 1,
        "name": "Some event",
        "sql": "SELECT",
        "dialect": "duckdb",
        "compiled_sql": "SELECT",
        "committed_at": NOON,
    }
    return Trigger(**values | changes)


def trigger_draft(**changes: Any) -> TriggerDraft:
    values: dict[str, Any] = {
        "partner_id": PARTNER_ID,
        "trigger_id": "trigger_1",
        "draft_id": "draft_1",
        "name": "Some event",
        "revision": 1,
    }
    return TriggerDraft(**values | changes)


def flow(**changes: Any) -> Flow:
    values: dict[str, Any] = {
        "partner_id": PARTNER_ID,
        "flow_id": "flow_1",
        "version": 1,
        "name": "Welcome",
        "trigger_id": "trigger_1",
        "content": EmailContent(subject="Hello", text="Hello"),
        "status": FlowStatus.LIVE,
    }
    return Flow(**values | changes)


def live_flow(**changes: Any) -> LiveFlow:
    values: dict[str, Any] = {"partner_id": PARTNER_ID, "flow_id": "flow_1", "trigger_id": "trigger_1"}
    return LiveFlow(**values | changes)


def cursor(**changes: Any) -> Cursor:
    values: dict[str, Any] = {"partner_id": PARTNER_ID, "flow_id": "flow_1", "position": NOON}
    return Cursor(**values | changes)


def match(**changes: Any) -> Match:
    values: dict[str, Any] = {
        "partner_id": PARTNER_ID,
        "flow_id": "flow_1",
        "trigger_id": "trigger_1",
        "trigger_version": 1,
        "event_id": "event-1",
        "identity": "ana@example.org",
        "received_at": NOON,
        "max_event_age": timedelta(hours=72),
        "row": {},
    }
    return Match(**values | changes)


def decision(**changes: Any) -> Decision:
    values: dict[str, Any] = {
        "partner_id": PARTNER_ID,
        "flow_id": "flow_1",
        "flow_version": 1,
        "trigger_id": "trigger_1",
        "trigger_version": 1,
        "event_id": "event-1",
        "identity": "ana@example.org",
        "outcome": Outcome.SENT,
        "decided_at": NOON,
        "received_at": NOON,
    }
    return Decision(**values | changes)
