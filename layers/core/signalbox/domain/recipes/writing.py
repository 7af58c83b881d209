"""Writes a recipe as the SQL that a person would have written, in DuckDB's dialect."""

from dataclasses import dataclass
from datetime import timedelta

from signalbox.domain.errors import Invalid
from signalbox.domain.flows import DEFAULT_MAX_EVENT_AGE
from signalbox.domain.recipes.checks import reasons_against
from signalbox.domain.recipes.forms import AbsenceRecipe, ClockEvents, EventRecipe, Recipe, RepetitionRecipe
from signalbox.domain.recipes.lookback import lookback_of, span_of
from signalbox.domain.recipes.sql import END, START, clauses_of, indented, interval, text_at, where

IN_ORDER = "ts, occurred_at, event_id"
"""Events received at one instant, as a batch's are, count as they occurred; their names make the order complete."""

FIRST_OF_SERIES = """\
    SELECT
        *,
        -- NULL too where the step before cancelled: what comes then begins anew.
        lag(CASE WHEN NOT cancels THEN ts END) OVER clock AS before_at,
        min(CASE WHEN cancels THEN ts END) OVER (
            clock ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS cancelled_at"""


@dataclass(frozen=True, slots=True)
class WrittenRecipe:
    """A trigger's SQL, with the history it reads and the age at which its events still count."""

    sql: str
    lookback: timedelta
    max_event_age: timedelta


def write(recipe: Recipe) -> WrittenRecipe:
    """Write the trigger of a form; raises Invalid with a reason for each value of the form that makes no sense."""
    if reasons := tuple(reasons_against(recipe)):
        raise Invalid(reasons)
    # A match of an absence is a wait old when it becomes one.
    grown_old = recipe.wait if isinstance(recipe, AbsenceRecipe) else timedelta(0)
    return WrittenRecipe(_sql_of(recipe), lookback_of(recipe), DEFAULT_MAX_EVENT_AGE + grown_old)


def _sql_of(recipe: Recipe) -> str:
    match recipe:
        case EventRecipe():
            return _event_sql(recipe)
        case RepetitionRecipe():
            return _repetition_sql(recipe)
        case AbsenceRecipe():
            return _absence_sql(recipe)


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _event_sql(recipe: EventRecipe) -> str:
    return _lines(
        "SELECT identity, event_id, event_type, ts",
        "FROM event_triggers",
        where([f"ts > {START}", f"ts <= {END}", *clauses_of(recipe.events)]),
    )


def _repetition_sql(recipe: RepetitionRecipe) -> str:
    period = interval(recipe.period)
    counted = [f"ts > {START} - {period}", f"ts <= {END}", "identity IS NOT NULL", *clauses_of(recipe.events)]
    return _lines(
        "WITH counted AS (",
        "    SELECT",
        "        identity, event_id, event_type, ts,",
        f"        -- When the first of the last {recipe.times} happened, and the one before it.",
        f"        lag(ts, {recipe.times - 1}) OVER person AS first_at,",
        f"        lag(ts, {recipe.times}) OVER person AS before_at",
        "    FROM event_triggers",
        "    " + indented(where(counted)),
        f"    WINDOW person AS (PARTITION BY identity ORDER BY {IN_ORDER})",
        ")",
        "SELECT identity, event_id, event_type, ts, first_at",
        "FROM counted",
        where(
            [
                f"ts > {START}",
                f"-- Exactly {recipe.times} in the period: a further one is no match.",
                f"first_at > ts - {period}",
                f"(before_at IS NULL OR before_at <= ts - {period})",
            ]
        ),
    )


def _absence_sql(recipe: AbsenceRecipe) -> str:
    wait, has_key = interval(recipe.wait), recipe.starts[0].key is not None
    key = ", ".join(["identity"] * recipe.per_person + ["key"] * has_key)
    clock = f"(PARTITION BY {key} ORDER BY ts, cancels, {IN_ORDER.removeprefix('ts, ')})"
    return _lines(
        "WITH steps AS (",
        "    " + indented(_steps(recipe)),
        "),",
        "followed AS (",
        f"    SELECT *, lead(ts) OVER {clock} AS next_at" if recipe.restarts else FIRST_OF_SERIES,
        "    FROM steps",
        *(("    -- What has no key, or an empty one, belongs to no clock.", "    WHERE key <> ''") if has_key else ()),
        *(() if recipe.restarts else (f"    WINDOW clock AS {clock}",)),
        ")",
        f"SELECT identity, event_id, event_type, ts{', key' * has_key}",
        "FROM followed",
        where(
            [
                "NOT cancels",
                "-- The wait ends inside the window.",
                f"ts > {START} - {wait}",
                f"ts <= {END} - {wait}",
                *_left_alone(recipe, wait),
            ]
        ),
    )


def _steps(recipe: AbsenceRecipe) -> str:
    """Write what starts and what cancels as one sequence; an event that is both is in it twice and cancels itself."""
    parts = [_step(recipe, each, cancels="false") for each in recipe.starts]
    parts += [_step(recipe, each, cancels="true") for each in recipe.cancels]
    return "\nUNION ALL\n".join(parts)


def _step(recipe: AbsenceRecipe, each: ClockEvents, cancels: str) -> str:
    columns = ["identity, event_id, event_type, ts, occurred_at", f"{cancels} AS cancels"]
    clauses = [f"ts > {START} - {interval(span_of(recipe))}", f"ts <= {END}", *clauses_of(each.events)]
    if recipe.per_person:
        clauses.append("identity IS NOT NULL")
    if each.key is not None:
        columns.append(f"{text_at(each.key)} AS key")
    return "\n".join((f"SELECT {', '.join(columns)}", "FROM event_triggers", where(clauses)))


def _left_alone(recipe: AbsenceRecipe, wait: str) -> tuple[str, ...]:
    if recipe.restarts:
        return (f"(next_at IS NULL OR next_at > ts + {wait})",)
    return (
        f"(before_at IS NULL OR before_at < ts - {wait})",
        f"(cancelled_at IS NULL OR cancelled_at > ts + {wait})",
    )
