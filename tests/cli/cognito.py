"""Amazon Cognito as far as signing in goes: one user, whose first password is for once."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.cli.terminal import TOKEN

FOR_ONCE = "for once"
OWN = "a password of my own"
RENEWED = "the renewed token"
_SESSION = "the session of a challenge"


class Cognito:
    """What was told to it, and what it makes of it; `revoked` are the refresh tokens that are good for nothing."""

    def __init__(self) -> None:
        self.revoked: list[str] = []

    def answer(self, operation: str, asked: Any) -> tuple[int, Any]:
        """Answer a call as Cognito does."""
        if operation == "RevokeToken":
            self.revoked.append(asked["Token"])
            return 200, {}
        if operation == "RespondToAuthChallenge":
            is_own = asked["ChallengeResponses"]["NEW_PASSWORD"] == OWN
            return _tokens(TOKEN) if is_own else _refused("InvalidPasswordException")
        given = asked["AuthParameters"]
        if asked["AuthFlow"] == "REFRESH_TOKEN_AUTH":
            return _refused() if given["REFRESH_TOKEN"] in self.revoked else _tokens(RENEWED)
        if given["PASSWORD"] == FOR_ONCE:
            return 200, {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": _SESSION}
        return _tokens(TOKEN) if given["PASSWORD"] == OWN else _refused()


@contextmanager
def serving(cognito: Cognito) -> Iterator[str]:
    """Serve it on this machine and give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, answer = cognito.answer(self.headers["x-amz-target"].rpartition(".")[2], asked)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _tokens(token: str) -> tuple[int, Any]:
    result = {"IdToken": token, "AccessToken": "x", "RefreshToken": "refresh", "ExpiresIn": 900}
    return 200, {"AuthenticationResult": result}


def _refused(kind: str = "NotAuthorizedException") -> tuple[int, Any]:
    return 400, {"__type": kind, "message": "no"}
