"""Triggers and flows as files: what pull writes, what plan shows, what apply does and what it leaves alone."""

import subprocess
from pathlib import Path

import httpx
import pytest

from signalbox_cli.desk import Desk, Surroundings
from tests.cli.code import BreakingOff, planned, write
from tests.cli.terminal import Terminal

SQL = "SELECT identity, event_id\nFROM event_triggers\n"
TRIGGER = "name: Left carts\nlookbackSeconds: 3600\nsql: !file left.sql\n"
FLOW = """\
name: Remind  # of what was left
trigger: Left carts
content:
  channel: email
  subject: You left something
  html: !file remind.html
  text: Hello
quietHours: {start: 22:00, end: 08:00}
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    files = {
        "triggers/left.yaml": TRIGGER,
        "triggers/left.sql": SQL,
        "flows/remind.yaml": FLOW,
        "flows/remind.html": "<p>Hello</p>\n",
    }
    return write(tmp_path / "code", files)


def test_a_directory_is_planned_applied_and_then_without_changes(editor: Terminal, code: Path) -> None:
    before = planned(editor, code)
    editor.done("apply", str(code), "--yes")
    after = planned(editor, code)

    assert before[0] == 2
    assert "+ trigger 'Left carts' (create)" in before[1]
    assert "+FROM event_triggers" in before[1]
    assert after == (0, "")
    (flow,) = editor.json("flows", "list")
    shown = editor.json("flows", "show", "Remind")
    assert (flow["status"], flow["triggerName"]) == ("draft", "Left carts")
    assert (shown["content"]["html"], shown["quietHours"]["start"]) == ("<p>Hello</p>", "22:00")
    assert editor.json("triggers", "show", "Left carts")["trigger"]["sql"] == SQL.removesuffix("\n")


def test_pull_writes_what_stands_and_a_plan_after_it_shows_no_changes(
    editor: Terminal, code: Path, tmp_path: Path
) -> None:
    editor.done("apply", str(code), "--yes")
    pulled = tmp_path / "pulled"

    written = editor.done("pull", str(pulled)).split()
    again = editor.done("pull", str(pulled))

    assert sorted(Path(each).relative_to(pulled).as_posix() for each in written) == [
        "flows/remind.yaml",
        "triggers/left-carts.yaml",
    ]
    assert again == ""
    assert planned(editor, pulled) == (0, "")
    assert (pulled / "triggers/left-carts.sql").read_text() == SQL
    assert (pulled / "flows/remind.html").read_text() == "<p>Hello</p>\n"
    assert (pulled / "flows/remind.yaml").read_text() == (
        "name: Remind\n"
        "trigger: Left carts\n"
        "content:\n"
        "  channel: email\n"
        "  subject: You left something\n"
        "  text: Hello\n"
        "  html: !file 'remind.html'\n"
        "quietHours:\n"
        "  start: '22:00'\n"
        "  end: 08:00\n"
    )


def test_what_changed_is_shown_line_by_line_and_committed_with_its_note(editor: Terminal, code: Path) -> None:
    editor.done("apply", str(code), "--yes")
    (code / "triggers/left.sql").write_text(SQL + "WHERE true\n")
    (code / "flows/remind.html").write_text("<p>Hello again</p>\n")

    status, shown = planned(editor, code)
    editor.done("apply", str(code), "--yes", "--note", "why not")

    assert status == 2
    assert "~ trigger 'Left carts' (change)" in shown
    assert "\n+WHERE true" in shown
    assert "-<p>Hello</p>\n+<p>Hello again</p>" in shown
    assert planned(editor, code) == (0, "")
    newest, first = editor.json("triggers", "versions", "Left carts")
    assert (newest["version"], newest["note"], first["version"]) == (2, "why not", 1)


def test_a_commit_names_the_commit_of_git(editor: Terminal, code: Path) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "x"]):
        subprocess.run(["git", "-C", str(code), *words], check=True)  # noqa: S607 - git is where the person's PATH has it

    editor.done("apply", str(code), "--yes")

    (version,) = editor.json("triggers", "versions", "Left carts")
    assert version["note"].startswith("git ")
    assert len(version["note"].split()[1]) >= 7
    assert "with changes" not in version["note"]


def test_what_somebody_changed_on_the_server_is_not_written_over_unless_asked_for(editor: Terminal, code: Path) -> None:
    editor.done("apply", str(code), "--yes")
    (code / "mine.sql").write_text("SELECT identity, event_id FROM event_triggers WHERE false")
    editor.done("triggers", "commit", "Left carts", "--sql", str(code / "mine.sql"), "--yes")
    (code / "triggers/left.sql").write_text(SQL + "WHERE true\n")

    status, shown = planned(editor, code)
    refused = editor.stopped("apply", str(code), "--yes")
    untouched = editor.json("triggers", "show", "Left carts")["trigger"]
    editor.done("apply", str(code), "--yes", "--over-others")

    assert (status, "! trigger 'Left carts' (conflict): somebody changed it" in shown) == (2, True)
    assert "Nothing was applied" in refused
    assert (untouched["version"], "false" in untouched["sql"]) == (2, True)
    assert "true" in editor.json("triggers", "show", "Left carts")["trigger"]["sql"]
    assert planned(editor, code) == (0, "")


def test_what_the_directory_has_never_seen_is_a_conflict(editor: Terminal, code: Path, tmp_path: Path) -> None:
    editor.done("apply", str(code), "--yes")
    clone = tmp_path / "clone"
    for path in ("triggers/left.yaml", "triggers/left.sql"):
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_text((code / path).read_text())

    same = planned(editor, clone)
    (clone / "triggers/left.sql").write_text("SELECT identity, event_id FROM event_triggers WHERE true")
    other = planned(editor, clone)

    assert same == (0, "")
    assert (other[0], "never seen" in other[1]) == (2, True)


def test_a_draft_that_somebody_is_writing_is_not_written_over(editor: Terminal, code: Path) -> None:
    editor.done("apply", str(code), "--yes")
    _write_draft(editor, "SELECT identity, event_id FROM event_triggers -- mine")
    (code / "triggers/left.sql").write_text(SQL + "WHERE true\n")

    status, shown = planned(editor, code)

    assert (status, "somebody is writing a draft of it" in shown) == (2, True)


def test_an_apply_that_was_broken_off_is_finished_by_the_next(editor: Terminal, code: Path) -> None:
    (code / "flows/remind.yaml").write_text(f"{FLOW}status: live\n")
    breaking_off = Terminal(BreakingOff(editor.transport), editor.folder)
    changes = ["the draft", "its commit", "the flow", "its launch"]

    for change in changes:
        assert "does not answer" in breaking_off.stopped("apply", str(code), "--yes"), change
    assert planned(editor, code) == (0, "")
    editor.done("apply", str(code), "--yes")

    assert [each["version"] for each in editor.json("triggers", "versions", "Left carts")] == [1]
    assert len(editor.json("triggers", "list")) == 1
    assert [each["status"] for each in editor.json("flows", "list")] == ["live"]


def test_a_flow_is_launched_and_paused_only_where_its_file_says_so(editor: Terminal, code: Path) -> None:
    flow = code / "flows/remind.yaml"
    states = []
    for status in ("", "status: live\n", "", "status: paused\npauseMode: drop\n", "status: live\n"):
        flow.write_text(FLOW + status)
        before, _ = planned(editor, code)
        editor.done("apply", str(code), "--yes")
        states.append((before, editor.json("flows", "list")[0]["status"]))
        assert planned(editor, code) == (0, "")

    assert states == [(2, "draft"), (2, "live"), (0, "live"), (2, "paused"), (2, "live")]


def test_a_flow_that_somebody_paused_is_not_resumed_unless_asked_for(editor: Terminal, code: Path) -> None:
    (code / "flows/remind.yaml").write_text(f"{FLOW}status: live\n")
    editor.done("apply", str(code), "--yes")
    editor.done("flows", "pause", "Remind")

    refused = editor.stopped("apply", str(code), "--yes")
    status, shown = planned(editor, code)

    assert "Nothing was applied" in refused
    assert (status, "it is paused, and not by this directory" in shown) == (2, True)
    assert editor.json("flows", "list")[0]["status"] == "paused"


def test_a_flow_that_has_ended_is_not_made_again(editor: Terminal, code: Path) -> None:
    (code / "flows/remind.yaml").write_text(f"{FLOW}status: live\n")
    editor.done("apply", str(code), "--yes")
    editor.done("flows", "end", "Remind", "--yes")

    status, shown = planned(editor, code)
    refused = editor.stopped("apply", str(code), "--yes", "--over-others")

    assert (status, "it has ended for good" in shown) == (2, True)
    assert "cannot be done" in refused


def test_a_flow_is_stepped_on_and_not_an_ended_one_of_its_name(editor: Terminal, code: Path) -> None:
    (code / "flows/remind.yaml").write_text(f"{FLOW}status: live\n")
    editor.done("apply", str(code), "--yes")
    (of_old,) = editor.json("flows", "list")
    editor.done("flows", "end", "Remind", "--yes")
    _flow_again(editor, of_old["flowId"])

    editor.done("apply", str(code), "--yes", "--over-others")

    statuses = {each["flowId"] == of_old["flowId"]: each["status"] for each in editor.json("flows", "list")}
    assert statuses == {True: "ended", False: "live"}


def test_pull_does_not_write_over_files_that_say_something_else(editor: Terminal, code: Path) -> None:
    editor.done("apply", str(code), "--yes")
    (code / "triggers/left.sql").write_text("SELECT mine")

    refused = editor.stopped("pull", str(code))
    kept = (code / "triggers/left.sql").read_text()
    editor.done("pull", str(code), "--overwrite")

    assert "left.yaml" in refused
    assert kept == "SELECT mine"
    assert (code / "triggers/left.sql").read_text() == SQL


def test_what_no_file_defines_is_left_alone(editor: Terminal, code: Path) -> None:
    editor.done("apply", str(code), "--yes")
    (code / "flows/remind.yaml").unlink()

    result = editor.type("plan", str(code))
    editor.done("apply", str(code), "--yes")

    assert result.exit_code == 0
    assert "no file defines them: flow 'Remind'" in result.stderr
    assert len(editor.json("flows", "list")) == 1


def test_nothing_is_applied_when_the_answer_is_no(editor: Terminal, code: Path) -> None:
    result = editor.type("apply", str(code), answer="n\n")

    assert result.exit_code == 1
    assert editor.json("triggers", "list") == []


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("flows/remind.yaml", FLOW + "colour: red\n", "/colour: unknown"),
        ("flows/remind.yaml", FLOW + "status: ended\n", "live or paused"),
        ("flows/remind.yaml", FLOW + "pauseMode: hold\n", "goes with 'status: paused'"),
        ("flows/remind.yaml", FLOW + "name: Twice\n", "'name' is given twice"),
        ("flows/remind.yaml", FLOW.replace("remind.html", "../left.sql"), "must lie beside"),
        ("flows/remind.yaml", FLOW.replace("remind.html", "none.html"), "none.html cannot be read"),
        ("flows/remind.yaml", "", "is empty"),
        ("flows/remind.yaml", "a: [", "is not YAML"),
        ("flows/remind.yaml", FLOW.replace("22:00", "22"), "/quietHours/start"),
        ("triggers/other.yaml", TRIGGER, "both define the trigger 'Left carts'"),
        ("triggers/left.yaml", "sql: SELECT 1\n", "/name: required"),
        ("flows/remind.yaml", FLOW.replace("trigger: Left carts\n", ""), "/trigger: required"),
        ("flows/remind.yaml", FLOW.replace("trigger:", "triggerId:"), "a file says 'trigger'"),
        ("flows/remind.yaml", FLOW + "segmentFilter: {segmentIds: [x]}\n", "a file says 'segments'"),
        ("flows/remind.yaml", FLOW + "segmentFilter: {segments: x}\n", "/segmentFilter/segments:"),
        ("flows/remind.yaml", FLOW + "contents: {a: {channel: webhook, data: x}}\n", "/contents/a/destination: req"),
        ("blocks/foot.yaml", "name: foot\n", "/template: required"),
        ("blocks/foot.yaml", "name: foot\ntemplate: x\nversion: 1\n", "/version: unknown"),
        ("segments/vip.yaml", "name: VIP\nkind: rule\n", "expected a condition of a rule"),
        ("destinations/shop.yaml", "name: Shop\n", "/url: required"),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_path_before_anything_is_asked(
    code: Path, tmp_path: Path, file: str, text: str, told: str
) -> None:
    nowhere = Terminal(httpx.MockTransport(lambda _request: httpx.Response(500)), tmp_path / "config").signed_in()
    write(code, {file: text})

    sentence = nowhere.stopped("plan", str(code))

    assert told in sentence
    assert file.split("/", maxsplit=1)[0] in sentence


def test_what_cannot_be_committed_is_told_with_the_reasons(editor: Terminal, code: Path) -> None:
    (code / "triggers/left.sql").write_text("DROP TABLE x")

    sentence = editor.stopped("apply", str(code), "--yes")

    assert "left.yaml: " in sentence
    assert "/sql:" in sentence


def _flow_again(editor: Terminal, flow_id: str) -> None:
    """Make a flow as another was, as the console does."""
    desk = Desk(Surroundings(editor.transport, {}, editor.folder, editor.now))
    shown = desk.api.get(desk.here("flows", flow_id))
    desk.api.post(desk.here("flows"), {member: shown[member] for member in ("name", "triggerId", "content")})


def _write_draft(editor: Terminal, sql: str) -> None:
    """Save a draft as the console does, without committing it."""
    desk = Desk(Surroundings(editor.transport, {}, editor.folder, editor.now))
    where = desk.here("triggers", editor.json("triggers", "list")[0]["triggerId"], "draft")
    draft = desk.api.read(where)
    desk.api.put(where, {"sql": sql, "draftId": draft.body["draftId"]}, etag=draft.etag)
