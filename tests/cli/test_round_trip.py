"""What is written into files says what stood: any flow and any trigger, with any text in any place."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from signalbox_cli.code import directory
from signalbox_cli.code.definitions import Definition, Kind, defined
from tests.cli.flows_by_hypothesis import FLOWS, NAMES, TRIGGERS
from tests.cli.terminal import Terminal
from tests.functions.admin import ADMIN, Admin

_SQL = "SELECT identity, event_id FROM event_triggers"


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


@given(TRIGGERS)
@settings(max_examples=100)
def test_any_trigger_is_read_as_it_was_written(trigger: dict[str, Any]) -> None:
    definition = defined(Kind.TRIGGER, trigger)

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
    for wanted in data.draw(st.lists(FLOWS, max_size=3, unique_by=lambda flow: str(flow["name"]))):
        trigger = admin.post(f"/partners/{partner_id}/triggers", {"name": wanted["name"], "sql": _SQL}, by=ADMIN).body
        where = f"/partners/{partner_id}/triggers/{trigger['triggerId']}/draft/commit"
        committed = admin.post(where, {"draftId": trigger["draftId"], "revision": 1}, by=ADMIN)
        made = admin.post(f"/partners/{partner_id}/flows", {**wanted, "triggerId": trigger["triggerId"]}, by=ADMIN)
        assert {committed.status, made.status} <= {200, 201, 422}, (committed, made)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        administrator.done("pull", str(folder), "--partner", partner_id)
        planned = administrator.type("plan", str(folder), "--partner", partner_id)

        assert (planned.exit_code, planned.stdout) == (0, "")
        assert len(list(folder.glob("flows/*.yaml"))) == len(
            administrator.json("flows", "list", "--partner", partner_id)
        )
