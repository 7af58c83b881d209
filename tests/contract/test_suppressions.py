"""The `Suppressions` port: standing reasons not to message somebody, seen wherever a contact is viewed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.contacts import Contact
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from tests.contract.backends import ATOMIC, CALLERS, DATABASES, at_once
from tests.contract.conftest import Database, Stores
from tests.unit.makers import NOON

ANA = "ana@example.org"


def suppression(partner_id: str, reason: SuppressionReason = SuppressionReason.BOUNCED) -> Suppression:
    return Suppression(partner_id, ANA, reason, Scope.EMAIL, NOON, "provider", "Permanent/General")


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("reason", SuppressionReason)
def test_a_suppression_comes_back_as_it_was_made(
    stores: Stores, partner_id: str, reason: SuppressionReason, scope: Scope
) -> None:
    made = replace(suppression(partner_id, reason), scope=scope, detail="")

    assert stores.suppressions.add(made)

    assert stores.suppressions.of_contact(partner_id, ANA) == [made]


def test_a_contacts_view_names_what_stands(stores: Stores, partner_id: str) -> None:
    stores.contacts.save(Contact(partner_id, ANA))
    stores.suppressions.add(suppression(partner_id))
    stores.suppressions.add(replace(suppression(partner_id, SuppressionReason.MANUAL), scope=Scope.ALL))

    view = stores.contacts.view(partner_id, ANA)

    assert view.suppressions == {"bounced:email", "manual"}
    assert view.contact.version == 1


def test_of_two_for_the_same_reason_the_first_stands(stores: Stores, partner_id: str) -> None:
    first = suppression(partner_id)
    stores.suppressions.add(first)

    added = stores.suppressions.add(replace(first, since=NOON + timedelta(days=1), by="somebody else"))

    assert not added
    assert stores.suppressions.of_contact(partner_id, ANA) == [first]


@ATOMIC
def test_of_many_at_once_one_is_made(stores: Stores, partner_id: str) -> None:
    answers = at_once(lambda number: stores.suppressions.add(replace(suppression(partner_id), detail=str(number))))

    (standing,) = stores.suppressions.of_contact(partner_id, ANA)
    assert answers.count(True) == 1
    assert answers.count(False) == CALLERS - 1
    assert standing.detail == str(answers.index(True))


def test_what_is_lifted_stands_no_longer_and_nothing_else_is_lifted(stores: Stores, partner_id: str) -> None:
    unsubscribed = suppression(partner_id, SuppressionReason.UNSUBSCRIBED)
    for each in (unsubscribed, replace(unsubscribed, scope=Scope.ALL), suppression(partner_id)):
        stores.suppressions.add(each)

    for _ in range(2):
        stores.suppressions.lift(partner_id, ANA, SuppressionReason.UNSUBSCRIBED, Scope.EMAIL)

    assert stores.contacts.view(partner_id, ANA).suppressions == {"unsubscribed", "bounced:email"}


def test_suppressions_of_partners_and_identities_stay_apart(stores: Stores, partner_id: str) -> None:
    stores.suppressions.add(suppression(partner_id))

    assert stores.suppressions.of_contact(f"{partner_id}0", ANA) == []
    assert stores.suppressions.of_contact(partner_id, f"{ANA}0") == []
    assert stores.contacts.view(partner_id, "ben@example.org").suppressions == frozenset()


@DATABASES
def test_a_suppression_is_kept(database: Database, partner_id: str) -> None:
    database.stores().suppressions.add(suppression(partner_id))

    item = database.client.get_item(
        TableName="Contacts", Key={"pk": {"S": f"{partner_id}#{ANA}"}, "sk": {"S": "suppression#bounced:email"}}
    )["Item"]

    assert "expires_at" not in item
