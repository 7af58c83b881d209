"""Experiments: stable assignment, the shares it gives, and what changing an experiment moves."""

from collections import Counter
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.experiment_results import MISMATCH_BELOW, split_probability
from signalbox.domain.experiments import HOLDOUT, Experiment, Goal, Variant, reasons_against
from tests.unit.makers import NOON

IDENTITIES = [f"person{number}@example.org" for number in range(10_000)]
A_B = (Variant("a", 50), Variant("b", 50))
FIRST_TWELVE = ["b", "holdout", "holdout", "b", "a", "b", "a", "a", "b", "b", "a", "a"]
ALL_TEN_THOUSAND = "a0052154281b15fa"
"""What they were when the first experiment ran; a change here reshuffles every running experiment."""


def arms(experiment: Experiment, identities: list[str] = IDENTITIES) -> dict[str, str]:
    assigned = {each: experiment.assigned(each) for each in identities}
    return {identity: variant.variant_id if variant else HOLDOUT for identity, variant in assigned.items()}


def moves(before: Experiment, after: Experiment) -> Counter[tuple[str, str]]:
    """Count who went from which arm to which."""
    first, second = arms(before), arms(after)
    return Counter((first[each], second[each]) for each in IDENTITIES if first[each] != second[each])


def split(experiment: Experiment) -> float | None:
    return split_probability(Counter(arms(experiment).values()), experiment.shares())


def test_an_even_split_with_a_tenth_held_out_gets_the_shares_it_ought_to() -> None:
    experiment = Experiment("experiment_1", A_B, holdout_percent=10)

    probability = split(experiment)

    assert experiment.shares() == {"a": 0.45, "b": 0.45, HOLDOUT: 0.1}
    assert probability is not None
    assert probability > 0.01


def test_nobody_is_ever_moved_not_even_by_a_release() -> None:
    experiment = Experiment("experiment_1", A_B, holdout_percent=10)

    assigned = arms(experiment)

    assert [assigned[each] for each in IDENTITIES[:12]] == FIRST_TWELVE
    assert sha256("".join(assigned.values()).encode()).hexdigest()[:16] == ALL_TEN_THOUSAND


@given(st.text(), st.lists(st.integers(0, 100), min_size=1, max_size=6).filter(any), st.integers(0, 100))
def test_every_identity_has_one_arm_that_has_weight(identity: str, weights: list[int], holdout: int) -> None:
    variants = [Variant(f"v{place}", weight) for place, weight in enumerate(weights)]

    assigned = Experiment("experiment_1", variants, holdout).assigned(identity)

    assert assigned == Experiment("experiment_1", variants, holdout).assigned(identity)
    assert (assigned is None and holdout > 0) or (assigned is not None and assigned.weight > 0 and holdout < 100)


@pytest.mark.parametrize("weights", [(50, 50), (1, 3), (20, 30, 50), (1, 1, 1, 97), (5, 0, 5)])
@pytest.mark.parametrize("holdout", [0, 5, 50])
def test_any_weights_get_the_shares_they_ought_to(weights: tuple[int, ...], holdout: int) -> None:
    variants = [Variant(f"v{place}", weight) for place, weight in enumerate(weights)]

    probability = split(Experiment("experiment_shares", variants, holdout))

    assert probability is not None
    assert probability > MISMATCH_BELOW


def test_two_experiments_split_the_same_people_independently() -> None:
    first, second = arms(Experiment("experiment_1", A_B, 20)), arms(Experiment("experiment_2", A_B, 20))

    together = Counter(f"{first[each]} {second[each]}" for each in IDENTITIES)

    shares = Experiment("experiment_1", A_B, 20).shares()
    probability = split_probability(together, {f"{a} {b}": shares[a] * shares[b] for a in shares for b in shares})
    assert probability is not None
    assert probability > MISMATCH_BELOW


def test_a_holdout_that_is_added_or_raised_only_takes_people_in() -> None:
    moved = moves(Experiment("experiment_1", A_B, 10), Experiment("experiment_1", A_B, 20))

    assert set(moved) == {("a", HOLDOUT), ("b", HOLDOUT)}
    assert 900 < moved.total() < 1_100
    assert {after for _, after in moves(Experiment("e", A_B), Experiment("e", A_B, 10))} == {HOLDOUT}


def test_more_weight_for_one_variant_draws_people_to_it_and_moves_nobody_else() -> None:
    before = Experiment("experiment_1", [Variant("a", 20), Variant("b", 40), Variant("c", 40)])
    after = Experiment("experiment_1", [Variant("a", 80), Variant("b", 40), Variant("c", 40)])

    moved = moves(before, after)

    assert set(moved) == {("b", "a"), ("c", "a")}
    assert 2_800 < moved.total() < 3_200


def test_a_new_variant_only_draws_people_and_one_that_goes_only_gives_them_away() -> None:
    with_c = Experiment("experiment_1", (*A_B, Variant("c", 50)))

    assert {after for _, after in moves(Experiment("experiment_1", A_B), with_c)} == {"c"}
    assert {before for before, _ in moves(with_c, Experiment("experiment_1", A_B))} == {"c"}


def test_neither_the_order_of_variants_nor_a_common_factor_moves_anybody() -> None:
    before = Experiment("experiment_1", [Variant("a", 1), Variant("b", 2)])

    assert not moves(before, Experiment("experiment_1", [Variant("b", 2), Variant("a", 1)]))
    assert not moves(before, Experiment("experiment_1", [Variant("a", 100), Variant("b", 200)]))


@pytest.mark.parametrize(
    ("event_type", "after", "met"),
    [
        ("order", timedelta(days=7), True),
        ("order", timedelta(days=7, milliseconds=1), False),
        ("order", timedelta(0), False),
        ("cart", timedelta(days=1), False),
    ],
)
def test_a_goal_is_met_by_its_event_after_the_exposure_and_in_time(
    event_type: str, after: timedelta, *, met: bool
) -> None:
    goal = Goal("order", timedelta(days=7))

    assert goal.is_met(NOON, event_type, NOON + after) is met


def test_what_makes_no_sense_in_an_experiment_is_named_by_its_place() -> None:
    variants = (Variant(HOLDOUT, 1), Variant("a", -1), Variant("a", 1), Variant("x\ny", 1))
    broken = Experiment("experiment_1", variants, 101, Goal("order", timedelta(0)))

    paths = [each.path for each in reasons_against(broken)]

    names = [f"/variants/{place}/variant_id" for place in range(4)]
    assert paths == ["/variants/1/weight", *names, "/holdout_percent", "/goal/attribution"]
    assert [each.path for each in reasons_against(Experiment("e", ()))] == ["/variants"]
    assert [each.path for each in reasons_against(Experiment("e", (Variant("a", 0),)))] == ["/variants"]
    assert not list(reasons_against(Experiment("e", A_B, 100, Goal("order", timedelta(days=90)))))
