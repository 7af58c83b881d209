"""Segments, content blocks and suppressions over the admin API."""

from typing import Any

import pytest

from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.domain.flows import SegmentFilter
from tests.functions.admin import HERE, OTHERS_EDITOR, VIEWER, Admin
from tests.unit import makers

SEGMENTS, BLOCKS, SUPPRESSIONS = f"{HERE}/segments", f"{HERE}/blocks", f"{HERE}/suppressions"
CSV = "email\nana@example.org\nno address\nANA@example.org\nben@example.org\n"


@pytest.fixture
def regulars(admin: Admin) -> str:
    """A list with nobody on it."""
    made = admin.post(SEGMENTS, {"name": "Regulars", "kind": "list"})
    return f"{SEGMENTS}/{made.body['segmentId']}"


def _members(admin: Admin, where: str) -> list[str]:
    return [each["identity"] for each in admin.get(f"{where}/members", by=VIEWER).body["items"]]


def _imported(admin: Admin, where: str, text: str, **query: str) -> Any:
    return admin.call("POST", f"{where}/import", text, query=query)


def test_a_list_and_a_rule_are_shown_as_they_were_made(admin: Admin) -> None:
    a_list = admin.post(SEGMENTS, {"name": "Regulars", "kind": "list"})
    rule = admin.post(SEGMENTS, {"name": "Gold", "kind": "rule", "condition": "contact.tier == 'gold'"})

    assert (a_list.status, a_list.etag) == (201, '"1"')
    assert a_list.headers["location"] == f"/admin/v1{SEGMENTS}/{a_list.body['segmentId']}"
    assert (a_list.body["kind"], a_list.body["condition"], a_list.body["members"]) == ("list", None, 0)
    assert (rule.body["kind"], rule.body["condition"], rule.body["members"]) == ("rule", "contact.tier == 'gold'", None)
    assert {each["name"] for each in admin.get(SEGMENTS, by=VIEWER).body["items"]} == {"Regulars", "Gold"}


@pytest.mark.parametrize(
    ("definition", "status"),
    [
        ({"name": "x", "kind": "rule"}, 400),
        ({"name": "x", "kind": "list", "condition": "true"}, 400),
        ({"name": "x", "kind": "set"}, 400),
        ({"name": "", "kind": "list"}, 422),
        ({"name": "x", "kind": "rule", "condition": "contact."}, 422),
    ],
)
def test_a_segment_that_makes_no_sense_is_refused(admin: Admin, definition: dict[str, str], status: int) -> None:
    assert admin.post(SEGMENTS, definition).status == status


def test_a_segment_is_changed_over_the_version_that_was_read(admin: Admin, regulars: str) -> None:
    changed = admin.put(regulars, {"name": "Friends", "kind": "list"}, if_match='"1"')
    stale = admin.put(regulars, {"name": "Foes", "kind": "list"}, if_match='"1"')
    other_kind = admin.put(regulars, {"name": "x", "kind": "rule", "condition": "true"}, if_match='"2"')

    assert (changed.status, changed.body["name"], changed.etag) == (200, "Friends", '"2"')
    assert (stale.status, other_kind.status) == (412, 422)


def test_a_segment_that_a_flow_lists_is_not_put_away(admin: Admin, regulars: str) -> None:
    segment_id = regulars.rpartition("/")[2]
    flow = makers.flow(segment_filter=SegmentFilter((segment_id,)))
    DynamoDefinitions(admin.stack.dynamodb, "Registry", "Cursors").save_flow(flow)

    refused = admin.delete(regulars, if_match='"1"')

    assert (refused.status, "lists this segment" in refused.body["error"]) == (409, True)


def test_a_segment_that_is_put_away_is_gone_from_sight(admin: Admin, regulars: str) -> None:
    assert admin.delete(regulars, if_match='"1"').status == 204

    assert admin.get(regulars).status == 404
    assert admin.get(SEGMENTS).body["items"] == []


