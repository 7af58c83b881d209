"""Flows over the admin API: whole definitions, and the steps of a flow's life."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from functions.admin import app
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from tests.functions import stack as stacks
from tests.functions.admin import HERE, OTHERS_EDITOR, VIEWER, Admin
from tests.functions.stack import Stack, prepared
from tests.unit import makers

FLOWS = f"{HERE}/flows"
EMAIL = {"channel": "email", "subject": "Hello", "text": "Hello", "html": None, "fromName": None}
MINIMAL = {"name": "Welcome", "triggerId": "trigger_1", "content": EMAIL}
WHOLE = {
    **MINIMAL,
    "contents": {"the_other": {**EMAIL, "html": "<p>Hello</p>", "fromName": "Shop"}},
    "segmentFilter": {"mode": "include_any", "segmentIds": ["segment_1"]},
    "branches": {
        "ordered": [{"name": "big", "condition": "event.properties.total > 100", "contentId": "the_other"}],
        "default": {"name": "rest", "contentId": None},
    },
    "experiment": {
        "experimentId": "experiment_1",
        "variants": [
            {"variantId": "a", "weight": 1, "contentId": None},
            {"variantId": "b", "weight": 3, "contentId": "the_other"},
        ],
        "holdoutPercent": 10,
        "goal": {"eventType": "complete_transaction", "attributionSeconds": 86400},
    },
    "reEntry": {"entries": 2, "periodSeconds": 3600},
    "quietHours": {"start": "22:00", "end": "08:30", "weekdays": [0, 6], "mode": "drop"},
    "wait": {"delaySeconds": 60, "exitCondition": None},
    "safetyLimit": 500,
    "isTransactional": True,
}  # fmt: skip


@pytest.fixture
def flows(admin: Admin) -> Admin:
    DynamoDefinitions(admin.stack.dynamodb, "Registry", "Cursors").commit_trigger(makers.trigger(name="Carts"))
    return admin


def _made(flows: Admin, definition: Mapping[str, Any] = MINIMAL) -> str:
    flow_id: str = flows.post(FLOWS, definition).body["flowId"]
    return f"{FLOWS}/{flow_id}"


def test_a_flow_is_shown_as_it_was_defined(flows: Admin) -> None:
    made = flows.post(FLOWS, WHOLE)

    shown = flows.get(f"{FLOWS}/{made.body['flowId']}", by=VIEWER)
    assert (made.status, made.etag, shown.etag) == (201, '"1"', '"1"')
    assert made.headers["location"] == f"/admin/v1{FLOWS}/{made.body['flowId']}"
    assert shown.body == made.body
    assert {name: shown.body[name] for name in WHOLE} == WHOLE
    assert (shown.body["status"], shown.body["startsAfter"], shown.body["pauseMode"]) == ("draft", None, None)


def test_what_is_left_out_is_as_in_every_new_flow(flows: Admin) -> None:
    shown = flows.get(_made(flows)).body

    assert shown["segmentFilter"] == {"mode": "exclude", "segmentIds": []}
    assert shown["branches"] == {"ordered": [], "default": {"name": "default", "contentId": None}}
    assert shown["reEntry"] == {"entries": None, "periodSeconds": None}
    assert (shown["contents"], shown["experiment"], shown["wait"], shown["isTransactional"]) == ({}, None, None, False)


@pytest.mark.parametrize(
    "content",
    [
        {"channel": "webhook", "destinationId": "destination_1", "data": "{}"},
        {"channel": "sms", "text": "Hello", "trait": "mobile"},
        {"channel": "push", "title": "Hello", "text": "You", "values": {"cart": "7"}, "trait": "phone"},
    ],
)
def test_a_content_of_each_channel_is_kept_as_it_was_sent(flows: Admin, content: dict[str, Any]) -> None:
    shown = flows.get(_made(flows, MINIMAL | {"content": content, "contents": {"other": content}})).body

    assert shown["content"] == shown["contents"]["other"] == content


def test_what_is_shown_can_be_sent_back(flows: Admin) -> None:
    where = _made(flows, WHOLE)
    shown = flows.get(where).body

    edited = flows.put(where, {name: shown[name] for name in WHOLE} | {"name": "Other"}, if_match='"1"')

    assert (edited.status, edited.body) == (200, shown | {"name": "Other", "version": 2})


def test_an_edit_needs_the_version_that_was_read(flows: Admin) -> None:
    where = _made(flows)

    statuses = [flows.put(where, MINIMAL, if_match=f'"{version}"').status for version in (2, 1, 1)]

    assert (statuses, flows.call("PUT", where, MINIMAL).status) == ([412, 200, 412], 428)


def test_the_list_names_each_flows_trigger(flows: Admin) -> None:
    _made(flows)

    (item,) = flows.get(FLOWS, by=VIEWER).body["items"]

    assert (item["name"], item["status"], item["triggerName"], item["version"]) == ("Welcome", "draft", "Carts", 1)


def test_a_flow_lives_through_its_steps(flows: Admin) -> None:
    where = _made(flows)

    launched = flows.post(f"{where}/launch", if_match='"1"')
    paused = flows.post(f"{where}/pause", {"mode": "hold"}, if_match=launched.etag)
    resumed = flows.post(f"{where}/resume", if_match=paused.etag)
    ended = flows.post(f"{where}/end", if_match=resumed.etag)

    told = [(each.status, each.body["status"], each.body["version"]) for each in (launched, paused, resumed, ended)]
    assert told == [(200, "live", 2), (200, "paused", 3), (200, "live", 4), (200, "ended", 5)]
    assert paused.body["pauseMode"] == "hold"
    assert launched.body["startsAfter"].endswith("Z")
    versions = flows.get(f"{where}/versions", limit="3").body
    more = flows.get(f"{where}/versions", limit="3", cursor=versions["next"]).body
    assert [each["version"] for each in versions["items"] + more["items"]] == [5, 4, 3, 2, 1]


def test_an_archived_flow_is_listed_where_archived_ones_are_asked_for_alone(flows: Admin) -> None:
    where, other = _made(flows), _made(flows)
    early = flows.post(f"{where}/archive", if_match='"1"')
    launched = flows.post(f"{where}/launch", if_match='"1"')
    ended = flows.post(f"{where}/end", if_match=launched.etag)

    archived = flows.post(f"{where}/archive", if_match=ended.etag)

    assert (early.status, archived.body["status"]) == (409, "archived")
    listed = [flows.get(FLOWS, archived=asked).body["items"] for asked in ("false", "true")]
    assert [[f"{FLOWS}/{each['flowId']}" for each in items] for items in listed] == [[other], [where]]
    assert flows.put(where, MINIMAL, if_match=archived.etag).status == 409


def test_a_backfill_starts_at_the_instant_that_was_given(flows: Admin) -> None:
    where, now = _made(flows), SystemClock().now()
    since = now.replace(minute=0, second=0, microsecond=0)

    launched = flows.post(f"{where}/launch", {"since": since.isoformat()}, if_match='"1"')
    refused = flows.post(f"{_made(flows)}/launch", {"since": "2020-01-01T00:00:00Z"}, if_match='"1"')

    cursor = DynamoCursors(flows.stack.dynamodb, "Cursors").of_partner(makers.PARTNER_ID)[launched.body["flowId"]]
    assert (launched.status, cursor.position) == (200, since)
    assert (refused.status, refused.body["reasons"][0]["path"]) == (422, "/since")


def test_a_step_that_does_not_lead_on_from_here_is_refused_with_the_state(flows: Admin) -> None:
    answer = flows.post(f"{_made(flows)}/pause", {"mode": "drop"}, if_match='"1"')

    assert answer.status == 409
    assert answer.body["error"] == "To pause a flow it must be live; this flow is draft"


def test_a_launch_is_refused_with_all_that_stands_in_its_way_by_paths_on_the_wire(flows: Admin) -> None:
    broken = {
        **WHOLE,
        "triggerId": "trigger_none",
        "content": {**EMAIL, "subject": "{{"},
        "contents": {"the_other": {**EMAIL, "text": "{% if"}},
        "wait": {"delaySeconds": 0, "exitCondition": None},
        "reEntry": {"entries": 0, "periodSeconds": 0},
        "experiment": {**WHOLE["experiment"], "holdoutPercent": 200, "goal": None},  # type: ignore[dict-item]
    }

    answer = flows.post(f"{_made(flows, broken)}/launch", if_match='"1"')

    assert answer.status == 422
    assert {each["path"] for each in answer.body["reasons"]} >= {
        "/content/subject",
        "/contents/the_other/text",
        "/reEntry/entries",
        "/reEntry/periodSeconds",
        "/wait/delaySeconds",
        "/experiment/holdoutPercent",
        "/triggerId",
    }


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"content": {**EMAIL, "channel": "pigeon"}}, "/content"),
        ({"content": {**EMAIL, "body": "x"}}, "/content/body"),
        ({"contents": {"a": {"channel": "email"}}}, "/contents/a/subject"),
        ({"quietHours": {"start": "22", "end": "08:00"}}, "/quietHours/start"),
        ({"flowId": "flow_1"}, "/flowId"),
        ({"is_transactional": True}, "/is_transactional"),
        ({"isTransactional": 1}, "/isTransactional"),
        ({"segmentFilter": {"mode": "none", "segmentIds": []}}, "/segmentFilter/mode"),
    ],
)
def test_a_definition_of_another_shape_is_refused_by_its_path(flows: Admin, change: dict[str, Any], path: str) -> None:
    answer = flows.post(FLOWS, {**MINIMAL, **change})

    assert (answer.status, answer.body["reasons"][0]["path"]) == (400, path)


def test_another_partners_flow_is_not_there(flows: Admin) -> None:
    flow_id = flows.post(FLOWS, MINIMAL).body["flowId"]

    assert flows.get(f"/partners/partner_2/flows/{flow_id}", by=OTHERS_EDITOR).status == 404


def test_in_staging_no_flow_is_created_or_launched(flows: Admin, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    where = _made(flows)
    monkeypatch.setitem(stacks.PARAMETERS, "Environment", "staging")
    staging = replace(flows, handler=prepared(monkeypatch, stack, "AdminFunction", app))

    refused = [staging.post(FLOWS, MINIMAL), staging.post(f"{where}/launch", if_match='"1"')]

    assert [(each.status, each.body["error"]) for each in refused] == [
        (403, "Event triggers and flows can be created in production only")
    ] * 2


def test_a_step_is_written_down_with_the_versions(flows: Admin) -> None:
    where = _made(flows)
    flows.post(f"{where}/launch", if_match='"1"')

    launched, created = flows.get(f"{HERE}/audit").body["items"]

    assert (created["action"], created["thing"], created["before"], created["after"]) == ("createFlow", "flow", None, 1)
    assert (launched["action"], launched["before"], launched["after"], launched["by"]) == ("launchFlow", 1, 2, "edda")
    assert created["thingId"] == launched["thingId"] == where.rpartition("/")[2]
