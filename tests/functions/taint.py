"""Marked values, and a function that is watched for them.

Watched is what the function prints, and what Lambda's runtime would print of an exception that it lets through.
"""

import json
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from tests.contract.loopback import Behaviour
from tests.functions.stack import Context, Stack, prepared

MARK = "xq7taint"
SECRET = f"secret {MARK}"
EMAIL = f"{MARK}@example.org"

type Watch = Callable[[str, ModuleType], "Watched"]


@dataclass(frozen=True)
class Watched:
    """A function, and all that it, its libraries and the runtime around it write."""

    app: ModuleType
    handler: Callable[[Any, Any], Any]
    capfd: pytest.CaptureFixture[str]
    caplog: pytest.LogCaptureFixture

    def call(self, event: Any) -> Any:
        """Call the handler; what it raises is printed as the runtime prints it."""
        try:
            return self.handler(event, Context())
        except Exception:  # noqa: BLE001 - this stands for the runtime, which catches all
            print(traceback.format_exc())  # noqa: T201 - the same
            return None

    def lines(self) -> list[Any]:
        """Give the JSON lines so far; fails where anything else was written."""
        return [json.loads(line) for line in self.written().splitlines()]

    def written(self) -> str:
        """Give all that was written since it was last asked for."""
        self.app._service()[1].flush()  # noqa: SLF001 - what Lambda's next call would do
        captured = self.capfd.readouterr()
        libraries = [each for each in self.caplog.records if not each.name.startswith("signalbox")]
        warnings = [logging.Formatter().format(each) for each in libraries if each.levelno >= logging.WARNING]
        self.caplog.clear()
        return captured.out + captured.err + "\n".join(warnings)


def watching(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Watch:
    """Give what makes a function that is watched."""
    return lambda function, app: Watched(app, prepared(monkeypatch, stack, function, app), capfd, caplog)


def quoting(status: int, code: str) -> Behaviour:
    """Answer every request with an error whose text quotes what was sent."""
    body = json.dumps({"__type": code, "message": f"{EMAIL} {SECRET}", "Message": EMAIL}).encode()
    head = f"HTTP/1.1 {status} x\r\nx-amzn-errortype: {code}\r\ncontent-type: application/json\r\nconnection: close\r\n"

    def behave(connection: Any) -> None:
        connection.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)

    return behave