def test_people_are_put_on_a_list_and_taken_off_by_hand(admin: Admin, regulars: str) -> None:
    put = admin.call("PUT", f"{regulars}/members/Ana@example.org")
    no_address = admin.call("PUT", f"{regulars}/members/ana")

    assert (put.status, no_address.status) == (204, 422)
    assert _members(admin, regulars) == ["ana@example.org"]
    assert admin.delete(f"{regulars}/members/ana@example.org").status == 204
    assert _members(admin, regulars) == []
    entry = admin.get(f"{HERE}/audit").body["items"][0]
    assert (entry["action"], entry["thing"]) == ("takeOffList", "contact")
    assert "ana" not in entry["thingId"]


def test_an_upload_is_told_row_by_row(admin: Admin, regulars: str) -> None:
    told = _imported(admin, regulars, CSV)

    assert told.status == 200
    assert (told.body["added"], told.body["alreadyIn"], told.body["repeats"]) == (2, 0, 1)
    assert told.body["refused"] == [{"line": 3, "reason": "expected an e-mail address"}]
    assert admin.get(regulars).body["members"] == 2


def test_an_upload_takes_people_off(admin: Admin, regulars: str) -> None:
    _imported(admin, regulars, CSV)

    told = _imported(admin, regulars, "email\nana@example.org\neva@example.org", mode="remove").body

    assert (told["removed"], told["notIn"]) == (1, 1)
    assert _members(admin, regulars) == ["ben@example.org"]


def test_a_list_is_replaced_in_parts(admin: Admin, regulars: str) -> None:
    _imported(admin, regulars, CSV)

    for part in ("email\nben@example.org", "email\neva@example.org"):
        assert _imported(admin, regulars, part, mode="replace", upload="spring").status == 200
    shown = admin.get(regulars).body["replacedBy"]
    finished = admin.post(f"{regulars}/replacement/finish", {"upload": "spring"})

    assert shown == "spring"
    assert (finished.status, finished.body) == (200, {"takenOff": 1, "isDone": True})
    assert _members(admin, regulars) == ["ben@example.org", "eva@example.org"]


def test_a_replacement_can_be_given_up(admin: Admin, regulars: str) -> None:
    _imported(admin, regulars, CSV)
    _imported(admin, regulars, "eva@example.org", mode="replace", upload="spring")

    assert _imported(admin, regulars, "x@example.org", mode="replace", upload="summer").status == 409
    assert admin.delete(f"{regulars}/replacement").status == 204
    assert admin.post(f"{regulars}/replacement/finish", {"upload": "spring"}).status == 409
    assert len(_members(admin, regulars)) == 3


@pytest.mark.parametrize(
    ("text", "query", "status"),
    [
        ("ana@example.org", {"mode": "replace"}, 400),
        ("ana@example.org", {"upload": "spring"}, 400),
        ("ana@example.org", {"mode": "merge"}, 400),
        ("name\nAna", {}, 422),
        ("\n".join(["email", *(f"{number}@example.org" for number in range(5001))]), {}, 413),
    ],
    ids=["a replacement without a name", "a name without one", "another mode", "no addresses", "too many rows"],
)
def test_an_upload_that_makes_no_sense_is_refused(
    admin: Admin, regulars: str, text: str, query: dict[str, str], status: int
) -> None:
    assert _imported(admin, regulars, text, **query).status == status


def test_a_rule_has_no_members_to_list(admin: Admin) -> None:
    made = admin.post(SEGMENTS, {"name": "Gold", "kind": "rule", "condition": "contact.tier == 'gold'"})

    answer = admin.get(f"{SEGMENTS}/{made.body['segmentId']}/members")

    assert (answer.status, answer.body["error"]) == (404, "No such list: the segment is a rule")


def test_another_partners_list_is_not_there(admin: Admin, regulars: str) -> None:
    elsewhere = regulars.replace(HERE, "/partners/partner_2")

    assert admin.get(elsewhere, by=OTHERS_EDITOR).status == 404
    assert admin.call("PUT", f"{elsewhere}/members/ana@example.org", by=OTHERS_EDITOR).status == 404


