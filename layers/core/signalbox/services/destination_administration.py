"""Destinations of webhooks as their partner sets them up: where they are, their secrets, and trying them out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypedDict, Unpack

from signalbox.domain.errors import Invalid, Reason, Rejected, Transient
from signalbox.domain.webhook_trials import Trial, message_of_trial
from signalbox.domain.webhooks import MAX_SECRETS, Destination, reasons_against, secret_of
from signalbox.ports import Clock, Destinations, Ids
from signalbox.services.webhook_delivery import WebhookDelivery

DISABLED = "disabled by hand"


class DestinationChanges(TypedDict, total=False):
    """What may be changed of a destination, beside its secrets and whether it is enabled."""

    name: str
    url: str
    batch_size: int


class DestinationAdministration:
    """The use cases of those who set up where webhooks go.

    Those that change a destination take it as it was read, and raise Conflict when it was changed since.
    """

    def __init__(self, *, clock: Clock, ids: Ids, destinations: Destinations, delivery: WebhookDelivery) -> None:
        self._clock = clock
        self._ids = ids
        self._destinations = destinations
        self._delivery = delivery

    def register(self, partner_id: str, name: str, url: str, *, batch_size: int = 1) -> tuple[Destination, str]:
        """Register an endpoint and give it with its first secret, which is shown this once; raises Invalid."""
        secret = self._new_secret()
        destination_id = self._ids.new_id("destination")
        return self._saved(Destination(partner_id, destination_id, name, url, (secret,), batch_size)), secret

    def change(self, destination: Destination, **changes: Unpack[DestinationChanges]) -> Destination:
        """Save it changed, from the next message on; raises Invalid."""
        return self._saved(replace(destination, version=destination.version + 1, **changes))

    def rotate_secret(self, destination: Destination) -> tuple[Destination, str]:
        """Make a new secret, shown this once; messages are signed with the old one too until that is dropped.

        Raises Invalid where two are in use already.
        """
        if len(destination.secrets) >= MAX_SECRETS:
            raise Invalid([Reason("/secrets", f"{MAX_SECRETS} secrets are in use: drop the old one first")])
        secret = self._new_secret()
        secrets = (secret, *destination.secrets)
        return self._saved(replace(destination, version=destination.version + 1, secrets=secrets)), secret

    def drop_old_secret(self, destination: Destination) -> Destination:
        """Sign with the newest secret alone from now on; where there is one alone, nothing changes."""
        if len(destination.secrets) == 1:
            return destination
        return self._saved(replace(destination, version=destination.version + 1, secrets=destination.secrets[:1]))

    def enable(self, destination: Destination) -> Destination:
        """Let messages go there again, also where its endpoint had wanted no more."""
        if destination.enabled:
            return destination
        return self._saved(replace(destination, version=destination.version + 1, enabled=True, disabled_reason=None))

    def disable(self, destination: Destination) -> Destination:
        """Send nothing there from now on; what flows send to it is refused."""
        return self._saved(destination.disabled(DISABLED)) if destination.enabled else destination

    def remove(self, destination: Destination) -> None:
        """Take a destination out with its secrets; raises Invalid while it is enabled.

        So nothing is sent there at that moment, and what flows still send there is refused as it was before.
        """
        if destination.enabled:
            raise Invalid([Reason("/status", "the destination is enabled: disable it first")])
        self._destinations.remove(destination)

    def of_partner(self, partner_id: str) -> Iterator[Destination]:
        """Give all of the partner's destinations."""
        return self._destinations.of_partner(partner_id)

    def send_test(self, destination: Destination) -> Trial:
        """Send one message that says it is a test, and tell how it fared; it is not tried again."""
        message = message_of_trial(self._ids.new_id("msg"), self._clock.now(), destination.batch_size)
        try:
            self._delivery.send(destination.partner_id, destination.destination_id, message)
        except (Rejected, Transient) as fault:
            return Trial(was_taken=False, fault=str(fault), told=fault.told)
        return Trial(was_taken=True)

    def _new_secret(self) -> str:
        return secret_of(self._ids.new_key())

    def _saved(self, destination: Destination) -> Destination:
        if faults := list(reasons_against(destination)):
            raise Invalid(faults)
        self._destinations.save(destination)
        return destination
