"""A flow's report over a period: what became of its matches, counted; how fast; and how that went over time.

A decision is in the period that it was decided in, which for a deferred one is when it was last looked at.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from signalbox.domain.decision_summaries import DecisionSummary
from signalbox.domain.decisions import Outcome, SkipReason
from signalbox.domain.events import to_ms
from signalbox.domain.feedback import ProviderNews
from signalbox.domain.queries import Window

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONGEST_BY_HOUR = timedelta(days=3)
"""A chart of up to 73 points; longer periods go by day unless hours are asked for."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MEDIAN, _SLOWEST = 50, 99


@dataclass(slots=True)
class Tally:
    """Counts of decisions: all, by outcome, by the reason of those skipped or failed, and of what was told of them.

    `told` counts messages, each once however often it was opened.
    """

    matched: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    reasons: Counter[SkipReason] = field(default_factory=Counter)
    told: Counter[ProviderNews] = field(default_factory=Counter)

    def add(self, summary: DecisionSummary) -> None:
        """Count one in."""
        self.matched += 1
        self.outcomes[summary.outcome] += 1
        if summary.reason is not None and summary.outcome is not Outcome.DEFERRED:
            self.reasons[summary.reason] += 1
        self.told.update(summary.told)


@dataclass(frozen=True, slots=True)
class Latency:
    """From the receipt of an event to the end of its sending, over all messages sent of events that were stored.

    A wait, quiet hours and a pause are in it. Percentiles are by nearest rank, each the value of one message.
    """

    messages: int
    p50: timedelta
    p99: timedelta

    @classmethod
    def of(cls, milliseconds: Sequence[int]) -> "Latency | None":
        """Rank the messages' own; None where there are none."""
        if not milliseconds:
            return None
        ranked = sorted(milliseconds)
        p50, p99 = (ranked[-(-len(ranked) * percent // 100) - 1] for percent in (_MEDIAN, _SLOWEST))
        return cls(len(ranked), timedelta(milliseconds=p50), timedelta(milliseconds=p99))


@dataclass(frozen=True, slots=True)
class FlowReport:
    """What a flow decided in `window`; where `is_cut`, in its part after `read_from` alone: there was too much.

    `arms` is by the experiment's arms, for what got as far as one. `series` has every hour or day (UTC), as `step`
    says, that `read_from` to the window's end touches, the first to the last.
    """

    window: Window
    read_from: datetime
    is_cut: bool
    total: Tally
    arms: Mapping[str, Tally]
    latency: Latency | None
    step: timedelta
    series: Mapping[datetime, Tally]


def usual_step(window: Window) -> timedelta:
    """Say how far apart the points of a period's chart are as a rule."""
    return HOUR if window.end - window.start <= LONGEST_BY_HOUR else DAY


def reported(window: Window, step: timedelta, summaries: Iterable[DecisionSummary], most: int) -> FlowReport:
    """Count up to `most` decisions, which come the latest first."""
    total, arms, latencies = Tally(), dict[str, Tally](), list[int]()
    by_start: dict[datetime, Tally] = {}
    read_from, is_cut = window.start, False
    for number, each in enumerate(summaries):
        if number == most:
            is_cut = True
            break
        tallies = [total, by_start.setdefault(_floor(each.decided_at, step), Tally())]
        if each.arm is not None:
            tallies.append(arms.setdefault(each.arm, Tally()))
        for tally in tallies:
            tally.add(each)
        if each.outcome is Outcome.SENT and each.received_at is not None:
            latencies.append(to_ms(each.decided_at) - to_ms(each.received_at))
        read_from = each.decided_at
    read_from = read_from if is_cut else window.start
    series = {start: by_start.get(start, Tally()) for start in _starts(Window(read_from, window.end), step)}
    return FlowReport(window, read_from, is_cut, total, arms, Latency.of(latencies), step, series)


def _starts(window: Window, step: timedelta) -> Iterable[datetime]:
    first = _floor(window.start, step)
    return (first + number * step for number in range((window.end - first) // step + 1))


def _floor(instant: datetime, step: timedelta) -> datetime:
    return _EPOCH + (instant - _EPOCH) // step * step
