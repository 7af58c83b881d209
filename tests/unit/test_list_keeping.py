"""Keeping lists: by hand, from CSV, and replaced in parts, whatever is repeated, interleaved or cut off."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.errors import Conflict, Invalid, TooLarge, Transient
from signalbox.domain.segments import MAX_ROWS, Membership, RefusedRow
from signalbox.services.list_keeping import MAX_UPLOAD_NAME, TAKEN_OFF_AT_ONCE, RemovalReport, UploadReport
from tests.unit.keeping import House
from tests.unit.makers import NOON, PARTNER_ID

ANA, BEN, CY, DI = "ana@example.org", "ben@example.org", "cy@example.org", "di@example.org"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def house() -> House:
    return House()


def test_people_are_put_on_and_taken_off_by_their_addresses_in_any_spelling(house: House) -> None:
    vips = house.list_of()

    added = house.lists.put_on(PARTNER_ID, vips.segment_id, [" Ana@Example.org", ANA, BEN], by="eve")
    again = house.lists.put_on(PARTNER_ID, vips.segment_id, [ANA], by="bob")
    taken_off = house.lists.take_off(PARTNER_ID, vips.segment_id, ["BEN@example.org", CY])

    assert (added, again, taken_off) == (2, 0, 1)
    assert house.lists.members(PARTNER_ID, vips.segment_id, limit=10).items == [
        Membership(PARTNER_ID, vips.segment_id, ANA, NOON, "eve")
    ]
    assert house.lists.count(PARTNER_ID, vips.segment_id) == 1


def test_what_is_no_address_is_refused_by_its_place_and_nobody_is_put_on(house: House) -> None:
    vips = house.list_of()

    with pytest.raises(Invalid) as refusal:
        house.lists.put_on(PARTNER_ID, vips.segment_id, [ANA, "nobody", ""], by="eve")

    assert [reason.path for reason in refusal.value.reasons] == ["/1", "/2"]
    assert "nobody" not in str(refusal.value)
    assert house.on_list(vips.segment_id) == []


def test_by_hand_no_more_than_an_upload_has_are_put_on_at_once(house: House) -> None:
    vips = house.list_of()

    with pytest.raises(Invalid, match=f"up to {MAX_ROWS}"):
        house.lists.put_on(PARTNER_ID, vips.segment_id, [ANA] * (MAX_ROWS + 1), by="eve")


def test_an_upload_is_reported_row_by_row(house: House) -> None:
    vips = house.list_of(ANA)

    report = house.lists.add(PARTNER_ID, vips.segment_id, f"email\n{ANA}\n{BEN}\n{BEN}\nnobody\n", by="eve")

    assert report == UploadReport(1, 1, 1, (RefusedRow(5, "expected an e-mail address"),))
    assert house.on_list(vips.segment_id) == [ANA, BEN]


def test_an_upload_that_is_too_long_changes_nothing(house: House) -> None:
    vips = house.list_of()
    rows = "\n".join(f"p{number}@example.org" for number in range(MAX_ROWS + 1))

    with pytest.raises(TooLarge):
        house.lists.add(PARTNER_ID, vips.segment_id, rows, by="eve")

    assert house.on_list(vips.segment_id) == []


@pytest.mark.parametrize("written", range(4))
def test_an_upload_that_was_cut_off_is_sent_again_and_ends_in_the_same(house: House, written: int) -> None:
    vips, rows = house.list_of(), f"{ANA}\n{BEN}\n{CY}\n{DI}"
    house.memberships.dies_after, house.memberships.fault = written, Transient("throttled")
    with pytest.raises(Transient):
        house.lists.add(PARTNER_ID, vips.segment_id, rows, by="eve")
    house.memberships.dies_after = None

    report = house.lists.add(PARTNER_ID, vips.segment_id, rows, by="eve")

    assert report == UploadReport(4 - written, written, 0, ())
    assert house.on_list(vips.segment_id) == [ANA, BEN, CY, DI]


def test_a_list_is_replaced_in_parts_and_shrinks_only_at_the_end(house: House) -> None:
    vips = house.list_of(ANA, BEN)
    house.clock.pass_time(MINUTE)

    house.lists.begin_replacement(PARTNER_ID, vips.segment_id, "file")
    house.clock.pass_time(MINUTE)
    first = house.lists.add_replacing(PARTNER_ID, vips.segment_id, "file", f"{BEN}\n{CY}", by="bob")
    second = house.lists.add_replacing(PARTNER_ID, vips.segment_id, "file", DI, by="bob")

    assert (first, second) == (UploadReport(1, 1, 0, ()), UploadReport(1, 0, 0, ()))
    assert house.on_list(vips.segment_id) == [ANA, BEN, CY, DI]
    assert house.lists.finish_replacement(PARTNER_ID, vips.segment_id, "file") == (1, True)
    assert house.on_list(vips.segment_id) == [BEN, CY, DI]
    assert house.segments.find(PARTNER_ID, vips.segment_id) != vips
    with pytest.raises(Conflict):
        house.lists.finish_replacement(PARTNER_ID, vips.segment_id, "file")


@pytest.mark.parametrize("passed", [MINUTE, -MINUTE])  # no two machines have the same time
def test_whoever_is_put_on_by_hand_while_a_list_is_replaced_stays_on_it(house: House, passed: timedelta) -> None:
    vips = house.list_of(ANA, BEN)
    house.clock.pass_time(MINUTE)
    house.lists.begin_replacement(PARTNER_ID, vips.segment_id, "file")
    house.clock.pass_time(passed)
    house.lists.put_on(PARTNER_ID, vips.segment_id, [ANA], by="eve")
    house.lists.add(PARTNER_ID, vips.segment_id, CY, by="eve")

    house.lists.finish_replacement(PARTNER_ID, vips.segment_id, "file")

    assert house.on_list(vips.segment_id) == [ANA, CY]


def test_more_than_one_call_can_take_off_is_taken_off_by_several(house: House) -> None:
    many = [f"p{number}@example.org" for number in range(TAKEN_OFF_AT_ONCE + 1)]
    vips = house.list_of(*many)
    house.clock.pass_time(MINUTE)
    house.lists.begin_replacement(PARTNER_ID, vips.segment_id, "file")

    steps = [house.lists.finish_replacement(PARTNER_ID, vips.segment_id, "file") for _ in range(2)]

    assert steps == [(TAKEN_OFF_AT_ONCE, False), (1, True)]
    assert house.on_list(vips.segment_id) == []


def test_a_list_is_replaced_by_one_upload_at_a_time(house: House) -> None:
    vips = house.list_of(ANA)
    house.clock.pass_time(MINUTE)
    house.lists.begin_replacement(PARTNER_ID, vips.segment_id, "file")
    house.lists.add_replacing(PARTNER_ID, vips.segment_id, "file", BEN, by="eve")
    with pytest.raises(Conflict):
        house.lists.begin_replacement(PARTNER_ID, vips.segment_id, "other")

    house.lists.give_up_replacement(PARTNER_ID, vips.segment_id)
    house.clock.pass_time(MINUTE)
    house.lists.begin_replacement(PARTNER_ID, vips.segment_id, "other")

    with pytest.raises(Conflict):
        house.lists.add_replacing(PARTNER_ID, vips.segment_id, "file", CY, by="eve")
    with pytest.raises(Conflict):
        house.lists.finish_replacement(PARTNER_ID, vips.segment_id, "file")
    assert house.on_list(vips.segment_id) == [ANA, BEN]
    assert house.lists.finish_replacement(PARTNER_ID, vips.segment_id, "other") == (2, True)


def test_a_replacement_that_is_begun_again_goes_on(house: House) -> None:
    vips = house.list_of(ANA)
    for address in (BEN, CY):
        house.clock.pass_time(MINUTE)
        house.lists.begin_replacement(PARTNER_ID, vips.segment_id, "file")
        house.lists.add_replacing(PARTNER_ID, vips.segment_id, "file", address, by="eve")

    house.lists.finish_replacement(PARTNER_ID, vips.segment_id, "file")

    assert house.on_list(vips.segment_id) == [BEN, CY]


@pytest.mark.parametrize("upload", ["", "x" * (MAX_UPLOAD_NAME + 1)])
def test_a_replacement_has_a_name(house: House, upload: str) -> None:
    vips = house.list_of(ANA)

    with pytest.raises(Invalid, match="/upload"):
        house.lists.begin_replacement(PARTNER_ID, vips.segment_id, upload)


def test_an_upload_takes_off_whom_it_names_and_again_nobody(house: House) -> None:
    vips = house.list_of(ANA, BEN)

    reports = [house.lists.take_off_all(PARTNER_ID, vips.segment_id, f"{BEN}\n{CY}\n{CY}\nno\n") for _ in range(2)]

    refused = (RefusedRow(4, "expected an e-mail address"),)
    assert reports == [RemovalReport(1, 1, 1, refused), RemovalReport(0, 2, 1, refused)]
    assert house.on_list(vips.segment_id) == [ANA]


@given(
    before=st.sets(st.sampled_from([ANA, BEN, CY, DI])),
    parts=st.lists(st.lists(st.sampled_from([ANA, BEN, CY, DI]), min_size=1), min_size=1, max_size=3),
    dies_after=st.lists(st.integers(0, 4), max_size=4),
)
def test_a_replacement_ends_in_what_its_parts_name_however_often_it_is_cut_off(
    before: set[str], parts: list[list[str]], dies_after: list[int]
) -> None:
    house = House()
    vips = house.list_of(*before)
    house.clock.pass_time(MINUTE)
    house.lists.begin_replacement(PARTNER_ID, vips.segment_id, "file")
    house.memberships.fault = Transient("throttled")

    def insistently(step: object) -> None:
        while True:
            house.memberships.dies_after = dies_after.pop() if dies_after else None
            try:
                step()  # type: ignore[operator]  # a call without arguments
            except Transient:
                continue
            return

    for part in parts:
        insistently(
            lambda part=part: house.lists.add_replacing(PARTNER_ID, vips.segment_id, "file", "\n".join(part), by="eve")
        )
    insistently(lambda: house.lists.finish_replacement(PARTNER_ID, vips.segment_id, "file"))

    assert house.on_list(vips.segment_id) == sorted({each for part in parts for each in part})


def test_nobody_is_put_on_what_is_no_list_of_the_partners(house: House) -> None:
    vips = house.list_of(ANA)
    rule = house.authoring.create_rule(PARTNER_ID, "Gold", "contact.gold")

    for partner_id, segment_id in [("partner_2", vips.segment_id), (PARTNER_ID, rule.segment_id), (PARTNER_ID, "x")]:
        for step in (
            lambda one, two: house.lists.put_on(one, two, [BEN], by="eve"),
            lambda one, two: house.lists.take_off(one, two, [ANA]),
            lambda one, two: house.lists.add(one, two, BEN, by="eve"),
            lambda one, two: house.lists.begin_replacement(one, two, "file"),
            lambda one, two: house.lists.take_off_all(one, two, ANA),
            house.lists.give_up_replacement,
            house.lists.count,
            lambda one, two: house.lists.members(one, two, limit=1),
        ):
            with pytest.raises(Invalid, match="no such list"):
                step(partner_id, segment_id)
    assert house.on_list(vips.segment_id) == [ANA]


def test_an_archived_list_takes_nobody_and_lets_everybody_go(house: House) -> None:
    vips = house.list_of(ANA)
    house.authoring.archive(vips)

    with pytest.raises(Invalid, match="archived"):
        house.lists.put_on(PARTNER_ID, vips.segment_id, [BEN], by="eve")

    assert house.lists.take_off(PARTNER_ID, vips.segment_id, [ANA]) == 1
