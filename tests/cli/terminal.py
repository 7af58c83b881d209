"""A terminal in which `signalbox` is typed, in front of the admin function itself."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
from typer.testing import CliRunner, Result

from signalbox.admin_routes.routing import PREFIX
from signalbox_cli.app import app
from signalbox_cli.desk import Surroundings
from signalbox_cli.profiles import Profile, Profiles
from tests.functions import admin
from tests.functions.admin import EDITOR, Admin, Claims
from tests.functions.stack import Context
from tests.unit import makers

URL = "https://api.example.com"
TOKEN = "the token"
NOW = 1_800_000_000.0


class AdminTransport(httpx.BaseTransport):
    """Turns requests into API Gateway's events for the function, as of somebody who is signed in with `TOKEN`."""

    def __init__(self, handler: Callable[[Any, Any], Any], by: Claims) -> None:
        self._handler = handler
        self.by = by
        self.requests: list[httpx.Request] = []
        self.token = TOKEN

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = unquote(request.url.raw_path.decode().split("?")[0]).removeprefix(PREFIX)
        is_open = path.startswith("/session")
        if not is_open and request.headers.get("authorization") != f"Bearer {self.token}":
            return httpx.Response(401, json={"message": "Unauthorized"})  # API Gateway's own
        event = admin.event(
            request.method,
            path,
            request.read().decode() or None,
            by=None if is_open else self.by,
            if_match=request.headers.get("if-match"),
            query=dict(request.url.params) or None,
        )
        answer = self._handler(event, Context())
        return httpx.Response(answer["statusCode"], headers=answer["headers"], text=answer["body"])


@dataclass
class Terminal:
    """Types commands; `asleep` is called whenever a command waits."""

    transport: httpx.BaseTransport
    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    now: Callable[[], float] = lambda: NOW
    asleep: Callable[[float], None] = lambda _seconds: None

    def type(self, *words: str, answer: str | None = None) -> Result:
        """Run a command and give what came of it, whatever that is."""
        surroundings = Surroundings(self.transport, self.environ, self.folder, self.now, self.asleep)
        result = CliRunner().invoke(app, list(words), input=answer, obj=surroundings)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def done(self, *words: str, answer: str | None = None) -> str:
        """Run a command that is to succeed, and give what it showed."""
        result = self.type(*words, answer=answer)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: str) -> Any:
        """Run a command with --json and give what it showed."""
        return json.loads(self.done(*words, "--json"))

    def stopped(self, *words: str, answer: str | None = None) -> str:
        """Run a command that is to fail with a sentence, and give the sentence."""
        result = self.type(*words, answer=answer)
        assert result.exit_code == 1, result.output
        return result.stderr

    def signed_in(self, partner_id: str | None = makers.PARTNER_ID) -> "Terminal":
        """Be signed in, with a partner chosen."""
        profile = Profile(URL, "edda", TOKEN, "refresh", self.now() + 3600, partner_id)
        Profiles(self.folder).save("default", profile)
        return self


def terminal_of(stack: Admin, folder: Path, by: Claims = EDITOR) -> Terminal:
    """Give a terminal on a stack, nobody signed in."""
    return Terminal(AdminTransport(stack.handler, by), folder)
