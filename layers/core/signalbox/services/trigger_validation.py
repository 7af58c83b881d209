"""Validate a trigger's draft: compile it, run it over recent real events, and tell what a flow would make of the rows.

Nothing is written and nothing is sent.
"""

from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.queries import Window
from signalbox.domain.validations import SHOWN_ROWS, Validation, counted
from signalbox.ports import Clock, Contacts, Events, Partners, QueryCompiler, QueryEngine
from signalbox.services.query_trials import MAX_EVENTS, RECENT, QueryTrials
from signalbox.services.trigger_checks import checked_sql


class TriggerValidation:
    """The use case of an author who asks what a query would find."""

    def __init__(
        self,
        *,
        clock: Clock,
        partners: Partners,
        events: Events,
        contacts: Contacts,
        compiler: QueryCompiler,
        engine: QueryEngine,
        max_events: int = MAX_EVENTS,
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._compiler = compiler
        self._trials = QueryTrials(events=events, contacts=contacts, engine=engine, max_events=max_events)

    def validate(self, draft: TriggerDraft) -> Validation:
        """Run the draft over the last day; raises Invalid with what is wrong, in words that say what to do."""
        partner = self._partners.find(draft.partner_id)
        if partner is None:
            raise Invalid([Reason("/partner_id", "no such partner")])
        sql = checked_sql(self._compiler, draft)
        now = self._clock.now()
        trial = self._trials.over(partner, sql, draft.lookback, Window(now - RECENT, now))
        answer = trial.answer
        return Validation(
            window=trial.window,
            reads_from=trial.reads_from,
            is_cut=trial.is_cut,
            events=len(trial.events),
            columns=tuple(answer.rows[0]) if answer.rows else (),
            rows=answer.rows[:SHOWN_ROWS],
            row_count=len(answer.rows),
            elapsed_ms=answer.elapsed_ms,
            rules=counted(answer, trial.events, draft.max_event_age, now),
        )
