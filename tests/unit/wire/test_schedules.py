"""The scheduled time, however it is written."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signalbox.wire.schedules import scheduled_at

NOW = datetime(2026, 3, 1, 12, 0, 59, 999000, tzinfo=UTC)


@pytest.mark.parametrize(
    "time", ["2026-03-01T11:59:00Z", "2026-03-01T11:59:00", "2026-03-01T12:59:00+01:00", 1772366340, 1772366340.0]
)
def test_the_time_of_the_schedule_is_read(time: Any) -> None:
    assert scheduled_at({"time": time}, NOW) == datetime(2026, 3, 1, 11, 59, tzinfo=UTC)


@pytest.mark.parametrize("event", [{}, {"time": None}, {"time": "soon"}, {"time": 1e300}, {"time": True}, {"time": {}}])
def test_a_run_without_a_time_that_can_be_read_is_of_the_present_minute(event: dict[str, Any]) -> None:
    assert scheduled_at(event, NOW) == NOW - timedelta(seconds=59, milliseconds=999)
