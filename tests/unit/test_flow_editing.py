"""Editing a flow and its rules: what may be changed when, and what stands in the way of a launch."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.content_blocks import ContentBlock
from signalbox.domain.contents import EmailContent
from signalbox.domain.errors import Conflict, Invalid, Reason
from signalbox.domain.experiments import Experiment, Variant
from signalbox.domain.flows import FlowChanges, FlowRules, FlowStatus, PauseMode, SegmentFilter
from signalbox.domain.frequency import ReEntry
from signalbox.domain.partners import Environment
from signalbox.domain.quiet_hours import QuietHours
from signalbox.domain.segments import MAX_LISTED, ListSegment, RuleSegment
from signalbox.domain.waits import ExitCondition, Wait
from signalbox.services.flow_authoring import FlowAuthoring
from tests.unit.authoring import CONTENT, House
from tests.unit.makers import PARTNER_ID

HOUR = timedelta(hours=1)
RULES: FlowRules = {
    "segment_filter": SegmentFilter(("vip",)),
    "contents": {"gold": EmailContent("Gold", "Gold"), "b": EmailContent("B", "B")},
    "wait": Wait(timedelta(hours=2)),
    "re_entry": ReEntry.cool_down(timedelta(days=1)),
    "quiet_hours": QuietHours(time(22), time(8)),
    "branches": Branches((Branch("Gold", "contact.gold", "gold"),), DefaultBranch()),
    "experiment": Experiment("experiment_1", (Variant("a", 1), Variant("b", 1, "b")), 10),
    "is_transactional": True,
    "safety_limit": 1_000,
}


@pytest.fixture
def house() -> House:
    return House()


def test_a_flow_is_made_with_its_rules_and_launched_with_them(house: House) -> None:
    draft = house.flows.create(PARTNER_ID, "Welcome", house.commit().trigger_id, CONTENT, **RULES)

    live = house.flows.launch(draft)

    assert live == replace(draft, version=2, status=FlowStatus.LIVE, starts_after=house.clock.now())
    assert (live.wait, live.quiet_hours, live.experiment) == (
        RULES["wait"],
        RULES["quiet_hours"],
        RULES["experiment"],
    )


def test_an_edit_of_a_live_flow_is_its_next_version(house: House) -> None:
    live = house.launch()

    edited = house.flows.edit(live, name="Hello", **RULES)

    assert edited == replace(live, version=3, name="Hello", **RULES)
    assert house.registry.flow(PARTNER_ID, live.flow_id) == edited


def test_a_paused_flow_that_is_edited_stays_paused(house: House) -> None:
    paused = house.flows.pause(house.launch(), PauseMode.HOLD)

    edited = house.flows.edit(paused, name="Hello")

    assert edited.holds_matches


def test_a_draft_may_have_faults_until_it_is_launched(house: House) -> None:
    draft = house.flows.edit(house.draft_flow(), branches=Branches(), trigger_id="trigger_9")

    with pytest.raises(Invalid) as refusal:
        house.flows.launch(draft)

    assert [reason.path for reason in refusal.value.reasons] == ["/branches/ordered", "/trigger_id"]


def test_a_launched_flow_takes_no_fault_and_keeps_its_trigger(house: House) -> None:
    live, other = house.launch(), house.commit()

    with pytest.raises(Invalid) as refusal:
        house.flows.edit(live, wait=Wait(timedelta(0)), trigger_id=other.trigger_id)

    assert [reason.path for reason in refusal.value.reasons] == ["/wait/delay", "/trigger_id"]
    assert house.registry.flow(PARTNER_ID, live.flow_id) == live


def test_an_ended_flow_is_not_edited(house: House) -> None:
    ended = house.flows.end(house.launch())

    with pytest.raises(Invalid, match="/status: a flow that has ended stays as it is"):
        house.flows.edit(ended, name="Hello")


def test_who_edits_what_another_changed_is_refused(house: House) -> None:
    live = house.launch()
    house.flows.edit(live, name="Hello")

    with pytest.raises(Conflict):
        house.flows.edit(live, name="Goodbye")


FAULTS: list[tuple[FlowRules, list[str]]] = [
    ({"contents": {"a/b": EmailContent("{{ x")}}, ["/contents/a~1b", "/contents/a~1b/subject"]),
    ({"contents": {"": EmailContent("A", "a")}}, ["/contents"]),
    ({"wait": Wait(timedelta(days=31))}, ["/wait/delay"]),
    ({"wait": Wait(timedelta(hours=1), ExitCondition("DROP"))}, ["/wait/exit_condition/sql"]),
    ({"wait": Wait(timedelta(hours=1), ExitCondition("SELECT 1", ""))}, ["/wait/exit_condition/key"]),
    ({"wait": Wait(timedelta(hours=1), ExitCondition("SELECT 1", "cartId"))}, [
        "/wait/exit_condition/sql", "/wait/exit_condition/key",
    ]),
    ({"safety_limit": 0}, ["/safety_limit"]),
    ({"re_entry": ReEntry(2)}, ["/re_entry/entries"]),
    ({"quiet_hours": QuietHours(time(0), time(0))}, ["/quiet_hours/end"]),
    ({"branches": Branches((Branch("A", "?"), Branch("B", "gold", "none")))}, [
        "/branches/ordered/0/condition", "/branches/ordered/1/content_id",
    ]),
    ({"branches": Branches((Branch("A", " "),))}, ["/branches/ordered/0/condition"]),
    ({"branches": Branches(default=DefaultBranch(content_id="none"))}, ["/branches/default/content_id"]),
    ({"experiment": Experiment("e", (Variant("a", 0),))}, ["/experiment/variants"]),
    ({"experiment": Experiment("e", (Variant("a", 1, "none"),))}, ["/experiment/variants/0/content_id"]),
]  # fmt: skip


def test_an_exit_condition_is_compiled_when_its_flow_is_launched_and_when_a_live_one_is_edited(house: House) -> None:
    exits = [ExitCondition(f"select {number}, cartId", "cartid", compiled_sql="old") for number in (1, 2)]
    trigger = house.commit("select cartId")
    draft = house.flows.create(PARTNER_ID, "Carts", trigger.trigger_id, CONTENT, wait=Wait(HOUR, exits[0]))

    live = house.flows.launch(draft)
    edited = house.flows.edit(live, wait=Wait(HOUR, exits[1]))

    compiled = [each.wait.exit_condition.compiled_sql for each in (live, edited)]  # type: ignore[union-attr]  # it has
    assert compiled == ["SELECT 1, CARTID", "SELECT 2, CARTID"]
    assert house.registry.flow(PARTNER_ID, live.flow_id) == edited


@pytest.mark.parametrize(("rules", "paths"), FAULTS)
def test_each_fault_of_the_rules_is_named_by_its_path(house: House, rules: FlowRules, paths: list[str]) -> None:
    draft = house.flows.edit(house.draft_flow(), **rules)

    with pytest.raises(Invalid) as refusal:
        house.flows.launch(draft)

    assert [reason.path for reason in refusal.value.reasons] == paths


@pytest.mark.parametrize(
    ("segment", "said"),
    [
        (None, "no such segment"),
        (RuleSegment("partner_2", "gold", "Gold", "contact.gold"), "no such segment"),
        (RuleSegment(PARTNER_ID, "gold", "Gold", "contact.gold", is_archived=True), "no such segment"),
        (RuleSegment(PARTNER_ID, "gold", "Gold", "?"), "its condition: line 1: it is no expression"),
    ],
)
def test_a_flow_is_not_launched_with_a_segment_that_cannot_be_asked(
    house: House, segment: RuleSegment | None, said: str
) -> None:
    if segment is not None:
        house.segments.save(segment)
    listing = SegmentFilter(("vip", "gold"))
    draft = house.flows.create(PARTNER_ID, "Welcome", house.commit().trigger_id, CONTENT, segment_filter=listing)

    with pytest.raises(Invalid) as refusal:
        house.flows.launch(draft)

    (reason,) = refusal.value.reasons
    assert reason.path == "/segment_filter/segment_ids/1"
    assert reason.reason.startswith(said)


@pytest.mark.parametrize("place", ["content", "contents"])
def test_a_flow_is_launched_with_the_partners_own_active_blocks_and_no_others(house: House, place: str) -> None:
    flows = FlowAuthoring(
        **house.ports | {"renderer": JinjaRenderer(), "conditions": JinjaConditions()},
        environment=Environment.PRODUCTION,
    )
    including = EmailContent("Hello", "{% include 'a' %}{% include 'b' %}{% include 'c' %}")
    rules: FlowChanges = {"content": including} if place == "content" else {"contents": {"x": including}}
    draft = flows.edit(house.draft_flow(), **rules)
    for block in (ContentBlock(PARTNER_ID, "a", "A"), ContentBlock(PARTNER_ID, "b", "B", 1, is_archived=True)):
        house.blocks.save(block)
    house.blocks.save(ContentBlock("partner_2", "c", "C"))
    path = "/content/text" if place == "content" else "/contents/x/text"

    for name, source, version in (("b", "B", 2), ("c", "C", 1)):
        with pytest.raises(Invalid) as refusal:
            flows.launch(draft)
        (reason,) = refusal.value.reasons
        assert reason == Reason(path, f"line 1: there is no content block '{name}'")
        house.blocks.save(ContentBlock(PARTNER_ID, name, source, version))
    assert flows.launch(draft).status is FlowStatus.LIVE


def test_a_flow_lists_only_so_many_segments(house: House) -> None:
    ids = tuple(f"list_{number}" for number in range(MAX_LISTED + 1))
    for segment_id in ids:
        house.segments.save(ListSegment(PARTNER_ID, segment_id, "Some"))
    listing = SegmentFilter(ids)
    draft = house.flows.create(PARTNER_ID, "Welcome", house.commit().trigger_id, CONTENT, segment_filter=listing)

    with pytest.raises(Invalid, match=f"/segment_filter/segment_ids: expected up to {MAX_LISTED} segments"):
        house.flows.launch(draft)

    assert house.flows.launch(house.flows.edit(draft, segment_filter=SegmentFilter(ids[1:]))).version == 3
