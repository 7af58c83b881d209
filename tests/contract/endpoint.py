"""An HTTPS endpoint on this machine that behaves as its path says, well or badly, and the channel that may reach it."""

import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from itertools import takewhile
from pathlib import Path
from typing import Any

from signalbox.adapters.webhook.channel import HttpsWebhooks
from signalbox.ports import Clock
from tests.fakes.others import FakeClock
from tests.unit.makers import NOON

NAME = "hooks.example.org"
LOOPBACK = ip_address("127.0.0.1")
TIMEOUT_S = 10.0
"""Long enough for every answer that comes, however busy this machine is."""
SOON_S = 1.0
"""For a channel whose deadline is to pass."""
MIXED_S = 2.0
"""For a channel whose deadline is to pass at one endpoint, while others answer within it."""

type Behaviour = Callable[[socket.socket], None]


@dataclass
class Request:
    """What came in; header names are in lower case."""

    line: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Endpoint:
    """Where it listens and what has reached it."""

    port: int
    certificate: Path
    requests: list[Request] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"https://{host}:{self.port}{path}"

    def channel(self, clock: Clock | None = None, **settings: Any) -> HttpsWebhooks:
        """Make a channel that trusts its certificate and may connect to this machine."""
        own: dict[str, Any] = {
            "trust": ssl.create_default_context(cafile=self.certificate),
            "allowed_networks": [ip_network(LOOPBACK)],
            "resolve": lambda host, timeout_s: [LOOPBACK],
            "timeout_s": TIMEOUT_S,
        }
        return HttpsWebhooks(clock or FakeClock(NOON), **own | settings)


@contextmanager
def serving(certificate: Path, **behaviours: Behaviour) -> Iterator[Endpoint]:
    """Serve `/<name>` by the behaviour of that name; every other path takes what is sent."""
    security = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    security.load_cert_chain(certificate)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.security = security
        server.behaviours = behaviours
        server.endpoint = Endpoint(server.server_address[1], certificate)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.endpoint
        finally:
            server.endpoint.released.set()
            server.shutdown()
            thread.join()


def answering(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Answer with a status; an underscore in a header's name stands for its hyphen."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} x\r\n{lines}content-length: {len(body)}\r\n\r\n"
    return saying(head.encode() + body)


def saying(answer: bytes) -> Behaviour:
    """Answer with these bytes."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(answer)

    return behave


@contextmanager
def sipping(certificate: Path) -> Iterator[int]:
    """Serve on the port that is given to one client, whose request is read a little at a time, for ten seconds."""
    security = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    security.load_cert_chain(certificate)

    def sip() -> None:
        with suppress(OSError), security.wrap_socket(listener.accept()[0], server_side=True) as connection:
            for _ in range(200):
                time.sleep(0.05)
                if not connection.recv(65_536):
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=sip)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # or it waits for ever for a client whose time was up before it came
            thread.join()


class Dripping:
    """Begins to answer, then says a little more, and more, for as long as somebody listens or ten seconds."""

    def __init__(self, beginning: bytes, drop: bytes) -> None:
        self._beginning = beginning
        self._drop = drop
        self.was_cut_off = False

    def __call__(self, connection: socket.socket) -> None:
        try:
            connection.sendall(self._beginning)
            for _ in range(200):
                time.sleep(0.05)
                connection.sendall(self._drop)
        except OSError:
            self.was_cut_off = True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False  # what an endpoint noticed is known once it has stopped
    security: ssl.SSLContext
    behaviours: Mapping[str, Behaviour]
    endpoint: Endpoint


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        own = self.server.security.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
        with own as connection, suppress(OSError):  # the client has gone, or did not trust this side
            self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as incoming:
            told = takewhile(lambda line: line != b"\r\n", incoming)  # it ends with the connection, too
            first, *lines = [line.decode().rstrip() for line in told] or [""]
            if not first:
                return
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = incoming.read(int(headers["content-length"]))
        self.server.endpoint.requests.append(Request(first, headers, body))
        name = first.split(" ")[1].strip("/")
        if name == "hang":
            self.server.endpoint.released.wait(10)
        else:
            self.server.behaviours.get(name, answering(204))(connection)
