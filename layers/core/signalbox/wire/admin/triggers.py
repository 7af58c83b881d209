"""Event triggers on the wire: drafts, versions, what validating one tells, and how its runs go."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.flows import Trigger
from signalbox.wire.admin.base import Instant, Seconds, Wire, seconds_of, span_of
from signalbox.wire.admin.recipes import RecipeShape, recipe_of, refused_below_recipe, shape_of_recipe


class DraftText(Wire):
    """What an author writes; what is left out stays as it is. A recipe writes the SQL where none is given."""

    name: str | None = None
    sql: str | None = None
    dialect: str | None = None
    lookback_seconds: Seconds | None = None
    max_event_age_seconds: Seconds | None = None
    recipe: RecipeShape | None = None


class NewTrigger(DraftText):
    """What a new trigger needs: a name."""

    name: str


class DraftToSave(DraftText):
    """A draft as it is to be saved; `draftId` says which one was read."""

    draft_id: str
    base_version: int | None = None


class DraftShape(Wire):
    """A draft as it stands; `revision` is 0 while it is not saved, `baseVersion` the version that it began from."""

    trigger_id: str
    draft_id: str
    name: str
    sql: str
    dialect: str
    lookback_seconds: Seconds
    max_event_age_seconds: Seconds
    recipe: RecipeShape | None
    revision: int
    base_version: int


class TriggerShape(Wire):
    """One committed version."""

    trigger_id: str
    version: int
    name: str
    sql: str
    dialect: str
    lookback_seconds: Seconds
    max_event_age_seconds: Seconds
    recipe: RecipeShape | None
    committed_at: Instant
    committed_by: str
    note: str
    restored_from: int | None


class TriggerList(Wire):
    """A part of a trigger's versions, the newest first."""

    items: list[TriggerShape]
    next: str | None


class Commit(Wire):
    """Which draft to commit, as it was read; `overOthers` where a version committed meanwhile was looked at."""

    draft_id: str
    revision: int
    note: str = ""
    over_others: bool = False


class Restoration(Wire):
    """Which version to commit again, over which one that was seen in force."""

    version: Annotated[int, Field(ge=1)]
    over: Annotated[int, Field(ge=1)]
    note: str = ""


class Pair(Wire):
    """Two versions to compare."""

    first: Annotated[int, Field(ge=1)]
    second: Annotated[int, Field(ge=1)]


class ComparisonShape(Wire):
    """What changed: a unified diff of the SQL, a line each, and the other settings, before and after."""

    first: TriggerShape
    second: TriggerShape
    sql: list[str]
    settings: dict[str, tuple[Any, Any]]


class RuleCountsShape(Wire):
    """What the rules would do with all rows, before a flow's own filters."""

    rows_without_identity: int
    further_rows: int
    too_old: int
    unknown_events: int
    sendable: int


class WindowShape(Wire):
    """A span of receive times, open at its start and closed at its end."""

    start: Instant
    end: Instant


class ValidationShape(Wire):
    """What a draft finds in recent events; `rows` are the first of `rowCount`."""

    window: WindowShape
    reads_from: Instant
    is_cut: bool
    events: int
    columns: list[str]
    rows: list[dict[str, Any]]
    row_count: int
    elapsed_ms: int
    rules: RuleCountsShape


class LastRunShape(Wire):
    """What the last run came to; `fault` names what stopped it."""

    ran_at: Instant
    window_start: Instant
    window_end: Instant
    version: int
    rows: int
    matches: int
    elapsed_ms: int
    fault: str | None
    detail: str


class HealthShape(Wire):
    """How one live flow's runs go."""

    flow_id: str
    flow_name: str | None
    state: str
    words: str
    lag_seconds: Seconds
    last_run: LastRunShape | None


class TriggerOverview(Wire):
    """A trigger as it stands: what is committed, what is being written, and how it runs."""

    trigger: TriggerShape | None
    draft: DraftShape | None
    health: list[HealthShape]


class TriggerItem(Wire):
    """A trigger in a list; `state` is the worst of its live flows', `idle` where there is none."""

    trigger_id: str
    name: str
    version: int | None
    committed_at: Instant | None
    has_draft: bool
    state: str
    words: str
    live_flows: int


class TriggerItems(Wire):
    """A part of the triggers."""

    items: list[TriggerItem]
    next: str | None


def overlaid(draft: TriggerDraft, text: DraftText) -> TriggerDraft:
    """Write what is given over a draft; raises Invalid for a recipe that makes no sense."""
    if "recipe" in text.model_fields_set:
        with refused_below_recipe():
            draft = replace(draft, recipe=None) if text.recipe is None else draft.written_from(recipe_of(text.recipe))
    lookback, age = text.lookback_seconds, text.max_event_age_seconds
    return replace(
        draft,
        name=draft.name if text.name is None else text.name,
        sql=draft.sql if text.sql is None else text.sql,
        dialect=draft.dialect if text.dialect is None else text.dialect,
        lookback=draft.lookback if lookback is None else span_of(lookback),
        max_event_age=draft.max_event_age if age is None else span_of(age),
    )


def shape_of_draft(draft: TriggerDraft) -> DraftShape:
    """Show a draft."""
    return DraftShape(
        trigger_id=draft.trigger_id,
        draft_id=draft.draft_id,
        name=draft.name,
        sql=draft.sql,
        dialect=draft.dialect,
        lookback_seconds=seconds_of(draft.lookback),
        max_event_age_seconds=seconds_of(draft.max_event_age),
        recipe=None if draft.recipe is None else shape_of_recipe(draft.recipe),
        revision=draft.revision,
        base_version=draft.base_version,
    )


def shape_of(trigger: Trigger) -> TriggerShape:
    """Show a version."""
    return TriggerShape(
        trigger_id=trigger.trigger_id,
        version=trigger.version,
        name=trigger.name,
        sql=trigger.sql,
        dialect=trigger.dialect,
        lookback_seconds=seconds_of(trigger.lookback),
        max_event_age_seconds=seconds_of(trigger.max_event_age),
        recipe=None if trigger.recipe is None else shape_of_recipe(trigger.recipe),
        committed_at=trigger.committed_at,
        committed_by=trigger.committed_by,
        note=trigger.note,
        restored_from=trigger.restored_from,
    )
