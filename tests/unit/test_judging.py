"""The order of a flow's own rules, what each makes of a match, and what the trace tells."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.content import ContentProblem
from signalbox.domain.decisions import Outcome, SkipReason
from signalbox.domain.experiments import HOLDOUT, Experiment, Variant
from signalbox.domain.frequency import Entry, ReEntry, Touches
from signalbox.domain.judging import Judgement, MessageRules, judge_rules
from signalbox.domain.partners import FrequencyCap
from signalbox.domain.quiet_hours import QuietHours, QuietMode
from tests.unit.makers import NOON, PARTNER_ID

DAY = timedelta(days=1)
UTC_ZONE = ZoneInfo("UTC")
NOBODY_YET = Touches(PARTNER_ID, "ana@example.org")
GOLD = Branch("Gold", "gold", "content_gold")
SIESTA = QuietHours(time(11), time(16), QuietMode.DROP)
HELD_SIESTA = replace(SIESTA, mode=QuietMode.HOLD)
CAPPED = Entry("flow_1", "event-2", "email", caps=[FrequencyCap("email", 1, DAY)])
COOLING = Entry("flow_1", "event-2", "email", re_entry=ReEntry.cool_down(DAY))
TOUCHED = NOBODY_YET.after(replace(CAPPED, event_id="event-1"), NOON - timedelta(hours=1))
ENTERED = NOBODY_YET.after(replace(COOLING, event_id="event-1"), NOON - timedelta(hours=1))
FREE = MessageRules(Entry("flow_1", "event-2", "email"), Branches(default=DefaultBranch()), UTC_ZONE)
ALL_HELD_OUT = Experiment("experiment_1", (Variant("a", 1),), holdout_percent=100)


def judged(rules: MessageRules, touches: Touches = NOBODY_YET, *, gold: bool | ContentProblem = False) -> Judgement:
    return judge_rules(rules, touches, lambda _: gold, NOON)


def test_a_match_that_nothing_limits_may_be_sent_and_each_check_leaves_its_line() -> None:
    judgement = judged(FREE)

    assert (judgement.outcome, judgement.reason, judgement.arm) == (Outcome.IN_FLIGHT, None, None)
    assert [(step.check, step.verdict) for step in judgement.trace] == [
        ("re_entry", "passed"),
        ("quiet_hours", "passed"),
        ("frequency_cap", "passed"),
        ("branch", "default: takes the rest"),
    ]


@pytest.mark.parametrize(
    ("rules", "touches", "reason"),
    [
        (replace(FREE, entry=COOLING), ENTERED, SkipReason.RE_ENTRY),
        (replace(FREE, quiet_hours=SIESTA), NOBODY_YET, SkipReason.QUIET_HOURS),
        (replace(FREE, entry=CAPPED), TOUCHED, SkipReason.FREQUENCY_CAP),
        (replace(FREE, branches=Branches((GOLD,))), NOBODY_YET, SkipReason.BRANCH_NONE),
    ],
)
def test_each_rule_that_refuses_skips_with_its_own_reason(
    rules: MessageRules, touches: Touches, reason: SkipReason
) -> None:
    judgement = judged(rules, touches)

    assert (judgement.outcome, judgement.reason) == (Outcome.SKIPPED, reason)
    assert judgement.detail


def test_held_quiet_hours_defer_until_they_end() -> None:
    judgement = judged(replace(FREE, quiet_hours=HELD_SIESTA, zone=ZoneInfo("Asia/Kathmandu")))
    elsewhere = judged(replace(FREE, quiet_hours=HELD_SIESTA))

    assert judgement.outcome is Outcome.IN_FLIGHT  # a quarter to six there
    assert (elsewhere.outcome, elsewhere.reason) == (Outcome.DEFERRED, None)
    assert elsewhere.until == NOON + timedelta(hours=4)
    assert elsewhere.trace[-1].verdict == "until 2026-03-01 16:00:00 UTC, by the clocks of UTC"


def test_what_waits_for_the_end_of_quiet_hours_meets_the_caps_only_then() -> None:
    judgement = judged(replace(FREE, entry=CAPPED, quiet_hours=HELD_SIESTA), TOUCHED)

    assert judgement.outcome is Outcome.DEFERRED


def test_a_condition_that_cannot_be_judged_skips_by_its_problem() -> None:
    problem = ContentProblem(SkipReason.CONTENT_MISSING_VALUE, "contact.tier")

    judgement = judged(replace(FREE, branches=Branches((GOLD,), DefaultBranch())), gold=problem)

    assert (judgement.outcome, judgement.reason) == (Outcome.SKIPPED, SkipReason.CONTENT_MISSING_VALUE)
    assert judgement.detail == "contact.tier"


def test_whom_no_branch_takes_is_in_no_arm() -> None:
    judgement = judged(replace(FREE, branches=Branches((GOLD,)), experiment=ALL_HELD_OUT))

    assert (judgement.outcome, judgement.arm) == (Outcome.SKIPPED, None)


def test_the_held_out_get_nothing_and_are_recorded_with_their_arm() -> None:
    judgement = judged(replace(FREE, experiment=ALL_HELD_OUT))

    assert (judgement.outcome, judgement.reason, judgement.arm) == (Outcome.HELD_OUT, None, HOLDOUT)
    assert judgement.trace[-1].verdict == HOLDOUT


@pytest.mark.parametrize(
    ("of_variant", "gold", "content_id"),
    [("content_a", True, "content_a"), (None, True, "content_gold"), (None, False, None)],
)
def test_the_content_is_the_variants_or_else_the_branchs_or_else_the_flows(
    of_variant: str | None, content_id: str | None, *, gold: bool
) -> None:
    experiment = Experiment("experiment_1", (Variant("a", 1, of_variant),))

    judgement = judged(replace(FREE, branches=Branches((GOLD,), DefaultBranch()), experiment=experiment), gold=gold)

    assert (judgement.arm, judgement.content_id) == ("a", content_id)


BOTH = replace(COOLING, caps=CAPPED.caps)
FULL = NOBODY_YET.after(replace(BOTH, event_id="event-1"), NOON - timedelta(hours=1))
REFUSED_BY_ALL = replace(FREE, entry=BOTH, quiet_hours=SIESTA, branches=Branches((GOLD,)), experiment=ALL_HELD_OUT)


@pytest.mark.parametrize(
    ("without", "reason"),
    [
        ({}, SkipReason.RE_ENTRY),
        ({"entry": CAPPED}, SkipReason.QUIET_HOURS),
        ({"entry": CAPPED, "quiet_hours": None}, SkipReason.FREQUENCY_CAP),
        ({"entry": FREE.entry, "quiet_hours": None}, SkipReason.BRANCH_NONE),
        ({"entry": FREE.entry, "quiet_hours": None, "branches": FREE.branches}, None),
    ],
)
def test_of_several_rules_that_refuse_the_first_in_the_order_is_told(
    without: dict[str, Any], reason: SkipReason | None
) -> None:
    assert judged(replace(REFUSED_BY_ALL, **without), FULL).reason is reason
