"""Segments and content blocks at the moment of sending: who is in, what cannot be judged, and what is read for it."""

import pytest

from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.content_blocks import ContentBlock
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import Decision, Outcome, SkipReason
from signalbox.domain.flows import FilterMode, SegmentFilter
from signalbox.domain.segments import ListSegment, RuleSegment
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import ANA, House

GOLD = RuleSegment(PARTNER_ID, "gold", "Gold", "contact.tier == 'gold'")
ROME = RuleSegment(PARTNER_ID, "rome", "Rome", "contact.city == 'Rome'")
VIPS = ListSegment(PARTNER_ID, "vips", "VIPs")
ENDLESS = RuleSegment(PARTNER_ID, "endless", "Endless", "'a'.center(10 ** 9) == contact.tier")


@pytest.fixture
def house() -> House:
    made = House()
    made.conditions, made.renderer = JinjaConditions(), JinjaRenderer()  # type: ignore[assignment]  # the real ones
    for segment in (GOLD, ROME, VIPS, ENDLESS):
        made.segments.save(segment)
    made.contacts.save(Contact(*ANA, {"tier": Trait('"gold"', NOON)}))
    made.service = made.service_with()
    return made


def sent_with(house: House, mode: FilterMode, *segment_ids: str) -> Decision:
    house.change_flow(segment_filter=SegmentFilter(segment_ids, mode))
    return house.service.send(makers.match())


@pytest.mark.parametrize(
    ("mode", "segment_ids", "detail"),
    [
        (FilterMode.EXCLUDE, ("gold",), "exclude: in Gold"),
        (FilterMode.EXCLUDE, ("rome", "gold", "vips"), "exclude: in Gold, VIPs"),
        (FilterMode.EXCLUDE, ("another",), "exclude: in another"),  # that is gone
        (FilterMode.EXCLUDE, ("rome",), None),
        (FilterMode.EXCLUDE, (), None),
        (FilterMode.INCLUDE_ANY, ("rome",), "include_any: in none of the listed segments"),
        (FilterMode.INCLUDE_ANY, ("rome", "gold"), None),
        (FilterMode.INCLUDE_ALL, ("rome", "gold"), "include_all: in Gold"),
        (FilterMode.INCLUDE_ALL, ("vips", "gold"), None),
    ],
)
def test_a_contact_is_in_its_lists_and_in_the_rules_that_hold_of_it(
    house: House, mode: FilterMode, segment_ids: tuple[str, ...], detail: str | None
) -> None:
    house.contacts.segment_ids[ANA] = frozenset({"vips", "another"})

    decision = sent_with(house, mode, *segment_ids)

    assert decision.detail == detail
    assert decision.reason is (SkipReason.SEGMENT_FILTER if detail else None)
    assert len(house.channel.sent) == (not detail)


def test_a_rule_sees_what_is_stored_and_not_what_the_event_says(house: House) -> None:
    house.events.stored.clear()
    house.events.append(makers.event(body='{"traits":{"tier":"silver","city":"Rome"}}'), 1)

    assert sent_with(house, FilterMode.EXCLUDE, "rome").outcome is Outcome.SENT
    assert house.service.send(makers.match()).outcome is Outcome.SENT


def test_an_unknown_contact_is_in_no_rule_and_on_the_lists_it_was_put_on(house: House) -> None:
    house.contacts.profiles.clear()
    house.segments.save(RuleSegment(PARTNER_ID, "all", "All", "true"))

    decision = sent_with(house, FilterMode.INCLUDE_ANY, "all", "gold")

    assert (decision.reason, decision.detail) == (
        SkipReason.SEGMENT_FILTER,
        "include_any: in none of the listed segments",
    )
    house.contacts.segment_ids[ANA] = frozenset({"vips"})
    house.change_flow(segment_filter=SegmentFilter(("vips",), FilterMode.EXCLUDE))
    house.events.append(makers.event(event_id="event-2"), 1)
    assert house.service.send(makers.match(event_id="event-2")).detail == "exclude: in VIPs"


@pytest.mark.parametrize("mode", FilterMode)
def test_a_rule_that_cannot_be_judged_lets_nobody_through_and_is_named(house: House, mode: FilterMode) -> None:
    decision = sent_with(house, mode, "endless")

    assert decision.reason is SkipReason.CONTENT_ERROR
    assert decision.detail is not None
    assert decision.detail.startswith("segment endless: ")
    assert decision.trace[-1].check == "content_error"
    assert not house.channel.sent


def test_a_rule_of_an_archived_segment_goes_on_for_a_flow_that_lists_it(house: House) -> None:
    house.segments.save(RuleSegment(PARTNER_ID, "gold", "Gold", GOLD.condition, 2, is_archived=True))

    assert sent_with(house, FilterMode.EXCLUDE, "gold").reason is SkipReason.SEGMENT_FILTER


def test_a_rule_of_another_partner_is_no_rule(house: House) -> None:
    house.segments.by_id.clear()
    house.segments.save(RuleSegment("partner_2", "gold", "Gold", GOLD.condition))

    assert sent_with(house, FilterMode.EXCLUDE, "gold").outcome is Outcome.SENT


def test_segments_are_read_only_for_a_contact_that_comes_as_far_and_may_be_in_one(house: House) -> None:
    sent_with(house, FilterMode.EXCLUDE)
    profile = house.contacts.profiles.pop(ANA)
    sent_with(house, FilterMode.EXCLUDE, "gold")
    house.contacts.profiles[ANA] = profile
    house.contacts.suppressions[ANA] = frozenset({"manual"})
    sent_with(house, FilterMode.EXCLUDE, "gold")

    assert house.segments.reads == 0


def included(house: House, *blocks: tuple[str, str], text: str, archived: bool = False) -> Decision:
    for name, source in blocks:
        house.blocks.by_name[PARTNER_ID, name] = ContentBlock(PARTNER_ID, name, source, 1, archived)
    house.change_flow(content=EmailContent("Hello", text))
    return house.service.send(makers.match())


@pytest.mark.parametrize("archived", [False, True])
def test_a_message_holds_the_blocks_that_its_template_includes_and_they_include(
    house: House, *, archived: bool
) -> None:
    included(
        house,
        ("letter", "Dear {{ contact.tier }}. {% include 'footer' %}"),
        ("footer", "Bye"),
        ("unused", "{{ broken"),
        text="{% include 'letter' %}!",
        archived=archived,
    )

    assert [message.text for message in house.channel.sent] == ["Dear gold. Bye!"]
    assert house.blocks.reads == 2


def test_a_message_whose_block_is_not_there_is_not_sent(house: House) -> None:
    decision = included(house, text="{% include 'letter' %}")

    assert decision.reason is SkipReason.CONTENT_ERROR
    assert "letter" in (decision.detail or "")


def test_a_block_of_another_partner_is_not_included(house: House) -> None:
    house.blocks.by_name["partner_2", "letter"] = ContentBlock("partner_2", "letter", "Bye")

    assert included(house, text="{% include 'letter' %}").reason is SkipReason.CONTENT_ERROR


@pytest.mark.parametrize("text", ["Hello", "What is included: {{ contact.tier }}", "{{ 'include' }}{# include 'x' #}"])
def test_a_message_that_includes_nothing_reads_no_blocks(house: House, text: str) -> None:
    assert included(house, ("letter", "x"), text=text).outcome is Outcome.SENT
    assert house.blocks.reads == 0
