"""Suppressing by hand: who made it and when, and what lifting it leaves."""

from datetime import timedelta

from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.services.suppressing import Suppressing
from tests.fakes.others import FakeClock
from tests.fakes.stores import FakeContacts, FakeSuppressions
from tests.unit.makers import NOON, PARTNER_ID

ANA = "ana@example.org"


def test_a_person_suppresses_for_all_channels_unless_they_say_otherwise() -> None:
    suppressing = Suppressing(clock=FakeClock(NOON), suppressions=FakeSuppressions(FakeContacts()))

    made = suppressing.suppress(PARTNER_ID, ANA, SuppressionReason.MANUAL, by="eve", detail="asked on the phone")

    standing = Suppression(PARTNER_ID, ANA, SuppressionReason.MANUAL, Scope.ALL, NOON, "eve", "asked on the phone")
    assert made
    assert suppressing.standing(PARTNER_ID, ANA) == [standing]


def test_suppressing_again_keeps_the_day_and_the_author_of_the_first() -> None:
    clock = FakeClock(NOON)
    suppressing = Suppressing(clock=clock, suppressions=FakeSuppressions(FakeContacts()))
    suppressing.suppress(PARTNER_ID, ANA, SuppressionReason.MANUAL, by="eve")
    clock.pass_time(timedelta(days=1))

    made = suppressing.suppress(PARTNER_ID, ANA, SuppressionReason.MANUAL, by="bob")

    assert not made
    assert [(each.by, each.since) for each in suppressing.standing(PARTNER_ID, ANA)] == [("eve", NOON)]


def test_what_is_lifted_can_be_made_again_and_nothing_else_is_lifted() -> None:
    contacts = FakeContacts()
    suppressing = Suppressing(clock=FakeClock(NOON), suppressions=FakeSuppressions(contacts))
    suppressing.suppress(PARTNER_ID, ANA, SuppressionReason.MANUAL, by="eve", scope=Scope.EMAIL)
    suppressing.suppress(PARTNER_ID, ANA, SuppressionReason.MANUAL, by="eve")

    suppressing.lift(PARTNER_ID, ANA, SuppressionReason.MANUAL)

    assert contacts.view(PARTNER_ID, ANA).suppressions == {"manual:email"}
    assert suppressing.suppress(PARTNER_ID, ANA, SuppressionReason.MANUAL, by="eve")
