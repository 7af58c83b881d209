"""Terminals in front of both functions, with a network in between that fails as a test wants it to."""

import base64
import csv
import json
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import httpx

from tests.functions.stack import Context

type Step = Callable[[httpx.Request], httpx.Response | None]
"""What happens to a request in the place of being answered; None where nothing does."""


@dataclass
class Doors(httpx.BaseTransport):
    """Hands requests to the admin function or to collect; `before` and `after` each stand in the network.

    `sent` are those that reached a function, with what is uploaded.
    """

    admin: httpx.BaseTransport
    collect: Callable[[Any, Any], Any]
    request: Mapping[str, Any]
    before: Step = lambda _request: None
    after: Step = lambda _request: None
    sent: list[tuple[str, str]] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if (told := self.before(request)) is not None:
            return told
        is_batch = request.url.path.startswith("/v1/")
        answer = self._collected(request) if is_batch else self.admin.handle_request(request)
        self.sent.append((request.url.path, request.read().decode()))
        return self.after(request) or answer

    def uploads(self) -> list[str]:
        """Give the bodies of imports that arrived."""
        return [body for path, body in self.sent if path.endswith(("/import", "/batch"))]

    def _collected(self, request: httpx.Request) -> httpx.Response:
        changes = {
            "routeKey": "POST /v1/batch",
            "body": base64.b64encode(request.read()).decode(),
            "isBase64Encoded": True,
            "headers": {name.lower(): value for name, value in request.headers.items()},
        }
        with redirect_stdout(StringIO()):  # its metrics are not what the command shows
            answer = self.collect({**self.request, **changes}, Context())
        return httpx.Response(answer["statusCode"], headers=answer["headers"], text=answer["body"])


def once(path_end: str, nth: int, do: Callable[[], httpx.Response | None]) -> Step:
    """Do something at the nth request to such a path, once."""
    seen = 0

    def step(request: httpx.Request) -> httpx.Response | None:
        nonlocal seen
        if not request.url.path.endswith(path_end):
            return None
        seen += 1
        return do() if seen == nth else None

    return step


def interrupt() -> None:
    """End the command as Ctrl-C does."""
    raise KeyboardInterrupt


def reported(beside: Path) -> list[tuple[int, str]]:
    """Read the report of refused rows beside a file; there may be none."""
    found = list(beside.parent.glob(f"{beside.name}.*.refused.csv"))
    assert len(found) <= 1
    rows = list(csv.reader(found[0].read_text().splitlines())) if found else []
    assert rows[:1] in ([], [["line", "reason"]])
    return [(int(line), reason) for line, reason in rows[1:]]


def journals(beside: Path) -> list[Any]:
    """Read the journals beside a file."""
    return [json.loads(each.read_text()) for each in beside.parent.glob(f"{beside.name}.*.state")]
