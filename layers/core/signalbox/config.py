"""The settings of each function, read from the environment here and nowhere else.

A variable that is missing, empty or malformed raises Misconfigured with its name.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from signalbox.domain.errors import Misconfigured
from signalbox.domain.partners import Environment

type Variables = Mapping[str, str]

ENVIRONMENT: Variables = os.environ
"""What `from_env` is given outside tests."""


@dataclass(frozen=True, slots=True)
class CollectSettings:
    """What collect needs to know."""

    service_name: str
    events_table: str
    identities_table: str
    unidentified_table: str
    quarantine_table: str
    contacts_table: str
    registry_table: str
    event_retention_days: int

    @classmethod
    def from_env(cls, environ: Variables) -> Self:
        """Read the settings; raises Misconfigured."""
        return cls(
            service_name=_text(environ, "SERVICE_NAME"),
            events_table=_text(environ, "EVENTS_TABLE"),
            identities_table=_text(environ, "IDENTITIES_TABLE"),
            unidentified_table=_text(environ, "UNIDENTIFIED_TABLE"),
            quarantine_table=_text(environ, "QUARANTINE_TABLE"),
            contacts_table=_text(environ, "CONTACTS_TABLE"),
            registry_table=_text(environ, "REGISTRY_TABLE"),
            event_retention_days=_read(environ, "EVENT_RETENTION_DAYS", _positive),
        )


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """What schedule needs to know."""

    service_name: str
    registry_table: str
    evaluations_queue_url: str

    @classmethod
    def from_env(cls, environ: Variables) -> Self:
        """Read the settings; raises Misconfigured."""
        return cls(
            service_name=_text(environ, "SERVICE_NAME"),
            registry_table=_text(environ, "REGISTRY_TABLE"),
            evaluations_queue_url=_text(environ, "EVALUATIONS_QUEUE_URL"),
        )


@dataclass(frozen=True, slots=True)
class EvaluateSettings:
    """What evaluate needs to know."""

    service_name: str
    registry_table: str
    events_table: str
    contacts_table: str
    cursors_table: str
    deferred_table: str
    history_bucket: str
    sends_queue_url: str
    settle: timedelta

    @classmethod
    def from_env(cls, environ: Variables) -> Self:
        """Read the settings; raises Misconfigured."""
        return cls(
            service_name=_text(environ, "SERVICE_NAME"),
            registry_table=_text(environ, "REGISTRY_TABLE"),
            events_table=_text(environ, "EVENTS_TABLE"),
            contacts_table=_text(environ, "CONTACTS_TABLE"),
            cursors_table=_text(environ, "CURSORS_TABLE"),
            deferred_table=_text(environ, "DEFERRED_TABLE"),
            history_bucket=_text(environ, "HISTORY_BUCKET"),
            sends_queue_url=_text(environ, "SENDS_QUEUE_URL"),
            settle=_read(environ, "SETTLE_SECONDS", _seconds),
        )


@dataclass(frozen=True, slots=True)
class SendSettings:
    """What send needs to know; without `sms_origination`, an ARN, no text messages can be sent."""

    service_name: str
    registry_table: str
    events_table: str
    contacts_table: str
    deliveries_table: str
    messages_table: str
    deferred_table: str
    sender_address: str
    configuration_set: str
    sms_origination: str
    public_url: str

    @classmethod
    def from_env(cls, environ: Variables) -> Self:
        """Read the settings; raises Misconfigured."""
        return cls(
            service_name=_text(environ, "SERVICE_NAME"),
            registry_table=_text(environ, "REGISTRY_TABLE"),
            events_table=_text(environ, "EVENTS_TABLE"),
            contacts_table=_text(environ, "CONTACTS_TABLE"),
            deliveries_table=_text(environ, "DELIVERIES_TABLE"),
            messages_table=_text(environ, "MESSAGES_TABLE"),
            deferred_table=_text(environ, "DEFERRED_TABLE"),
            sender_address=_text(environ, "SENDER_ADDRESS"),
            configuration_set=_text(environ, "CONFIGURATION_SET"),
            sms_origination=environ.get("SMS_ORIGINATION", "").strip(),
            public_url=_text(environ, "PUBLIC_URL").rstrip("/"),
        )


@dataclass(frozen=True, slots=True)
class PreferencesSettings:
    """What preferences needs to know."""

    service_name: str
    registry_table: str
    deliveries_table: str
    contacts_table: str

    @classmethod
    def from_env(cls, environ: Variables) -> Self:
        """Read the settings; raises Misconfigured."""
        return cls(
            service_name=_text(environ, "SERVICE_NAME"),
            registry_table=_text(environ, "REGISTRY_TABLE"),
            deliveries_table=_text(environ, "DELIVERIES_TABLE"),
            contacts_table=_text(environ, "CONTACTS_TABLE"),
        )


@dataclass(frozen=True, slots=True)
class FeedbackSettings:
    """What feedback needs to know."""

    service_name: str
    deliveries_table: str
    contacts_table: str

    @classmethod
    def from_env(cls, environ: Variables) -> Self:
        """Read the settings; raises Misconfigured."""
        return cls(
            service_name=_text(environ, "SERVICE_NAME"),
            deliveries_table=_text(environ, "DELIVERIES_TABLE"),
            contacts_table=_text(environ, "CONTACTS_TABLE"),
        )


@dataclass(frozen=True, slots=True)
class AdminSettings:
    """What admin needs to know; `dead_letters` are by name, each with the URL of the queue that they came from."""

    service_name: str
    environment: Environment
    registry_table: str
    events_table: str
    identities_table: str
    unidentified_table: str
    quarantine_table: str
    contacts_table: str
    cursors_table: str
    deliveries_table: str
    messages_table: str
    deferred_table: str
    audit_table: str
    dead_letters: Mapping[str, tuple[str, str | None]]
    history_bucket: str
    sender_address: str
    configuration_set: str
    event_retention_days: int
    settle: timedelta
    public_url: str
    users_client: str

    @classmethod
    def from_env(cls, environ: Variables) -> Self:
        """Read the settings; raises Misconfigured."""
        return cls(
            service_name=_text(environ, "SERVICE_NAME"),
            environment=_read(environ, "ENVIRONMENT", Environment),
            registry_table=_text(environ, "REGISTRY_TABLE"),
            events_table=_text(environ, "EVENTS_TABLE"),
            identities_table=_text(environ, "IDENTITIES_TABLE"),
            unidentified_table=_text(environ, "UNIDENTIFIED_TABLE"),
            quarantine_table=_text(environ, "QUARANTINE_TABLE"),
            contacts_table=_text(environ, "CONTACTS_TABLE"),
            cursors_table=_text(environ, "CURSORS_TABLE"),
            deliveries_table=_text(environ, "DELIVERIES_TABLE"),
            messages_table=_text(environ, "MESSAGES_TABLE"),
            deferred_table=_text(environ, "DEFERRED_TABLE"),
            audit_table=_text(environ, "AUDIT_TABLE"),
            dead_letters=_dead_letters(environ),
            history_bucket=_text(environ, "HISTORY_BUCKET"),
            sender_address=_text(environ, "SENDER_ADDRESS"),
            configuration_set=_text(environ, "CONFIGURATION_SET"),
            event_retention_days=_read(environ, "EVENT_RETENTION_DAYS", _positive),
            settle=_read(environ, "SETTLE_SECONDS", _seconds),
            public_url=_text(environ, "PUBLIC_URL").rstrip("/"),
            users_client=_text(environ, "USERS_CLIENT"),
        )


def _dead_letters(environ: Variables) -> Mapping[str, tuple[str, str | None]]:
    """Read where dead letters lie and came from; the schedule's came from no queue."""
    queues: dict[str, tuple[str, str | None]] = {
        name: (_text(environ, f"{name.upper()}_DEAD_LETTERS_URL"), _text(environ, f"{name.upper()}_QUEUE_URL"))
        for name in ("evaluations", "sends", "feedback")
    }
    return {**queues, "schedule": (_text(environ, "SCHEDULE_DEAD_LETTERS_URL"), None)}


