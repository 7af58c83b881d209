"""A backtest with the real engine finds what the runs of that time found, which one window over it all would not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.flows import Trigger
from signalbox.domain.queries import Window
from signalbox.services.evaluation import Evaluation
from signalbox.services.query_trials import QueryTrials
from tests.fakes.others import FakeHandover
from tests.fakes.rows import events_in
from tests.fakes.stores import FakeCursors, FakeEvents, FakeRegistry, FakeSafetyHolds
from tests.triggers.history_files import write_history
from tests.unit import makers
from tests.unit.looking import SETTLE, House
from tests.unit.makers import NOON, PARTNER_ID

HOUR, MINUTE, MS = timedelta(hours=1), timedelta(minutes=1), timedelta(milliseconds=1)
SINCE = NOON - 4 * HOUR

IN_WINDOW = """
    SELECT identity, event_id FROM event_triggers
    WHERE event_type = 'cart' AND ts > {cursor_start_time} AND ts <= {cursor_end_time}
"""
SECOND_IN_LOOK_BACK = """
    SELECT identity, max_by(event_id, ts) AS event_id FROM event_triggers
    WHERE event_type = 'cart' GROUP BY identity HAVING count(*) = 2
"""
NO_PURCHASE_YET = """
    SELECT identity, event_id FROM event_triggers c
    WHERE event_type = 'cart'
      AND ts > {cursor_start_time} - INTERVAL 1 HOUR AND ts <= {cursor_end_time} - INTERVAL 1 HOUR
      AND NOT EXISTS (FROM event_triggers p WHERE p.event_type = 'complete_transaction' AND p.identity = c.identity)
"""


@dataclass(frozen=True)
class Files:
    """Closed hours as the history keeps them."""

    events: FakeEvents
    folder: Path
    written: dict[datetime, Sequence[Path]] = field(default_factory=dict)

    def of_hours(self, partner_id: str, shards: int, hours: Sequence[datetime]) -> Sequence[Path]:
        return [file for hour in hours for file in self._of_hour(partner_id, hour)]

    def _of_hour(self, partner_id: str, hour: datetime) -> Sequence[Path]:
        if hour not in self.written:
            found = events_in(self.events, partner_id, 1, Window(hour - MS, hour + HOUR - MS))
            self.written[hour] = write_history(self.folder, found)
        return self.written[hour]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Ana leaves a cart, comes back and buys late; Bo leaves two; Cy buys at once; what came before does not count."""
    house = House()
    house.engine = DuckDBEngine()  # type: ignore[assignment]  # the real one
    house.history = Files(house.events, tmp_path / "history")  # type: ignore[assignment]  # as above
    steps = [
        ("ana", "cart", 200),
        ("ana", "complete_transaction", 100),
        ("bo", "cart", 180),
        ("bo", "cart", 70),
        ("cy", "cart", 90),
        ("cy", "complete_transaction", 80),
        ("di", "cart", 5 * 60),
    ]
    for name, event_type, age in steps:
        at = NOON - age * MINUTE
        house.receive(at, event_id=f"{name} {event_type} {age}", event_type=event_type, identity=f"{name}@example.org")
    return house


def evaluated(house: House, trigger: Trigger) -> set[str]:
    """Launch a flow as of then, let a run catch up, and give what it handed over."""
    partners, cursors = house.partners, FakeCursors()
    registry = FakeRegistry(partners, cursors)
    registry.commit_trigger(trigger)
    registry.launch(makers.flow(trigger_id=trigger.trigger_id), makers.cursor(position=SINCE))
    handover = FakeHandover()
    Evaluation(
        clock=house.clock,
        partners=partners,
        live_flows=registry,
        cursors=cursors,
        events=house.events,
        history=house.history,
        contacts=house.contacts,
        deferrals=house.deferrals,
        engine=house.engine,
        handover=handover,
        safety_holds=FakeSafetyHolds(),
        settle=SETTLE,
    ).evaluate(PARTNER_ID)
    return {match.event_id for match in handover.matches}


@pytest.mark.parametrize(
    ("sql", "lookback", "found"),
    [
        (IN_WINDOW, timedelta(0), ["ana cart 200", "bo cart 180", "bo cart 70", "cy cart 90"]),
        (SECOND_IN_LOOK_BACK, 3 * HOUR, ["bo cart 70"]),
        (NO_PURCHASE_YET, 2 * HOUR, ["ana cart 200", "bo cart 180", "bo cart 70"]),
    ],
    ids=["in its window", "counting", "absence"],
)
def test_a_backtest_finds_what_the_runs_of_that_time_found(
    house: House, sql: str, lookback: timedelta, found: list[str]
) -> None:
    trigger = makers.trigger(trigger_id="trigger_2", compiled_sql=sql, lookback=lookback)

    answer = house.backtesting_with().backtest(trigger, SINCE)

    assert (answer.events, answer.matches) == (6, len(found))
    assert {row["event_id"] for row in answer.shown} == evaluated(house, trigger) == set(found)


def test_one_window_over_the_whole_span_would_miss_who_bought_later(house: House) -> None:
    trials = QueryTrials(events=house.events, contacts=house.contacts, engine=house.engine)

    trial = trials.over(house.partners.by_id[PARTNER_ID], NO_PURCHASE_YET, 2 * HOUR, Window(SINCE, NOON - SETTLE))

    assert "ana cart 200" not in {row["event_id"] for row in trial.answer.rows}
