"""Whether a flow's runs have looked at an event of which there is no decision, as far as that is known.

A cursor says that everything received up to it lies in a committed window; the last run's window says by which version.
Windows before the last are not kept: an event in one of them was looked at by a version that was in force since.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from signalbox.domain.flows import Cursor, Flow, FlowStatus, PauseMode, Trigger
from signalbox.domain.health import LastRun
from signalbox.domain.safety_holds import SafetyHold
from signalbox.domain.windows import IDLE_STEP
from signalbox.domain.wording import instant_in_words

ON_ITS_WAY = timedelta(minutes=15)
"""For how long after a run a match may still be on the sends queue: that queue's alarm is at ten minutes."""
_LATE = IDLE_STEP + timedelta(minutes=5)


class Coverage(StrEnum):
    """What a flow has to do with an event."""

    DECIDED = "decided"
    NOT_MATCHED = "not_matched"
    """A run covered it and did not return it."""
    UNDER_WAY = "under_way"
    """A run covered it so lately that its match, if there is one, may not be decided about yet."""
    AWAITED = "awaited"
    """No run has covered it yet; one will."""
    HELD = "held"
    """No run has covered it: the safety hold stopped one, which waits for a person."""
    PAUSED = "paused"
    """No run has covered it, and the flow is paused."""
    ENDED = "ended"
    """No run has covered it, and none will."""
    BEFORE_LAUNCH = "before_launch"
    """It came before what the flow was launched to see."""
    BEFORE_RESUMING = "before_resuming"
    """It came before the flow was resumed from a pause that dropped: in it, or covered by a run before it."""
    NOT_LAUNCHED = "not_launched"


@dataclass(frozen=True, slots=True)
class Covered:
    """What is known of one flow and one event; `words` say it to a person.

    `trigger_versions` are those that may have looked at it, the first in force when it came; one alone is certain.
    """

    coverage: Coverage
    words: str
    trigger_versions: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Runs:
    """What is known of a flow's runs.

    `first_start` is what the flow was first launched to see the events after, `triggers` its trigger's versions;
    `cursor` is None before a launch, `hold` where the safety hold has never stopped a run.
    """

    flow: Flow
    first_start: datetime | None
    cursor: Cursor | None
    triggers: Sequence[Trigger]
    hold: SafetyHold | None = None


def covered(runs: Runs, received_at: datetime, now: datetime) -> Covered:
    """Say what a flow has to do with an event that it has no decision about."""
    flow, first_start, cursor = runs.flow, runs.first_start, runs.cursor
    start = flow.starts_after
    if flow.status is FlowStatus.DRAFT or cursor is None:
        return Covered(Coverage.NOT_LAUNCHED, "the flow was not launched")
    if first_start is not None and received_at <= first_start:
        return Covered(Coverage.BEFORE_LAUNCH, f"the flow sees what came after {instant_in_words(first_start)}")
    if start is not None and received_at <= start:
        resumed = f"resumed at {instant_in_words(start)} from a pause that dropped what came in it"
        return Covered(Coverage.BEFORE_RESUMING, f"it came before the flow was {resumed}")
    if received_at > cursor.position:
        return _not_covered(runs, cursor)
    versions = _versions(runs.triggers, cursor.health.last_run, received_at)
    if _may_be_under_way(cursor, received_at, now):
        return Covered(Coverage.UNDER_WAY, "a run covered it; a match may still be on its way to be decided", versions)
    return Covered(Coverage.NOT_MATCHED, f"a run of {_named(versions)} covered it and did not return it", versions)


def _not_covered(runs: Runs, cursor: Cursor) -> Covered:
    flow, hold = runs.flow, runs.hold
    place = f"runs have covered what came up to {instant_in_words(cursor.position)}"
    if flow.has_ended:
        return Covered(Coverage.ENDED, f"{place}, and the flow has ended")
    if flow.status is FlowStatus.PAUSED:
        drops = flow.pause_mode is PauseMode.DROP
        then = "drops what comes in it" if drops else "holds: it is caught up with when the flow is resumed"
        return Covered(Coverage.PAUSED, f"{place}; the flow's pause {then}")
    newest = max((each.version for each in runs.triggers), default=0)
    if hold is not None and hold.stops(cursor.position, newest):
        words = f"the safety hold stopped a run that would message {hold.run.contacts} contacts, and waits for approval"
        return Covered(Coverage.HELD, f"{place}; {words}")
    last, since = cursor.health.last_run, cursor.health.failing_since
    if last is not None and last.fault is not None and since is not None:
        failing = f"version {last.trigger_version} of its trigger fails since {instant_in_words(since)}: {last.detail}"
        return Covered(Coverage.AWAITED, f"{place}; {failing}")
    return Covered(Coverage.AWAITED, f"{place}; the next one is due within a minute")


def _versions(triggers: Sequence[Trigger], last_run: LastRun | None, received_at: datetime) -> Sequence[int]:
    if last_run is not None and _is_in(last_run, received_at):
        return [last_run.trigger_version]
    ordered = sorted(triggers, key=lambda each: each.version)
    in_force = [each.version for each in ordered if each.committed_at <= received_at][-1:]
    return [*in_force, *(each.version for each in ordered if each.committed_at > received_at)]


def _is_in(run: LastRun, received_at: datetime) -> bool:
    return run.fault is None and run.window.start < received_at <= run.window.end


def _may_be_under_way(cursor: Cursor, received_at: datetime, now: datetime) -> bool:
    last = cursor.health.last_run
    if last is not None and _is_in(last, received_at):
        return last.matches > 0 and now - last.ran_at < ON_ITS_WAY
    is_catching_up = last is not None and now - last.ran_at < ON_ITS_WAY and now - cursor.position > _LATE
    return is_catching_up or now - received_at < ON_ITS_WAY


def _named(versions: Sequence[int]) -> str:
    if not versions:
        return "its trigger"
    later = f", or where it came late of {', '.join(map(str, versions[1:]))}," if versions[1:] else ""
    return f"version {versions[0]} of its trigger{later}"
