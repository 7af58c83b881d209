"""Whether a match may be sent: every check in its order, each leaving a line in the trace."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from signalbox.domain.contacts import ContactView
from signalbox.domain.decisions import Match, SkipReason, Step, Verdict
from signalbox.domain.events import Event
from signalbox.domain.flows import Flow, FlowStatus

PASSED = "passed"


def judge(flow: Flow | None, match: Match, event: Event | None, view: ContactView | None, now: datetime) -> Verdict:
    """Run the checks in order and stop at the first that refuses.

    `view` is None exactly when the match has no identity; a flow that is not found is not live.
    """
    trace: list[Step] = []
    for reason, refusal in _checks(flow, match, event, view, now):
        trace.append(Step(reason.value, refusal or PASSED))
        if refusal:
            return Verdict(reason, refusal, trace)
    return Verdict(None, None, trace)


def _checks(
    flow: Flow | None, match: Match, event: Event | None, view: ContactView | None, now: datetime
) -> Iterator[tuple[SkipReason, str | None]]:
    if flow is None:
        yield SkipReason.FLOW_NOT_LIVE, "the flow is gone"
        return
    yield SkipReason.TOO_OLD, _too_old(match, event, now)
    yield SkipReason.FLOW_NOT_LIVE, None if flow.status is FlowStatus.LIVE else f"the flow is {flow.status.value}"
    if view is None:
        yield SkipReason.NO_IDENTITY, "the trigger's row names nobody"
        return
    yield SkipReason.NO_IDENTITY, None
    yield SkipReason.SUPPRESSED, ", ".join(sorted(view.suppressions)) or None
    yield SkipReason.SEGMENT_FILTER, _filtered(flow, view)


def _too_old(match: Match, event: Event | None, now: datetime) -> str | None:
    if event is None or now - event.occurred_at <= match.max_event_age:
        return None
    return f"it occurred more than {match.max_event_age} ago"


def _filtered(flow: Flow, view: ContactView) -> str | None:
    if flow.segment_filter.admits(view.segment_ids):
        return None
    listed: Sequence[str] = sorted(view.segment_ids & frozenset(flow.segment_filter.segment_ids))
    return f"{flow.segment_filter.mode.value}: in {', '.join(listed) or 'none of the listed segments'}"
