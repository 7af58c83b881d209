"""The results of experiments, against published tables and independently computed values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.experiment_results import MISMATCH_BELOW, ArmCount, chi_square_tail, lift, split_probability
from signalbox.domain.experiments import HOLDOUT, Experiment, Variant

A_B = (Variant("a", 50), Variant("b", 50))


@pytest.mark.parametrize(
    ("converted", "exposed", "low", "high"),
    [  # statsmodels 0.15.0, proportion_confint(method="wilson")
        (0, 10, 0.0, 0.27753279986288926),
        (1, 10, 0.017876213095072924, 0.40415002679523854),
        (81, 263, 0.2552885198782742, 0.36620957698280004),
        (10, 10, 0.7224672001371106, 1.0),
        (10_000, 200_000, 0.04905344489083249, 0.050963841341838886),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_of_a_rate_is_wilsons(converted: int, exposed: int, low: float, high: float) -> None:
    interval = ArmCount(exposed, converted).rate_interval()

    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(
    ("arm", "control", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10
        ((70, 56), (80, 48), 0.0524, 0.3339),
        ((10, 9), (10, 3), 0.1705, 0.8090),
        ((7, 6), (7, 2), 0.0582, 0.8062),
        ((56, 5), (29, 0), -0.0381, 0.1926),
        ((10, 0), (20, 0), -0.1611, 0.2775),
        ((10, 0), (10, 0), -0.2775, 0.2775),
        ((10, 10), (20, 0), 0.6791, 1.0),
        ((10, 10), (10, 0), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_lift_is_newcombes(
    arm: tuple[int, int], control: tuple[int, int], low: float, high: float
) -> None:
    found = lift(ArmCount(*arm), ArmCount(*control))

    assert found is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=5e-5)
    assert found.interval.excludes_zero is (low > 0)


COUNTS = st.integers(1, 10_000).flatmap(lambda exposed: st.builds(ArmCount, st.just(exposed), st.integers(0, exposed)))


@given(COUNTS, COUNTS)
def test_a_lift_lies_in_its_interval_and_turns_round_with_its_arms(arm: ArmCount, control: ArmCount) -> None:
    there, back = lift(arm, control), lift(control, arm)

    assert there is not None
    assert back is not None
    assert -1 - 1e-12 <= there.interval.low <= there.difference <= there.interval.high <= 1 + 1e-12
    assert (there.interval.low, there.interval.high) == pytest.approx((-back.interval.high, -back.interval.low))


def test_a_lift_is_also_told_as_part_of_the_controls_rate_where_it_has_one() -> None:
    found, from_nothing = lift(ArmCount(100, 12), ArmCount(100, 10)), lift(ArmCount(100, 12), ArmCount(100, 0))

    assert found is not None
    assert from_nothing is not None
    assert (found.difference, found.relative) == pytest.approx((0.02, 0.2))
    assert from_nothing.relative is None


def test_there_is_no_lift_before_both_arms_have_somebody() -> None:
    assert lift(ArmCount(0, 0), ArmCount(10, 1)) is None
    assert lift(ArmCount(10, 1), ArmCount(0, 0)) is None


@pytest.mark.parametrize(
    ("statistic", "degrees", "probability"),
    [  # scipy 1.18.1, stats.chi2.sf
        (3.841458820694124, 1, 0.05),
        (6.634896601021213, 1, 0.01),
        (0.0, 1, 1.0),
        (0.0, 2, 1.0),
        (5.991464547107979, 2, 0.05),
        (1e-3, 3, 0.9999915920809419),
        (7.5, 3, 0.0575584519726364),
        (12.3, 7, 0.0911148860003131),
        (18.307038053275146, 10, 0.05),
        (40.0, 10, 1.694474393006737e-05),
        (100.0, 19, 5.355560750435117e-13),
        (0.5, 20, 0.9999999999997906),
    ],
)
def test_the_tail_of_chi_square_is_the_known_one(statistic: float, degrees: int, probability: float) -> None:
    assert chi_square_tail(statistic, degrees) == pytest.approx(probability, rel=1e-9)


def test_a_split_that_lost_people_of_one_arm_is_told_from_one_by_chance() -> None:
    shares = Experiment("experiment_1", A_B, holdout_percent=10).shares()

    by_chance = split_probability({"a": 4_500, "b": 4_600, HOLDOUT: 900}, shares)
    lost = split_probability({"a": 4_500, "b": 4_000, HOLDOUT: 1_000}, shares)

    assert by_chance == pytest.approx(0.002218084904320256)  # scipy 1.18.1, stats.chisquare
    assert lost is not None
    assert lost < MISMATCH_BELOW


def test_a_split_is_not_judged_by_too_few_nor_with_one_arm() -> None:
    shares = Experiment("experiment_1", A_B, holdout_percent=10).shares()

    assert split_probability({"a": 20, "b": 20, HOLDOUT: 9}, shares) is None
    assert split_probability({"a": 20, "b": 20, HOLDOUT: 10}, shares) is not None
    assert split_probability({"a": 1_000}, Experiment("e", (Variant("a", 1),)).shares()) is None


def test_somebody_in_an_arm_without_a_share_is_a_fault_whatever_the_rest() -> None:
    assert split_probability({"a": 1, HOLDOUT: 1}, Experiment("e", A_B).shares()) == 0.0
    assert split_probability({"a": 1, "gone": 1}, Experiment("e", A_B).shares()) == 0.0
