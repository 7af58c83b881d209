"""Settings come from the environment; what is missing or malformed is named."""

from typing import Any

import pytest

from signalbox.config import (
    AdminSettings,
    CollectSettings,
    EvaluateSettings,
    FeedbackSettings,
    PreferencesSettings,
    ScheduleSettings,
    SendSettings,
    runs_in_lambda,
)
from signalbox.domain.errors import Misconfigured

VARIABLES = {
    CollectSettings: {
        "SERVICE_NAME": "s",
        "EVENTS_TABLE": "e",
        "IDENTITIES_TABLE": "i",
        "UNIDENTIFIED_TABLE": "u",
        "QUARANTINE_TABLE": "q",
        "CONTACTS_TABLE": "c",
        "REGISTRY_TABLE": "r",
        "EVENT_RETENTION_DAYS": "45",
    },
    ScheduleSettings: {"SERVICE_NAME": "s", "REGISTRY_TABLE": "r", "EVALUATIONS_QUEUE_URL": "u"},
    EvaluateSettings: {
        "SERVICE_NAME": "s",
        "REGISTRY_TABLE": "r",
        "EVENTS_TABLE": "e",
        "CONTACTS_TABLE": "c",
        "CURSORS_TABLE": "k",
        "DEFERRED_TABLE": "w",
        "HISTORY_BUCKET": "h",
        "SENDS_QUEUE_URL": "u",
        "SETTLE_SECONDS": "10",
    },
    SendSettings: {
        "SERVICE_NAME": "s",
        "REGISTRY_TABLE": "r",
        "EVENTS_TABLE": "e",
        "CONTACTS_TABLE": "c",
        "DELIVERIES_TABLE": "d",
        "MESSAGES_TABLE": "m",
        "DEFERRED_TABLE": "w",
        "SENDER_ADDRESS": "news@example.org",
        "CONFIGURATION_SET": "f",
        "PUBLIC_URL": "https://api.example/",
    },
    PreferencesSettings: {"SERVICE_NAME": "s", "REGISTRY_TABLE": "r", "DELIVERIES_TABLE": "d", "CONTACTS_TABLE": "c"},
    FeedbackSettings: {"SERVICE_NAME": "s", "DELIVERIES_TABLE": "d", "CONTACTS_TABLE": "c"},
    AdminSettings: {
        "SERVICE_NAME": "s",
        "ENVIRONMENT": "staging",
        "REGISTRY_TABLE": "r",
        "EVALUATIONS_QUEUE_URL": "evaluations",
        "SENDS_QUEUE_URL": "sends",
        "FEEDBACK_QUEUE_URL": "feedback",
        "EVALUATIONS_DEAD_LETTERS_URL": "evaluations_dead",
        "SENDS_DEAD_LETTERS_URL": "sends_dead",
        "FEEDBACK_DEAD_LETTERS_URL": "feedback_dead",
        "SCHEDULE_DEAD_LETTERS_URL": "schedule_dead",
        "EVENTS_TABLE": "e",
        "IDENTITIES_TABLE": "i",
        "UNIDENTIFIED_TABLE": "u",
        "QUARANTINE_TABLE": "q",
        "CONTACTS_TABLE": "c",
        "CURSORS_TABLE": "k",
        "DELIVERIES_TABLE": "d",
        "MESSAGES_TABLE": "m",
        "DEFERRED_TABLE": "w",
        "AUDIT_TABLE": "a",
        "HISTORY_BUCKET": "h",
        "SENDER_ADDRESS": "news@example.org",
        "CONFIGURATION_SET": "f",
        "EVENT_RETENTION_DAYS": "45",
        "SETTLE_SECONDS": "10",
        "PUBLIC_URL": "https://api.example/",
        "USERS_CLIENT": "client",
    },
}
EACH_VARIABLE = [(kind, name) for kind, variables in VARIABLES.items() for name in variables]


def test_settings_are_read_with_their_types() -> None:
    collect = CollectSettings.from_env(VARIABLES[CollectSettings])
    evaluate = EvaluateSettings.from_env(VARIABLES[EvaluateSettings])

    assert collect.event_retention_days == 45
    assert evaluate.settle.total_seconds() == 10


@pytest.mark.parametrize(("kind", "name"), EACH_VARIABLE)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_variable_is_named(kind: Any, name: str, value: str | None) -> None:
    environ = {**VARIABLES[kind], name: value}

    with pytest.raises(Misconfigured, match=f"{name} is missing"):
        kind.from_env({key: value for key, value in environ.items() if value is not None})


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (CollectSettings, "EVENT_RETENTION_DAYS", "45 days"),
        (CollectSettings, "EVENT_RETENTION_DAYS", "0"),
        (EvaluateSettings, "SETTLE_SECONDS", "-1"),
        (EvaluateSettings, "SETTLE_SECONDS", "9" * 30),
    ],
)
def test_a_malformed_variable_is_named(kind: Any, name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"{name} is malformed"):
        kind.from_env({**VARIABLES[kind], name: value})


def test_a_process_that_serves_a_function_is_told_by_its_name() -> None:
    assert runs_in_lambda({"AWS_LAMBDA_FUNCTION_NAME": "signalbox-collect"})
    assert not runs_in_lambda({})
