"""Defining segments: what is refused, what an edit changes, and what keeps a segment from being put away."""

import pytest

from signalbox.domain.errors import Conflict, Invalid
from signalbox.domain.flows import FilterMode, FlowStatus, SegmentFilter
from signalbox.domain.segments import MAX_CONDITION_BYTES, ListSegment, RuleSegment
from tests.unit import makers
from tests.unit.keeping import House
from tests.unit.makers import PARTNER_ID

GOLD = "contact.tier == 'gold'"


@pytest.fixture
def house() -> House:
    return House()


def test_a_list_and_a_rule_are_kept_as_their_first_versions(house: House) -> None:
    vips = house.authoring.create_list(PARTNER_ID, "VIPs")
    gold = house.authoring.create_rule(PARTNER_ID, "Gold", GOLD)

    assert vips == ListSegment(PARTNER_ID, "segment_1", "VIPs")
    assert gold == RuleSegment(PARTNER_ID, "segment_2", "Gold", GOLD)
    assert list(house.authoring.of_partner(PARTNER_ID)) == [vips, gold]


@pytest.mark.parametrize(
    ("name", "condition", "paths"),
    [
        ("", GOLD, ["/name"]),
        ("Gold", " ", ["/condition"]),
        ("Gold", "contact.tier ==", ["/condition"]),
        ("Gold", "contact.tier == 'x' ~ '" + "x" * MAX_CONDITION_BYTES + "'", ["/condition"]),
        (" ", "", ["/name", "/condition"]),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(house: House, name: str, condition: str, paths: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        house.authoring.create_rule(PARTNER_ID, name, condition)

    assert [reason.path for reason in refusal.value.reasons] == paths
    assert not house.segments.by_id


def test_an_edit_is_the_next_version_and_leaves_what_is_not_named(house: House) -> None:
    gold = house.authoring.create_rule(PARTNER_ID, "Gold", GOLD)

    renamed = house.authoring.edit(gold, name="Gold ones")
    edited = house.authoring.edit(renamed, condition="contact.points > 100")

    assert renamed == RuleSegment(PARTNER_ID, gold.segment_id, "Gold ones", GOLD, 2)
    assert edited == RuleSegment(PARTNER_ID, gold.segment_id, "Gold ones", "contact.points > 100", 3)
    assert house.segments.find(PARTNER_ID, gold.segment_id) == edited


def test_an_edit_of_what_was_changed_meanwhile_is_a_conflict(house: House) -> None:
    vips = house.authoring.create_list(PARTNER_ID, "VIPs")
    second = house.authoring.edit(vips, name="Second")

    with pytest.raises(Conflict):
        house.authoring.edit(vips, name="Other")
    with pytest.raises(Conflict):
        house.authoring.archive(vips)

    assert house.segments.find(PARTNER_ID, vips.segment_id) == second


@pytest.mark.parametrize("changes", [{"name": ""}, {"condition": GOLD}])
def test_an_edit_of_a_list_that_makes_no_sense_is_refused(house: House, changes: dict[str, str]) -> None:
    vips = house.authoring.create_list(PARTNER_ID, "VIPs")

    with pytest.raises(Invalid):
        house.authoring.edit(vips, **changes)

    assert house.segments.find(PARTNER_ID, vips.segment_id) == vips


@pytest.mark.parametrize("status", [FlowStatus.DRAFT, FlowStatus.LIVE, FlowStatus.PAUSED])
@pytest.mark.parametrize("mode", FilterMode)
def test_a_segment_that_a_flow_lists_is_not_put_away(house: House, status: FlowStatus, mode: FilterMode) -> None:
    vips = house.authoring.create_list(PARTNER_ID, "VIPs")
    house.registry.save_flow(makers.flow(status=status, segment_filter=SegmentFilter(("x", vips.segment_id), mode)))

    with pytest.raises(Invalid, match=r"flow flow_1 \(Welcome\) lists this segment"):
        house.authoring.archive(vips)

    assert house.segments.find(PARTNER_ID, vips.segment_id) == vips


@pytest.mark.parametrize("status", [FlowStatus.ENDED, FlowStatus.ARCHIVED])
def test_a_segment_that_only_ended_or_other_flows_list_is_put_away_and_taken_up_again(
    house: House, status: FlowStatus
) -> None:
    vips, other = house.list_of("ana@example.org"), house.authoring.create_list(PARTNER_ID, "Others")
    listing = SegmentFilter((vips.segment_id,))
    house.registry.save_flow(makers.flow(status=status, segment_filter=listing))
    house.registry.save_flow(makers.flow(flow_id="flow_2", segment_filter=SegmentFilter((other.segment_id,))))
    house.registry.save_flow(makers.flow(partner_id="partner_2", segment_filter=listing))

    archived = house.authoring.archive(vips)

    assert (archived.version, archived.is_archived) == (2, True)
    assert house.authoring.archive(archived) == archived
    assert house.on_list(vips.segment_id) == ["ana@example.org"]
    restored = house.authoring.restore(archived)
    assert house.segments.find(PARTNER_ID, vips.segment_id) == restored
    assert (restored.version, restored.is_archived) == (3, False)
