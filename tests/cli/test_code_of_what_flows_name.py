"""Content blocks, segments and destinations as files, and flows that name them: on every server the same."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.admin import app
from tests.cli.code import BreakingOff, planned, write
from tests.cli.terminal import Terminal, terminal_of
from tests.functions import stack as stacks
from tests.functions.admin import ADMIN, HERE, OTHER_PARTNER_ID, VIEWER, Admin
from tests.functions.stack import prepared

THERE = f"/partners/{OTHER_PARTNER_ID}"
FOOT = "<p>Bye</p>\n{% include 'imprint' %}\n"
FLOW = """\
name: Remind
trigger: Left carts
content:
  channel: email
  subject: You left something
  html: !file remind.html
contents:
  shop:
    channel: webhook
    destination: Shop
    data: '{}'
segmentFilter:
  mode: include_any
  segments:
  - Gold
  - Staff
branches:
  ordered:
  - name: gold
    condition: contact.tier == 'gold'
    contentId: shop
"""
FILES = {
    "blocks/foot.yaml": "name: foot\ntemplate: !file 'foot.html'\n",
    "blocks/foot.html": FOOT,
    "blocks/imprint.yaml": "name: imprint\ntemplate: !file 'imprint.txt'\n",
    "blocks/imprint.txt": "A shop\n",
    "segments/staff.yaml": "name: Staff\nkind: list\n",
    "segments/gold.yaml": "name: Gold\nkind: rule\ncondition: contact.tier == 'gold'\n",
    "destinations/shop.yaml": "name: Shop\nurl: https://hooks.shop.example/in\nbatchSize: 10\n",
    "triggers/left-carts.yaml": "name: Left carts\nsql: !file 'left-carts.sql'\n",
    "triggers/left-carts.sql": "SELECT identity, event_id FROM event_triggers\n",
    "flows/remind.html": "<p>Hello</p>{% include 'foot' %}\n",
}


@pytest.fixture
def code(tmp_path: Path) -> Path:
    return write(tmp_path / "code", {**FILES, "flows/remind.yaml": f"{FLOW}status: live\n"})


def _flow(admin: Admin, here: str = HERE) -> Any:
    (item,) = admin.get(f"{here}/flows").body["items"]
    return admin.get(f"{here}/flows/{item['flowId']}").body


def _ids(admin: Admin, collection: str, here: str = HERE) -> Mapping[str, str]:
    member = f"{collection.removesuffix('s')}Id"
    return {each["name"]: each[member] for each in admin.get(f"{here}/{collection}").body["items"]}


def test_a_directory_serves_staging_and_production(
    admin: Admin, administrator: Terminal, code: Path, tmp_path: Path
) -> None:
    pulled = tmp_path / "pulled"

    administrator.done("apply", str(code), "--yes")
    administrator.done("pull", str(pulled))
    administrator.done("apply", str(pulled), "--yes", "--partner", OTHER_PARTNER_ID)

    read = {path.relative_to(pulled).as_posix(): path.read_text() for path in pulled.glob("[!.]*/*")}
    assert read == {**FILES, "flows/remind.yaml": read["flows/remind.yaml"]}
    assert {word: word in read["flows/remind.yaml"] for word in ("destination: Shop", "- Gold\n  - Staff")} == {
        "destination: Shop": True,
        "- Gold\n  - Staff": True,
    }
    for folder, words in ((code, ()), (pulled, ()), (pulled, ("--partner", OTHER_PARTNER_ID))):
        assert planned(administrator, folder, *words) == (0, "")
    for here, status in ((HERE, "live"), (THERE, "draft")):
        flow, segments = _flow(admin, here), _ids(admin, "segments", here)
        assert flow["status"] == status
        assert flow["triggerId"] == _ids(admin, "triggers", here)["Left carts"]
        assert flow["segmentFilter"]["segmentIds"] == [segments["Gold"], segments["Staff"]]
        assert flow["contents"]["shop"]["destinationId"] == _ids(admin, "destinations", here)["Shop"]
    assert not set(_ids(admin, "segments").values()) & set(_ids(admin, "segments", THERE).values())


def test_a_destinations_secret_is_shown_once_and_in_no_file(editor: Terminal, code: Path) -> None:
    first = editor.type("apply", str(code), "--yes")
    write(code, {"destinations/shop.yaml": "name: Shop\nurl: https://hooks.shop.example/new\n"})
    again = editor.type("apply", str(code), "--yes")

    (secret,) = (line for line in first.stdout.splitlines() if line.startswith("whsec_"))
    assert "secret of 'Shop'" in first.stderr
    assert (again.exit_code, "whsec_" in again.output) == (0, False)
    assert not [path for path in code.rglob("*") if path.is_file() and secret in path.read_text()]


def test_a_new_list_is_told_to_be_empty(editor: Terminal, code: Path) -> None:
    _, shown = planned(editor, code)

    assert "+ segment 'Staff' (create): nobody is on it" in shown
    assert "+ segment 'Gold' (create)\n" in shown


def test_who_is_on_a_list_stays_on_it(admin: Admin, editor: Terminal, code: Path) -> None:
    editor.done("apply", str(code), "--yes")
    members = f"{HERE}/segments/{_ids(admin, 'segments')['Staff']}/members"
    admin.call("PUT", f"{members}/ana@people.example")

    editor.done("pull", str(code), "--overwrite")
    editor.done("apply", str(code), "--yes")

    assert [each["identity"] for each in admin.get(members).body["items"]] == ["ana@people.example"]
    assert not [path for path in code.glob("*/*") if "ana@" in path.read_text()]


def test_an_apply_that_was_broken_off_makes_nothing_twice(admin: Admin, editor: Terminal, code: Path) -> None:
    breaking_off = Terminal(BreakingOff(editor.transport), editor.folder)
    files = [
        "imprint.yaml", "foot.yaml", "gold.yaml", "staff.yaml", "shop.yaml", "left-carts.yaml", "its commit",
        "remind.yaml", "its launch",
    ]  # fmt: skip

    for file in files:
        assert "does not answer" in breaking_off.stopped("apply", str(code), "--yes"), file
    editor.done("apply", str(code), "--yes")

    assert planned(editor, code) == (0, "")
    made = {kind: len(admin.get(f"{HERE}/{kind}").body["items"]) for kind in ("blocks", "segments", "destinations")}
    assert made == {"blocks": 2, "segments": 2, "destinations": 1}
    assert _flow(admin)["status"] == "live"


@pytest.mark.parametrize(
    ("edit", "thing"),
    [
        ({"blocks/imprint.txt": "Our shop\n"}, "block 'imprint'"),
        (
            {"segments/gold.yaml": FILES["segments/gold.yaml"].replace("gold'", "platinum'")},
            "segment 'Gold'",
        ),
        (
            {"destinations/shop.yaml": FILES["destinations/shop.yaml"].replace("/in", "/new")},
            "destination 'Shop'",
        ),
    ],
)
def test_what_somebody_changed_on_the_server_is_not_written_over_unless_asked_for(
    admin: Admin, editor: Terminal, code: Path, edit: Mapping[str, str], thing: str
) -> None:
    editor.done("apply", str(code), "--yes")
    write(code, edit)
    mine = planned(editor, code)
    _change_on_server(admin)

    others = planned(editor, code)
    refused = editor.stopped("apply", str(code), "--yes")
    editor.done("apply", str(code), "--yes", "--over-others")

    assert (mine[0], f"~ {thing} (change)\n" in mine[1]) == (2, True)
    assert (others[0], f"! {thing} (conflict): somebody changed it" in others[1]) == (2, True)
    assert "Nothing was applied" in refused
    assert planned(editor, code) == (0, "")


def _change_on_server(admin: Admin) -> None:
    """Change one of each, as others do in the console."""
    segment, destination = _ids(admin, "segments")["Gold"], _ids(admin, "destinations")["Shop"]
    answers = [
        admin.put(f"{HERE}/blocks/imprint", {"template": "Theirs"}, if_match='"1"'),
        admin.put(f"{HERE}/segments/{segment}", {"name": "Gold", "kind": "rule", "condition": "false"}, if_match='"1"'),
        admin.put(
            f"{HERE}/destinations/{destination}",
            {"name": "Shop", "url": "https://theirs.shop.example"},
            if_match='"1"',
        ),
    ]
    assert [each.status for each in answers] == [200, 200, 200]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("- Staff", "- Stuff"), "segment 'Stuff', which is neither in a file nor on the server"),
        (
            ("destination: Shop", "destination: Shup"),
            "destination 'Shup', which is neither in a file nor on the server",
        ),
        (("trigger: Left carts", "trigger: Left"), "trigger 'Left', which is neither in a file nor on the server"),
        (("- Gold", "- Twins"), "'Twins', and segment_"),
    ],
)
def test_a_flow_that_names_what_is_not_to_be_found_is_told_before_anything_is_applied(
    admin: Admin, editor: Terminal, code: Path, edit: tuple[str, str], told: str
) -> None:
    for _ in range(2):
        admin.post(f"{HERE}/segments", {"name": "Twins", "kind": "list"})
    write(code, {"flows/remind.yaml": FLOW.replace(*edit)})

    status, shown = planned(editor, code)
    refused = editor.stopped("apply", str(code), "--yes", "--over-others")

    (line,) = (line for line in shown.splitlines() if line.startswith("!"))
    assert (status, line.startswith("! flow 'Remind' (refused): "), "remind.yaml names the" in line) == (2, True, True)
    assert told in line
    assert "Nothing was applied" in refused
    assert admin.get(f"{HERE}/blocks").body["items"] == []


def test_a_flow_names_what_stands_on_the_server_in_no_file(admin: Admin, editor: Terminal, code: Path) -> None:
    admin.post(f"{HERE}/segments", {"name": "Staff", "kind": "list"})
    (code / "segments/staff.yaml").unlink()

    editor.done("apply", str(code), "--yes")

    assert _flow(admin)["segmentFilter"]["segmentIds"][1] == _ids(admin, "segments")["Staff"]


def test_a_draft_that_names_what_is_gone_stands_as_it_does(
    admin: Admin, editor: Terminal, code: Path, tmp_path: Path
) -> None:
    editor.done("apply", str(write(code, {"flows/remind.yaml": FLOW})), "--yes")
    destination = f"{HERE}/destinations/{_ids(admin, 'destinations')['Shop']}"
    admin.post(f"{destination}/disable")
    admin.delete(destination, if_match='"2"')
    pulled = tmp_path / "pulled"

    editor.done("pull", str(pulled))

    assert planned(editor, pulled) == (0, "")
    assert f"destination: {destination.rpartition('/')[2]}" in (pulled / "flows/remind.yaml").read_text()


def test_things_that_are_called_the_same_on_the_server_are_told_with_their_ids(
    admin: Admin, editor: Terminal, code: Path
) -> None:
    twins = [admin.post(f"{HERE}/segments", {"name": "Staff", "kind": "list"}).body["segmentId"] for _ in range(2)]

    status, shown = planned(editor, code)
    refused = editor.stopped("pull", str(code))

    assert (status, "! segment 'Staff' (refused): " in shown, "segments/staff.yaml knows it" in shown) == (
        2,
        True,
        True,
    )
    for each in twins:
        assert each in shown
        assert each in refused


def test_a_list_is_not_made_a_rule(admin: Admin, editor: Terminal, code: Path) -> None:
    admin.post(f"{HERE}/segments", {"name": "Gold", "kind": "list"})

    status, shown = planned(editor, code, "--over-others")

    assert (status, "! segment 'Gold' (refused): it is a list on the server and stays one" in shown) == (2, True)


def test_a_block_that_is_wrong_is_told_with_its_file_and_ends_the_apply(
    admin: Admin, editor: Terminal, code: Path
) -> None:
    write(code, {"blocks/imprint.txt": "{{ oh\n"})

    refused = editor.stopped("apply", str(code), "--yes")

    assert "blocks/imprint.yaml: " in refused
    assert "/template:" in refused
    assert admin.get(f"{HERE}/segments").body["items"] == []


def test_a_block_that_was_put_away_is_taken_up_again(admin: Admin, editor: Terminal, code: Path) -> None:
    admin.call("PUT", f"{HERE}/blocks/imprint", {"template": "old"})
    admin.delete(f"{HERE}/blocks/imprint", if_match='"1"')

    editor.done("apply", str(code), "--yes")

    assert admin.get(f"{HERE}/blocks/imprint").body["template"] == "A shop"


def test_in_staging_all_is_applied_but_triggers_and_flows_with_the_reason(
    admin: Admin, code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stacks.PARAMETERS, "Environment", "staging")
    staging = replace(admin, handler=prepared(monkeypatch, admin.stack, "AdminFunction", app))
    editor = terminal_of(staging, tmp_path / "config").signed_in()

    refused = editor.stopped("apply", str(code), "--yes")
    status, shown = planned(editor, code)

    told = refused.splitlines()
    reason = "Event triggers and flows can be created in production only"
    assert [line.partition(": ")[2] for line in told[told.index("All is applied but for this:") + 1 :]] == [
        reason,
        "The trigger 'Left carts' is missing, which it needs.",
    ]
    heads = [line for line in shown.splitlines() if "(create" in line]
    assert (status, heads) == (2, ["+ trigger 'Left carts' (create)", "+ flow 'Remind' (create, then launch)"])


def test_who_may_look_alone_is_told_so(admin: Admin, code: Path, tmp_path: Path) -> None:
    viewer = terminal_of(admin, tmp_path / "config", VIEWER).signed_in()

    told = viewer.stopped("apply", str(code), "--yes").partition("but for this:\n")[2].splitlines()

    assert [Path(line.partition(": ")[0]).name for line in told] == [
        "foot.yaml", "imprint.yaml", "gold.yaml", "staff.yaml", "shop.yaml", "left-carts.yaml", "remind.yaml",
    ]  # fmt: skip
    assert admin.get(f"{HERE}/blocks", by=ADMIN).body["items"] == []
