"""Serve a folder of files over the HTTP API: compressed once, known by their ETags, under a strict policy.

A path outside its folders that names no file is one of the pages that the site's own script draws, whatever it ends in,
and answers with `index.html`.
"""

import base64
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from signalbox import http

INDEX = "index.html"
FRAME = "frame.html"
"""Shows the HTML of a message apart from the site: nothing in it can run, or reach what the site may reach."""

_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FRAME_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src https: data:; font-src https:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-scripts"
)
_HEADERS: Mapping[str, str] = {
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "vary": "accept-encoding",
}


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    compressed: bytes
    etag: str
    headers: Mapping[str, str]


class StaticSite:
    """The files of one folder, read once."""

    def __init__(self, folder: Path) -> None:
        """Read the folder; a file of a kind that is not served raises KeyError."""
        found = (path for path in sorted(folder.rglob("*")) if path.is_file())
        self._files = {path.relative_to(folder).as_posix(): _read(path) for path in found}
        self._folders = {name.partition("/")[0] for name in self._files if "/" in name}

    def answer(self, request: http.Request, path: str) -> http.Answer:
        """Answer a GET of a path below the site's own."""
        file = self._files.get(path)
        if file is None:
            if path.partition("/")[0] in self._folders:
                return http.NOT_FOUND
            file = self._files[INDEX]
        if file.etag in request.headers.get("if-none-match", ""):
            return {"statusCode": 304, "headers": {**file.headers, "etag": file.etag}, "body": ""}
        is_compressed = "gzip" in request.headers.get("accept-encoding", "")
        return {
            "statusCode": 200,
            "headers": {
                **file.headers,
                "etag": file.etag,
                **({"content-encoding": "gzip"} if is_compressed else {}),
            },
            "body": base64.b64encode(file.compressed if is_compressed else file.body).decode(),
            "isBase64Encoded": True,
        }


def _read(path: Path) -> _File:
    body = path.read_bytes()
    policy = _FRAME_POLICY if path.name == FRAME else _POLICY
    return _File(
        body,
        gzip.compress(body, mtime=0),
        f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        {**_HEADERS, "content-type": _TYPES[path.suffix], "content-security-policy": policy},
    )
