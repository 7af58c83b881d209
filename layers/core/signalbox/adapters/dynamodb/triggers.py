"""The trigger in the Registry table: a head, which is the committed version; every version; and at most one draft."""

from datetime import timedelta

from signalbox.adapters.dynamodb.recipes import recipe_from, text_of_recipe
from signalbox.adapters.dynamodb.values import Stored, Values, given
from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.flows import Trigger

_MS = timedelta(milliseconds=1)


def attributes_of(trigger: Trigger) -> Values:
    """Give what a head and a version have in common; both are kept."""
    return given(
        {
            **_attributes_of_text(trigger),
            "version": trigger.version,
            "compiled_sql": trigger.compiled_sql,
            "committed_at_ms": to_ms(trigger.committed_at),
            "committed_by": trigger.committed_by,
            "note": trigger.note,
            "draft_id": trigger.draft_id,
            "restored_from": trigger.restored_from,
        }
    )


def attributes_of_draft(draft: TriggerDraft) -> Values:
    """Give a draft's own; it is kept until it is committed or discarded."""
    return given(
        {
            **_attributes_of_text(draft),
            "draft_id": draft.draft_id,
            "revision": draft.revision,
            "base_version": draft.base_version,
        }
    )


def from_stored(stored: Stored, partner_id: str) -> Trigger:
    """Make the trigger again."""
    return Trigger(
        partner_id=partner_id,
        trigger_id=stored["trigger_id"],
        version=int(stored["version"]),
        name=stored["name"],
        sql=stored["sql"],
        dialect=stored["dialect"],
        compiled_sql=stored["compiled_sql"],
        committed_at=from_ms(int(stored["committed_at_ms"])),
        lookback=int(stored["lookback_ms"]) * _MS,
        max_event_age=int(stored["max_event_age_ms"]) * _MS,
        recipe=recipe_from(stored["recipe"]) if "recipe" in stored else None,
        committed_by=stored["committed_by"],
        note=stored["note"],
        draft_id=stored.get("draft_id"),
        restored_from=int(stored["restored_from"]) if "restored_from" in stored else None,
    )


def draft_from_stored(stored: Stored, partner_id: str) -> TriggerDraft:
    """Make the draft again."""
    return TriggerDraft(
        partner_id=partner_id,
        trigger_id=stored["trigger_id"],
        draft_id=stored["draft_id"],
        name=stored["name"],
        sql=stored["sql"],
        dialect=stored["dialect"],
        lookback=int(stored["lookback_ms"]) * _MS,
        max_event_age=int(stored["max_event_age_ms"]) * _MS,
        recipe=recipe_from(stored["recipe"]) if "recipe" in stored else None,
        revision=int(stored["revision"]),
        base_version=int(stored["base_version"]),
    )


def _attributes_of_text(written: Trigger | TriggerDraft) -> Values:
    return {
        "trigger_id": written.trigger_id,
        "name": written.name,
        "sql": written.sql,
        "dialect": written.dialect,
        "lookback_ms": written.lookback // _MS,
        "max_event_age_ms": written.max_event_age // _MS,
        "recipe": None if written.recipe is None else text_of_recipe(written.recipe),
    }
