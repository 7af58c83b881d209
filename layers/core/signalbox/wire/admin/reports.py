"""A flow's report, and its decisions page by page, on the wire."""

from collections.abc import Mapping
from typing import Literal, TypedDict

from signalbox.domain.decisions import Outcome, SkipReason
from signalbox.domain.reports import FlowReport, Tally
from signalbox.wire.admin.base import Instant, Listing, Wire
from signalbox.wire.admin.decisions import DecisionShape


class ReportAsked(Wire):
    """Which period, by default the last seven days, and how far apart the points of its series are."""

    since: Instant | None = None
    until: Instant | None = None
    by: Literal["hour", "day"] | None = None


class TallyShape(Wire):
    """Counts of decisions; `feedback` counts messages, each once however often it was opened."""

    matched: int
    outcomes: dict[str, int]
    reasons: dict[str, int]
    feedback: dict[str, int]


class LatencyShape(Wire):
    """From the receipt of an event to the end of its sending."""

    messages: int
    p50_seconds: float
    p99_seconds: float


class PointShape(TallyShape):
    """The counts of one hour or day, by its start."""

    at: Instant


class ReportShape(TallyShape):
    """What a flow decided; where `isCut`, after `readFrom` alone: there was too much."""

    since: Instant
    until: Instant
    read_from: Instant
    is_cut: bool
    latency: LatencyShape | None
    by_variant: dict[str, TallyShape]
    series: list[PointShape]


class DeliveriesAsked(Listing):
    """Which of a flow's decisions."""

    outcome: Outcome | None = None
    reason: SkipReason | None = None
    since: Instant | None = None
    until: Instant | None = None


class DecisionItems(Wire):
    """A part of the decisions, the latest first; it may be empty and yet have a next one."""

    items: list[DecisionShape]
    next: str | None


class Resending(Wire):
    """The events to decide about again, up to 100."""

    event_ids: list[str]


class NotResent(Wire):
    """An event that is not decided about again, and why."""

    event_id: str
    reason: str


class Resent(Wire):
    """What is decided about again, within some minutes and by every rule, and what stays as it was."""

    event_ids: list[str]
    refused: list[NotResent]


class Counts(TypedDict):
    """The members that every count has."""

    matched: int
    outcomes: dict[str, int]
    reasons: dict[str, int]
    feedback: dict[str, int]


def shape_of(report: FlowReport) -> ReportShape:
    """Show a report."""
    latency = report.latency
    return ReportShape(
        **_counts(report.total),
        since=report.window.start,
        until=report.window.end,
        read_from=report.read_from,
        is_cut=report.is_cut,
        latency=None
        if latency is None
        else LatencyShape(
            messages=latency.messages,
            p50_seconds=latency.p50.total_seconds(),
            p99_seconds=latency.p99.total_seconds(),
        ),
        by_variant={arm: TallyShape(**_counts(tally)) for arm, tally in report.arms.items()},
        series=[PointShape(at=at, **_counts(tally)) for at, tally in report.series.items()],
    )


def shape_of_resent(refusals: Mapping[str, str | None]) -> Resent:
    """Show the answers by event: a refusal each, or None."""
    return Resent(
        event_ids=[event_id for event_id, refusal in refusals.items() if refusal is None],
        refused=[
            NotResent(event_id=event_id, reason=refusal)
            for event_id, refusal in refusals.items()
            if refusal is not None
        ],
    )


def _counts(tally: Tally) -> Counts:
    return {
        "matched": tally.matched,
        "outcomes": {outcome.value: count for outcome, count in tally.outcomes.items()},
        "reasons": {reason.value: count for reason, count in tally.reasons.items()},
        "feedback": {news.value: count for news, count in tally.told.items()},
    }
