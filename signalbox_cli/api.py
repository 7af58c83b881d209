"""The admin API as commands call it: signed in, with its refusals as sentences, and its lists whole."""

import ipaddress
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import httpx

from signalbox_cli.errors import Refused, Stop
from signalbox_cli.profiles import Profile

PREFIX = "/admin/v1"
MAX_PART = "200"
TIMEOUT_S = 35.0  # API Gateway gives up after 30
_EARLY_S = 60.0
"""A token is replaced so long before it ends, so that it does not end on its way."""

_UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered: a body, and the version that it shows, as If-Match wants it back."""

    body: Any
    etag: str | None = None


class Api:
    """Calls one deployment as one person; `keep` is told of a profile whose tokens are new."""

    def __init__(
        self,
        profile: Profile,
        *,
        transport: httpx.BaseTransport,
        now: Callable[[], float],
        keep: Callable[[Profile], None],
    ) -> None:
        self.profile = profile
        self._client = httpx.Client(base_url=checked_url(profile.url) + PREFIX, transport=transport, timeout=TIMEOUT_S)
        self._now = now
        self._keep = keep

    def get(self, path: str, **query: str | None) -> Any:
        """Read something."""
        return self.read(path, **query).body

    def read(self, path: str, **query: str | None) -> Reply:
        """Read something with its version."""
        return self._call("GET", path, query=query)

    def items(self, path: str, **query: str | None) -> Iterator[Any]:
        """Read a list to its end, part by part."""
        query = {"limit": MAX_PART, **query}
        while True:
            part = self.get(path, **query)
            yield from part["items"]
            if part["next"] is None:
                return
            query["cursor"] = part["next"]

    def post(self, path: str, body: Any = None, *, etag: str | None = None) -> Any:
        """Create something, or take a step."""
        return self._call("POST", path, body, etag=etag).body

    def put(self, path: str, body: Any, *, etag: str | None = None) -> Any:
        """Save something over what was read."""
        return self._call("PUT", path, body, etag=etag).body

    def patch(self, path: str, body: Any, *, etag: str | None) -> Any:
        """Change some members of what was read."""
        return self._call("PATCH", path, body, etag=etag).body

    def delete(self, path: str, *, etag: str | None = None, **query: str | None) -> Any:
        """Remove something."""
        return self._call("DELETE", path, query=query, etag=etag).body

    def upload(self, path: str, text: str, **query: str | None) -> Any:
        """Send rows of CSV."""
        return self._call("POST", path, text, query=query).body

    def begin_session(self, path: str, body: Mapping[str, str]) -> Any:
        """Sign in, or take the next step of it; needs no token."""
        return _body_of(self._send("POST", f"/session{path}", body))

    def end_session(self) -> None:
        """Sign out; what was signed out already is as good."""
        self._send("DELETE", "/session", {"refreshToken": self.profile.refresh_token})

    def _call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str | None] | None = None,
        etag: str | None = None,
    ) -> Reply:
        headers = {} if etag is None else {"if-match": etag}
        if self._now() > self.profile.expires_at - _EARLY_S:
            self._refresh()
        answer = self._send(method, path, body, query, {**headers, **self._token()})
        if answer.status_code == _UNAUTHORIZED:
            self._refresh()
            answer = self._send(method, path, body, query, {**headers, **self._token()})
        return Reply(_body_of(answer), answer.headers.get("etag"))

    def _send(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str | None] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        content, kind = None, {}
        if isinstance(body, str):
            content, kind = body, {"content-type": "text/csv; charset=utf-8"}
        elif body is not None:
            content, kind = json.dumps(body, ensure_ascii=False), {"content-type": "application/json"}
        params = {name: value for name, value in (query or {}).items() if value is not None}
        try:
            return self._client.request(
                method, path, content=content, params=params, headers={**kind, **(headers or {})}
            )
        except httpx.TransportError as error:
            raise Stop(
                f"{self.profile.url} does not answer ({type(error).__name__}): check the address and the network."
            ) from error

    def _refresh(self) -> None:
        if not self.profile.refresh_token:
            raise Stop("Nobody is signed in here; sign in first: signalbox login")
        answer = self._send("POST", "/session/refresh", {"refreshToken": self.profile.refresh_token})
        if answer.status_code == _UNAUTHORIZED:
            raise Stop("Your sign-in has ended; sign in again: signalbox login")
        self.profile = with_tokens(self.profile, _body_of(answer), self._now())
        self._keep(self.profile)

    def _token(self) -> Mapping[str, str]:
        return {"authorization": f"Bearer {self.profile.access_token}"}


def with_tokens(profile: Profile, tokens: Mapping[str, Any], now: float) -> Profile:
    """Put tokens that were just issued into a profile; a refresh token that goes on is not sent again."""
    return replace(
        profile,
        access_token=tokens["accessToken"],
        refresh_token=tokens.get("refreshToken") or profile.refresh_token,
        expires_at=now + tokens["expiresInSeconds"],
    )


def segment(name: str) -> str:
    """Write a name as one step of a path, whatever is in it."""
    return quote(name, safe="")


def checked_url(url: str) -> str:
    """Give an address without its last slash; raises Stop for one that passwords must not be sent to."""
    parsed = httpx.URL(url)
    if parsed.scheme == "https" or (parsed.scheme == "http" and _is_this_machine(parsed.host)):
        return url.rstrip("/")
    raise Stop(f"'{url}' is no address to sign in at: it must begin with https:// (http:// on this machine alone).")


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _body_of(answer: httpx.Response) -> Any:
    """Give what was answered; raises Refused with the API's own sentence."""
    if answer.is_success:
        return answer.json() if answer.content else None
    try:
        told = answer.json()
        sentence, reasons = str(told["error"]), told.get("reasons", ())
    except (ValueError, KeyError, TypeError):  # a proxy's page, or API Gateway's own word
        sentence, reasons = f"The API answered {answer.status_code}: try again, or check the address.", ()
    raise Refused(answer.status_code, sentence, reasons)
