"""The `Contacts` port."""

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.adapters.dynamodb import keys
from signalbox.domain.contacts import MAX_PROFILE_BYTES, Contact, ContactView, Trait
from signalbox.domain.errors import Conflict, TooLarge
from tests.contract.backends import ATOMIC, CALLERS, DATABASES, at_once, noise
from tests.contract.conftest import Database, Stores
from tests.unit.makers import NOON

MS = timedelta(milliseconds=1)
TRAITS = {"firstName": Trait('"Ana"', NOON - MS), "": Trait("null", NOON), "a#b": Trait('{"c":[1.10]}', NOON)}


def contact(partner_id: str, identity: str = "ana@example.org") -> Contact:
    return Contact(partner_id, identity, TRAITS)


@pytest.mark.parametrize("identity", ["ana@example.org", "", "#", "a#b@example.org", "~", "é" * 400, "x" * 5000])
def test_a_profile_comes_back_as_it_was_saved_one_version_on(stores: Stores, partner_id: str, identity: str) -> None:
    stores.contacts.save(contact(partner_id, identity))

    saved = replace(contact(partner_id, identity), version=1)
    assert stores.contacts.find(partner_id, identity) == saved
    assert stores.contacts.view(partner_id, identity) == ContactView(saved)


def test_a_profile_of_many_traits_comes_back(stores: Stores, partner_id: str) -> None:
    large = replace(contact(partner_id), traits={f"trait_{number}": Trait('"x"', NOON) for number in range(2000)})

    stores.contacts.save(large)

    assert stores.contacts.find(partner_id, large.identity) == replace(large, version=1)


@pytest.mark.parametrize("length", [1, 10_000])
def test_a_profile_as_full_as_can_be_comes_back_whatever_is_in_it(stores: Stores, partner_id: str, length: int) -> None:
    said = random.Random(1)  # noqa: S311 - nothing secret
    anything = [chr(code) for code in (*range(32, 127), *range(0xA1, 0x500))]
    traits = {
        "".join(said.choices(anything, k=4)): Trait(
            json.dumps("".join(said.choices(anything, k=length))), NOON - n * MS
        )
        for n in range(2 * MAX_PROFILE_BYTES // (40 + length))
    }
    full = contact(partner_id).merged(traits)

    stores.contacts.save(full)

    assert len(full.traits) < len(traits)
    assert stores.contacts.find(partner_id, full.identity) == replace(full, version=1)


def test_each_save_starts_from_the_one_before(stores: Stores, partner_id: str) -> None:
    stores.contacts.save(contact(partner_id))

    stores.contacts.save(replace(contact(partner_id), traits={}, version=1))

    assert stores.contacts.find(partner_id, "ana@example.org") == Contact(partner_id, "ana@example.org", {}, 2)


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_save_from_another_version_is_a_conflict(stores: Stores, partner_id: str, version: int) -> None:
    stores.contacts.save(contact(partner_id))
    stores.contacts.save(replace(contact(partner_id), version=1))

    with pytest.raises(Conflict):
        stores.contacts.save(replace(contact(partner_id), traits={}, version=version))

    assert stores.contacts.find(partner_id, "ana@example.org") == replace(contact(partner_id), version=2)


def test_a_profile_that_never_was_cannot_be_changed(stores: Stores, partner_id: str) -> None:
    with pytest.raises(Conflict):
        stores.contacts.save(replace(contact(partner_id), version=1))

    assert stores.contacts.find(partner_id, "ana@example.org") is None


@ATOMIC
@pytest.mark.parametrize("version", [0, 1])
def test_of_many_saves_from_one_version_at_once_one_wins(stores: Stores, partner_id: str, version: int) -> None:
    if version:
        stores.contacts.save(contact(partner_id))

    answers = at_once(lambda _: stores.contacts.save(replace(contact(partner_id), version=version)))

    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1


def test_of_an_unknown_identity_nothing_is_known(stores: Stores, partner_id: str) -> None:
    assert stores.contacts.find(partner_id, "ana@example.org") is None
    assert stores.contacts.view(partner_id, "ana@example.org") == ContactView(Contact(partner_id, "ana@example.org"))


def test_partners_and_identities_that_run_together_stay_apart(stores: Stores, partner_id: str) -> None:
    stores.contacts.save(contact(f"{partner_id}_b", "c"))
    stores.contacts.save(contact(partner_id, "b#c"))

    for identity in ("c", "_b#c", "b", "b#", f"{partner_id}_b#c"):
        assert stores.contacts.find(partner_id, identity) is None
        assert stores.contacts.view(partner_id, identity).contact.version == 0


def test_traits_are_given_as_json_text_to_the_last_digit(stores: Stores, partner_id: str) -> None:
    traits = {"n": Trait("12345678901234567890123456789012345678", NOON), 'a"b': Trait('"é"', NOON)}
    stores.contacts.save(replace(contact(partner_id), traits=traits))

    found = stores.contacts.traits_of(partner_id, ["ana@example.org", "unknown@example.org"])

    assert list(found) == ["ana@example.org"]
    assert json.loads(found["ana@example.org"]) == {"n": 12345678901234567890123456789012345678, 'a"b': "é"}


def test_traits_of_many_contacts_are_given_at_once(stores: Stores, partner_id: str) -> None:
    identities = [f"ana{number}@example.org" for number in range(205)]
    for identity in identities:
        stores.contacts.save(contact(partner_id, identity))

    found = stores.contacts.traits_of(partner_id, [*identities, *identities])

    assert sorted(found) == sorted(identities)


def test_traits_larger_than_one_answer_are_all_given(stores: Stores, partner_id: str) -> None:
    large = {str(seed): Trait(json.dumps(noise(seed), ensure_ascii=False), NOON) for seed in range(8)}
    identities = [f"ana{number}@example.org" for number in range(70)]  # over 250 KB each: over 16 MB together
    for identity in identities:
        stores.contacts.save(replace(contact(partner_id, identity), traits=large))

    assert len(stores.contacts.traits_of(partner_id, identities)) == len(identities)


def test_traits_of_nobody_are_none(stores: Stores, partner_id: str) -> None:
    assert stores.contacts.traits_of(partner_id, []) == {}


@DATABASES
def test_a_profile_larger_than_the_store_takes_is_refused_for_good(stores: Stores, partner_id: str) -> None:
    huge = {str(seed): Trait(json.dumps(noise(seed), ensure_ascii=False), NOON) for seed in range(14)}

    with pytest.raises(TooLarge):
        stores.contacts.save(replace(contact(partner_id), traits=huge))


@DATABASES
def test_a_view_holds_segments_and_suppressions(database: Database, partner_id: str) -> None:
    for sk in (
        keys.facet(keys.SEGMENT, "vip"),
        keys.facet(keys.SEGMENT, "b#c"),
        keys.facet(keys.SUPPRESSION, "bounced"),
    ):
        item = {"pk": {"S": keys.contact(partner_id, "ana@example.org")}, "sk": {"S": sk}}
        database.client.put_item(TableName="Contacts", Item=item)

    view = database.stores().contacts.view(partner_id, "ana@example.org")

    assert view.segment_ids == {"vip", "b#c"}
    assert view.suppressions == {"bounced"}
    assert view.contact == Contact(partner_id, "ana@example.org")
