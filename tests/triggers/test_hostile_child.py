"""A query that has taken its child over can say what it likes: the parent believes only what our child would say."""

import json
import sys
import time
import tracemalloc

import pytest

from signalbox.adapters.queries.answers import Room, read_answer
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.adapters.queries.process import Zygote
from signalbox.domain.events import to_ms
from signalbox.domain.queries import QueryAnswer, QueryFailure, QueryFault, QueryLimits, QueryRows
from tests.triggers.conftest import START, make_event, query, run

LIMITS = QueryLimits(cpu_seconds=1, memory_mb=64, rows=10)
PATIENT = QueryLimits(cpu_seconds=7)
"""Half a minute: what ends long before it was not ended by it."""
MEGABYTE = 1_000_000
FORKS_STRANGERS = """
import os, select, socket, sys
control = socket.socket(fileno=int(sys.argv[2]))
_, (output,), _, _ = socket.recv_fds(control, 5, 1)
pid = os.fork()
if pid == 0:
    os.dup2(output, 1)
    exec(sys.argv[1])
    os._exit(0)
os.close(output)
ended = os.pidfd_open(pid)
if ended not in select.select([ended, control], [], [])[0]:
    os.kill(pid, 9)
control.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())
"""


def answer_of_a_child_that_says(script: str, room: int = MEGABYTE, limits: QueryLimits = LIMITS) -> QueryAnswer:
    """Let a stranger take the child's place, behind a zygote that forks it as ours does."""
    zygote = Zygote([sys.executable, "-I", "-S", "-c", FORKS_STRANGERS, script], {})
    with zygote.fork(b"speak", []) as child:
        return read_answer(child, query("SELECT 1"), limits, Room(room, room, 1), later=0)


def saying(*lines: str) -> str:
    return f"import os; os.write(1, {''.join(f'{line}\n' for line in lines).encode()!r})"


def test_what_our_child_says_is_an_answer() -> None:
    answer = answer_of_a_child_that_says(
        saying(
            '{"columns": ["a", "b"]}',
            "[[1, 2], [null, [5]]]",
            '{"received": {"1": 1772366400000}}',
            '{"elapsed_ms": 7}',
        )
    )

    assert answer == QueryRows("q", [{"a": 1, "b": None}, {"a": 2, "b": [5]}], 7, {"1": to_ms(START)})


@pytest.mark.parametrize(
    "lines",
    [
        ["hello"],
        [""],
        ["5"],
        ["null"],
        ['"text"'],
        ["{}"],
        ["[1]"],
        ['{"columns": 5}'],
        ['{"columns": ["a", 5]}'],
        ['{"columns": [' + '"a",' * 200 + '"a"]}'],
        ['{"columns": ["a"]}', "[1]"],
        ['{"columns": ["a"]}', "[[1], [2]]"],
        ['{"columns": ["a", "b"]}', "[[1]]"],
        ['{"columns": ["a", "b"]}', "[[1], [1, 2]]"],
        ['{"columns": ["a", "b"]}', "[[1, 2], [1]]"],
        ['{"columns": ["a"]}', "[]"],
        ['{"columns": []}', "[]"],
        ['{"columns": ["a"]}', "[[NaN]]"],
        ['{"columns": ["a"]}', "[[1]] [[2]]", '{"elapsed_ms": 1}'],
        ['{"columns": ["a"]}', "[[-Infinity]]"],
        ['{"columns": ["a"]}', "[" * 100_000],
        ['{"columns": ["a"]}', "[" * 9_000 + "]" * 9_000],
        ['{"columns": ["a"]}', "[[" + "9" * 5_000 + "]]"],
        ['{"columns": ["a"]}', *["[[1]]"] * 11, '{"elapsed_ms": 1}'],
        ['{"columns": ["a"]}', "[[1,1,1,1,1,1,1,1,1,1,1]]", '{"elapsed_ms": 1}'],
        ['{"fault": "unheard of", "detail": "x"}'],
        ['{"fault": "engine_lost", "detail": "x"}'],
        ['{"fault": "sql_error"}'],
        ['{"fault": "sql_error", "detail": 5}'],
        ['{"elapsed_ms": "soon"}'],
        ['{"columns": ["a"]}', "[[1]]", '{"received": {"e1": 1, "e2": 2}}', '{"elapsed_ms": 1}'],
        ['{"columns": ["a"]}', "[[1]]", '{"received": {"e1": "soon"}}', '{"elapsed_ms": 1}'],
        ['{"columns": ["a"]}', "[[1]]", '{"received": {"e1": true}}', '{"elapsed_ms": 1}'],
        ['{"columns": ["a"]}', "[[1]]", '{"received": {"e1": 999999999999999999}}', '{"elapsed_ms": 1}'],
        ['{"ready": true}'],
        ['{"identities": ["ana@example.org"]}'],
        ['{"elapsed_ms": 1e400}'],
    ],
    ids=lambda lines: lines[-1][:30],
)
def test_nonsense_is_the_end_of_the_child_and_not_of_the_run(lines: list[str]) -> None:
    answer = answer_of_a_child_that_says(saying(*lines))

    assert isinstance(answer, QueryFailure)
    assert answer.fault is QueryFault.ENGINE_LOST


