"""Send one webhook to a destination that is registered and enabled; one that wants no more is disabled."""

from signalbox.domain.errors import Conflict, Gone, Rejected
from signalbox.domain.webhooks import Destination, WebhookMessage
from signalbox.ports import Destinations, WebhookChannel

GONE = "the endpoint answered that it is gone"


class WebhookDelivery:
    """The use case of one message for one destination."""

    def __init__(self, *, destinations: Destinations, channel: WebhookChannel) -> None:
        self._destinations = destinations
        self._channel = channel

    def send(self, partner_id: str, destination_id: str, message: WebhookMessage) -> None:
        """Make one attempt; raises as `WebhookChannel.send` does, and Rejected where nothing may be sent."""
        destination = self._destinations.find(partner_id, destination_id)
        if destination is None:
            raise Rejected("the partner has no such destination")
        if not destination.enabled:
            raise Rejected("the destination is disabled")
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
