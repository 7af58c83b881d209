"""What a query sees: its own span of receipt, at hand and in history alike, each event once, and whose traits."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from signalbox.adapters.queries import child, tables
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.adapters.queries.event_rows import write_events
from signalbox.domain.events import Event, to_ms
from signalbox.domain.queries import Loaded, Query, QueryAnswer, QueryFailure, QueryFault, QueryRows, Window
from tests.fakes.rows import row_of
from tests.triggers.conftest import START, WINDOW, make_event, query, run
from tests.triggers.history_files import write_history

HOUR_MS = 3_600_000
ALL = "SELECT identity, event_id FROM event_triggers ORDER BY ts, event_id"
WITH_TRAITS = """SELECT e.identity, e.event_id, c.traits->>'tier' AS tier
                 FROM event_triggers e JOIN contacts c USING (identity) ORDER BY e.event_id"""


BOMB = "SELECT list_sum(range(200000000)) AS identity, 1 AS event_id FROM contacts"


def ids_in(answer: QueryAnswer) -> list[object]:
    assert isinstance(answer, QueryRows), answer
    return [row["event_id"] for row in answer.rows]


def over(engine: DuckDBEngine, events: Sequence[Event], history: Sequence[Path], *queries: Query) -> list[QueryAnswer]:
    """Answer queries that read no contacts."""
    return list(engine.run(Loaded([row_of(event) for event in events], history), no_traits, queries))


def no_traits(people: Iterable[str]) -> Mapping[str, str]:
    raise AssertionError("nobody's traits are needed")


def test_each_query_sees_what_was_received_in_its_own_span(engine: DuckDBEngine) -> None:
    events = [make_event(f"at {minute}", at_ms=minute * 60_000) for minute in range(6)]

    def spanning(first: int, last: int) -> Query:
        start, end = (START + timedelta(minutes=minute) for minute in (first, last))
        return Query(f"{first} to {last}", ALL, Window(start, end), reads_from=start)

    answers = over(engine, events, (), spanning(1, 3), spanning(0, 5), spanning(1, 3), spanning(4, 4))

    assert [ids_in(answer) for answer in answers] == [
        ["at 2", "at 3"],
        ["at 1", "at 2", "at 3", "at 4", "at 5"],
        ["at 2", "at 3"],
        [],
    ]


def test_look_back_is_read_from_history_as_if_it_were_at_hand(engine: DuckDBEngine, tmp_path: Path) -> None:
    old = [
        make_event(f"old {hours}", at_ms=-hours * HOUR_MS, user_id="u", body={"properties": {"n": hours}})
        for hours in range(1, 5)
    ]
    new = [make_event("new", at_ms=1, body={"properties": {"n": 0}})]
    everything = "SELECT * FROM event_triggers ORDER BY ts"
    asked = Query("q", everything, WINDOW, reads_from=START - timedelta(hours=3))

    [answer] = over(engine, new, write_history(tmp_path, old), asked)

    [same] = over(engine, [*old, *new], (), asked)
    assert ids_in(answer) == ["old 2", "old 1", "new"]
    assert isinstance(answer, QueryRows)
    assert isinstance(same, QueryRows)
    assert answer.rows == same.rows
    assert answer.received_ms == same.received_ms


def test_of_repeats_the_earliest_counts_wherever_it_lies(engine: DuckDBEngine, tmp_path: Path) -> None:
    old = [
        make_event("in both", at_ms=-2 * HOUR_MS),
        make_event("in two files", at_ms=-2 * HOUR_MS + 1),
        make_event("in two files", at_ms=-HOUR_MS),
        make_event("in one file", at_ms=-HOUR_MS + 1),
        make_event("in one file", at_ms=-HOUR_MS + 1),
    ]
    new = [make_event("at hand", at_ms=9), make_event("in both", at_ms=5), make_event("at hand", at_ms=6)]
    when = (
        "SELECT identity, event_id, epoch_ms(ts) - epoch_ms(TIMESTAMP '2026-03-01 12:00:00') AS ms FROM event_triggers"
    )

    [answer] = over(engine, new, write_history(tmp_path, old), query(when))

    assert isinstance(answer, QueryRows)
    assert sorted((row["event_id"], row["ms"]) for row in answer.rows) == [
        ("at hand", 6),
        ("in both", -2 * HOUR_MS),
        ("in one file", -HOUR_MS + 1),
        ("in two files", -2 * HOUR_MS + 1),
    ]


def test_repeat_of_an_event_before_the_span_is_no_event(engine: DuckDBEngine, tmp_path: Path) -> None:
    history = write_history(tmp_path, [make_event("seen", at_ms=-HOUR_MS)])
    within = Query("q", ALL, WINDOW, reads_from=START)

    [answer] = over(engine, [make_event("seen", at_ms=5), make_event("new", at_ms=6)], history, within)

    assert ids_in(answer) == ["new"]


@pytest.mark.parametrize("at_once", [1, 3, 1_000])
def test_repeats_are_found_in_however_many_goes(at_once: int, tmp_path: Path) -> None:
    old = [make_event(f"{number % 5}", at_ms=(number - 10) * HOUR_MS) for number in range(10)]
    history = write_history(tmp_path, old)
    connection = child.prepare().connection
    with tempfile.TemporaryFile() as rows:
        form = write_events(rows, [row_of(make_event("4")), row_of(make_event("new"))])

        tables.load_events(connection, [(rows.fileno(), form)], [str(file) for file in history], at_once)

    seen = connection.sql("SELECT event_id, received_ms FROM store.visible ORDER BY received_ms").fetchall()
    assert seen == [(event.event_id, to_ms(event.received_at)) for event in (*old[:5], make_event("new"))]


def test_answer_tells_when_the_events_it_names_were_received(engine: DuckDBEngine, tmp_path: Path) -> None:
    history = write_history(tmp_path, [make_event("old", at_ms=-HOUR_MS), make_event("before", at_ms=-3 * HOUR_MS)])
    named = """SELECT identity, unnest(['old', 'new', 'before', 'unheard of', NULL]) AS event_id
               FROM event_triggers WHERE event_id = 'new'"""
    asked = Query("q", named, WINDOW, reads_from=START - timedelta(hours=2))

    [answer] = over(engine, [make_event("new", at_ms=7), make_event("not named")], history, asked)

    assert isinstance(answer, QueryRows)
    assert answer.received_ms == {
        "old": to_ms(START) - HOUR_MS,
        "new": to_ms(START) + 7,
    }


def test_receipts_of_as_many_events_as_rows_may_name_are_told() -> None:
    engine = DuckDBEngine()
    events = [make_event(f"{number:>320}", at_ms=number) for number in range(1, 20_001)]

    [answer] = over(engine, events, (), query(ALL))

    assert isinstance(answer, QueryRows)
    assert answer.received_ms == {event.event_id: to_ms(event.received_at) for event in events}


def test_traits_are_asked_for_once_and_only_of_people_whom_a_query_can_see(
    engine: DuckDBEngine, tmp_path: Path
) -> None:
    history = write_history(
        tmp_path,
        [
            make_event("1", identity="old@example.org", at_ms=-HOUR_MS),
            make_event("0", identity="before@example.org", at_ms=-3 * HOUR_MS),
        ],
    )
    events = [make_event("2", identity="new@example.org"), make_event("3", identity=None, email=None)]
    asked: list[list[str]] = []

    def traits_of(people: Iterable[str]) -> Mapping[str, str]:
        asked.append(sorted(people))
        return {"old@example.org": '{"tier":"gold"}', "new@example.org": '{"tier":"tin"}'}

    bomb = Query("bomb", BOMB, WINDOW, reads_from=START)
    reading = Query("reading", WITH_TRAITS, WINDOW, reads_from=START - timedelta(hours=2))

    asked_for = [query(ALL, "plain", timedelta(0)), bomb, reading]
    loaded = Loaded([row_of(event) for event in events], history)
    answers = {answer.key: answer for answer in engine.run(loaded, traits_of, asked_for)}

    assert asked == [["new@example.org", "old@example.org"]]
    assert isinstance(answers["bomb"], QueryFailure)
    answer = answers["reading"]
    assert isinstance(answer, QueryRows)
    assert [(row["event_id"], row["tier"]) for row in answer.rows] == [("1", "gold"), ("2", "tin")]


def test_queries_that_read_the_contacts_of_too_many_people_say_so_and_the_others_run(engine: DuckDBEngine) -> None:
    events = [row_of(make_event(f"{n}", identity=f"{n}@example.org")) for n in range(tables.MAX_CONTACTS + 1)]
    counting = "SELECT count(*)::VARCHAR AS event_id, 'x' AS identity FROM event_triggers"
    bomb = "SELECT list_sum(range(200000000)) AS identity, 1 AS event_id"
    reading = "SELECT identity, traits AS event_id FROM contacts"
    asked = [query(counting, "plain"), query(reading, "reading"), query(bomb, "bomb"), query(reading, "again")]

    asked.append(query(counting, "after"))
    answers = {answer.key: answer for answer in engine.run(Loaded(events), no_traits, asked)}

    for key in ("reading", "again"):
        refused = answers[key]
        assert isinstance(refused, QueryFailure)
        assert refused.fault is QueryFault.TOO_MANY_CONTACTS
        assert "shorten its lookback" in refused.detail
    assert ids_in(answers["plain"]) == ids_in(answers["after"]) == ["50001"]


def test_fault_of_the_contacts_store_is_the_callers(engine: DuckDBEngine) -> None:
    def traits_of(people: Iterable[str]) -> Mapping[str, str]:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        list(engine.run(Loaded([row_of(make_event())]), traits_of, [query(WITH_TRAITS)]))

    assert ids_in(run(engine, [make_event()], [query(ALL)])["q"]) == ["e1"]
