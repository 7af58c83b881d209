"""Conditions: they hold or they do not; what is missing makes them not hold and is named."""

from decimal import Decimal
from typing import Any

import pytest

from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.domain.content import ConditionAnswer, ContentProblem
from signalbox.domain.decisions import SkipReason

NAMES: dict[str, Any] = {
    "contact": {"tier": "gold", "nickname": None, "tags": ["a", "b"]},
    "event": {"properties": {"total": Decimal("120.50"), "zero": 0, "code": "x" * 50}},
    "trigger": {"count": 3},
}
CONDITIONS = JinjaConditions()


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("event.properties.total > 100 and contact.tier == 'gold'", True),
        ("event.properties.total > 120.5", False),
        ("event.properties.total == 120.5", True),
        ("contact.tier in ['silver', 'gold']", True),
        ("'c' in contact.tags", False),
        ("not event.properties.zero", True),
        ("trigger.count", True),
        ("event.properties.zero", False),
        ("contact.tier | upper == 'GOLD'", True),
        ("contact.tags | length > 1", True),
        ("contact.missing is defined", False),
        ("contact.missing is not defined or contact.missing > 3", True),
        ("(contact.missing | default(5)) > 3", True),
        ("contact.missing == 'gold'", False),
        ("contact.missing or contact.tier == 'gold'", True),
        ("1 if contact.tier == 'gold' else 0", True),
    ],
)
def test_a_condition_holds_or_does_not(expression: str, holds: bool) -> None:  # noqa: FBT001 - a table's column
    assert CONDITIONS.holds(expression, NAMES) == ConditionAnswer(holds)


@pytest.mark.parametrize(
    ("expression", "missing"),
    [
        ("event.properties.missing > 100", "event.properties.missing"),
        ("not event.properties.missing > 100", "event.properties.missing"),
        ("event.properties.missing > 100 or contact.tier == 'gold'", "event.properties.missing"),
        ("contact.nickname", "contact.nickname"),
        ("contact.address.city", "contact.address.city"),
        ("nobody", "nobody"),
        ("contact.missing | upper == 'X'", "contact.missing"),
    ],
)
def test_a_condition_that_needs_a_missing_value_does_not_hold_and_names_it(expression: str, missing: str) -> None:
    assert CONDITIONS.holds(expression, NAMES) == ConditionAnswer(holds=False, missing=missing)


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("contact.tier > 3", "condition: TypeError"),
        ("1 / 0", "condition: ZeroDivisionError"),
        ("contact.tier.__class__", "condition: SecurityError"),
        ("'a' * 10**9 == 'b'", "condition: it takes too long or needs too much memory"),
        ("event.properties.code.format() == ''", "condition: SecurityError"),
        ("a b", "condition: line 1: expected one expression"),
    ],
)
def test_any_other_fault_of_a_condition_is_a_problem(expression: str, fault: str) -> None:
    assert CONDITIONS.holds(expression, NAMES) == ContentProblem(SkipReason.CONTENT_ERROR, fault)


@pytest.mark.parametrize(
    "expression", ["", "a b", "a ==", "{{ a }}", "a }} b", "a | nothing", "a is nothing", "x" * 131_073]
)
def test_what_is_no_expression_is_a_fault_when_it_is_saved(expression: str) -> None:
    assert CONDITIONS.fault(expression) is not None


def test_a_sound_condition_has_no_fault() -> None:
    assert CONDITIONS.fault("event.properties.total > 100 and contact.tier == 'gold'") is None


def test_a_condition_sees_nothing_of_the_one_before() -> None:
    CONDITIONS.holds("trigger.count", NAMES)

    assert CONDITIONS.holds("result", NAMES) == ConditionAnswer(holds=False, missing="result")
