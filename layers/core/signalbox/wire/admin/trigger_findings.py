"""What is found out about triggers, on the wire: comparisons, validations, the last run of a flow."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from signalbox.domain.comparisons import Setting, VersionComparison
from signalbox.domain.health import LastRun
from signalbox.domain.validations import Validation
from signalbox.wire.admin.base import seconds_of
from signalbox.wire.admin.recipes import shape_of_recipe
from signalbox.wire.admin.triggers import (
    ComparisonShape,
    LastRunShape,
    RuleCountsShape,
    ValidationShape,
    WindowShape,
    shape_of,
)

_SETTINGS: Mapping[str, str] = {"lookback": "lookbackSeconds", "max_event_age": "maxEventAgeSeconds"}


def shape_of_comparison(comparison: VersionComparison) -> ComparisonShape:
    """Show what changed."""
    settings = {
        _SETTINGS.get(name, name): (_setting(before), _setting(after))
        for name, (before, after) in comparison.settings.items()
    }
    return ComparisonShape(
        first=shape_of(comparison.first),
        second=shape_of(comparison.second),
        sql=list(comparison.sql),
        settings=settings,
    )


def shape_of_validation(validation: Validation) -> ValidationShape:
    """Show what a draft found."""
    return ValidationShape(
        window=WindowShape(start=validation.window.start, end=validation.window.end),
        reads_from=validation.reads_from,
        is_cut=validation.is_cut,
        events=validation.events,
        columns=list(validation.columns),
        rows=[dict(row) for row in validation.rows],
        row_count=validation.row_count,
        elapsed_ms=validation.elapsed_ms,
        rules=RuleCountsShape.model_validate(validation.rules),
    )


def shape_of_run(run: LastRun) -> LastRunShape:
    """Show the last run."""
    return LastRunShape(
        ran_at=run.ran_at,
        window_start=run.window.start,
        window_end=run.window.end,
        version=run.trigger_version,
        rows=run.rows,
        matches=run.matches,
        elapsed_ms=run.elapsed_ms,
        fault=run.fault.value if run.fault else None,
        detail=run.detail,
    )


def _setting(setting: Setting) -> Any:
    if isinstance(setting, timedelta):
        return seconds_of(setting)
    return setting if isinstance(setting, str) or setting is None else shape_of_recipe(setting)
