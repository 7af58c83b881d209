"""The `ContentBlocks` port."""

import pytest

from signalbox.domain.content_blocks import MAX_SOURCE_BYTES, ContentBlock
from signalbox.domain.errors import Conflict
from tests.contract.backends import ATOMIC, CALLERS, at_once
from tests.contract.conftest import Stores
from tests.unit.makers import partner


def block(partner_id: str, name: str = "footer", source: str = "Bye", version: int = 1) -> ContentBlock:
    return ContentBlock(partner_id, name, source, version)


@pytest.mark.parametrize("source", ["Bye, {{ contact.firstName }}", "", "é" * (MAX_SOURCE_BYTES // 2)])
@pytest.mark.parametrize("is_archived", [True, False])
def test_a_block_comes_back_as_it_was_saved(stores: Stores, partner_id: str, source: str, *, is_archived: bool) -> None:
    saved = ContentBlock(partner_id, "a.b-c_1", source, 1, is_archived)

    stores.blocks.save(saved)

    assert stores.blocks.find(partner_id, "a.b-c_1") == saved
    assert list(stores.blocks.find_all(partner_id, ["a.b-c_1"])) == [saved]
    assert list(stores.blocks.of_partner(partner_id)) == [saved]


def test_those_that_are_asked_for_are_given_and_no_others(stores: Stores, partner_id: str) -> None:
    stores.definitions.create_partner(partner(partner_id=partner_id))
    saved = [block(partner_id, f"block{n:03}") for n in range(105)]
    for each in saved:
        stores.blocks.save(each)

    found = stores.blocks.find_all(partner_id, ["none", *(each.name for each in saved[1:]), "block001"])

    assert sorted(found, key=lambda each: each.name) == saved[1:]
    assert list(stores.blocks.of_partner(partner_id)) == saved
    assert list(stores.blocks.find_all(partner_id, [])) == []


def test_a_block_of_another_partner_is_not_found(stores: Stores, partner_id: str) -> None:
    stores.blocks.save(block(partner_id))

    other = f"{partner_id}0"
    assert stores.blocks.find(other, "footer") is None
    assert list(stores.blocks.find_all(other, ["footer"])) == []
    assert list(stores.blocks.of_partner(other)) == []


@pytest.mark.parametrize("version", [0, 1, 2, 4])
def test_a_block_is_changed_from_the_version_that_was_read(stores: Stores, partner_id: str, version: int) -> None:
    stores.blocks.save(block(partner_id))
    stores.blocks.save(block(partner_id, source="Second", version=2))

    with pytest.raises(Conflict):
        stores.blocks.save(block(partner_id, source="Other", version=version))

    assert stores.blocks.find(partner_id, "footer") == block(partner_id, source="Second", version=2)


def test_a_save_of_a_block_that_is_repeated_is_done(stores: Stores, partner_id: str) -> None:
    for _ in range(2):
        stores.blocks.save(block(partner_id))

    assert stores.blocks.find(partner_id, "footer") == block(partner_id)


@ATOMIC
def test_of_many_changes_of_a_block_at_once_one_wins(stores: Stores, partner_id: str) -> None:
    answers = at_once(lambda n: stores.blocks.save(block(partner_id, source=str(n))))

    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1
