"""Whether a match may be sent: every check in its order, each leaving a line in the trace."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from signalbox.domain.contacts import ContactView
from signalbox.domain.content import ContentProblem
from signalbox.domain.decisions import Match, SkipReason, Step, Verdict
from signalbox.domain.events import Event
from signalbox.domain.flows import Flow, FlowStatus, SegmentFilter
from signalbox.domain.waits import MAX_EXIT_AGE, Wait
from signalbox.domain.wording import instant_in_words, period_in_words

PASSED = "passed"
WAIT = "wait"
"""The check that defers and never refuses, so that it has no reason to name it."""


type Belongs = Callable[[SegmentFilter, ContactView], Mapping[str, str] | ContentProblem]
"""Gives those of a filter's segments that a contact is in, by id with their names, or why that cannot be told."""


def judge(
    flow: Flow | None, match: Match, event: Event | None, view: ContactView | None, now: datetime, *, belongs: Belongs
) -> Verdict:
    """Run the checks in order and stop at the first that refuses or defers; `belongs` is asked once, if it comes to it.

    `view` is None exactly when the match has no identity, and its suppressions are those that are in force for the
    message's channel; a flow that is not found is not live.
    """
    trace: list[Step] = []
    for reason, objection, until in _checks(flow, match, event, view, now, belongs=belongs):
        trace.append(Step(reason.value if reason else WAIT, objection or PASSED))
        if objection:
            return Verdict(reason, objection if reason else None, trace, until)
    return Verdict(None, None, trace)


def _checks(
    flow: Flow | None, match: Match, event: Event | None, view: ContactView | None, now: datetime, *, belongs: Belongs
) -> Iterator[tuple[SkipReason | None, str | None, datetime | None]]:
    if flow is None:
        yield SkipReason.FLOW_NOT_LIVE, "the flow is gone", None
        return
    if match.is_discarded:
        yield SkipReason.SAFETY_HOLD, "the run that found it was stopped, and discarded", None
    yield SkipReason.TOO_OLD, _too_old(flow, match, event, now), None
    yield SkipReason.FLOW_NOT_LIVE, None if flow.status is FlowStatus.LIVE else f"the flow is {flow.status.value}", None
    if view is None:
        yield SkipReason.NO_IDENTITY, "the trigger's row names nobody", None
        return
    yield SkipReason.NO_IDENTITY, None, None
    if flow.wait:
        yield from _waited(flow.wait, match, event, now)
    yield SkipReason.SUPPRESSED, ", ".join(sorted(view.suppressions)) or None, None
    names = belongs(flow.segment_filter, view)
    if isinstance(names, ContentProblem):
        yield names.reason, names.detail, None
    else:
        yield SkipReason.SEGMENT_FILTER, _filtered(flow.segment_filter, names), None


def _waited(
    wait: Wait, match: Match, event: Event | None, now: datetime
) -> Iterator[tuple[SkipReason | None, str | None, datetime | None]]:
    """Ask whether the wait is over, and what a run said of its exit just now, over all that came in the wait."""
    due_at = wait.due_at(match.matched_at or now, event.occurred_at if event else None)
    yield None, f"until {instant_in_words(due_at)}" if due_at > now else None, due_at
    if wait.exit_condition is None:
        return
    if match.exit is None or match.exit.settled < due_at or now - match.exit.judged_at > MAX_EXIT_AGE:
        yield None, "until its exit condition is judged", now
    else:
        yield SkipReason.EXITED, match.exit.left_by and f"by the event {match.exit.left_by}", None


def _too_old(flow: Flow, match: Match, event: Event | None, now: datetime) -> str | None:
    """Ask by the trigger's age when it was found, and by that and its wait now; without an event it began as found."""
    began_at = event.occurred_at if event else match.matched_at
    if began_at is None:
        return None
    if match.matched_at is not None and match.matched_at - began_at > match.max_event_age:
        return f"it occurred more than {period_in_words(match.max_event_age)} before it was found"
    longest_age = flow.longest_age(match.max_event_age)
    return f"it occurred more than {period_in_words(longest_age)} ago" if now - began_at > longest_age else None


def _filtered(listed: SegmentFilter, name_by_id: Mapping[str, str]) -> str | None:
    if listed.admits(frozenset(name_by_id)):
        return None
    held = sorted(name_by_id[each] for each in listed.segment_ids if each in name_by_id)
    return f"{listed.mode.value}: in {', '.join(held) or 'none of the listed segments'}"
