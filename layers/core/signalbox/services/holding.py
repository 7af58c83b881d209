"""Judging conditions over one contact's names, for all who ask: branches and rule segments."""

from collections.abc import Callable

from signalbox.domain.content import ContentProblem, Names
from signalbox.domain.decisions import SkipReason
from signalbox.ports import Conditions


def holding(conditions: Conditions, names: Names) -> Callable[[str], bool | ContentProblem]:
    """Judge a condition over these names; one that lacks a value cannot be judged."""

    def holds(expression: str) -> bool | ContentProblem:
        answer = conditions.holds(expression, names)
        if isinstance(answer, ContentProblem):
            return answer
        if answer.missing is not None:
            return ContentProblem(SkipReason.CONTENT_MISSING_VALUE, answer.missing)
        return answer.holds

    return holds
