"""Who may do what: every route of the admin API, asked by nobody, a viewer, an editor, an admin and by strangers."""

import pytest

from functions.admin import app
from signalbox.admin_routes.routing import Route
from tests.functions.admin import ADMIN, EDITOR, NOBODY, OTHERS_EDITOR, STRANGER, VIEWER, Admin, Answer, Claims
from tests.unit import makers

ANYBODY, VIEWERS, EDITORS, ADMINS = "anybody", "viewer", "editor", "admin"
RULES = {
    "openapi": ANYBODY,
    "signIn": ANYBODY,
    "setPassword": ANYBODY,
    "refreshSession": ANYBODY,
    "signOut": ANYBODY,
    "me": VIEWERS,
    "listPartners": VIEWERS,
    "createPartner": ADMINS,
    "getPartner": VIEWERS,
    "changePartner": ADMINS,
    "issueSecret": ADMINS,
    "revokeSecret": ADMINS,
    "listChanges": ADMINS,
    "listStackChanges": ADMINS,
    "listTriggers": VIEWERS,
    "getTrigger": VIEWERS,
    "listTables": VIEWERS,
    "listTriggerVersions": VIEWERS,
    "getTriggerVersion": VIEWERS,
    "compareTriggerVersions": VIEWERS,
    "restoreTrigger": EDITORS,
    "createTrigger": EDITORS,
    "getTriggerDraft": VIEWERS,
    "saveTriggerDraft": EDITORS,
    "discardTriggerDraft": EDITORS,
    "validateTriggerDraft": VIEWERS,
    "commitTriggerDraft": EDITORS,
    "writeRecipe": VIEWERS,
    "listFlows": VIEWERS,
    "createFlow": EDITORS,
    "getFlow": VIEWERS,
    "editFlow": EDITORS,
    "listFlowVersions": VIEWERS,
    "launchFlow": EDITORS,
    "pauseFlow": EDITORS,
    "resumeFlow": EDITORS,
    "endFlow": EDITORS,
    "archiveFlow": EDITORS,
    "reportFlow": VIEWERS,
    "listDeliveries": VIEWERS,
    "reportExperiment": VIEWERS,
    "explain": VIEWERS,
    "resend": EDITORS,
    "listDestinations": VIEWERS,
    "registerDestination": EDITORS,
    "getDestination": VIEWERS,
    "changeDestination": EDITORS,
    "removeDestination": EDITORS,
    "rotateDestinationSecret": EDITORS,
    "dropOldDestinationSecret": EDITORS,
    "enableDestination": EDITORS,
    "disableDestination": EDITORS,
    "testDestination": EDITORS,
    "getHold": VIEWERS,
    "approveHold": EDITORS,
    "discardHold": EDITORS,
    "validateFlow": VIEWERS,
    "previewFlow": VIEWERS,
    "sendTest": EDITORS,
    "previewBackfill": VIEWERS,
    "backtestTrigger": VIEWERS,
    "listSegments": VIEWERS,
    "createSegment": EDITORS,
    "getSegment": VIEWERS,
    "editSegment": EDITORS,
    "archiveSegment": EDITORS,
    "listMembers": VIEWERS,
    "putOnList": EDITORS,
    "takeOffList": EDITORS,
    "importList": EDITORS,
    "finishReplacement": EDITORS,
    "giveUpReplacement": EDITORS,
    "listBlocks": VIEWERS,
    "getBlock": VIEWERS,
    "saveBlock": EDITORS,
    "archiveBlock": EDITORS,
    "listSuppressions": VIEWERS,
    "importSuppressions": EDITORS,
    "listEvents": VIEWERS,
    "countEvents": VIEWERS,
    "getEvent": VIEWERS,
    "listQuarantine": VIEWERS,
    "replayQuarantine": EDITORS,
    "getIdentity": VIEWERS,
    "getContact": VIEWERS,
    "exportContact": ADMINS,
    "getErasure": ADMINS,
    "eraseContact": ADMINS,
    "listDeadLetters": ADMINS,
    "redrive": ADMINS,
    "suppress": EDITORS,
    "liftSuppression": EDITORS,
}
"""Who may take each route at least; a route that is not here fails the first test."""

ABOVE = {ANYBODY: 0, VIEWERS: 1, EDITORS: 2, ADMINS: 3}
CALLERS = [
    pytest.param(NOBODY, 0, id="nobody"),
    pytest.param(VIEWER, 1, id="viewer"),
    pytest.param(EDITOR, 2, id="editor"),
    pytest.param(ADMIN, 3, id="admin"),
]


def _routes() -> tuple[Route, ...]:
    routes: tuple[Route, ...] = app._service()[0].table.routes  # noqa: SLF001 - what the function was wired with
    return routes


def _asked(admin: Admin, route: Route, by: Claims) -> Answer:
    """Ask with ids of nothing, and a version that nothing has: what is allowed finds nothing to do."""
    path = route.path.replace("{partnerId}", makers.PARTNER_ID)
    for name in route.parameters:
        path = path.replace(f"{{{name}}}", "0")
    return admin.call(route.method, path, by=by, if_match='"99"')


def test_every_route_has_a_rule(admin: Admin) -> None:
    assert {route.name for route in _routes()} == set(RULES)


def test_whatever_changes_something_needs_more_than_a_viewer(admin: Admin) -> None:
    for route in _routes():
        if route.changes is not None:
            assert ABOVE[RULES[route.name]] >= ABOVE[EDITORS], route.name


@pytest.mark.parametrize(("by", "rank"), CALLERS)
def test_each_route_is_refused_to_whoever_may_not_take_it_and_to_nobody_else(
    admin: Admin, by: Claims, rank: int
) -> None:
    for route in _routes():
        answer = _asked(admin, route, by)

        if rank >= ABOVE[RULES[route.name]]:
            assert answer.status not in {401, 403, 503}, (route.name, answer)
            assert "o such partner" not in answer.text, route.name
        else:
            assert answer.status == (401 if rank == 0 else 403), (route.name, answer)


def test_another_partners_editor_finds_no_such_partner_on_any_route(admin: Admin) -> None:
    for route in _routes():
        answer = _asked(admin, route, OTHERS_EDITOR)

        if "partnerId" in route.parameters:
            assert (answer.status, answer.body) == (404, {"error": "No such partner", "reasons": []}), route.name
        else:
            assert (answer.status == 403) == (RULES[route.name] == ADMINS), (route.name, answer)


def test_whoever_is_in_no_group_may_take_none_but_the_open_routes(admin: Admin) -> None:
    for route in _routes():
        answer = _asked(admin, route, STRANGER)

        assert (answer.status == 403) == (RULES[route.name] != ANYBODY), (route.name, answer)


def test_a_refused_change_leaves_nothing_in_the_audit_log(admin: Admin) -> None:
    for route in _routes():
        _asked(admin, route, VIEWER)

    assert admin.get(f"/partners/{makers.PARTNER_ID}/audit").body["items"] == []
