"""Invoked by the HTTP API for /console and all below it; answers with the console's files, which need no sign-in."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signalbox import config, http
from signalbox.static_site import StaticSite

FILES = Path(__file__).with_name("static")


@functools.cache
def _site() -> StaticSite:
    return StaticSite(FILES)


def lambda_handler(event: Mapping[str, Any], _context: object) -> http.Answer:
    """Give the file of the path, or the page that draws what the path names."""
    path = (event.get("pathParameters") or {}).get("path", "")
    return _site().answer(http.request_of(event), path)


if config.runs_in_lambda(config.ENVIRONMENT):
    _site()