def test_members_come_in_parts(admin: Admin, regulars: str) -> None:
    _imported(admin, regulars, CSV)

    first = admin.get(f"{regulars}/members", limit="1").body
    second = admin.get(f"{regulars}/members", limit="1", cursor=first["next"]).body

    assert [each["identity"] for each in first["items"] + second["items"]] == ["ana@example.org", "ben@example.org"]


def test_a_block_is_made_without_a_version_and_changed_over_the_one_that_was_read(admin: Admin) -> None:
    made = admin.call("PUT", f"{BLOCKS}/footer", {"template": "Bye"})
    unseen = admin.call("PUT", f"{BLOCKS}/footer", {"template": "Ciao"})
    changed = admin.put(f"{BLOCKS}/footer", {"template": "Ciao"}, if_match=made.etag)
    stale = admin.put(f"{BLOCKS}/footer", {"template": "Bye"}, if_match=made.etag)

    assert (made.status, made.etag) == (200, '"1"')
    assert (unseen.status, stale.status) == (412, 412)
    assert changed.body == {"name": "footer", "template": "Ciao", "version": 2}
    assert admin.get(f"{BLOCKS}/footer", by=VIEWER).body == changed.body
    assert admin.get(BLOCKS, by=VIEWER).body["items"] == [changed.body]


def test_a_block_that_does_not_compile_is_refused_by_its_place_on_the_wire(admin: Admin) -> None:
    answer = admin.call("PUT", f"{BLOCKS}/footer", {"template": "{{"})

    assert (answer.status, answer.body["reasons"][0]["path"]) == (422, "/template")


def test_a_block_that_another_includes_is_not_put_away(admin: Admin) -> None:
    admin.call("PUT", f"{BLOCKS}/footer", {"template": "Bye"})
    admin.call("PUT", f"{BLOCKS}/page", {"template": "{% include 'footer' %}"})

    refused = admin.delete(f"{BLOCKS}/footer", if_match='"1"')

    assert (refused.status, refused.body["error"]) == (409, "Content block 'page' includes it")


def test_a_block_that_was_put_away_can_be_written_anew(admin: Admin) -> None:
    admin.call("PUT", f"{BLOCKS}/footer", {"template": "Bye"})
    assert admin.delete(f"{BLOCKS}/footer", if_match='"1"').status == 204

    assert admin.get(f"{BLOCKS}/footer").status == 404
    assert admin.get(BLOCKS).body["items"] == []
    again = admin.call("PUT", f"{BLOCKS}/footer", {"template": "Hello again"})
    assert (again.status, again.body["version"]) == (200, 3)


def test_suppressions_are_imported_and_listed(admin: Admin) -> None:
    told = admin.call("POST", f"{SUPPRESSIONS}/import", CSV, query={"scope": "email"}).body
    again = admin.call("POST", f"{SUPPRESSIONS}/import", CSV, query={"scope": "email"}).body

    first = admin.get(SUPPRESSIONS, by=VIEWER, limit="1").body
    second = admin.get(SUPPRESSIONS, limit="1", cursor=first["next"]).body

    assert (told["added"], told["alreadyIn"], told["repeats"], len(told["refused"])) == (2, 0, 1, 1)
    assert (again["added"], again["alreadyIn"]) == (0, 2)
    shown = first["items"] + second["items"]
    assert [(each["identity"], each["scope"], each["reason"]) for each in shown] == [
        ("ana@example.org", "email", "manual"),
        ("ben@example.org", "email", "manual"),
    ]
    assert second["next"] is None
    assert admin.get("/partners/partner_2/suppressions", by=OTHERS_EDITOR).body["items"] == []


def test_text_that_is_no_utf_8_is_refused(admin: Admin) -> None:
    event = {
        "requestContext": {
            "http": {"method": "POST"},
            "authorizer": {"jwt": {"claims": {
                "token_use": "id", "sub": "1", "cognito:username": "ada", "cognito:groups": "[admin]",
            }}},
        },
        "rawPath": f"/admin/v1{SUPPRESSIONS}/import",
        "headers": {},
        "isBase64Encoded": True,
        "body": "/w==",
    }  # fmt: skip

    assert admin.handler(event, None)["statusCode"] == 400
