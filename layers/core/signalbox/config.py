"""The settings of each function, read from the environment here and nowhere else.

A variable that is missing, empty or malformed raises Misconfigured with its name.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Self

from signalbox.domain.errors import Misconfigured
from signalbox.domain.partners import Environment

type Variables = Mapping[str, str]

ENVIRONMENT: Variables = os.environ
"""What `from_env` is given outside tests."""


@dataclass(frozen=True, slots=True)
class _Settings:
    """What every function needs to know.

    Each field is read from the variable of its name in capitals, but for those in `_READ_BY_FIELD`.
    """

    service_name: str

    @classmethod
    def from_env(cls, environ: Variables) -> Self:
        """Read the settings; raises Misconfigured."""
        return cls(**{each.name: _field(environ, each.name) for each in fields(cls)})


@dataclass(frozen=True, slots=True)
class CollectSettings(_Settings):
    """What collect needs to know."""

    events_table: str
    identities_table: str
    unidentified_table: str
    quarantine_table: str
    contacts_table: str
    registry_table: str
    event_retention_days: int


@dataclass(frozen=True, slots=True)
class ScheduleSettings(_Settings):
    """What schedule needs to know."""

    registry_table: str
    evaluations_queue_url: str


@dataclass(frozen=True, slots=True)
class EvaluateSettings(_Settings):
    """What evaluate needs to know."""

    registry_table: str
    events_table: str
    contacts_table: str
    cursors_table: str
    deferred_table: str
    history_bucket: str
    sends_queue_url: str
    settle: timedelta


@dataclass(frozen=True, slots=True)
class SendSettings(_Settings):
    """What send needs to know; without `sms_origination`, an ARN, no text messages can be sent."""

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


@dataclass(frozen=True, slots=True)
class PreferencesSettings(_Settings):
    """What preferences needs to know."""

    registry_table: str
    deliveries_table: str
    contacts_table: str


@dataclass(frozen=True, slots=True)
class FeedbackSettings(_Settings):
    """What feedback needs to know."""

    deliveries_table: str
    contacts_table: str


@dataclass(frozen=True, slots=True)
class AdminSettings(_Settings):
    """What admin needs to know; `dead_letters` are by name, each with the URL of the queue that they came from."""

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


def _field(environ: Variables, name: str) -> Any:
    read = _READ_BY_FIELD.get(name)
    return read(environ) if read else _text(environ, name.upper())


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


_READ_BY_FIELD: Mapping[str, Callable[[Variables], Any]] = {
    "environment": lambda environ: _read(environ, "ENVIRONMENT", Environment),
    "event_retention_days": lambda environ: _read(environ, "EVENT_RETENTION_DAYS", _positive),
    "settle": lambda environ: _read(environ, "SETTLE_SECONDS", _seconds),
    "sms_origination": lambda environ: environ.get("SMS_ORIGINATION", "").strip(),
    "public_url": lambda environ: _text(environ, "PUBLIC_URL").rstrip("/"),
    "dead_letters": _dead_letters,
}
"""How fields are read that are no texts, may be empty, or have variables of other names."""
