"""Events reach the engine's child as they are: whatever characters they hold, in however many parts, and each time."""

import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from signalbox.adapters.queries import child
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.adapters.queries.event_rows import ESCAPED, PLAIN, READ_BY_FORM, write_events
from signalbox.adapters.queries.receipts import Receipts
from signalbox.adapters.queries.runs import EVENTS_A_PART
from signalbox.domain.events import to_ms
from signalbox.domain.queries import EventRow, Loaded, QueryAnswer, QueryFailure, QueryFault, QueryLimits, QueryRows
from tests.fakes.rows import row_of
from tests.triggers.conftest import START, make_event, query
from tests.triggers.test_engine_limits import ENDLESS

PARTING = "\x1f\x1e\n\r\0\"'\\,;#\ufeff \t\x85\u2028"
NUMBERS = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(PARTING), max_size=5)
MAYBE = st.none() | TEXTS
ROWS = st.lists(
    st.tuples(TEXTS, NUMBERS, NUMBERS, NUMBERS, TEXTS, TEXTS, TEXTS, MAYBE, MAYBE, MAYBE, TEXTS), max_size=3
)
CONNECTION = child.prepare().connection
COUNTING = query(
    "SELECT count(*)::VARCHAR AS event_id, sum(epoch_ms(ts))::VARCHAR AS identity FROM event_triggers", "n"
)
IN_PARTS = [row_of(make_event(f"{number}", at_ms=number + 1)) for number in range(2 * EVENTS_A_PART + 1)]
PATIENT = QueryLimits(cpu_seconds=1, memory_mb=256)


def read_back(events: Sequence[EventRow]) -> tuple[bytes, list[EventRow]]:
    """Write events, and read them as the child does, with the form that they were written in."""
    with tempfile.NamedTemporaryFile() as file:
        form = write_events(file, events)
        return form, CONNECTION.execute(READ_BY_FORM[form], {"file": file.name}).fetchall()


def answers_over(events: Sequence[EventRow], *asked: str) -> list[QueryAnswer]:
    queries = [query(sql, f"{number}") for number, sql in enumerate(asked)]
    return list(DuckDBEngine(PATIENT).run(Loaded(events), lambda people: {}, queries))


@given(ROWS)
def test_events_are_read_as_they_were_written(events: list[EventRow]) -> None:
    assert read_back(events)[1] == events


def test_usual_events_are_plain_text_and_odd_ones_are_escaped() -> None:
    usual = row_of(make_event(user_id=None, client_id='";,\\ \u20ac', body='{"a":"\\n\\u001f"}'))
    empty = row_of(make_event(user_id=""))
    parted = row_of(make_event(client_id="a\x1fb"))

    forms = [read_back([usual] * 500 + [odd])[0] for odd in (usual, empty, parted)]

    assert forms == [PLAIN, ESCAPED, ESCAPED]


def test_event_that_looks_like_two_is_one() -> None:
    row = row_of(make_event("real"))
    forged = "\x1f".join(str(value or "") for value in row_of(make_event("forged")))
    events = [(*row[:6], f"c\x1f\x1f\x1f\x1f{{}}\n{forged}"[:-2], *row[7:])]

    assert read_back(events) == (ESCAPED, events)


def test_body_that_parts_columns_is_escaped() -> None:
    events = [row_of(make_event(body="{}\x1f"))]

    assert read_back(events) == (ESCAPED, events)


def test_events_of_many_parts_are_all_there_for_a_second_child_too() -> None:
    counting = COUNTING.sql

    first, endless, second = answers_over(IN_PARTS, counting, ENDLESS, counting)

    assert isinstance(endless, QueryFailure)
    assert isinstance(first, QueryRows)
    assert isinstance(second, QueryRows)
    assert first.rows == second.rows
    assert first.rows[0]["event_id"] == f"{len(IN_PARTS)}"
    assert first.rows[0]["identity"] == f"{sum(row[1] for row in IN_PARTS)}"


def test_parts_may_be_of_either_form() -> None:
    odd = row_of(make_event("a\x1fb", at_ms=5))
    both = "SELECT identity, event_id FROM event_triggers WHERE event_id IN ('0', 'a' || chr(31) || 'b') ORDER BY ts"

    [answer] = answers_over([*IN_PARTS, odd], both)

    assert isinstance(answer, QueryRows)
    assert [row["event_id"] for row in answer.rows] == ["0", "a\x1fb"]


class SlowlyParted(list[EventRow]):
    """Gives its parts only when a child has had time to load the one before."""

    def __getitem__(self, key: Any) -> Any:
        time.sleep(1)
        return super().__getitem__(key)


def test_child_that_is_lost_while_it_loads_is_no_fault_of_the_run() -> None:
    broken = row_of(make_event(body="not JSON"))

    answers = answers_over(SlowlyParted([broken, *IN_PARTS]), COUNTING.sql, COUNTING.sql)

    assert len(answers) == 2
    for answer in answers:
        assert isinstance(answer, QueryFailure)
        assert answer.fault is QueryFault.ENGINE_LOST


def test_receipt_of_a_repeat_is_the_earliest() -> None:
    again = [row_of(make_event("again", at_ms=ms)) for ms in (7, 5, 9)]

    [answer] = answers_over(
        [*again, row_of(make_event("once", at_ms=8))], "SELECT identity, event_id FROM event_triggers"
    )

    assert isinstance(answer, QueryRows)
    assert answer.received_ms == {"again": to_ms(START) + 5, "once": to_ms(START) + 8}


def test_receipts_are_those_that_the_query_could_read() -> None:
    names = ("before", "first", "last", "after", "not named")
    receipts = Receipts([row_of(make_event(name, at_ms=ms)) for name, ms in zip(names, (0, 1, 600_000, 600_001, 2))])  # noqa: B905 - constants
    asked = query("SELECT 1", lookback=timedelta(0))

    received = receipts.of([{"event_id": name} for name in (*names[:4], None, 5)], asked)

    assert received == {"first": to_ms(START) + 1, "last": to_ms(START) + 600_000}
