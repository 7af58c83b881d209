"""People on a deployed stack: let in by what Cognito says of them, and by nothing that they say themselves."""

import base64
import json
import urllib.parse
from dataclasses import replace

import boto3
import pytest

from local.deployment import Deployment
from local.users import ensure_user
from tests.admin_api import PASSWORD, AdminApi

FOR_ONCE = "a password for once"


@pytest.fixture(scope="module")
def api(deployed: Deployment) -> AdminApi:
    ensure_user(deployed, "ada", "admin", password=PASSWORD)
    return AdminApi(deployed)


def test_nobody_is_let_in_without_a_token_or_with_one_that_was_changed(api: AdminApi) -> None:
    head, claims, signature = str(api.signed_in("ada").token).split(".")
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**told, "cognito:username": "eve"}).encode()).rstrip(b"=").decode()

    tokens = [None, "x", f"{head}.{forged}.{signature}", f"{head}.{claims}.{signature[:-8]}AAAAAAAA"]

    assert [replace(api, token=token).ask("GET", "/me")[0] for token in tokens] == [401] * 4


def test_an_admin_makes_a_partner_that_an_editor_sees_once_assigned(api: AdminApi) -> None:
    ada = api.signed_in("ada")
    status, made = ada.ask("POST", "/partners", {"name": "Shop of people"})
    partner_id = made["partner"]["partnerId"]
    ensure_user(api.deployed, "edda", "editor", "", PASSWORD)
    before = api.signed_in("edda").ask("GET", f"/partners/{partner_id}")
    ensure_user(api.deployed, "edda", "editor", f"partner_x,{partner_id}", PASSWORD)
    edda = api.signed_in("edda")

    me = edda.ask("GET", "/me")[1]
    after = edda.ask("GET", f"/partners/{partner_id}")
    refused = edda.ask("POST", f"/partners/{partner_id}/secrets")

    assert (status, before[0], after[0], refused[0]) == (201, 404, 200, 403)
    assert (me["role"], me["partners"]) == ("editor", [{"partnerId": partner_id, "name": "Shop of people"}])


def test_a_wrong_password_is_refused_in_the_same_words_as_an_unknown_user(api: AdminApi) -> None:
    wrong = api.ask("POST", "/session", {"username": "ada", "password": "not the one"})
    unknown = api.ask("POST", "/session", {"username": "nobody", "password": PASSWORD})

    assert wrong == unknown == (401, {"error": "Wrong user name or password", "reasons": []})


def test_a_password_for_once_is_changed_at_the_first_sign_in(api: AdminApi) -> None:
    pool = api.deployed.outputs["UsersPoolId"]
    boto3.client("cognito-idp").admin_create_user(
        UserPoolId=pool, Username="nora", TemporaryPassword=FOR_ONCE, MessageAction="SUPPRESS"
    )

    _, challenge = api.ask("POST", "/session", {"username": "nora", "password": FOR_ONCE})
    wanted = {"username": "nora", "session": challenge["session"]}
    status, session = api.ask("POST", "/session/new-password", {**wanted, "newPassword": PASSWORD})

    assert challenge["challenge"] == "new_password"
    assert status == 200
    assert replace(api, token=session["accessToken"]).ask("GET", "/me")[0] == 403


def test_a_session_is_refreshed_until_it_is_ended(api: AdminApi) -> None:
    _, session = api.ask("POST", "/session", {"username": "ada", "password": PASSWORD})
    refresh = {"refreshToken": session["refreshToken"]}

    status, fresh = api.ask("POST", "/session/refresh", refresh)
    ended, _ = api.ask("DELETE", "/session", refresh)
    refused, _ = api.ask("POST", "/session/refresh", refresh)

    assert (status, ended, refused) == (200, 204, 401)
    assert replace(api, token=fresh["accessToken"]).ask("GET", "/me")[0] == 200


@pytest.mark.parametrize("name", ["a/b", "a b", "100%", "a+b@example.org", "ü", "%2F"])
def test_whatever_a_partner_names_a_client_its_name_arrives_as_it_is(api: AdminApi, name: str) -> None:
    ada = api.signed_in("ada")
    partner_id = ada.ask("GET", "/me")[1]["partners"][0]["partnerId"]

    _, shown = ada.ask("GET", f"/partners/{partner_id}/identities/{urllib.parse.quote(name, safe='')}")

    assert shown == {"clientId": name, "mapping": None, "held": 0}