def test_bytes_that_are_no_text_are_nonsense() -> None:
    answer = answer_of_a_child_that_says("import os; os.write(1, b'\\xff\\xfe\\n')")

    assert isinstance(answer, QueryFailure)


def test_line_without_an_end_is_given_up_at_once_and_never_held_whole() -> None:
    began = time.monotonic()
    tracemalloc.start()

    answer = answer_of_a_child_that_says("import os\nwhile True: os.write(1, b'x' * 65536)", limits=PATIENT)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(answer, QueryFailure)
    assert peak < 4 * MEGABYTE
    assert time.monotonic() - began < 20


def test_silence_is_waited_for_only_so_long() -> None:
    answer = answer_of_a_child_that_says("import time; time.sleep(60)")

    assert isinstance(answer, QueryFailure)
    assert answer.fault is QueryFault.CPU_LIMIT


def test_chatter_without_an_end_is_listened_to_only_so_long() -> None:
    chatter = "import os\nwhile True: os.write(1, b'{\"columns\": []}\\n' * 1000)"

    began = time.monotonic()

    answer = answer_of_a_child_that_says(chatter)

    assert isinstance(answer, QueryFailure)
    assert answer.fault is QueryFault.CPU_LIMIT
    assert time.monotonic() - began < 30


def test_reason_is_cut_to_a_line() -> None:
    answer = answer_of_a_child_that_says(saying(json.dumps({"fault": "sql_error", "detail": "x" * 100_000})))

    assert isinstance(answer, QueryFailure)
    assert len(answer.detail) < 400


@pytest.mark.parametrize(
    "row",
    ["[[[" + "[]," * 20_000 + "[]]]]", "[[[" + "{}," * 20_000 + "{}]]]", "[[[" + "0," * 30_000 + "0]]]"],
)
def test_rows_are_weighed_by_what_they_take_in_memory_and_not_by_their_bytes(row: str) -> None:
    answer = answer_of_a_child_that_says(saying('{"columns": ["a"]}', row, '{"elapsed_ms": 1}'))

    assert isinstance(answer, QueryFailure)
    assert answer.fault is QueryFault.ROW_LIMIT
    assert "memory" in answer.detail


def test_a_large_answer_takes_nothing_from_what_is_kept_for_later_ones() -> None:
    room = Room(total=1_000, largest=900, queries=5)

    first = room.for_next(later=4)
    room.take(first)

    assert first == 600
    assert [room.for_next(later) for later in (3, 2, 1, 0)] == [100, 200, 300, 400]


def test_answers_of_one_run_together_are_bounded_and_small_ones_are_still_answered() -> None:
    engine = DuckDBEngine(QueryLimits(cpu_seconds=5), run_bytes=10 * MEGABYTE)
    wide = "SELECT identity, event_id, repeat('x', 100000) AS wide FROM event_triggers, range(60)"
    small = "SELECT identity, event_id FROM event_triggers"

    answers = run(engine, [make_event()], [query(wide, "1"), query(wide, "2"), query(small, "small")])

    assert [type(answer) for answer in answers.values()] == [QueryRows, QueryFailure, QueryRows]


def test_query_pays_only_for_its_own_memory() -> None:
    engine = DuckDBEngine(QueryLimits(cpu_seconds=5, memory_mb=128))
    hungry = (
        "SELECT 'x' AS identity, length(repeat('x', 110000000)) AS event_id FROM event_triggers",
        "SELECT 'x' AS identity, count(*) AS event_id FROM (SELECT DISTINCT hash(i) FROM range(2500000) t(i))",
        "SELECT 'x' AS identity, length(string_agg(repeat('z', 100) || i, ',')) AS event_id FROM range(230000) t(i)",
    )
    alone = [run(engine, [make_event()], [query(sql)])["q"] for sql in hungry]
    assert [type(answer) for answer in alone] == [QueryRows] * 3

    together = run(engine, [make_event()], [query(sql, f"{turn} {sql}") for turn in range(4) for sql in hungry])

    assert [answer for answer in together.values() if not isinstance(answer, QueryRows)] == []
