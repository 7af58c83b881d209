"""Trying flows and triggers before they send, on the wire: validations, previews, tests, backtests."""

from typing import Annotated, Any

from pydantic import Field

from signalbox.domain.backtests import Backtest
from signalbox.domain.flow_validations import TriedTrigger
from signalbox.domain.previews import Preview
from signalbox.domain.queries import Window
from signalbox.wire.admin import rehearsals
from signalbox.wire.admin.base import Instant, Wire
from signalbox.wire.admin.events import ReasonShape
from signalbox.wire.admin.flows import FlowDefinition
from signalbox.wire.admin.rehearsals import RehearsalShape, VerdictShape
from signalbox.wire.admin.triggers import WindowShape


class FlowTried(Wire):
    """A definition that is not saved yet; null for the flow as it stands."""

    definition: FlowDefinition | None = None


class PreviewAsked(FlowTried):
    """Which event is shown, and which message; what is left out is the newest match's own.

    With `receivedAt` it may be any event, without it is among the trigger's matches of the last day.
    """

    event_id: str | None = None
    received_at: Instant | None = None
    branch: str | None = None
    arm: str | None = None


class TestSendAsked(PreviewAsked):
    """The address that a test of an e-mail is sent to; one of a webhook goes to its destination."""

    to: Annotated[str, Field(max_length=320)] = ""


class SentTest(Wire):
    """The provider's id of the test message, null of a webhook."""

    provider_message_id: str | None


class BackfillAsked(Wire):
    """From when on a launch would see events."""

    since: Instant


class BacktestAsked(Wire):
    """How many days back from now; which version, by default the committed one; and a flow to rehearse."""

    days: Annotated[int, Field(ge=1, le=30)]
    version: Annotated[int, Field(ge=1)] | None = None
    flow_id: str | None = None


class TriedShape(Wire):
    """What the flow's trigger answered over the last day; where `isCut`, over its newer part."""

    trigger_version: int
    window: WindowShape
    reads_from: Instant
    is_cut: bool
    events: int
    rows: int
    columns: list[str]
    largest_run: int


class FlowValidationShape(Wire):
    """What stands in the way of a launch, and what the flow would have done; null where it cannot be told."""

    faults: list[ReasonShape]
    warnings: list[ReasonShape]
    tried: TriedShape | None
    rehearsal: RehearsalShape | None


class ProblemShape(Wire):
    """Why there is no message."""

    reason: str
    detail: str


class PreviewShape(Wire):
    """The message of one event by its parts, or the problem; `verdict` is what would keep it back in earnest."""

    event_id: str
    identity: str | None
    received_at: Instant | None
    is_matched: bool
    texts: dict[str, str] | None
    problem: ProblemShape | None
    verdict: VerdictShape
    branch: str | None
    arm: str | None
    warnings: list[ReasonShape]


class DayShape(Wire):
    """What was found by the runs of one day (UTC)."""

    day: str
    rows: int
    matches: int
    contacts: int


class BacktestShape(Wire):
    """What was found in `covered`, the older part of what was `asked`; `stopped` says why not in all of it."""

    asked: WindowShape
    covered: WindowShape
    stopped: str | None
    events: int
    rows: int
    matches: int
    contacts: int
    nameless: int
    too_old: int
    largest_run: int
    by_day: list[DayShape]
    columns: list[str]
    shown: list[dict[str, Any]]
    rehearsal: RehearsalShape | None


def shape_of_tried(tried: TriedTrigger) -> TriedShape:
    """Show what a flow's trigger answered."""
    return TriedShape(
        trigger_version=tried.trigger_version,
        window=_window(tried.window),
        reads_from=tried.reads_from,
        is_cut=tried.is_cut,
        events=tried.events,
        rows=tried.rows,
        columns=list(tried.columns),
        largest_run=tried.largest_run,
    )


def shape_of_preview(preview: Preview, warnings: list[ReasonShape]) -> PreviewShape:
    """Show the message of one event."""
    verdict, problem = preview.verdict, preview.problem
    return PreviewShape(
        event_id=verdict.event_id,
        identity=verdict.identity,
        received_at=verdict.received_at,
        is_matched=preview.is_matched,
        texts=dict(preview.texts) if preview.texts else None,
        problem=None if problem is None else ProblemShape(reason=problem.reason.value, detail=problem.detail),
        verdict=rehearsals.shape_of_verdict(verdict),
        branch=preview.branch,
        arm=preview.arm,
        warnings=warnings,
    )


def shape_of_backtest(backtest: Backtest) -> BacktestShape:
    """Show what was found."""
    return BacktestShape(
        asked=_window(backtest.asked),
        covered=_window(backtest.covered),
        stopped=backtest.stopped,
        events=backtest.events,
        rows=backtest.rows,
        matches=backtest.matches,
        contacts=backtest.contacts,
        nameless=backtest.nameless,
        too_old=backtest.too_old,
        largest_run=backtest.largest_run,
        by_day=[
            DayShape(day=each.day.isoformat(), rows=each.rows, matches=each.matches, contacts=each.contacts)
            for each in backtest.by_day
        ],
        columns=list(backtest.columns),
        shown=[dict(row) for row in backtest.shown],
        rehearsal=None if backtest.rehearsal is None else rehearsals.shape_of(backtest.rehearsal),
    )


def _window(window: Window) -> WindowShape:
    return WindowShape(start=window.start, end=window.end)
