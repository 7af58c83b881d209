"""How much history before its window each recipe reads.

With it, any division of time into windows finds the same matches, each in exactly one window, and a longer history
changes nothing. The one bound: a repeat of an event that comes more than REPEAT_MARGIN after its first arrival may be
taken for a new event, since the first may not be loaded any more (see docs/decisions, 2).
"""

from datetime import timedelta

from signalbox.domain.recipes.forms import AbsenceRecipe, EventRecipe, Recipe, RepetitionRecipe

REPEAT_MARGIN = timedelta(hours=1)
"""How long after its first arrival a repeat is surely known as one: clients retry within minutes."""


def lookback_of(recipe: Recipe) -> timedelta:
    """Say what history the recipe needs; a repeat of a single event needs none, as it meets the decision made."""
    match recipe:
        case EventRecipe():
            return timedelta(0)
        case RepetitionRecipe():
            return recipe.period + REPEAT_MARGIN
        case AbsenceRecipe():
            return span_of(recipe) + REPEAT_MARGIN


def span_of(recipe: AbsenceRecipe) -> timedelta:
    """Say how long before the window the events lie that bear on it: a series goes one wait back from its start."""
    return recipe.wait if recipe.restarts else 2 * recipe.wait
