"""Send webhooks to a destination that is registered and enabled; one that wants no more is disabled."""

from collections.abc import Sequence

from signalbox.domain.errors import Conflict, Gone, Rejected, SignalboxError
from signalbox.domain.webhooks import Destination, WebhookMessage, WebhookPayload, messages_of
from signalbox.ports import KnownDestinations, WebhookChannel

GONE = "the endpoint answered that it is gone"


class WebhookDelivery:
    """The use case of what goes to one destination."""

    def __init__(self, *, destinations: KnownDestinations, channel: WebhookChannel) -> None:
        self._destinations = destinations
        self._channel = channel

    def batch_size(self, partner_id: str, destination_id: str) -> int:
        """Tell how many payloads the destination takes in one POST."""
        destination = self._destinations.find(partner_id, destination_id)
        return destination.batch_size if destination else 1

    def send(self, partner_id: str, destination_id: str, message: WebhookMessage) -> None:
        """Make one attempt; raises as `WebhookChannel.send` does, and Rejected where nothing may be sent."""
        self._post(self._enabled(partner_id, destination_id), message)

    def send_all(
        self, partner_id: str, destination_id: str, payloads: Sequence[WebhookPayload]
    ) -> Sequence[SignalboxError | None]:
        """Make one attempt for each payload, as many to a POST as the destination takes.

        Gives what was raised for each, in their order, None where the destination took it; what one POST met, all of
        its payloads met.
        """
        try:
            destination = self._enabled(partner_id, destination_id)
        except SignalboxError as refusal:
            return [refusal] * len(payloads)
        faults: list[SignalboxError | None] = []
        gone: Gone | None = None
        for message in messages_of(payloads, destination.batch_size):
            fault = gone or self._fault(destination, message)
            faults += [fault] * len(message.message_ids)
            gone = fault if isinstance(fault, Gone) else None
        return faults

    def _fault(self, destination: Destination, message: WebhookMessage) -> SignalboxError | None:
        try:
            self._post(destination, message)
        except SignalboxError as fault:
            return fault
        return None

    def _enabled(self, partner_id: str, destination_id: str) -> Destination:
        destination = self._destinations.find(partner_id, destination_id)
        if destination is None:
            raise Rejected("the partner has no such destination")
        if not destination.enabled:
            raise Rejected("the destination is disabled")
        return destination

    def _post(self, destination: Destination, message: WebhookMessage) -> None:
        try:
            self._channel.send(destination, message)
        except Gone:
            self._disable(destination)
            raise

    def _disable(self, destination: Destination) -> None:
        """Let who changed it meanwhile be right: should it still be gone, the next message finds out."""
        try:
            self._destinations.save(destination.disabled(GONE))
        except Conflict:
            return
