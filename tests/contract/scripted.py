"""A DynamoDB on this machine that says what a test tells it to, well or badly."""

import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Literal

from signalbox.adapters.dynamodb.client import Client, HttpClient, dynamodb_client
from tests.contract.conftest import ENVIRONMENT, URL

type Reply = tuple[int, dict[str, Any]] | bytes | Literal["echo"]
"""A status and content; bytes as they are, after which the connection ends; or the key of the request as an item."""

ECHO: Reply = "echo"


@dataclass
class Script:
    """What is answered, the last again and again, what was asked (operation, content, connection), what has ended."""

    replies: list[Reply]
    url: str = ""
    asked: list[tuple[str, dict[str, Any], int]] = field(default_factory=list)
    has_closed: threading.Event = field(default_factory=threading.Event)
    """A connection was closed on this side."""

    def client(self) -> HttpClient:
        """Make our client of it."""
        return dynamodb_client(ENVIRONMENT | {URL: self.url})


@dataclass
class ScriptedClient:
    """A client that gives these answers, the last again and again: for what must not wait for a server."""

    answers: list[dict[str, Any]]
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def call(self, _operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        self.asked.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class RepeatingClient:
    """Does the first call twice, as a client does whose connection broke before the answer."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._has_repeated = False

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if not self._has_repeated:
            self._has_repeated = True
            self._client.call(operation, request)
        return self._client.call(operation, request)


@contextmanager
def dynamodb(*replies: Reply, security: ssl.SSLContext | None = None) -> Iterator[Script]:
    """Serve the script, over TLS where `security` is given."""
    script = Script(list(replies))
    with _Server(("127.0.0.1", 0), _handler(script)) as server:
        server.security, server.has_closed = security, script.has_closed
        script.url = f"{'https' if security else 'http'}://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()


def error(status: int, code: str, **fields: Any) -> Reply:
    """Answer as DynamoDB does when it refuses."""
    return status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "ana@example.org", **fields}


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False  # a client keeps its connections for as long as it lives
    request_queue_size = 64  # for threads that all connect at once
    security: ssl.SSLContext | None = None
    has_closed: threading.Event

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.has_closed.set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self.security:  # the handshake comes with the first read, in the connection's own thread
            connection = self.security.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address


def _handler(script: Script) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # the client has gone, or did not trust this side
                while self._answer():
                    pass

        def _answer(self) -> bool:
            lines = list(takewhile(lambda line: line != b"\r\n", self.rfile))  # it ends with the connection, too
            if not lines or not lines[-1].endswith(b"\r\n"):
                return False
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
            content = json.loads(self.rfile.read(int(headers[b"content-length"])))
            operation = headers[b"x-amz-target"].decode().rpartition(".")[2]
            script.asked.append((operation, content, self.client_address[1]))
            reply = script.replies.pop(0) if len(script.replies) > 1 else script.replies[0]
            if isinstance(reply, bytes):
                self.wfile.write(reply)
                return False
            status, told = reply if isinstance(reply, tuple) else (200, {"Item": content["Key"]})
            body = json.dumps(told).encode()
            self.wfile.write(b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
            return True

    return Handler
