"""The admin function and those who call it: nobody, a viewer, an editor, an admin, and another partner's editor."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from signalbox.admin_routes.routing import PREFIX
from tests.functions.stack import Context, Stack
from tests.unit import makers

OTHER_PARTNER_ID = "partner_2"

type Claims = Mapping[str, str] | None
"""What API Gateway hands on of a token, None where there was none."""


def claims(name: str, group: str, partners: str = "") -> Claims:
    """Give the claims of an id token as API Gateway writes them: each a text, a list in brackets."""
    return {
        "token_use": "id",
        "sub": f"sub-{name}",
        "cognito:username": name,
        "email": f"{name}@people.example",
        "cognito:groups": f"[{group}]",
        "custom:partners": partners,
    }


NOBODY: Claims = None
STRANGER = claims("stranger", "", makers.PARTNER_ID)
VIEWER = claims("vera", "viewer", makers.PARTNER_ID)
EDITOR = claims("edda", "editor", f"{makers.PARTNER_ID}, partner_9")
ADMIN = claims("ada", "admin")
OTHERS_EDITOR = claims("otto", "editor", OTHER_PARTNER_ID)
HERE = f"/partners/{makers.PARTNER_ID}"


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    text: str
    body: Any = field(default=None)

    @property
    def etag(self) -> str:
        return self.headers["etag"]


@dataclass(frozen=True)
class Admin:
    """The function on its stack."""

    handler: Callable[[Any, Any], Any]
    stack: Stack

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: Claims = ADMIN,
        if_match: str | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call as API Gateway does; a body that is no text is written as JSON."""
        answer = self.handler(event(method, path, body, by=by, if_match=if_match, query=query), Context())
        text = answer["body"]
        return Answer(answer["statusCode"], answer["headers"], text, json.loads(text) if text else None)

    def get(self, path: str, *, by: Claims = ADMIN, **query: str) -> Answer:
        return self.call("GET", path, by=by, query=query or None)

    def post(self, path: str, body: Any = None, *, by: Claims = EDITOR, if_match: str | None = None) -> Answer:
        return self.call("POST", path, body, by=by, if_match=if_match)

    def put(self, path: str, body: Any = None, *, if_match: str, by: Claims = EDITOR) -> Answer:
        return self.call("PUT", path, body, by=by, if_match=if_match)

    def delete(self, path: str, *, if_match: str | None = None, by: Claims = EDITOR) -> Answer:
        return self.call("DELETE", path, by=by, if_match=if_match)


def event(
    method: str,
    path: str,
    body: Any = None,
    *,
    by: Claims = None,
    if_match: str | None = None,
    query: Mapping[str, str] | None = None,
) -> Any:
    """Make API Gateway's event (payload format 2.0) of a request whose path is decoded already."""
    context: dict[str, Any] = {"requestId": "request-1", "http": {"method": method, "path": PREFIX + path}}
    if by is not None:
        context["authorizer"] = {"jwt": {"claims": dict(by), "scopes": None}}
    headers = {"authorization": "Bearer of-no-interest"} | ({} if if_match is None else {"if-match": if_match})
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} /admin/v1/{{proxy+}}",
        "rawPath": PREFIX + path,
        "headers": headers,
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if query is not None:
        made["queryStringParameters"] = dict(query)
    if body is not None:
        made["body"] = body if isinstance(body, str) else json.dumps(body)
    return made
