"""Event triggers over the admin API: drafts, versions, validation over real events, recipes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.admin import app
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.flows import FlowStatus
from tests.functions import stack as stacks
from tests.functions.admin import EDITOR, HERE, OTHERS_EDITOR, VIEWER, Admin
from tests.functions.stack import Stack, prepared
from tests.unit import makers

TRIGGERS = f"{HERE}/triggers"
SQL = "SELECT identity, event_id, properties->>'someProperty' AS what FROM event_triggers"
RECIPE = {
    "kind": "absence",
    "starts": [
        {
            "events": {
                "eventTypes": ["add_to_cart"],
                "where": {
                    "joint": "any",
                    "members": [
                        {"path": {"root": "properties", "names": ["price"]}, "comparison": "at_least", "value": 10.25},
                        {"path": {"root": "traits", "names": ["tier"]}, "comparison": "one_of", "value": ["a", "b"]},
                        {"path": {"root": "properties", "names": ["at"]}, "comparison": "less_than",
                         "value": {"at": "2026-03-01T12:00:00.000Z"}},
                        {"items": {"root": "properties", "names": ["cartItems"]}, "where": {"joint": "all", "members": [
                            {"path": {"root": "item", "names": ["sku"]}, "comparison": "exists", "value": None}]}},
                        {"joint": "all", "members": [
                            {"path": {"root": "context", "names": ["name"]}, "comparison": "is_true", "value": None}]},
                    ],
                },
            },
            "key": {"root": "properties", "names": ["cartId"]},
        }
    ],
    "cancels": [{"events": {"eventTypes": ["complete_transaction"], "where": None},
                 "key": {"root": "properties", "names": ["cartId"]}}],
    "waitSeconds": 7200,
    "restarts": True,
    "perPerson": False,
}  # fmt: skip


def _draft(admin: Admin, **text: Any) -> Any:
    return admin.post(TRIGGERS, {"name": "Carts", "sql": SQL, **text}).body


def _committed(admin: Admin) -> Any:
    draft = _draft(admin)
    where = f"{TRIGGERS}/{draft['triggerId']}"
    return admin.post(f"{where}/draft/commit", {"draftId": draft["draftId"], "revision": 1, "note": "first"}).body


def test_a_trigger_begins_as_a_draft_that_is_saved(admin: Admin) -> None:
    made = admin.post(TRIGGERS, {"name": "Carts", "sql": SQL, "lookbackSeconds": 3600})

    draft = made.body
    where = f"{TRIGGERS}/{draft['triggerId']}"
    assert (made.status, made.etag, made.headers["location"]) == (201, '"1"', f"/admin/v1{where}/draft")
    assert admin.get(f"{where}/draft", by=VIEWER).body == draft
    assert draft | {"triggerId": "", "draftId": ""} == {
        "triggerId": "",
        "draftId": "",
        "name": "Carts",
        "sql": SQL,
        "dialect": "duckdb",
        "lookbackSeconds": 3600,
        "maxEventAgeSeconds": 72 * 3600,
        "recipe": None,
        "revision": 1,
        "baseVersion": 0,
    }


def test_a_draft_is_saved_over_the_revision_that_was_read_alone(admin: Admin) -> None:
    draft = _draft(admin)
    where = f"{TRIGGERS}/{draft['triggerId']}/draft"
    text = {"name": "Other", "sql": SQL, "dialect": "duckdb", "lookbackSeconds": 0, "recipe": None}
    kept = {"draftId": draft["draftId"], "baseVersion": 0}

    saved = admin.put(where, text | kept, if_match='"1"')
    stale = admin.put(where, text | kept, if_match='"1"')
    renamed = admin.put(where, text | kept | {"draftId": "draft_of_before"}, if_match='"2"')

    assert (saved.status, saved.body["name"], saved.body["revision"]) == (200, "Other", 2)
    assert (stale.status, renamed.status) == (412, 412)
    assert admin.get(where).body == saved.body


def test_a_commit_makes_a_version_with_its_author_and_note(admin: Admin) -> None:
    committed = _committed(admin)

    where = f"{TRIGGERS}/{committed['triggerId']}"
    overview = admin.get(where, by=VIEWER).body
    assert (committed["version"], committed["committedBy"], committed["note"]) == (1, "edda", "first")
    assert (overview["trigger"], overview["draft"], overview["health"]) == (committed, None, [])
    assert admin.get(f"{where}/versions/1").body == committed
    assert admin.get(f"{where}/versions/2").status == admin.get(f"{where}/versions/x").status == 404
    fresh = admin.get(f"{where}/draft").body
    assert (fresh["revision"], fresh["baseVersion"], fresh["sql"]) == (0, 1, SQL)


def test_a_draft_that_cannot_be_committed_is_refused_by_paths_on_the_wire(admin: Admin) -> None:
    draft = _draft(admin, sql="DROP TABLE x", maxEventAgeSeconds=0)
    where = f"{TRIGGERS}/{draft['triggerId']}/draft"

    refused = admin.post(f"{where}/commit", {"draftId": draft["draftId"], "revision": 1})
    stale = admin.post(f"{where}/commit", {"draftId": draft["draftId"], "revision": 9})

    assert (refused.status, stale.status) == (422, 409)
    assert [each["path"] for each in refused.body["reasons"]] == ["/maxEventAgeSeconds", "/sql"]


def test_versions_are_listed_compared_and_restored(admin: Admin) -> None:
    trigger_id = _committed(admin)["triggerId"]
    where = f"{TRIGGERS}/{trigger_id}"
    fresh = admin.get(f"{where}/draft").body
    text = {"sql": f"{SQL} WHERE true", "lookbackSeconds": 60, "draftId": fresh["draftId"]}
    saved = admin.put(f"{where}/draft", text, if_match='"0"').body
    admin.post(f"{where}/draft/commit", {"draftId": saved["draftId"], "revision": 1})

    compared = admin.get(f"{where}/compare", first="1", second="2").body
    restored = admin.post(f"{where}/restore", {"version": 1, "over": 2, "note": "back"})
    stale = admin.post(f"{where}/restore", {"version": 2, "over": 2})
    first = admin.get(f"{where}/versions", limit="2").body
    second = admin.get(f"{where}/versions", limit="2", cursor=first["next"]).body

    assert [line for line in compared["sql"] if line.startswith("+S")] == [f"+{SQL} WHERE true"]
    assert compared["settings"] == {"lookbackSeconds": [0, 60]}
    assert (restored.status, restored.body["version"], restored.body["restoredFrom"]) == (200, 3, 1)
    assert stale.status == 409
    assert [each["version"] for each in first["items"] + second["items"]] == [3, 2, 1]


def test_a_discarded_draft_is_gone(admin: Admin) -> None:
    where = f"{TRIGGERS}/{_draft(admin)['triggerId']}"

    stale = admin.delete(f"{where}/draft", if_match='"2"')
    done = admin.delete(f"{where}/draft", if_match='"1"')

    assert (stale.status, done.status, admin.get(where).status) == (412, 204, 404)


def test_the_list_tells_of_drafts_and_of_what_is_committed(admin: Admin) -> None:
    committed, draft = _committed(admin), _draft(admin)

    items = {each["triggerId"]: each for each in admin.get(TRIGGERS, by=VIEWER).body["items"]}

    assert set(items) == {committed["triggerId"], draft["triggerId"]}
    idle = items[committed["triggerId"]]
    assert (idle["version"], idle["hasDraft"], idle["state"], idle["liveFlows"]) == (1, False, "idle", 0)
    assert (items[draft["triggerId"]]["version"], items[draft["triggerId"]]["hasDraft"]) == (None, True)


def test_validating_shows_what_a_draft_finds_in_real_events(admin: Admin) -> None:
    now = SystemClock().now()
    event = makers.event(received_at=now - timedelta(minutes=5), occurred_at=now - timedelta(minutes=5))
    DynamoEvents(admin.stack.dynamodb, "Events", 45).append(event, shards=1)
    where = f"{TRIGGERS}/{_draft(admin)['triggerId']}/draft/validate"

    stored = admin.post(where, by=VIEWER)
    unsaved = admin.post(where, {"sql": "SELECT identity, event_id FROM event_triggers WHERE false"}, by=VIEWER)
    refused = admin.post(where, {"sql": "SELECT 1 FROM secrets"}, by=VIEWER)

    assert stored.status == 200, stored
    assert stored.body["columns"] == ["identity", "event_id", "what"]
    assert stored.body["rows"] == [{"identity": "ana@example.org", "event_id": "event-1", "what": "Some value"}]
    assert stored.body["rules"]["sendable"] == 1
    assert unsaved.body["rowCount"] == 0
    assert (refused.status, refused.body["reasons"][0]["path"]) == (422, "/sql")


def test_a_recipe_comes_back_as_it_was_sent_with_the_sql_that_it_writes(admin: Admin) -> None:
    written = admin.post(f"{HERE}/recipes/write", {"recipe": RECIPE}, by=VIEWER).body
    draft = admin.post(TRIGGERS, {"name": "Left carts", "recipe": RECIPE}).body

    shown = admin.get(f"{TRIGGERS}/{draft['triggerId']}/draft").body
    assert shown["recipe"] == RECIPE
    assert {name: shown[name] for name in written} == written
    assert "cartId" in written["sql"]


@pytest.mark.parametrize(
    ("change", "status", "path"),
    [
        ({"waitSeconds": 0}, 422, "/recipe/waitSeconds"),
        ({"waitSeconds": "2 h"}, 400, "/recipe/waitSeconds"),
        ({"kind": "other"}, 400, "/recipe"),
        (
            {"starts": [{"events": {"eventTypes": [], "where": None}, "key": None}]},
            422,
            "/recipe/starts/0/events/eventTypes",
        ),
        ({"more": 1}, 400, "/recipe/more"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused_by_its_path(
    admin: Admin, change: dict[str, Any], status: int, path: str
) -> None:
    answer = admin.post(f"{HERE}/recipes/write", {"recipe": {**RECIPE, **change}}, by=VIEWER)

    assert (answer.status, answer.body["reasons"][0]["path"]) == (status, path)


def test_another_partners_trigger_is_not_there(admin: Admin) -> None:
    trigger_id = _committed(admin)["triggerId"]

    answer = admin.get(f"/partners/partner_2/triggers/{trigger_id}", by=OTHERS_EDITOR)

    assert answer.status == 404


def test_in_staging_nothing_is_created_and_the_reason_is_told(
    admin: Admin, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stacks.PARAMETERS, "Environment", "staging")
    staging = replace(admin, handler=prepared(monkeypatch, stack, "AdminFunction", app))

    refused = staging.post(TRIGGERS, {"name": "Carts", "sql": SQL})

    assert refused.status == 403
    assert refused.body["error"] == "Event triggers and flows can be created in production only"
    assert staging.get("/me", by=EDITOR).body["mayTrigger"] is False


def test_the_tables_that_are_shown_are_those_that_queries_read(admin: Admin) -> None:
    shown = {each["name"]: each["columns"] for each in admin.get(f"{HERE}/tables", by=VIEWER).body["items"]}
    where = f"{TRIGGERS}/{_draft(admin)['triggerId']}/draft/validate"
    now = datetime.now(UTC)
    DynamoEvents(admin.stack.dynamodb, "Events", 45).append(makers.event(received_at=now, occurred_at=now), shards=1)
    traits = {"tier": Trait('"gold"', now)}
    DynamoContacts(admin.stack.dynamodb, "Contacts").save(Contact(makers.PARTNER_ID, "ana@example.org", traits))

    for name, columns in shown.items():
        listed = ", ".join(f"typeof(x.{column['name']}) AS t_{column['name']}" for column in columns)
        sql = f"SELECT e.identity, e.event_id, {listed} FROM event_triggers e CROSS JOIN {name} x"  # noqa: S608 - ours
        answer = admin.post(where, {"sql": sql}, by=VIEWER)

        types = {f"t_{column['name']}": column["type"] for column in columns}
        assert [row.items() >= types.items() for row in answer.body["rows"]] == [True], (name, answer)


def test_the_health_of_a_trigger_names_each_live_flow_on_it(admin: Admin) -> None:
    committed = _committed(admin)
    definitions = DynamoDefinitions(admin.stack.dynamodb, "Registry", "Cursors")
    flow = makers.flow(name="Welcome", trigger_id=committed["triggerId"], status=FlowStatus.LIVE)
    definitions.launch(flow, makers.cursor())

    [health] = admin.get(f"{TRIGGERS}/{committed['triggerId']}", by=VIEWER).body["health"]

    assert (health["flowId"], health["flowName"]) == (flow.flow_id, "Welcome")
