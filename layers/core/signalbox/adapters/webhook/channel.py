"""Webhooks over HTTPS to public addresses. One call is one attempt."""

import functools
import ssl
import time
from http import HTTPStatus
from http.client import HTTPException

from signalbox.adapters.webhook.addresses import Networks, Resolver, addresses_of, system_addresses
from signalbox.adapters.webhook.excerpts import excerpt_of
from signalbox.adapters.webhook.exchange import Answer, post
from signalbox.adapters.webhook.headers import request_of, waiting_time
from signalbox.adapters.webhook.rests import Rests
from signalbox.domain.errors import Transient
from signalbox.domain.webhook_urls import read_url
from signalbox.domain.webhooks import Destination, WebhookMessage, error_of
from signalbox.ports import Clock

TIMEOUT_S = 10.0
"""For all of an attempt: finding the address, connecting, sending, and the answer's status."""

_OVERLOADED = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}


class HttpsWebhooks:
    """The `WebhookChannel` port.

    `allowed_networks` are connected to though they are not public; `trust` says whose certificates are believed, and
    is the system's where it is not given.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        resolve: Resolver = system_addresses,
        trust: ssl.SSLContext | None = None,
        allowed_networks: Networks = (),
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._clock = clock
        self._resolve = resolve
        self._given_trust = trust
        self._allowed = tuple(allowed_networks)
        self._timeout_s = timeout_s
        self._rests = Rests(clock)

    def send(self, destination: Destination, message: WebhookMessage) -> None:
        """Post once, unless the destination rests."""
        self._rests.respect(destination)
        try:
            answer = self._exchanged(destination, message)
        except (OSError, HTTPException) as fault:
            self._rests.begin(destination, None)
            raise Transient(f"the endpoint gave no answer: {type(fault).__name__}") from None
        kind = error_of(answer.status)
        if kind is None:
            return
        error = kind(f"the endpoint answered {answer.status}")
        error.told = excerpt_of(answer.body, message.body)
        if isinstance(error, Transient):
            error.retry_after = waiting_time(answer.retry_after, self._clock.now())
            if answer.status in _OVERLOADED:
                self._rests.begin(destination, error.retry_after)
        raise error

    def _exchanged(self, destination: Destination, message: WebhookMessage) -> Answer:
        until = time.monotonic() + self._timeout_s
        target = read_url(destination.url)
        request = request_of(target, message, destination.secrets, self._clock.now())
        addresses = addresses_of(target, self._resolve, self._allowed, self._timeout_s)
        return post(target, addresses, self._trust, request, until)

    @functools.cached_property
    def _trust(self) -> ssl.SSLContext:
        """Load the system's certificates with the first message: it takes a while."""
        return self._given_trust or ssl.create_default_context()
