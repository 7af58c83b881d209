"""People on a deployed stack: let in by what Cognito says of them, and by nothing that they say themselves."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from local.deployment import Deployment
from local.users import ensure_user

PASSWORD = "a password of many words"
FOR_ONCE = "a password for once"


@dataclass
class Api:
    """The admin API of a deployed stack."""

    deployed: Deployment

    def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        request = urllib.request.Request(f"{self.deployed.api}/admin/v1{path}", method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
        if token is not None:
            request.add_header("authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def token(self, name: str) -> str:
        _, session = self.ask("POST", "/session", {"username": name, "password": PASSWORD})
        token: str = session["accessToken"]
        return token


@pytest.fixture(scope="module")
def api(deployed: Deployment) -> Api:
    ensure_user(deployed, "ada", "admin", password=PASSWORD)
    return Api(deployed)


def test_nobody_is_let_in_without_a_token_or_with_one_that_was_changed(api: Api) -> None:
    head, claims, signature = api.token("ada").split(".")
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**told, "cognito:username": "eve"}).encode()).rstrip(b"=").decode()

    tokens = [None, "x", f"{head}.{forged}.{signature}", f"{head}.{claims}.{signature[:-8]}AAAAAAAA"]

    assert [api.ask("GET", "/me", token=token)[0] for token in tokens] == [401] * 4


def test_an_admin_makes_a_partner_that_an_editor_sees_once_assigned(api: Api) -> None:
    ada = api.token("ada")
    status, made = api.ask("POST", "/partners", {"name": "Shop of people"}, ada)
    partner_id = made["partner"]["partnerId"]
    ensure_user(api.deployed, "edda", "editor", "", PASSWORD)
    before = api.ask("GET", f"/partners/{partner_id}", token=api.token("edda"))
    ensure_user(api.deployed, "edda", "editor", f"partner_x,{partner_id}", PASSWORD)
    edda = api.token("edda")

    me = api.ask("GET", "/me", token=edda)[1]
    after = api.ask("GET", f"/partners/{partner_id}", token=edda)
    refused = api.ask("POST", f"/partners/{partner_id}/secrets", token=edda)

    assert (status, before[0], after[0], refused[0]) == (201, 404, 200, 403)
    assert (me["role"], me["partners"]) == ("editor", [{"partnerId": partner_id, "name": "Shop of people"}])


def test_a_wrong_password_is_refused_in_the_same_words_as_an_unknown_user(api: Api) -> None:
    wrong = api.ask("POST", "/session", {"username": "ada", "password": "not the one"})
    unknown = api.ask("POST", "/session", {"username": "nobody", "password": PASSWORD})

    assert wrong == unknown == (401, {"error": "Wrong user name or password", "reasons": []})


def test_a_password_for_once_is_changed_at_the_first_sign_in(api: Api) -> None:
    pool = api.deployed.outputs["UsersPoolId"]
    boto3.client("cognito-idp").admin_create_user(
        UserPoolId=pool, Username="nora", TemporaryPassword=FOR_ONCE, MessageAction="SUPPRESS"
    )

    _, challenge = api.ask("POST", "/session", {"username": "nora", "password": FOR_ONCE})
    wanted = {"username": "nora", "session": challenge["session"]}
    status, session = api.ask("POST", "/session/new-password", {**wanted, "newPassword": PASSWORD})

    assert challenge["challenge"] == "new_password"
    assert status == 200
    assert api.ask("GET", "/me", token=session["accessToken"])[0] == 403


def test_a_session_is_refreshed_until_it_is_ended(api: Api) -> None:
    _, session = api.ask("POST", "/session", {"username": "ada", "password": PASSWORD})
    refresh = {"refreshToken": session["refreshToken"]}

    status, fresh = api.ask("POST", "/session/refresh", refresh)
    ended, _ = api.ask("DELETE", "/session", refresh)
    refused, _ = api.ask("POST", "/session/refresh", refresh)

    assert (status, ended, refused) == (200, 204, 401)
    assert api.ask("GET", "/me", token=fresh["accessToken"])[0] == 200


@pytest.mark.parametrize("name", ["a/b", "a b", "100%", "a+b@example.org", "ü", "%2F"])
def test_whatever_a_partner_names_a_client_its_name_arrives_as_it_is(api: Api, name: str) -> None:
    ada = api.token("ada")
    partner_id = api.ask("GET", "/me", token=ada)[1]["partners"][0]["partnerId"]

    _, shown = api.ask("GET", f"/partners/{partner_id}/identities/{urllib.parse.quote(name, safe='')}", token=ada)

    assert shown == {"clientId": name, "mapping": None, "held": 0}
