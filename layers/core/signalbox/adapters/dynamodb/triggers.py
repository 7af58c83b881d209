"""The trigger in the Registry table: a head, which is the committed version, and every version."""

from datetime import timedelta

from signalbox.adapters.dynamodb.values import Stored, Values
from signalbox.domain.flows import Trigger

_MS = timedelta(milliseconds=1)


def attributes_of(trigger: Trigger) -> Values:
    """Give what a head and a version have in common; both are kept."""
    return {
        "trigger_id": trigger.trigger_id,
        "version": trigger.version,
        "name": trigger.name,
        "sql": trigger.sql,
        "dialect": trigger.dialect,
        "compiled_sql": trigger.compiled_sql,
        "lookback_ms": trigger.lookback // _MS,
        "max_event_age_ms": trigger.max_event_age // _MS,
    }


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
        lookback=int(stored["lookback_ms"]) * _MS,
        max_event_age=int(stored["max_event_age_ms"]) * _MS,
    )
