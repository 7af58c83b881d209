"""The check that a trigger's draft passes before anybody runs it: its settings and its SQL."""

from collections.abc import Iterable
from datetime import datetime

from signalbox.domain.drafts import TriggerDraft, reasons_against
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.flows import Trigger
from signalbox.ports import QueryCompiler


def checked_sql(compiler: QueryCompiler, draft: TriggerDraft, further: Iterable[Reason] = ()) -> str:
    """Give the engine's SQL; raises Invalid with all that is wrong: the settings, `further` reasons, and the SQL."""
    reasons = [*reasons_against(draft), *further]
    compiled = ""
    try:
        compiled = compiler.compile(draft.sql, draft.dialect)
    except Invalid as invalid:
        reasons += invalid.reasons
    if reasons:
        raise Invalid(reasons)
    return compiled


def tried_trigger(compiler: QueryCompiler, draft: TriggerDraft, now: datetime) -> Trigger:
    """Give a draft as the trigger it would be, of version 0, which is never committed; raises as `checked_sql`."""
    return Trigger(
        partner_id=draft.partner_id,
        trigger_id=draft.trigger_id,
        version=0,
        name=draft.name,
        sql=draft.sql,
        dialect=draft.dialect,
        compiled_sql=checked_sql(compiler, draft),
        committed_at=now,
        lookback=draft.lookback,
        max_event_age=draft.max_event_age,
    )
