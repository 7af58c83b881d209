"""The routes about where webhooks go."""

from collections.abc import Iterable

from signalbox.admin_routes.destinations import DestinationRoutes
from signalbox.admin_routes.routing import Route
from signalbox.admin_wiring.late import late
from signalbox.admin_wiring.parts import Parts
from signalbox.ports import WebhookChannel
from signalbox.services.destination_administration import DestinationAdministration
from signalbox.services.webhook_delivery import WebhookDelivery


def destination_routes(parts: Parts) -> Iterable[Route]:
    """Wire them."""
    administration = DestinationAdministration(
        clock=parts.clock,
        ids=parts.ids,
        destinations=parts.destinations,
        delivery=webhook_delivery(parts),
    )
    return DestinationRoutes(destinations=parts.destinations, administration=administration).routes()


def webhook_delivery(parts: Parts) -> WebhookDelivery:
    """Wire what sends a webhook to a destination."""

    def webhooks() -> WebhookChannel:
        from signalbox.adapters.webhook.channel import HttpsWebhooks

        return HttpsWebhooks(parts.clock)

    return WebhookDelivery(destinations=parts.destinations, channel=late(webhooks))
