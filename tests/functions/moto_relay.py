"""A way to moto for a client that is not boto3: an address on this machine that hands requests on to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

_ONE_AT_A_TIME = threading.Lock()
"""Moto's tables are plain dictionaries, and who asks may be several threads."""
_AWS = "https://dynamodb.us-west-2.amazonaws.com/"  # moto looks for the region in the signature


@contextmanager
def dynamodb() -> Iterator[str]:
    """Give the address, inside `mock_aws`."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client keeps its connections for as long as it lives


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer: in two, each would wait for the other side's acknowledgement

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        names = [name for name in self.headers if name != "host"]
        headers = {name: self.headers[name] for name in names}
        with _ONE_AT_A_TIME:
            answer = requests.post(_AWS, data=body, headers=headers, timeout=10)
        self.send_response(answer.status_code)
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""
