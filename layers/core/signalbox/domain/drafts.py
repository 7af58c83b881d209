"""The draft of an event trigger: what is being written, who may save it next, and what a recipe writes into it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from signalbox.domain.errors import Reason
from signalbox.domain.flows import DEFAULT_MAX_EVENT_AGE, MAX_LOOKBACK, Trigger
from signalbox.domain.recipes.forms import Recipe
from signalbox.domain.recipes.writing import write

RECIPE_DIALECT = "duckdb"
MAX_NAME = 200
"""Characters that a list of triggers can show."""


@dataclass(frozen=True, slots=True)
class TriggerDraft:
    """The next version of a trigger as far as it is written; nothing in it is checked before it is committed.

    `draft_id` names this draft and no other, and `revision` counts its saves (0: not saved yet), so the two together
    say which text an editor has seen. `base_version` is the version it began from, 0 when there was none.
    """

    partner_id: str
    trigger_id: str
    draft_id: str
    name: str
    sql: str = ""
    dialect: str = "duckdb"
    lookback: timedelta = timedelta(0)
    max_event_age: timedelta = DEFAULT_MAX_EVENT_AGE
    recipe: Recipe | None = None
    revision: int = 0
    base_version: int = 0

    def written_from(self, recipe: Recipe) -> "TriggerDraft":
        """Let a recipe write the SQL, its look-back and the age of its events; raises Invalid by paths in the form."""
        written = write(recipe)
        return replace(
            self,
            recipe=recipe,
            sql=written.sql,
            dialect=RECIPE_DIALECT,
            lookback=written.lookback,
            max_event_age=written.max_event_age,
        )

    def following(self) -> "TriggerDraft":
        """Give what the next save stores; a recipe whose SQL was taken over by hand is dropped.

        The age at which events count may be set beside a recipe: no word of the SQL depends on it.
        """
        recipe = self.recipe if self._is_as_the_recipe_wrote_it() else None
        return replace(self, recipe=recipe, revision=self.revision + 1)

    def _is_as_the_recipe_wrote_it(self) -> bool:
        if self.recipe is None:
            return False
        written = write(self.recipe)
        return (self.sql, self.dialect, self.lookback) == (written.sql, RECIPE_DIALECT, written.lookback)


def draft_of(committed: Trigger, draft_id: str) -> TriggerDraft:
    """Begin a draft with what is committed."""
    return TriggerDraft(
        partner_id=committed.partner_id,
        trigger_id=committed.trigger_id,
        draft_id=draft_id,
        name=committed.name,
        sql=committed.sql,
        dialect=committed.dialect,
        lookback=committed.lookback,
        max_event_age=committed.max_event_age,
        recipe=committed.recipe,
        base_version=committed.version,
    )


def reasons_against(draft: TriggerDraft) -> Iterator[Reason]:
    """Name each setting that cannot be committed; the SQL is the compiler's to judge."""
    if not 1 <= len(draft.name.strip()) <= MAX_NAME:
        yield Reason("/name", f"expected 1 to {MAX_NAME} characters")
    if not timedelta(0) <= draft.lookback <= MAX_LOOKBACK:
        yield Reason("/lookback", f"expected 0 to {MAX_LOOKBACK.days} days")
    if draft.max_event_age <= timedelta(0):
        yield Reason("/max_event_age", "expected more than nothing, or no event would ever count")
