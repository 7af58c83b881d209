"""One POST over TLS to an address that was chosen before, within one deadline for all of it.

No redirects, proxies, cookies or kept connections: there is no code for them here.
"""

import io
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPException, HTTPResponse
from typing import NamedTuple

from signalbox.domain.webhook_urls import Address, Target

CONNECT_TIMEOUT_S = 3.0  # to each address, so that one that is dead leaves time for the next
BODY_TIMEOUT_S = 1.0  # what is read for people is not waited for long, once the status is known
MAX_BODY_BYTES = 16_384


class Answer(NamedTuple):
    """What an endpoint said; `body` is its beginning, and empty where the message was taken."""

    status: int
    retry_after: str | None
    body: bytes


def post(target: Target, addresses: Sequence[Address], trust: ssl.SSLContext, request: bytes, until: float) -> Answer:
    """Send the request and read the answer, until an instant of `time.monotonic`.

    Raises OSError or HTTPException when there was none.
    """
    with _connected(target, addresses, trust, until) as connection:
        connection.settimeout(_left(until))  # for all of a write over TLS, however slowly it is read
        connection.sendall(request)
        incoming = _Incoming(connection, until)
        response = HTTPResponse(incoming, method="POST")  # type: ignore[arg-type]  # of a socket it uses only makefile
        with closing(response):
            response.begin()
            body = b"" if response.status < 300 else _body(response, incoming)  # noqa: PLR2004 - 2xx says enough
            return Answer(response.status, response.getheader("Retry-After"), body)


class _Incoming(io.RawIOBase):
    """What comes in until it is too late; how long a head may be, the standard library's reader minds."""

    def __init__(self, connection: ssl.SSLSocket, until: float) -> None:
        self._connection = connection
        self.until = until

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Be the socket that the standard library's reader of answers expects."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # of a BufferedReader it is always that
        """Read what is there; raises TimeoutError at the deadline, however steadily it trickles."""
        self._connection.settimeout(_left(self.until))
        return self._connection.recv_into(buffer)


def _connected(target: Target, addresses: Sequence[Address], trust: ssl.SSLContext, until: float) -> ssl.SSLSocket:
    """Try the addresses in turn; the certificate must be for the target's host."""
    failure: OSError = TimeoutError()
    for address in addresses:
        try:
            timeout_s = min(_left(until), CONNECT_TIMEOUT_S)
            plain = socket.create_connection((str(address), target.port), timeout_s)
        except OSError as error:
            failure = error
            continue
        try:
            plain.settimeout(_left(until))
            return trust.wrap_socket(plain, server_hostname=target.host)
        except OSError:
            plain.close()
            raise
    raise failure


def _body(response: HTTPResponse, incoming: _Incoming) -> bytes:
    incoming.until = min(incoming.until, time.monotonic() + BODY_TIMEOUT_S)
    try:
        return response.read(MAX_BODY_BYTES)
    except (OSError, HTTPException):
        return b""


def _left(until: float) -> float:
    left_s = until - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s
