"""The admin function: its conventions, who is signed in, partners, secrets, and what is written down of changes."""

import json
from collections.abc import Mapping

import pytest
from openapi_spec_validator import validate

from functions.admin import app
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.domain.partners import authenticates
from tests.contract.loopback import answering, serving
from tests.functions.admin import ADMIN, EDITOR, HERE, NOBODY, OTHERS_EDITOR, STRANGER, VIEWER, Admin, claims
from tests.functions.stack import Stack, prepared
from tests.unit import makers
from tests.unit.sending import APPLICATION


def _partner(admin: Admin) -> object:
    return DynamoDefinitions(admin.stack.dynamodb, "Registry", "Cursors").partner(makers.PARTNER_ID)


def test_the_document_is_openapi_and_describes_every_route(admin: Admin) -> None:
    document = admin.get("/openapi.json", by=NOBODY).body

    validate(document)
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    routes = app._service()[0].table.routes  # noqa: SLF001 - what the function was wired with
    assert described == {(route.method, f"/admin/v1{route.path}") for route in routes}
    assert len({route.name for route in routes}) == len(routes)


@pytest.mark.parametrize(
    ("by", "role", "partners"),
    [
        (VIEWER, "viewer", [makers.PARTNER_ID]),
        (EDITOR, "editor", [makers.PARTNER_ID]),
        (ADMIN, "admin", [makers.PARTNER_ID, "partner_2"]),
        (claims("both", "viewer editor", ""), "editor", []),
    ],
)
def test_whoever_is_signed_in_learns_what_they_may_do(
    admin: Admin, by: Mapping[str, str], role: str, partners: list[str]
) -> None:
    me = admin.get("/me", by=by).body

    assert me == {
        "username": by["cognito:username"],
        "email": by["email"],
        "role": role,
        "partners": [{"partnerId": each, "name": "Shop"} for each in partners],
        "environment": "local",
        "mayTrigger": True,
    }


def test_an_access_token_is_refused_with_what_to_send(admin: Admin) -> None:
    answer = admin.get("/me", by={**dict(ADMIN or {}), "token_use": "access"})

    assert (answer.status, answer.body["error"]) == (401, "Send the token that POST /admin/v1/session gave")


def test_whoever_is_in_no_group_is_told_whom_to_ask(admin: Admin) -> None:
    answer = admin.get("/me", by=STRANGER)

    assert answer.status == 403
    assert answer.body["error"].startswith("You are in none of the groups")


def test_a_partner_that_is_not_yours_looks_as_one_that_is_not_there(admin: Admin) -> None:
    others, nobodys = admin.get(HERE, by=OTHERS_EDITOR), admin.get("/partners/partner_0", by=OTHERS_EDITOR)

    assert (others.status, others.text) == (404, nobodys.text)
    assert others.body == {"error": "No such partner", "reasons": []}
    assert admin.get("/partners/partner_0").text == nobodys.text


def test_partners_come_in_parts(admin: Admin) -> None:
    first = admin.get("/partners", limit="1").body
    second = admin.get("/partners", limit="1", cursor=first["next"]).body

    assert [each["partnerId"] for each in first["items"] + second["items"]] == [makers.PARTNER_ID, "partner_2"]
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["x", "W10", "WzFd", "é", "WyJhIiwxXQ", "[" * 900])
def test_a_cursor_that_is_none_of_ours_is_refused(admin: Admin, cursor: str) -> None:
    answer = admin.get("/partners", cursor=cursor)

    assert (answer.status, answer.body["reasons"][0]["path"]) == (400, "/cursor")


def test_a_new_partner_is_shown_with_its_secret_once(admin: Admin) -> None:
    answer = admin.post("/partners", {"name": "Books", "timezone": "Europe/Rome"}, by=ADMIN)

    made = answer.body["partner"]
    assert (answer.status, answer.etag) == (201, '"1"')
    assert answer.headers["location"] == f"/admin/v1/partners/{made['partnerId']}"
    assert answer.headers["cache-control"] == "no-store"
    shown = admin.get(f"/partners/{made['partnerId']}")
    assert shown.body == made
    assert answer.body["secret"] not in shown.text
    stored = DynamoDefinitions(admin.stack.dynamodb, "Registry", "Cursors").partner(made["partnerId"])
    assert authenticates(stored, answer.body["secret"])
    assert (made["name"], made["timezone"], made["collectUrl"]) == (
        "Books",
        "Europe/Rome",
        "Api.ApiEndpoint/http/v1/collect",
    )


def test_a_change_needs_the_version_that_was_read(admin: Admin) -> None:
    missing = admin.call("PATCH", HERE, {"lenient": True})
    done = admin.call("PATCH", HERE, {"lenient": True}, if_match='"1"')
    stale = admin.call("PATCH", HERE, {"lenient": False}, if_match='"1"')
    malformed = admin.call("PATCH", HERE, {"lenient": False}, if_match="the last")

    assert [each.status for each in (missing, done, stale, malformed)] == [428, 200, 412, 400]
    assert (done.body["lenient"], done.etag) == (True, '"2"')
    assert stale.body["error"] == "It was changed since you read it: read it again"


def test_a_partners_push_applications_are_set_and_shown(admin: Admin) -> None:
    arns = [APPLICATION, APPLICATION.replace("GCM", "APNS")]

    changed = admin.call("PATCH", HERE, {"pushApplications": arns}, if_match='"1"')

    stored = DynamoDefinitions(admin.stack.dynamodb, "Registry", "Cursors").partner(makers.PARTNER_ID)
    assert changed.body["pushApplications"] == arns == admin.get(HERE).body["pushApplications"]
    assert stored is not None
    assert stored.push_applications == tuple(arns)


