"""What is written into files says what stood: any flow and any trigger, with any text in any place."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from signalbox_cli.code import directory
from signalbox_cli.code.definitions import Definition, defined
from signalbox_cli.code.kinds import Kind
from signalbox_cli.code.references import renamed
from tests.cli.flows_by_hypothesis import BLOCKS, DESTINATIONS, FLOWS, NAMES, SEGMENTS, TRIGGERS
from tests.cli.terminal import Terminal
from tests.functions.admin import ADMIN, Admin

_SQL = "SELECT identity, event_id FROM event_triggers"
_NAMED_BY_ID: Mapping[Kind, st.SearchStrategy[dict[str, Any]]] = {
    Kind.SEGMENT: SEGMENTS,
    Kind.DESTINATION: DESTINATIONS,
}


def _written_and_read(definitions: list[Definition]) -> list[Definition]:
    with tempfile.TemporaryDirectory() as name:
        for definition, path in directory.stems(Path(name), definitions):
            directory.write(definition, path)
        return [each.definition for each in directory.read(Path(name))]


@given(FLOWS, NAMES)
@example({"name": "x", "content": {"channel": "email", "subject": "\x85", "text": "a\x85\n b\r\n"}}, "on")
@settings(max_examples=100)
def test_any_flow_is_read_as_it_was_written(flow: dict[str, Any], trigger: str) -> None:
    definition = defined(Kind.FLOW, {**flow, "triggerId": trigger})

    assert _written_and_read([definition]) == [definition]


@given(
    st.one_of(
        st.tuples(st.just(Kind.BLOCK), BLOCKS),
        st.tuples(st.just(Kind.SEGMENT), SEGMENTS),
        st.tuples(st.just(Kind.DESTINATION), DESTINATIONS),
        st.tuples(st.just(Kind.TRIGGER), TRIGGERS),
    )
)
@example((Kind.BLOCK, {"name": "x", "template": "<p>\x85</p>\r\n\n"}))
@settings(max_examples=200)
def test_any_other_thing_is_read_as_it_was_written(thing: tuple[Kind, dict[str, Any]]) -> None:
    definition = defined(*thing)

    assert _written_and_read([definition]) == [definition]


@given(st.lists(st.sampled_from(["Carts", "carts", "Carts!", "CARTS 2", "carts-2", "é", "è"]), unique=True))
def test_things_whose_names_are_much_alike_lie_in_files_of_their_own(names: list[str]) -> None:
    definitions = [defined(Kind.TRIGGER, {"name": name, "sql": f"SELECT '{name}'"}) for name in names]

    found = _written_and_read(definitions)

    assert {each.name: each for each in found} == {each.name: each for each in definitions}


@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_plan_after_a_pull_shows_no_changes_whatever_stands(
    admin: Admin, administrator: Terminal, data: st.DataObject
) -> None:
    partner_id = admin.post("/partners", {"name": "Books"}, by=ADMIN).body["partner"]["partnerId"]
    here = f"/partners/{partner_id}"
    ids = _made(admin, here, data)
    for wanted in data.draw(st.lists(FLOWS, max_size=3, unique_by=lambda flow: str(flow["name"]))):
        trigger = admin.post(f"{here}/triggers", {"name": wanted["name"], "sql": _SQL}, by=ADMIN).body
        where = f"{here}/triggers/{trigger['triggerId']}/draft/commit"
        committed = admin.post(where, {"draftId": trigger["draftId"], "revision": 1}, by=ADMIN)
        ids[Kind.TRIGGER, wanted["name"]] = trigger["triggerId"]
        flow = defined(Kind.FLOW, {**wanted, "triggerId": wanted["name"]}).members
        made = admin.post(f"{here}/flows", renamed(flow, lambda kind, name: ids.get((kind, name), name)), by=ADMIN)
        assert {committed.status, made.status} <= {200, 201, 422}, (committed, made)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        administrator.done("pull", str(folder), "--partner", partner_id)
        planned = administrator.type("plan", str(folder), "--partner", partner_id)

        assert (planned.exit_code, planned.stdout) == (0, "")
        for kind in Kind:
            assert len(list(folder.glob(f"{kind.value}/*.yaml"))) == len(_standing(admin, here, kind))
        assert not [each for each in ids.values() if any(each in path.read_text() for path in folder.glob("flows/*"))]


def _made(admin: Admin, here: str, data: st.DataObject) -> dict[tuple[Kind, str], str]:
    """Make what flows may name, and blocks, as far as the API takes them; give the ids of the first by their names."""
    for block in data.draw(st.lists(BLOCKS, max_size=2, unique_by=lambda block: str(block["name"]))):
        saved = admin.call("PUT", f"{here}/blocks/{block['name']}", {"template": block["template"]}, by=ADMIN)
        assert saved.status in {200, 422}, saved
    for kind, shapes in _NAMED_BY_ID.items():
        for wanted in data.draw(st.lists(shapes, max_size=3, unique_by=lambda thing: str(thing["name"]))):
            made = admin.post(f"{here}/{kind.value}", wanted, by=ADMIN)
            assert made.status in {201, 422}, made
    return {
        (kind, each["name"]): each[kind.id_member] for kind in _NAMED_BY_ID for each in _standing(admin, here, kind)
    }


def _standing(admin: Admin, here: str, kind: Kind) -> list[Any]:
    """Give what files can define: not a trigger whose name kept it from being committed."""
    items: list[Any] = admin.get(f"{here}/{kind.value}", by=ADMIN).body["items"]
    return [each for each in items if each["version"] is not None]
