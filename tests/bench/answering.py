"""A process that answers DynamoDB's calls and SES's at once, over TLS, and keeps nothing: so that neither is measured.

Run as a module: its argument is a certificate, its first line of output is its address, and it ends with its input.
"""

import asyncio
import json
import ssl
import sys
from typing import Any

from signalbox.adapters.dynamodb.partners import values_of
from signalbox.adapters.dynamodb.values import to_item
from tests.unit import makers

PARTNER = {"Item": to_item(values_of(makers.partner()))}
ANSWERS: dict[bytes, Any] = {
    b"PutItem": {},
    b"UpdateItem": {},
    b"DeleteItem": {},
    b"BatchWriteItem": {"UnprocessedItems": {}},
    b"TransactWriteItems": {},
    b"Query": {"Items": [], "Count": 0, "ScannedCount": 0},
    b"GetItem": {},
}
SEND_EMAIL = b"POST /v2/email/outbound-emails "
SENT = {"MessageId": "0102018f3c7a5e2b-6f1c9b1e-7a52-4d3e-9f0a-1b2c3d4e5f60-000000"}


class Answering(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:]) if found else {}
        if not found or len(body) < int(headers[b"content-length"]):
            return
        self._received = b""
        self._transport.write(_answer(head, body))


def _answer(head: bytes, body: bytes) -> bytes:
    content = json.dumps(SENT if head.startswith(SEND_EMAIL) else _of_store(head, body)).encode()
    lines = (
        "HTTP/1.1 200 OK",
        "Server: Server",
        "Date: Mon, 23 Nov 2026 09:00:00 GMT",
        "Content-Type: application/x-amz-json-1.0",
        f"Content-Length: {len(content)}",
        "Connection: keep-alive",
        "x-amzn-RequestId: 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEF",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def _of_store(head: bytes, body: bytes) -> Any:
    operation = next(name for name in ANSWERS if b"DynamoDB_20120810." + name in head)
    return PARTNER if operation == b"GetItem" and b'"Registry"' in body else ANSWERS[operation]


async def _serve(certificate: str) -> None:
    security = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    security.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, ssl=security)
    sys.stdout.write(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
