"""Suppressions kept by people: by hand and from CSV, lifted, and shown for one contact and for all."""

from datetime import timedelta

import pytest

from signalbox.domain.errors import Invalid, TooLarge
from signalbox.domain.segments import RefusedRow
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.services.suppression_keeping import MAX_DETAIL, MAX_ROWS, SuppressionReport
from tests.unit.keeping import House
from tests.unit.makers import NOON, PARTNER_ID

ANA, BEN = "ana@example.org", "ben@example.org"


@pytest.fixture
def house() -> House:
    return House()


def test_somebody_is_suppressed_by_hand_by_their_address_in_any_spelling(house: House) -> None:
    made = house.suppressing.add(PARTNER_ID, " Ana@Example.org ", by="eve", detail="asked on the phone")

    manual = Suppression(PARTNER_ID, ANA, SuppressionReason.MANUAL, Scope.ALL, NOON, "eve", "asked on the phone")
    assert made
    assert house.suppressing.of_contact(PARTNER_ID, "ANA@example.org") == [manual]
    assert house.contacts.view(PARTNER_ID, ANA).suppressions == {"manual"}
    assert not house.suppressing.add(PARTNER_ID, ANA, by="bob")
    assert house.suppressing.of_contact(PARTNER_ID, ANA) == [manual]


@pytest.mark.parametrize(
    ("address", "detail", "path"), [("nobody", "", "/identity"), (ANA, "x" * (MAX_DETAIL + 1), "/detail")]
)
def test_what_makes_no_sense_is_refused_and_not_repeated(house: House, address: str, detail: str, path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        house.suppressing.add(PARTNER_ID, address, by="eve", detail=detail)

    assert [reason.path for reason in refusal.value.reasons] == [path]
    assert "nobody" not in str(refusal.value)
    assert not house.suppressions.standing


def test_one_reason_is_lifted_and_the_others_stay(house: House) -> None:
    for scope in Scope:
        house.suppressing.add(PARTNER_ID, ANA, by="eve", scope=scope)

    house.suppressing.lift(PARTNER_ID, "Ana@example.org", SuppressionReason.MANUAL)

    assert house.contacts.view(PARTNER_ID, ANA).suppressions == {"manual:email", "manual:sms", "manual:push"}


def test_an_upload_suppresses_whom_it_names_and_again_changes_nothing(house: House) -> None:
    house.suppressing.add(PARTNER_ID, BEN, by="bob")
    house.clock.pass_time(timedelta(days=1))
    upload = f"email\n{ANA}\n{BEN}\n{BEN}\nnobody\n"

    reports = [house.suppressing.add_all(PARTNER_ID, upload, by="eve") for _ in range(2)]

    refused = (RefusedRow(5, "expected an e-mail address"),)
    assert reports == [SuppressionReport(1, 1, 1, refused), SuppressionReport(0, 2, 1, refused)]
    page = house.suppressing.of_partner(PARTNER_ID, limit=10)
    assert [(each.identity, each.by) for each in page.items] == [(ANA, "eve"), (BEN, "bob")]


def test_an_upload_that_takes_too_long_is_refused_whole(house: House) -> None:
    rows = "\n".join(f"p{number}@example.org" for number in range(MAX_ROWS + 1))

    with pytest.raises(TooLarge):
        house.suppressing.add_all(PARTNER_ID, rows, by="eve")

    assert not house.suppressions.standing


def test_all_of_a_partner_are_shown_in_pages(house: House) -> None:
    house.suppressing.add_all(PARTNER_ID, f"{ANA}\n{BEN}", by="eve", scope=Scope.EMAIL)
    house.suppressing.add("partner_2", ANA, by="eve")

    first = house.suppressing.of_partner(PARTNER_ID, limit=1)
    second = house.suppressing.of_partner(PARTNER_ID, after=first.after, limit=1)

    assert [each.identity for each in (*first.items, *second.items)] == [ANA, BEN]
    assert (first.after, second.after) == (ANA, None)
