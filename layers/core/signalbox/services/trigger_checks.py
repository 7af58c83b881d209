"""The check that a trigger's draft passes before anybody runs it: its settings and its SQL."""

from collections.abc import Iterable

from signalbox.domain.drafts import TriggerDraft, reasons_against
from signalbox.domain.errors import Invalid, Reason
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
