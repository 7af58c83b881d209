"""What changed from one version of an event trigger to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import unified_diff

from signalbox.domain.flows import Trigger
from signalbox.domain.recipes.forms import Recipe

type Setting = str | timedelta | Recipe | None

_SETTINGS = ("name", "dialect", "lookback", "max_event_age", "recipe")


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """The changes from the first version to the second.

    `sql` is a unified diff of the SQL as its author wrote it, a line each, and empty when it is the same.
    `settings` gives by its name each setting that differs, before and after.
    """

    first: Trigger
    second: Trigger
    sql: Sequence[str]
    settings: Mapping[str, tuple[Setting, Setting]]


def compared(first: Trigger, second: Trigger) -> VersionComparison:
    """Compare two versions of a trigger."""
    titles = (f"version {first.version}", f"version {second.version}")
    lines = unified_diff(first.sql.splitlines(), second.sql.splitlines(), *titles, lineterm="")
    pairs = {name: (getattr(first, name), getattr(second, name)) for name in _SETTINGS}
    changed = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    return VersionComparison(first, second, tuple(lines), changed)
