"""Events out of files: each arrives once, whatever breaks off, and what is wrong with a row is told by its line."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.domain.events import Event
from signalbox.domain.queries import Window
from tests.cli.doors import Doors, interrupt, journals, once, reported
from tests.cli.terminal import Terminal
from tests.fakes.rows import events_in
from tests.functions.admin import Admin
from tests.unit import makers

AT = "2026-03-01T12:00:00Z"
PADDING = "x" * 25_000
"""Five events with it are more than a part takes."""


def _track(name: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "track", "event": name, "userId": "u-1", "timestamp": AT, "traits": {"email": "ana@example.org"},
    } | more  # fmt: skip


def _lines(file: Path, *events: Any) -> str:
    file.write_text("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in events))
    return str(file)


def _stored(admin: Admin) -> Sequence[Event]:
    """Give all arrivals, also those of one name."""
    now = SystemClock().now()
    window = Window(now - timedelta(minutes=10), now + timedelta(minutes=1))
    return events_in(DynamoEvents(admin.stack.dynamodb, "Events"), makers.PARTNER_ID, 1, window)


@pytest.mark.parametrize("lost", ["answer", "request"])
def test_an_import_that_is_killed_midway_brings_everything_in_once(
    importer: Terminal, doors: Doors, admin: Admin, tmp_path: Path, lost: str
) -> None:
    events = [_track(f"Played {number}", properties={"padding": PADDING}) for number in range(14)]
    file = tmp_path / "events.jsonl"
    words = ("events", "import", _lines(file, *events))
    step = once("/batch", 3, interrupt)
    doors.before, doors.after = (doors.before, step) if lost == "answer" else (step, doors.after)

    killed = importer.type(*words)
    [journal] = journals(file)
    told = importer.json(*words)

    assert (killed.exit_code, journal["rows"], journal["counts"]) == (130, 8, {"stored": 8})
    assert told == {"rows": 14, "stored": 14, "refused": 0, "report": None}
    names = [each.event_name for each in _stored(admin)]
    assert set(names) == {f"Played {number}" for number in range(14)}
    ids = [each.event_id for each in _stored(admin)]
    assert len(set(ids)) == 14
    assert len(ids) == (18 if lost == "answer" else 14)  # those of the lost answer came twice, under one name each
    assert makers.SECRET not in killed.output + json.dumps(journal)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["config", "events.jsonl"]


def test_a_row_has_the_same_name_in_every_run_and_its_own_where_it_has_one(
    importer: Terminal, admin: Admin, tmp_path: Path
) -> None:
    unnamed, named = _track("A", properties={"n": 1, "m": 1.10}), _track("B", messageId="mine")
    importer.done("events", "import", _lines(tmp_path / "one.jsonl", unnamed, named))
    other_order = dict(reversed(unnamed.items())) | {"sentAt": AT, "messageId": None}
    importer.done("events", "import", _lines(tmp_path / "two.jsonl", named, other_order, _track("A")))

    by_name: dict[str, set[str]] = {}
    for each in _stored(admin):
        by_name.setdefault(each.event_name, set()).add(each.event_id)

    assert by_name["B"] == {"mine"}
    assert (len(by_name["A"]), all(each.startswith("import:") for each in by_name["A"])) == (2, True)


def test_when_an_event_happened_is_what_its_row_says(importer: Terminal, admin: Admin, tmp_path: Path) -> None:
    asked = ("events", "import")
    rows = (
        _track("timestamp", sentAt="2026-03-02T00:00:00Z"),
        _track("original", timestamp=None, originalTimestamp=AT),
        _track("sent", timestamp=None, sentAt=AT),
    )
    importer.done(*asked, _lines(tmp_path / "dated.jsonl", *rows))
    undated = _lines(tmp_path / "undated.jsonl", _track("undated", timestamp=None, properties={"timestamp": AT}))

    refused = importer.type(*asked, undated, answer="n\n")
    before = {each.event_name for each in _stored(admin)}
    importer.done(*asked, undated, "--yes")

    assert (refused.exit_code, "Rows without a timestamp: 1." in refused.stderr) == (1, True)
    assert before == {"timestamp", "original", "sent"}
    happened = {each.event_name: each.occurred_at for each in _stored(admin)}
    at = datetime.fromisoformat(AT).astimezone(UTC)
    assert [happened[name] for name in ("timestamp", "original", "sent")] == [at] * 3
    assert happened["undated"] > at + timedelta(days=1)


def test_what_is_wrong_with_a_row_is_told_by_its_line(importer: Terminal, doors: Doors, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    rows = (
        _track("Good"), "", {"type": "track", "userId": "u-1", "timestamp": AT}, "[1]", '{"type": "track",',
        _track("Big", properties={"text": "x" * 400_000}), '{"type": "track", "type": "track"}',
        {"type": "track", "event": "Held", "anonymousId": "nobody", "timestamp": AT},
    )  # fmt: skip

    result = importer.type("events", "import", _lines(file, *rows))

    assert result.exit_code == 1
    assert dict(line.split("\t") for line in result.stdout.splitlines()) == {
        "rows": "7", "stored": "1", "held": "1", "refused": "5",
    }  # fmt: skip
    told = dict(reported(file))
    assert list(told) == [3, 4, 5, 6, 7]
    assert (told[3], told[4]) == ("/event: required", "expected a JSON object")
    assert "stops being at character" in told[5]
    assert "at most 32768 bytes" in told[6]
    assert len(doors.uploads()) == 1


def test_a_table_is_read_by_the_titles_of_its_columns(importer: Terminal, doors: Doors, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        "event,userId,email,timestamp,properties.price:number,properties.sku,properties.sale:boolean,"
        "context.page.url,properties.tags:json\n"
        f'Bought,u-1,ana@example.org,{AT},19.90,0012,true,https://shop.example,"[""a""]"\n'
        f"Looked,u-2,ben@example.org,{AT},,,,,\n"
        f"Bad,u-3,cy@example.org,{AT},cheap,,,,\n"
        f"Long,u-3,cy@example.org,{AT},1,,,,,,,,more\n"
    )

    result = importer.type("events", "import", str(file))

    [body] = doors.uploads()
    assert '"price":19.90' in body
    bought, looked = json.loads(body)["batch"]
    assert (bought["type"], bought["event"], bought["traits"]) == ("track", "Bought", {"email": "ana@example.org"})
    assert bought["properties"] == {"price": 19.9, "sku": "0012", "sale": True, "tags": ["a"]}
    assert bought["context"] == {"page": {"url": "https://shop.example"}}
    assert set(looked) == {"type", "event", "userId", "timestamp", "traits", "messageId"}
    assert (result.exit_code, [line for line, _ in reported(file)]) == (1, [4, 5])
    assert reported(file)[0][1] == "properties.price: expected what its column's title says"


@pytest.mark.parametrize("title", ["price", "properties.", "properties", "email:list", "user.name"])
def test_a_title_that_says_nothing_is_told(importer: Terminal, tmp_path: Path, title: str) -> None:
    file = tmp_path / "events.csv"
    file.write_text(f"event,{title}\nA,1\n")

    assert f"has a column '{title}'; columns are email, type, " in importer.stopped("events", "import", str(file))


def test_what_is_busy_is_tried_again_and_what_is_refused_is_not(
    importer: Terminal, doors: Doors, tmp_path: Path
) -> None:
    words = ("events", "import", _lines(tmp_path / "events.jsonl", _track("A")))
    busy = [httpx.Response(429, headers={"retry-after": "1"}), httpx.Response(503)]
    doors.before = lambda request: busy.pop() if request.url.path == "/v1/batch" and busy else None

    stored = importer.json(*words)
    tries = len(doors.uploads())
    wrong = replace(importer, environ={}).type(*words, answer="wrong secret\n")

    assert (stored["stored"], busy, tries) == (1, [], 1)
    assert (wrong.exit_code, "The secret is not this partner's" in wrong.stderr) == (1, True)
    assert "wrong secret" not in wrong.output
    assert len(doors.uploads()) == tries + 1
