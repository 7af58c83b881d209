"""Keep-alive HTTP/1.1 connections to one address: as much of the protocol as DynamoDB speaks, with deadlines.

The standard library's client reads headers with its e-mail parser, which costs more at each answer than all the rest
of a call, and more at import than collect has to spare. DynamoDB, DynamoDB Local and MiniStack all answer with a
Content-Length; an answer without one is taken for a broken connection.
"""

import select
import socket
import time
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ssl

_READ_BYTES = 65_536
_MAX_HEAD_BYTES = 65_536
_HEAD_END = b"\r\n\r\n"


class Broken(Exception):
    """The connection could not be made, or ended before a whole answer had come."""


class Answer(NamedTuple):
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[bytes, bytes]
    body: bytes

    @property
    def is_last(self) -> bool:
        """Tell whether the other side closes the connection after it."""
        return self.headers.get(b"connection", b"").lower() == b"close"


class Address:
    """Where to connect, from a URL; `ca_bundle` names a file of certificates to trust instead of the system's."""

    def __init__(self, url: str, ca_bundle: str | None = None) -> None:
        scheme, _, rest = url.partition("://")
        self.host = rest.partition("/")[0]
        name, _, port = self.host.rpartition(":")
        is_secure = scheme == "https"
        self.port = int(port) if port.isdigit() else (443 if is_secure else 80)
        # As bytes, or the system would be asked through the codec for international names, which loads for a while.
        self.name = (name if port.isdigit() else self.host).strip("[]").encode("ascii")
        self.trust = _trust(ca_bundle) if is_secure else None


class Connection:
    """One connection, made within the time; it belongs to one thread at a time."""

    def __init__(self, address: Address, timeout_s: float) -> None:
        try:
            self._socket = _connected(address, time.monotonic() + timeout_s)
        except OSError as error:
            raise Broken(type(error).__name__) from None
        self._idle = select.poll()
        self._idle.register(self._socket, select.POLLIN)

    def __del__(self) -> None:
        """Close with whoever lets go of it."""
        if hasattr(self, "_socket"):
            self._socket.close()

    def is_usable(self) -> bool:
        """Tell whether the other side has left it open, and silent, while it was idle."""
        return not self._idle.poll(0)

    def exchange(self, request: bytes, timeout_s: float) -> Answer:
        """Send a request and read its answer within the time; raises Broken, after which this is of no more use."""
        until = time.monotonic() + timeout_s
        try:
            self._socket.settimeout(timeout_s)
            self._socket.sendall(request)
            return self._answer(until)
        except OSError as error:
            raise Broken(type(error).__name__) from None
        except (KeyError, ValueError):
            raise Broken("an answer that cannot be read") from None

    def _answer(self, until: float) -> Answer:
        received = self._some(until)
        while (end := received.find(_HEAD_END)) < 0:
            if len(received) > _MAX_HEAD_BYTES:
                raise ValueError
            received += self._some(until)
        status_line, *lines = received[:end].split(b"\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        parts = [received[end + len(_HEAD_END) :]]
        missing = int(headers[b"content-length"]) - len(parts[0])
        while missing > 0:
            parts.append(self._some(until))
            missing -= len(parts[-1])
        body = b"".join(parts)
        if missing < 0 or int(headers.get(b"x-amz-crc32", zlib.crc32(body))) != zlib.crc32(body):
            raise ValueError
        return Answer(int(status_line.split(b" ", 2)[1]), headers, body)

    def _some(self, until: float) -> bytes:
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._socket.settimeout(left_s)
        some = self._socket.recv(_READ_BYTES)
        if not some:
            raise ConnectionResetError
        return some


def _connected(address: Address, until: float) -> socket.socket:
    """Try the name's addresses in turn; finding them is up to the system, which keeps no deadline of ours."""
    failure: OSError = TimeoutError()
    for family, kind, protocol, _, place in socket.getaddrinfo(address.name, address.port, type=socket.SOCK_STREAM):
        left_s = until - time.monotonic()
        if left_s <= 0:
            break
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(left_s)
            plain.connect(place)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # a thawed Lambda environment learns what died
            return address.trust.wrap_socket(plain, server_hostname=address.name) if address.trust else plain
        except OSError as error:
            plain.close()
            failure = error
    raise failure


def _trust(ca_bundle: str | None) -> "ssl.SSLContext":
    import ssl  # noqa: PLC0415 - an address on this machine needs none of it

    return ssl.create_default_context(cafile=ca_bundle)
