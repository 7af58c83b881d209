"""A look-back over a whole day of a busy shop, 864,000 events in 24 files, stays within the product's limits."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.queries import Loaded, Query, QueryAnswer, QueryRows
from tests.fakes.rows import row_of
from tests.triggers.conftest import START, WINDOW, make_event
from tests.triggers.history_files import write_busy_day

AN_HOUR = 36_000
DAY = timedelta(days=1)


CASES = {
    "all": ("SELECT any_value(identity) AS identity, count(*) AS event_id FROM event_triggers", 24 * AN_HOUR + 1),
    "JSON": (
        """SELECT any_value(identity) AS identity, count(*) AS event_id FROM event_triggers
               WHERE event_type = 'cart' AND (properties->>'total')::INTEGER = 55""",
        24 * AN_HOUR // 100,
    ),
    "anti-join": (
        """SELECT 'x' AS identity, count(*) AS event_id FROM event_triggers c
               WHERE event_type = 'cart' AND NOT EXISTS (
                   SELECT 1 FROM event_triggers p WHERE p.event_type = 'complete_transaction'
                   AND p.identity = c.identity)""",
        # People whose number is a whole fifty buy; all others whose number is a whole five only have carts.
        24 * (AN_HOUR // 5 - AN_HOUR // 50),
    ),
    "first of each": (
        """SELECT 'x' AS identity, count(*) AS event_id FROM (
                   SELECT identity FROM event_triggers WHERE event_type = 'cart'
                   QUALIFY row_number() OVER (PARTITION BY identity ORDER BY ts) = 1)""",
        20_000 // 5 - 20_000 // 50,
    ),
    "last half hour": (
        """SELECT 'x' AS identity, count(*) AS event_id FROM event_triggers
               WHERE ts > {cursor_start_time} - INTERVAL 30 MINUTE""",
        AN_HOUR // 2,
    ),
}
"""SQL that counts, and the number it must come to."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, QueryAnswer]:
    """Answer all of them in one run, as a partner's triggers are."""
    day = write_busy_day(tmp_path_factory.mktemp("day"), START - DAY, AN_HOUR)
    before = START - DAY - timedelta(milliseconds=1)
    asked = [Query(name, sql, WINDOW, reads_from=before) for name, (sql, _) in CASES.items()]
    loaded = Loaded([row_of(make_event("new", at_ms=1))], day)
    return {answer.key: answer for answer in DuckDBEngine().run(loaded, lambda people: {}, asked)}


@pytest.mark.parametrize("name", CASES)
def test_look_back_over_a_busy_day_is_answered(name: str, answers: Mapping[str, QueryAnswer]) -> None:
    answer = answers[name]

    assert isinstance(answer, QueryRows), answer
    assert answer.rows[0]["event_id"] == CASES[name][1]
