"""The admin API of a deployed stack, asked as any program would ask it."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from typing import Any

from local.deployment import Deployment

PASSWORD = "a password of many words"


@dataclass(frozen=True)
class AdminApi:
    """The API as nobody, or with somebody's token."""

    deployed: Deployment
    token: str | None = None

    def signed_in(self, name: str) -> "AdminApi":
        """Give the API as somebody whose password is PASSWORD."""
        _, session = self.ask("POST", "/session", {"username": name, "password": PASSWORD})
        return replace(self, token=session["accessToken"])

    def ask(self, method: str, path: str, body: Any = None, version: int | None = None) -> tuple[int, Any]:
        """Give the status and the body of the answer; `version` is what was seen of the thing."""
        request = urllib.request.Request(f"{self.deployed.api}/admin/v1{path}", method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
        if self.token is not None:
            request.add_header("authorization", f"Bearer {self.token}")
        if version is not None:
            request.add_header("if-match", f'"{version}"')
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def do(self, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
        """Give the body of an answer that is no refusal."""
        status, answer = self.ask(method, path, body, version)
        assert status < 400, (method, path, status, answer)
        return answer
