"""The `Memberships` port: who is on a list, seen wherever a contact is viewed, shown in pages and counted."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from signalbox.adapters.dynamodb.memberships import DynamoMemberships
from signalbox.domain.contacts import Contact
from signalbox.domain.errors import Throttled
from signalbox.domain.segments import Membership
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from tests.contract import scripted
from tests.contract.backends import ATOMIC, CALLERS, DATABASES, at_once
from tests.contract.conftest import Database, Stores
from tests.unit.makers import NOON

ANA, BEN, CY = "ana@example.org", "ben@example.org", "cy@example.org"
DAY = timedelta(days=1)


def members(stores: Stores, partner_id: str, segment_id: str = "vip") -> list[str]:
    page = stores.memberships.members(partner_id, segment_id, None, 1000)
    assert page.after is None
    return [each.identity for each in page.items]


def test_whoever_is_put_on_a_list_is_on_it_in_the_contacts_view(stores: Stores, partner_id: str) -> None:
    stores.contacts.save(Contact(partner_id, ANA))

    added = stores.memberships.put_on(partner_id, "vip", [ANA, BEN], NOON, "eve")
    stores.memberships.put_on(partner_id, "a#b", [ANA], NOON, "eve")

    assert added == 2
    assert stores.contacts.view(partner_id, ANA).segment_ids == {"vip", "a#b"}
    assert stores.contacts.view(partner_id, ANA).contact.version == 1
    assert stores.contacts.view(partner_id, BEN).segment_ids == {"vip"}
    assert stores.memberships.members(partner_id, "vip", None, 10).items == [
        Membership(partner_id, "vip", ANA, NOON, "eve"),
        Membership(partner_id, "vip", BEN, NOON, "eve"),
    ]


def test_whoever_is_on_a_list_stays_as_they_are(stores: Stores, partner_id: str) -> None:
    stores.memberships.put_on(partner_id, "vip", [ANA], NOON, "eve")

    added = stores.memberships.put_on(partner_id, "vip", [ANA, BEN], NOON + DAY, "bob")

    ana, ben = stores.memberships.members(partner_id, "vip", None, 10).items
    assert added == 1
    assert (ana.put_on_at, ana.by) == (NOON, "eve")
    assert (ben.put_on_at, ben.by) == (NOON + DAY, "bob")


@pytest.mark.parametrize(("at", "by"), [(NOON + DAY, "bob"), (NOON, "eve"), (NOON - DAY, "eve")])
def test_who_was_put_on_before_is_renewed_and_never_made_older(
    stores: Stores, partner_id: str, at: datetime, by: str
) -> None:
    stores.memberships.put_on(partner_id, "vip", [ANA], NOON, "eve")

    added = stores.memberships.put_on(partner_id, "vip", [ANA], at, "bob", renews=True)

    (ana,) = stores.memberships.members(partner_id, "vip", None, 10).items
    assert added == 0
    assert (ana.put_on_at, ana.by) == (max(at, NOON), by)


def test_whoever_is_taken_off_is_off_that_list_alone(stores: Stores, partner_id: str) -> None:
    for segment_id in ("vip", "vip2"):
        stores.memberships.put_on(partner_id, segment_id, [ANA, BEN], NOON, "eve")

    taken_off = [stores.memberships.take_off(partner_id, "vip", [ANA, CY]) for _ in range(2)]

    assert taken_off == [1, 0]
    assert stores.contacts.view(partner_id, ANA).segment_ids == {"vip2"}
    assert members(stores, partner_id) == [BEN]


def test_those_who_were_put_on_before_are_taken_off_some_at_a_time(stores: Stores, partner_id: str) -> None:
    older = [f"p{n:02}@example.org" for n in range(5)]
    stores.memberships.put_on(partner_id, "vip", older, NOON, "eve")
    stores.memberships.put_on(partner_id, "vip", [ANA], NOON + DAY, "eve")

    taken_off = [stores.memberships.take_off_older(partner_id, "vip", NOON + DAY, 3) for _ in range(3)]

    assert taken_off == [3, 2, 0]
    assert members(stores, partner_id) == [ANA]


def test_more_than_a_batch_is_put_on_counted_and_taken_off(stores: Stores, partner_id: str) -> None:
    many = [f"p{n:03}@example.org" for n in range(230)]

    assert stores.memberships.put_on(partner_id, "vip", many[:130], NOON, "eve") == 130
    assert stores.memberships.put_on(partner_id, "vip", many, NOON, "eve") == 100
    assert stores.memberships.count(partner_id, "vip") == 230
    assert stores.memberships.take_off(partner_id, "vip", many[20:]) == 210
    assert members(stores, partner_id) == many[:20]


def test_nobody_is_put_on_or_taken_off(stores: Stores, partner_id: str) -> None:
    assert stores.memberships.put_on(partner_id, "vip", [], NOON, "eve") == 0
    assert stores.memberships.take_off(partner_id, "vip", []) == 0
    assert stores.memberships.count(partner_id, "vip") == 0


@pytest.mark.parametrize("limit", [1, 7, 20, 40])
def test_pages_hold_everybody_once_in_order(stores: Stores, partner_id: str, limit: int) -> None:
    many = [f"p{n:02}@example.org" for n in range(40)]
    stores.memberships.put_on(partner_id, "vip", many, NOON, "eve")

    pages = [stores.memberships.members(partner_id, "vip", None, limit)]
    while pages[-1].after is not None:
        pages.append(stores.memberships.members(partner_id, "vip", pages[-1].after, limit))

    assert [each.identity for page in pages for each in page.items] == many
    assert len(pages) == -(-40 // limit)
    assert all(before.after == before.items[-1].identity for before, _ in pairwise(pages))


def test_lists_of_partners_and_segments_that_run_together_stay_apart(stores: Stores, partner_id: str) -> None:
    stores.memberships.put_on(partner_id, "vip", [ANA], NOON, "eve")

    for owner, segment_id in [(f"{partner_id}0", "vip"), (partner_id, "vip0"), (partner_id, "vi")]:
        assert members(stores, owner, segment_id) == []
        assert stores.memberships.count(owner, segment_id) == 0
        assert stores.memberships.take_off(owner, segment_id, [ANA]) == 0
        assert stores.memberships.take_off_older(owner, segment_id, NOON + DAY, 10) == 0
    assert stores.contacts.view(f"{partner_id}0", ANA).segment_ids == frozenset()


def test_suppressions_of_a_partner_are_given_in_pages_that_split_nobody(stores: Stores, partner_id: str) -> None:
    made = [
        Suppression(partner_id, identity, reason, scope, NOON, "eve")
        for identity in (ANA, BEN, CY)
        for scope in Scope
        for reason in (SuppressionReason.BOUNCED, SuppressionReason.MANUAL)
    ]
    for each in made:
        stores.suppressions.add(each)
    stores.suppressions.add(Suppression(f"{partner_id}0", ANA, SuppressionReason.MANUAL, Scope.ALL, NOON, "eve"))
    stores.memberships.put_on(partner_id, "vip", [ANA], NOON, "eve")

    first = stores.suppressions.of_partner(partner_id, None, 2)
    rest = stores.suppressions.of_partner(partner_id, first.after, 100)

    assert {each.identity for each in first.items} == {ANA}
    assert first.after == ANA
    assert rest.after is None
    assert {(each.identity, each.name) for each in [*first.items, *rest.items]} == {
        (each.identity, each.name) for each in made
    }
    assert len(first.items) == len(made) // 3


def test_a_suppression_that_is_lifted_is_listed_no_longer(stores: Stores, partner_id: str) -> None:
    stores.suppressions.add(Suppression(partner_id, ANA, SuppressionReason.MANUAL, Scope.ALL, NOON, "eve"))

    stores.suppressions.lift(partner_id, ANA, SuppressionReason.MANUAL, Scope.ALL)

    assert stores.suppressions.of_partner(partner_id, None, 10).items == []


@ATOMIC
def test_many_at_once_end_in_the_same_list(stores: Stores, partner_id: str) -> None:
    many = [f"p{n:02}@example.org" for n in range(30)]

    answers = at_once(lambda n: stores.memberships.put_on(partner_id, "vip", many, NOON, str(n)))

    assert len(answers) == CALLERS
    assert members(stores, partner_id) == many


@DATABASES
def test_a_membership_is_kept_and_a_profile_is_on_no_list(database: Database, partner_id: str) -> None:
    stores = database.stores()
    stores.contacts.save(Contact(partner_id, ANA))
    stores.memberships.put_on(partner_id, "vip", [ANA], NOON, "eve")

    profile, membership = (
        database.client.get_item(TableName="Contacts", Key={"pk": {"S": f"{partner_id}#{ANA}"}, "sk": {"S": sk}})[
            "Item"
        ]
        for sk in ("profile", "segment#vip")
    )

    assert "expires_at" not in membership
    assert "listing" not in profile


def test_deletions_that_the_database_leaves_over_are_sent_again_until_they_are_done() -> None:
    left_over = {"Contacts": [{"DeleteRequest": {"Key": {"pk": {"S": "p#ana@example.org"}}}}]}
    found = {"pk": {"S": "p#ana@example.org"}, "sk": {"S": "segment#vip"}, "put_on_ms": {"N": "1"}, "by": {"S": "eve"}}
    client = scripted.ScriptedClient(
        [{"Responses": {"Contacts": [found]}}, {"UnprocessedItems": left_over}, {"UnprocessedItems": {}}]
    )

    taken_off = DynamoMemberships(client, "Contacts").take_off("p", "vip", [ANA])

    assert taken_off == 1
    assert client.asked[2:] == [{"RequestItems": left_over}]


def test_a_batch_that_the_database_keeps_leaving_over_is_an_error_to_be_tried_again() -> None:
    left_over = {"UnprocessedItems": {"Contacts": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}]}, "Responses": {}}

    with pytest.raises(Throttled):
        DynamoMemberships(scripted.ScriptedClient([left_over]), "Contacts").put_on("p", "vip", [ANA], NOON, "eve")
