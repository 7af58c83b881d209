"""Directories of flows as code, and what becomes of them on the way."""

from collections.abc import Mapping
from pathlib import Path

import httpx

from tests.cli.terminal import Terminal


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files by their paths in a directory."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def planned(terminal: Terminal, folder: Path, *words: str) -> tuple[int, str]:
    """Give how a plan ended, and what it showed."""
    result = terminal.type("plan", str(folder), *words)
    return result.exit_code, result.stdout


class BreakingOff(httpx.BaseTransport):
    """Makes every change and loses its answer."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        if request.method != "GET":
            raise httpx.ReadTimeout("lost")
        return answer