def test_what_makes_no_sense_is_refused_by_its_path_on_the_wire(admin: Admin) -> None:
    caps = [{"channel": "email", "messages": 0, "periodSeconds": 0}]

    answer = admin.call("PATCH", HERE, {"timezone": "Mars", "caps": caps}, if_match='"1"')

    assert answer.status == 422
    assert [each["path"] for each in answer.body["reasons"]] == [
        "/timezone",
        "/caps/0/messages",
        "/caps/0/periodSeconds",
    ]


@pytest.mark.parametrize(
    ("body", "path", "reason"),
    [
        ("{", "", "expected a JSON object"),
        ("[]", "", None),
        ({}, "/name", "required"),
        ({"name": "x", "Name": "y"}, "/Name", "unknown"),
        ({"name": 3}, "/name", "expected a valid string"),
        ({"name": "x", "signing_key": "k"}, "/signing_key", "unknown"),
    ],
)
def test_what_is_of_another_shape_is_refused_by_its_path(
    admin: Admin, body: object, path: str, reason: str | None
) -> None:
    answer = admin.post("/partners", body, by=ADMIN)

    assert answer.status == 400
    assert answer.body["reasons"][0]["path"] == path
    assert reason is None or answer.body["reasons"][0]["reason"] == reason


def test_secrets_are_rotated(admin: Admin) -> None:
    issued = admin.post(f"{HERE}/secrets", by=ADMIN)
    third = admin.post(f"{HERE}/secrets", by=ADMIN)
    revoked = admin.call("DELETE", f"{HERE}/secrets/secret_{makers.SECRET.replace(' ', '')}")
    gone = admin.call("DELETE", f"{HERE}/secrets/{issued.body['secretId']}")

    assert (issued.status, third.status, revoked.status, gone.status) == (201, 409, 404, 204)
    assert third.body["error"] == "2 secrets are live: revoke one first"
    assert [each["secretId"] for each in admin.get(HERE).body["secrets"]] == [f"secret_{makers.SECRET}"]


def test_a_route_that_is_not_there_is_not_found(admin: Admin) -> None:
    answers = [
        admin.get("/nothing"),
        admin.call("DELETE", "/partners"),
        admin.get(f"{HERE}/"),
        admin.get("/partners/a#b"),
    ]

    assert [answer.status for answer in answers] == [404] * 4


def test_a_body_that_is_too_large_is_refused(admin: Admin) -> None:
    assert admin.post("/partners", {"name": "x" * 1024 * 1024}, by=ADMIN).status == 413


def test_every_change_is_written_down_with_who_made_it_and_the_versions(admin: Admin) -> None:
    admin.call("PATCH", HERE, {"lenient": True}, if_match='"1"')
    admin.call("PATCH", HERE, {"lenient": True}, if_match='"1"')
    issued = admin.post(f"{HERE}/secrets", by=ADMIN).body["secretId"]
    admin.get(HERE)

    entries = admin.get(f"{HERE}/audit").body["items"]

    told = [
        (each["action"], each["thing"], each["thingId"], each["before"], each["after"], each["outcome"])
        for each in entries
    ]
    assert told == [
        ("issueSecret", "secret", issued, None, None, "done"),
        ("changePartner", "partner", makers.PARTNER_ID, None, None, "refused"),
        ("changePartner", "partner", makers.PARTNER_ID, 1, 2, "done"),
    ]
    assert {(each["by"], each["subject"]) for each in entries} == {("ada", "sub-ada")}
    assert admin.get("/partners/partner_2/audit").body["items"] == []


def test_the_making_of_a_partner_is_written_down_for_the_stack(admin: Admin) -> None:
    made = admin.post("/partners", {"name": "Books"}, by=ADMIN).body["partner"]["partnerId"]

    (entry,) = admin.get("/audit").body["items"]
    assert (entry["action"], entry["thingId"], entry["after"], entry["outcome"]) == ("createPartner", made, 1, "done")


def test_the_audit_log_comes_in_parts(admin: Admin) -> None:
    for version in range(1, 4):
        admin.call("PATCH", HERE, {"lenient": True}, if_match=f'"{version}"')

    first = admin.get(f"{HERE}/audit", limit="2").body
    second = admin.get(f"{HERE}/audit", limit="2", cursor=first["next"]).body

    assert [each["after"] for each in first["items"] + second["items"]] == [4, 3, 2]
    assert second["next"] is None


def test_nothing_is_changed_where_it_cannot_be_written_down(
    admin: Admin, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _partner(admin)
    stack.dynamodb.delete_table(TableName="Audit")

    answer = admin.call("PATCH", HERE, {"lenient": True}, if_match='"1"')

    assert (answer.status, _partner(admin)) == (503, before)


def test_a_store_that_does_not_answer_asks_to_try_again(
    admin: Admin, stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(answering(500, "InternalServerError")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        handler = prepared(monkeypatch, stack, "AdminFunction", app)

        answer = Admin(handler, stack).get(HERE)

    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    app._service()[1].flush()  # noqa: SLF001 - what Lambda's next call would do
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any(line.get("AdminFailed") == 1 for line in lines)
    assert any(line.get("message") == "a request was not answered" for line in lines)
