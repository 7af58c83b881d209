"""Event triggers in the `Definitions` port: versions, and drafts that nobody overwrites unseen."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.domain.errors import Conflict
from tests.contract.backends import ATOMIC, CALLERS, at_once
from tests.contract.conftest import Stores
from tests.triggers.recipes.forms import FORMS
from tests.unit.makers import NOON, trigger, trigger_draft

MS = timedelta(milliseconds=1)


def test_a_trigger_comes_back_as_it_was_committed(stores: Stores, partner_id: str) -> None:
    committed = trigger(
        partner_id=partner_id,
        sql="SELECT 'é' -- ?",
        lookback=timedelta(days=30),
        max_event_age=timedelta(milliseconds=1),
        committed_at=NOON + MS,
        committed_by="Ana",
        note="é",
        draft_id="draft_1",
        restored_from=7,
    )

    stores.definitions.commit_trigger(committed)

    assert stores.definitions.trigger(partner_id, "trigger_1") == committed
    assert stores.definitions.trigger_version(partner_id, "trigger_1", 1) == committed


def test_the_last_version_committed_is_the_one_in_force(stores: Stores, partner_id: str) -> None:
    versions = [trigger(partner_id=partner_id, version=number, sql=f"SELECT {number}") for number in (1, 2, 3)]

    for version in versions:
        stores.definitions.commit_trigger(version)

    assert stores.definitions.trigger(partner_id, "trigger_1") == versions[-1]


@pytest.mark.parametrize("version", [0, 1, 2, 4])
def test_a_version_is_committed_only_after_the_one_before(stores: Stores, partner_id: str, version: int) -> None:
    for number in (1, 2):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id, version=number))

    with pytest.raises(Conflict):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id, version=version, sql="other"))

    assert stores.definitions.trigger(partner_id, "trigger_1") == trigger(partner_id=partner_id, version=2)


@pytest.mark.parametrize("form", FORMS)
def test_a_recipe_comes_back_as_it_was_filled_in(stores: Stores, partner_id: str, form: str) -> None:
    written = trigger_draft(partner_id=partner_id, recipe=FORMS[form])
    committed = trigger(partner_id=partner_id, recipe=FORMS[form])

    stores.definitions.save_draft(written)
    stores.definitions.commit_trigger(committed)

    found = stores.definitions.trigger(partner_id, "trigger_1")
    assert stores.definitions.draft(partner_id, "trigger_1") == written
    assert found == committed
    assert repr(found) == repr(committed)  # 99.50 is not 99.5


def test_every_version_stays_and_they_are_given_the_newest_first(stores: Stores, partner_id: str) -> None:
    versions = [trigger(partner_id=partner_id, version=number, sql=f"SELECT {number}") for number in range(1, 12)]
    for version in versions:
        stores.definitions.commit_trigger(version)
    stores.definitions.commit_trigger(trigger(partner_id=partner_id, trigger_id="trigger_11"))

    assert list(stores.definitions.trigger_versions(partner_id, "trigger_1")) == versions[::-1]
    assert stores.definitions.trigger_version(partner_id, "trigger_1", 9) == versions[8]
    assert stores.definitions.trigger_version(partner_id, "trigger_1", 12) is None


def test_a_partners_triggers_are_listed_as_committed_and_its_drafts_beside_them(
    stores: Stores, partner_id: str
) -> None:
    triggers = [trigger(partner_id=partner_id, trigger_id=f"trigger_{number}") for number in (1, 2)]
    drafts = [trigger_draft(partner_id=partner_id, trigger_id=f"trigger_{number}") for number in (2, 3)]
    for each in triggers:
        stores.definitions.commit_trigger(each)
    for unfinished in drafts:
        stores.definitions.save_draft(unfinished)
    second = trigger(partner_id=partner_id, version=2)
    stores.definitions.commit_trigger(second)

    assert list(stores.definitions.triggers(partner_id)) == [second, triggers[1]]
    assert list(stores.definitions.drafts(partner_id)) == drafts


@pytest.mark.parametrize("trigger_id", ["", "#", "trigger_1#00000001", "trigger_", "~", "x" * 2000])
def test_a_trigger_that_is_not_there_has_no_versions_and_no_draft(
    stores: Stores, partner_id: str, trigger_id: str
) -> None:
    stores.definitions.commit_trigger(trigger(partner_id=partner_id))
    stores.definitions.save_draft(trigger_draft(partner_id=partner_id))

    assert list(stores.definitions.trigger_versions(partner_id, trigger_id)) == []
    assert stores.definitions.trigger_version(partner_id, trigger_id, 1) is None
    assert stores.definitions.draft(partner_id, trigger_id) is None


def test_a_draft_comes_back_as_it_was_saved(stores: Stores, partner_id: str) -> None:
    first = trigger_draft(partner_id=partner_id, sql="", name="", base_version=3, dialect="trino", lookback=MS)
    second = replace(first, revision=2, sql="SELEC 'é", max_event_age=MS)

    for revision in (first, second):
        stores.definitions.save_draft(revision)
        assert stores.definitions.draft(partner_id, "trigger_1") == revision


@pytest.mark.parametrize(
    "stale",
    [
        {"revision": 1},
        {"revision": 2, "sql": "other"},
        {"revision": 4},
        {"draft_id": "draft_2", "revision": 1},
        {"draft_id": "draft_2", "revision": 3},
    ],
)
def test_a_draft_is_saved_only_over_the_revision_before_of_itself(
    stores: Stores, partner_id: str, stale: dict[str, Any]
) -> None:
    standing = trigger_draft(partner_id=partner_id, revision=2)
    stores.definitions.save_draft(trigger_draft(partner_id=partner_id))
    stores.definitions.save_draft(standing)

    with pytest.raises(Conflict):
        stores.definitions.save_draft(trigger_draft(partner_id=partner_id, **stale))

    assert stores.definitions.draft(partner_id, "trigger_1") == standing


def test_a_later_revision_needs_a_draft(stores: Stores, partner_id: str) -> None:
    with pytest.raises(Conflict):
        stores.definitions.save_draft(trigger_draft(partner_id=partner_id, revision=2))

    assert stores.definitions.draft(partner_id, "trigger_1") is None


@ATOMIC
def test_of_many_savers_of_a_draft_at_once_one_wins(stores: Stores, partner_id: str) -> None:
    stores.definitions.save_draft(trigger_draft(partner_id=partner_id))

    answers = at_once(
        lambda number: stores.definitions.save_draft(trigger_draft(partner_id=partner_id, revision=2, sql=str(number)))
    )

    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1
    assert stores.definitions.draft(partner_id, "trigger_1") == trigger_draft(
        partner_id=partner_id, revision=2, sql=str(answers.index(None))
    )


@pytest.mark.parametrize("seen", [{"revision": 1}, {"revision": 3}, {"draft_id": "draft_2", "revision": 2}])
def test_a_draft_that_was_changed_is_neither_discarded_nor_committed(
    stores: Stores, partner_id: str, seen: dict[str, Any]
) -> None:
    standing = trigger_draft(partner_id=partner_id, revision=2)
    stores.definitions.save_draft(trigger_draft(partner_id=partner_id))
    stores.definitions.save_draft(standing)

    with pytest.raises(Conflict):
        stores.definitions.discard_draft(trigger_draft(partner_id=partner_id, **seen))
    with pytest.raises(Conflict):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id), trigger_draft(partner_id=partner_id, **seen))

    assert stores.definitions.draft(partner_id, "trigger_1") == standing
    assert stores.definitions.trigger(partner_id, "trigger_1") is None
    assert list(stores.definitions.trigger_versions(partner_id, "trigger_1")) == []


def test_a_discarded_draft_is_gone_and_so_it_stays(stores: Stores, partner_id: str) -> None:
    discarded = trigger_draft(partner_id=partner_id)
    stores.definitions.save_draft(discarded)

    for _ in range(2):
        stores.definitions.discard_draft(discarded)

    assert stores.definitions.draft(partner_id, "trigger_1") is None


def test_a_commit_takes_its_draft_away(stores: Stores, partner_id: str) -> None:
    committed, written = trigger(partner_id=partner_id), trigger_draft(partner_id=partner_id)
    stores.definitions.save_draft(written)

    stores.definitions.commit_trigger(committed, written)

    assert stores.definitions.trigger(partner_id, "trigger_1") == committed
    assert stores.definitions.draft(partner_id, "trigger_1") is None


def test_a_commit_that_loses_leaves_the_draft(stores: Stores, partner_id: str) -> None:
    stores.definitions.commit_trigger(trigger(partner_id=partner_id))
    written = trigger_draft(partner_id=partner_id)
    stores.definitions.save_draft(written)

    with pytest.raises(Conflict):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id, name="Other"), written)

    assert stores.definitions.draft(partner_id, "trigger_1") == written
