"""A server on this machine that answers as badly as a network can, for adapters that have to tell what happened."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Server:
    """Where it listens and how many requests have reached it."""

    url: str
    requests: list[bytes] = field(default_factory=list)


type Behaviour = Callable[[socket.socket], None]


@contextmanager
def serving(behave: Behaviour) -> Iterator[Server]:
    """Take each connection, read its first bytes, and behave."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                server.requests.append(connection.recv(65_536))
                behave(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def hang_up(connection: socket.socket) -> None:
    """End the connection without an answer."""
    connection.shutdown(socket.SHUT_RDWR)


def answering(status: int, code: str) -> Behaviour:
    """Answer every request with one AWS error in JSON."""
    body = f'{{"__type":"{code}","message":"ana@example.org is not verified"}}'
    head = f"HTTP/1.1 {status} x\r\nx-amzn-errortype: {code}\r\ncontent-type: application/json\r\n"

    def behave(connection: socket.socket) -> None:
        connection.sendall(f"{head}content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}".encode())

    return behave


def closed_port() -> str:
    """Give an address on this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