@dataclass(frozen=True, slots=True)
class AwsKeys:
    """What requests to AWS are signed with; None for `expires_at` where they last as long as the process."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DynamoDbSettings:
    """Where DynamoDB is and who asks it, under the names that Lambda and AWS's SDKs give these variables.

    `keys` is None where they are to be fetched from `keys_url` (AWS: "Container credential provider"), as in a
    function with SnapStart.
    """

    region: str
    url: str
    ca_bundle: str | None
    keys: AwsKeys | None
    keys_url: str
    keys_token: str = field(repr=False)

    @classmethod
    def from_env(cls, environ: Variables) -> Self:
        """Read the settings; raises Misconfigured."""
        region = _text(environ, "AWS_DEFAULT_REGION")
        domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
        keys_url = environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
        return cls(
            region=region,
            url=environ.get("AWS_ENDPOINT_URL_DYNAMODB")
            or environ.get("AWS_ENDPOINT_URL")
            or f"https://dynamodb.{region}.{domain}",
            ca_bundle=environ.get("AWS_CA_BUNDLE") or None,
            keys=_keys(environ) if environ.get("AWS_ACCESS_KEY_ID") or not keys_url else None,
            keys_url=keys_url,
            keys_token=environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", ""),
        )


def runs_in_lambda(environ: Variables) -> bool:
    """Tell whether this process was started to serve a function, so that its init phase should do the wiring."""
    return "AWS_LAMBDA_FUNCTION_NAME" in environ


def _keys(environ: Variables) -> AwsKeys:
    return AwsKeys(
        access_key_id=_text(environ, "AWS_ACCESS_KEY_ID"),
        secret_access_key=_text(environ, "AWS_SECRET_ACCESS_KEY"),
        session_token=environ.get("AWS_SESSION_TOKEN") or None,
    )


def _text(environ: Variables, name: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise Misconfigured(f"the environment variable {name} is missing")
    return value


def _read[T](environ: Variables, name: str, read: Callable[[str], T]) -> T:
    try:
        return read(_text(environ, name))
    except (ValueError, OverflowError) as error:
        raise Misconfigured(f"the environment variable {name} is malformed") from error


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=_positive(text))


def _positive(text: str) -> int:
    number = int(text)
    if number <= 0:
        raise ValueError("expected a positive number")
    return number
