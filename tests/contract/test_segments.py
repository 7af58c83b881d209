"""The `Segments` port."""

from dataclasses import replace

import pytest

from signalbox.domain.errors import Conflict
from signalbox.domain.segments import ListSegment, Replacement, RuleSegment, Segment
from tests.contract.backends import ATOMIC, CALLERS, at_once
from tests.contract.conftest import Stores
from tests.unit.makers import NOON, PARTNER_ID, partner

VIPS = ListSegment(PARTNER_ID, "segment_1", "VIPs")


@pytest.mark.parametrize(
    "saved",
    [
        VIPS,
        ListSegment(PARTNER_ID, "a#b", "é", is_archived=True, replacement=Replacement("file", NOON)),
        RuleSegment(PARTNER_ID, "segment_1", "Gold", "contact.tier == 'gold'"),
        RuleSegment(PARTNER_ID, "segment_1", "Gold", "x" * 8000, is_archived=True),
    ],
)
def test_a_segment_comes_back_as_it_was_saved(stores: Stores, partner_id: str, saved: Segment) -> None:
    own = replace(saved, partner_id=partner_id)

    stores.segments.save(own)

    assert stores.segments.find(partner_id, own.segment_id) == own
    assert stores.segments.find_all(partner_id, [own.segment_id]) == {own.segment_id: own}
    assert list(stores.segments.of_partner(partner_id)) == [own]


def test_a_segment_of_another_partner_is_not_found(stores: Stores, partner_id: str) -> None:
    stores.segments.save(replace(VIPS, partner_id=partner_id))

    other = f"{partner_id}0"
    assert stores.segments.find(partner_id, "segment_2") is None
    assert stores.segments.find(other, "segment_1") is None
    assert stores.segments.find_all(other, ["segment_1"]) == {}
    assert list(stores.segments.of_partner(other)) == []


def test_those_that_are_asked_for_are_given_and_no_others(stores: Stores, partner_id: str) -> None:
    stores.definitions.create_partner(partner(partner_id=partner_id))
    saved = {f"segment_{n:03}": ListSegment(partner_id, f"segment_{n:03}", "Some") for n in range(105)}
    for each in saved.values():
        stores.segments.save(each)

    asked = [*list(saved)[1:], "segment_x", "segment_001"]

    assert stores.segments.find_all(partner_id, asked) == {name: saved[name] for name in list(saved)[1:]}
    assert stores.segments.find_all(partner_id, []) == {}
    assert list(stores.segments.of_partner(partner_id)) == list(saved.values())


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_segment_is_changed_from_the_version_that_was_read(stores: Stores, partner_id: str, version: int) -> None:
    second = ListSegment(partner_id, "segment_1", "Second", version=2)
    stores.segments.save(replace(second, name="First", version=1))
    stores.segments.save(second)

    with pytest.raises(Conflict):
        stores.segments.save(replace(second, name="Other", version=version))

    assert stores.segments.find(partner_id, "segment_1") == second


@pytest.mark.parametrize("version", [0, 2])
def test_the_first_version_of_a_segment_is_the_first(stores: Stores, partner_id: str, version: int) -> None:
    with pytest.raises(Conflict):
        stores.segments.save(ListSegment(partner_id, "segment_1", "VIPs", version=version))


def test_a_save_of_a_segment_that_is_repeated_is_done(stores: Stores, partner_id: str) -> None:
    for _ in range(2):
        stores.segments.save(replace(VIPS, partner_id=partner_id))

    assert stores.segments.find(partner_id, "segment_1") == replace(VIPS, partner_id=partner_id)


@ATOMIC
def test_of_many_changes_of_a_segment_at_once_one_wins(stores: Stores, partner_id: str) -> None:
    stores.segments.save(replace(VIPS, partner_id=partner_id))

    answers = at_once(lambda n: stores.segments.save(ListSegment(partner_id, "segment_1", str(n), version=2)))

    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1
