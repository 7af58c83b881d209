"""Destinations of webhooks on the wire; their secrets are shown when they are made, and never again."""

from signalbox.domain.webhook_trials import Trial
from signalbox.domain.webhooks import Destination
from signalbox.wire.admin.base import Wire


class DestinationShape(Wire):
    """An endpoint that webhooks may be sent to; `secrets` counts those that requests are signed with."""

    destination_id: str
    name: str
    url: str
    batch_size: int
    secrets: int
    enabled: bool
    disabled_reason: str | None
    version: int


class DestinationWithSecret(DestinationShape):
    """A destination with the secret that was made for it, shown this once."""

    secret: str


class DestinationItems(Wire):
    """A part of the destinations."""

    items: list[DestinationShape]
    next: str | None


class DestinationDefinition(Wire):
    """Where it is, and how many payloads a request may carry."""

    name: str
    url: str
    batch_size: int = 1


class TrialShape(Wire):
    """How a test message fared: taken, or why not, with what the endpoint said to it."""

    was_taken: bool
    fault: str
    told: str


def shape_of(destination: Destination) -> DestinationShape:
    """Show a destination."""
    return DestinationShape(
        destination_id=destination.destination_id,
        name=destination.name,
        url=destination.url,
        batch_size=destination.batch_size,
        secrets=len(destination.secrets),
        enabled=destination.enabled,
        disabled_reason=destination.disabled_reason,
        version=destination.version,
    )


def shape_with(destination: Destination, secret: str) -> DestinationWithSecret:
    """Show a destination and the secret that was made for it."""
    return DestinationWithSecret(**shape_of(destination).model_dump(by_alias=False), secret=secret)


def shape_of_trial(trial: Trial) -> TrialShape:
    """Show how a test fared."""
    return TrialShape(was_taken=trial.was_taken, fault=trial.fault, told=trial.told)
