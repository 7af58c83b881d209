"""A flow's rules as they are stored with it, from its segment filter and its contents to its experiment."""

from datetime import time, timedelta

from signalbox.adapters.dynamodb import contents
from signalbox.adapters.dynamodb.values import Stored, Values, given
from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.experiments import Experiment, Goal, Variant
from signalbox.domain.flows import EVERYBODY, FilterMode, Flow, FlowRules, SegmentFilter
from signalbox.domain.frequency import ReEntry
from signalbox.domain.quiet_hours import QuietHours, QuietMode
from signalbox.domain.waits import ExitCondition, Wait

_MS = timedelta(milliseconds=1)


def values_of(flow: Flow) -> Values:
    """Give the attributes of the rules; one that is as in every new flow is left out."""
    return given(
        {
            "segment_ids": list(flow.segment_filter.segment_ids),
            "segment_filter_mode": flow.segment_filter.mode.value,
            "contents": contents.values_of_all(flow.contents),
            "wait": None if flow.wait is None else wait_values(flow.wait),
            "re_entry": _re_entry_values(flow.re_entry),
            "quiet_hours": None if flow.quiet_hours is None else _quiet_hours_values(flow.quiet_hours),
            "branches": None if flow.branches == EVERYBODY else _branches_values(flow.branches),
            "experiment": None if flow.experiment is None else _experiment_values(flow.experiment),
            "safety_limit": flow.safety_limit,
            "is_transactional": flow.is_transactional or None,
        }
    )


def from_stored(stored: Stored) -> FlowRules:
    """Make the rules again."""
    experiment = stored.get("experiment")
    return FlowRules(
        segment_filter=SegmentFilter(tuple(stored["segment_ids"]), FilterMode(stored["segment_filter_mode"])),
        contents=contents.all_from(stored.get("contents", [])),
        wait=wait_from(stored["wait"]) if "wait" in stored else None,
        re_entry=_re_entry_from(stored.get("re_entry", {})),
        quiet_hours=_quiet_hours_from(stored["quiet_hours"]) if "quiet_hours" in stored else None,
        branches=_branches_from(stored["branches"]) if "branches" in stored else EVERYBODY,
        experiment=None if experiment is None else _experiment_from(experiment),
        is_transactional=stored.get("is_transactional", False),
        safety_limit=int(stored["safety_limit"]) if "safety_limit" in stored else None,
    )


def wait_values(wait: Wait) -> Values:
    """Give the wait, as a flow has it and as its place among the live ones has it."""
    values: Values = {"delay_ms": wait.delay // _MS}
    if wait.exit_condition is None:
        return values
    condition = wait.exit_condition
    stored: Values = {
        "sql": condition.sql,
        "key": condition.key,
        "dialect": condition.dialect,
        "compiled_sql": condition.compiled_sql,
    }
    return {**values, "exit": stored}


def wait_from(stored: Stored) -> Wait:
    """Make the wait again."""
    return Wait(int(stored["delay_ms"]) * _MS, ExitCondition(**stored["exit"]) if "exit" in stored else None)


def _re_entry_values(rule: ReEntry) -> Values | None:
    period_ms = None if rule.period is None else rule.period // _MS
    return given({"entries": rule.entries, "period_ms": period_ms}) or None


def _re_entry_from(stored: Stored) -> ReEntry:
    return ReEntry(
        int(stored["entries"]) if "entries" in stored else None,
        int(stored["period_ms"]) * _MS if "period_ms" in stored else None,
    )


def _quiet_hours_values(hours: QuietHours) -> Values:
    return {
        "start": hours.start.isoformat(),
        "end": hours.end.isoformat(),
        "mode": hours.mode.value,
        "weekdays": sorted(hours.weekdays),
    }


def _quiet_hours_from(stored: Stored) -> QuietHours:
    return QuietHours(
        time.fromisoformat(stored["start"]),
        time.fromisoformat(stored["end"]),
        QuietMode(stored["mode"]),
        frozenset(map(int, stored["weekdays"])),
    )


def _branches_values(branches: Branches) -> Values:
    ordered = [
        given({"name": each.name, "condition": each.condition, "content_id": each.content_id})
        for each in branches.ordered
    ]
    if branches.default is None:
        return {"ordered": ordered}
    default = given({"name": branches.default.name, "content_id": branches.default.content_id})
    return {"ordered": ordered, "default": default}


def _branches_from(stored: Stored) -> Branches:
    default = DefaultBranch(**stored["default"]) if "default" in stored else None
    return Branches(tuple(Branch(**each) for each in stored["ordered"]), default)


def _experiment_values(experiment: Experiment) -> Values:
    values: Values = {
        "experiment_id": experiment.experiment_id,
        "variants": [
            given({"variant_id": each.variant_id, "weight": each.weight, "content_id": each.content_id})
            for each in experiment.variants
        ],
        "holdout_percent": experiment.holdout_percent,
    }
    if (goal := experiment.goal) is None:
        return values
    return {**values, "goal": {"event_type": goal.event_type, "attribution_ms": goal.attribution // _MS}}


def _experiment_from(stored: Stored) -> Experiment:
    goal = stored.get("goal")
    return Experiment(
        stored["experiment_id"],
        tuple(Variant(each["variant_id"], int(each["weight"]), each.get("content_id")) for each in stored["variants"]),
        int(stored["holdout_percent"]),
        goal and Goal(goal["event_type"], int(goal["attribution_ms"]) * _MS),
    )
