"""Branches: the first that holds, the default for the rest, nothing where neither is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.branches import Branch, Branches, Choice, DefaultBranch, choose, reasons_against

GOLD, RICH = Branch("Gold", "contact.tier == 'gold'", "content_gold"), Branch("Rich", "event.total > 100")
REST = DefaultBranch("Everybody else")


def holding(*conditions: str) -> dict[str, bool]:
    return {each.condition: each.condition in conditions for each in (GOLD, RICH)}


def test_the_first_branch_that_holds_is_chosen_and_no_later_one_is_asked() -> None:
    asked: list[str] = []

    def holds(condition: str) -> bool:
        asked.append(condition)
        return True

    choice: Choice[str] = choose(Branches((GOLD, RICH), REST), holds)

    assert choice.chosen is GOLD
    assert asked == [GOLD.condition]


def test_the_default_takes_whom_no_branch_takes() -> None:
    choice: Choice[str] = choose(Branches((GOLD, RICH), REST), holding().__getitem__)

    assert choice.chosen is REST
    assert [(each.check, each.verdict) for each in choice.trace] == [
        ("branch", "Gold: does not hold"),
        ("branch", "Rich: does not hold"),
        ("branch", "Everybody else: takes the rest"),
    ]


def test_without_a_default_whom_no_branch_takes_gets_nothing() -> None:
    choice: Choice[str] = choose(Branches((GOLD, RICH)), holding().__getitem__)

    assert choice.chosen is None
    assert choose(Branches((GOLD, RICH)), holding(RICH.condition).__getitem__).chosen is RICH


def test_a_condition_that_cannot_be_judged_ends_it_although_a_later_one_holds() -> None:
    verdicts: dict[str, bool | str] = {GOLD.condition: "tier is missing", RICH.condition: True}

    choice = choose(Branches((GOLD, RICH), REST), verdicts.__getitem__)

    assert choice.chosen == "tier is missing"
    assert [each.verdict for each in choice.trace] == ["Gold: cannot be judged"]


@given(verdicts=st.lists(st.booleans(), max_size=8), has_default=st.booleans())
def test_exactly_one_way_on_is_found_unless_there_is_none(verdicts: list[bool], *, has_default: bool) -> None:
    ordered = [Branch(str(place), str(place)) for place in range(len(verdicts))]
    default = REST if has_default else None

    choice: Choice[str] = choose(Branches(ordered, default), lambda condition: verdicts[int(condition)])

    expected = next((branch for branch, verdict in zip(ordered, verdicts, strict=True) if verdict), default)
    assert choice.chosen is expected


@pytest.mark.parametrize(
    ("branches", "paths"),
    [
        (Branches((GOLD, RICH), REST), []),
        (Branches((), REST), []),
        (Branches(), ["/ordered"]),
        (Branches((GOLD, GOLD)), ["/ordered/0/name", "/ordered/1/name"]),
        (Branches((Branch("Everybody else", "true"),), REST), ["/ordered/0/name"]),
        (Branches((Branch(" ", "true"), Branch("x", " "))), ["/ordered/0/name", "/ordered/1/condition"]),
        (Branches(tuple(Branch(str(place), "true") for place in range(51))), ["/ordered"]),
    ],
)
def test_what_makes_no_sense_is_named_by_its_path(branches: Branches, paths: list[str]) -> None:
    assert [each.path for each in reasons_against(branches)] == paths
