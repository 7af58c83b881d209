"""A door before MiniStack's HTTP API, at the root of a host of its own as a deployed API is.

Requests and answers pass byte for byte. Only the content type of a compressed request is changed, because MiniStack
judges by it alone whether a body is text, and takes gzip that is called application/json for text and spoils it.
"""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ENDS_AT_THE_DOOR = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}


@contextmanager
def door(api: str) -> Iterator[str]:
    """Give the address of a door to `api` while it is open."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in ENDS_AT_THE_DOOR}
            if "content-encoding" in self.headers:
                headers["content-type"] = "application/octet-stream"
            request = urllib.request.Request(api + self.path, body, headers, method="POST")
            try:
                with _OPENER.open(request, timeout=30) as answer:
                    self._pass_on(answer.status, answer.headers.items(), answer.read())
            except urllib.error.HTTPError as refusal:
                self._pass_on(refusal.code, refusal.headers.items(), refusal.read())

        def _pass_on(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in ENDS_AT_THE_DOOR:
                    self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # who asked may have stopped waiting
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
