"""A query that uses too much is stopped and named, and its neighbours are answered all the same."""

import resource
from collections.abc import Callable

import pytest

from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.queries import QueryFailure, QueryFault, QueryLimits, QueryRows
from tests.triggers.conftest import make_event, query, run

ENDLESS = """SELECT e.identity, e.event_id FROM event_triggers e, range(1000000) a(i), range(1000000) b(j)
             WHERE hash(i, j) = 1"""
type Fail = Callable[..., QueryFailure]


def test_query_without_end_is_stopped_and_its_cpu_limit_named(fail: Fail) -> None:
    failure = fail(ENDLESS)

    assert failure.fault is QueryFault.CPU_LIMIT
    assert "1 s" in failure.detail


def test_query_without_end_uses_no_more_than_its_cpu_limit() -> None:
    before = _cpu_of_children()

    run(DuckDBEngine(QueryLimits(cpu_seconds=1)), [make_event()], [query(ENDLESS)])

    assert _cpu_of_children() - before < 4, "it and its rounding, and what a child takes to begin"


def test_each_query_has_a_cpu_limit_of_its_own() -> None:
    busy = "SELECT 'x' AS identity, 'y' AS event_id, sum(hash(i)) AS n FROM range(30000000) t(i)"
    before = _cpu_of_children()

    answers = run(DuckDBEngine(QueryLimits(cpu_seconds=2)), [], [query(busy, str(number)) for number in range(60)])

    assert [type(answer) for answer in answers.values()] == [QueryRows] * 60
    assert _cpu_of_children() - before > 4, "together they need more than the limit of one and its rounding"


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@pytest.mark.parametrize(
    "bomb",
    [
        "lpad('x', 1500000000, 'y')",
        "list_sum(range(200000000))",
        "(SELECT list(i) FROM range(100000000) t(i))[1]",
        "(SELECT string_agg(i::VARCHAR, ',') FROM range(100000000) t(i))[1]",
        "(SELECT count(*) FROM (SELECT DISTINCT hash(i) FROM range(100000000) t(i)))",
        "repeat('x', 400000000)",
    ],
)
def test_memory_bomb_is_stopped(bomb: str, fail: Fail) -> None:
    failure = fail(f"SELECT identity, event_id, {bomb} AS bomb FROM event_triggers")  # noqa: S608 - a constant of this file

    # Whichever limit it meets first: filling memory takes computing time too.
    assert failure.fault in {QueryFault.MEMORY_LIMIT, QueryFault.CPU_LIMIT}


def test_query_over_its_memory_limit_is_told_so(fail: Fail) -> None:
    failure = fail("SELECT identity, event_id, list_sum(range(200000000)) AS n FROM event_triggers")

    assert failure.fault is QueryFault.MEMORY_LIMIT
    assert "128 MB" in failure.detail


def test_memory_limit_is_for_the_query_and_not_for_the_events_loaded() -> None:
    engine = DuckDBEngine(QueryLimits(memory_mb=64))
    events = [make_event(f"e{number}", body={"text": "x" * 100_000}) for number in range(1_500)]

    answer = run(engine, events, [query("SELECT identity, event_id FROM event_triggers")])["q"]

    assert isinstance(answer, QueryRows)
    assert len(answer.rows) == 1_500


def test_too_many_rows_are_stopped_while_they_come(fail: Fail) -> None:
    failure = fail("SELECT identity, event_id FROM event_triggers, range(1000000000000)")

    assert failure.fault is QueryFault.ROW_LIMIT
    assert "1000 rows" in failure.detail


def test_as_many_rows_as_allowed_are_an_answer(engine: DuckDBEngine) -> None:
    exactly = query("SELECT identity, event_id FROM event_triggers, range(1000)")

    answer = run(engine, [make_event()], [exactly])["q"]

    assert isinstance(answer, QueryRows)
    assert len(answer.rows) == 1_000


def test_row_that_is_too_wide_is_stopped(fail: Fail) -> None:
    failure = fail("SELECT identity, event_id, repeat('x', 230000) AS wide FROM event_triggers")

    assert failure.fault is QueryFault.ROW_LIMIT


def test_largest_event_fits_into_a_row(engine: DuckDBEngine) -> None:
    body = '{"a":"' + '\\"' * 51_196 + '"}'
    assert len(body) == 102_400

    answer = run(engine, [make_event(body=body)], [query("SELECT identity, event_id, event_raw FROM event_triggers")])[
        "q"
    ]

    assert isinstance(answer, QueryRows)
    assert answer.rows[0]["event_raw"] == body


def test_answer_that_is_too_large_in_all_is_stopped() -> None:
    engine = DuckDBEngine(answer_bytes=1_000_000)
    wide = "SELECT identity, event_id, repeat('x', 10000) AS wide FROM event_triggers, range(1000)"

    answer = run(engine, [make_event()], [query(wide)])["q"]

    assert isinstance(answer, QueryFailure)
    assert answer.fault is QueryFault.ROW_LIMIT


def test_many_broken_queries_still_leave_the_good_one_answered(engine: DuckDBEngine) -> None:
    bomb = "SELECT list_sum(range(200000000)) AS identity, 1 AS event_id"
    asked = [query(bomb, "bomb 1"), query("nonsense", "nonsense"), query(bomb, "bomb 2"), query("", "nothing")]
    asked.append(query("SELECT identity, event_id FROM event_triggers", "good"))

    answers = run(engine, [make_event()], asked)

    assert [answers[each.key].key for each in asked] == [each.key for each in asked]
    assert isinstance(answers["good"], QueryRows)
    assert all(isinstance(answers[each.key], QueryFailure) for each in asked[:-1])


def test_no_queries_are_answered_by_nothing(engine: DuckDBEngine) -> None:
    assert run(engine, [make_event()], []) == {}


def test_events_that_cannot_be_loaded_fail_every_query_by_name(engine: DuckDBEngine) -> None:
    answers = run(engine, [make_event(body="{not json")], [query("SELECT 1", "a"), query("SELECT 2", "b")])

    faults = {key: answer.fault for key, answer in answers.items() if isinstance(answer, QueryFailure)}
    assert faults == {"a": QueryFault.ENGINE_LOST, "b": QueryFault.ENGINE_LOST}
