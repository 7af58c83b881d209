"""A WSGI application around the collect function, as API Gateway is one: headers joined, bodies in base64."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from tests.fakes.door import Door

type StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Gateway:
    """Serves a door's routes."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or name == "CONTENT_TYPE"
        }
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = self._door.send(body, headers, f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(answer.headers.items()))
        return [answer.body.encode()]
