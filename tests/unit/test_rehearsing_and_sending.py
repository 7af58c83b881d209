"""What a rehearsal tells of matches is what sending makes of them, whatever the rules and the hours."""

from collections import Counter
from datetime import datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import Decision, Match, Outcome
from signalbox.domain.experiments import Experiment, Variant
from signalbox.domain.flows import Flow, FlowStatus, SegmentFilter
from signalbox.domain.frequency import ReEntry
from signalbox.domain.partners import FrequencyCap
from signalbox.domain.quiet_hours import QuietHours, QuietMode
from signalbox.domain.waits import Wait
from tests.unit import makers
from tests.unit.looking import House
from tests.unit.makers import NOON, PARTNER_ID

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
PEOPLE = ("ana@example.org", "bo@example.org", "cy@example.org")
CONTENT = EmailContent("Hello", "{% if event.properties.name == 'odd' %}{{ contact.tier }}{% endif %}")
GOLD = Branch("gold", "event.properties.name == 'gold'")

RE_ENTRIES = [ReEntry.every_event(), ReEntry.once(), ReEntry.at_most(2, DAY), ReEntry.cool_down(5 * HOUR)]
BRANCHES = [Branches(default=DefaultBranch()), Branches((GOLD,)), Branches((GOLD,), DefaultBranch())]

flows = st.builds(
    Flow,
    partner_id=st.just(PARTNER_ID),
    flow_id=st.just("flow_1"),
    version=st.just(2),
    name=st.just("Welcome"),
    trigger_id=st.just("trigger_1"),
    content=st.just(CONTENT),
    status=st.just(FlowStatus.LIVE),
    segment_filter=st.sampled_from([SegmentFilter(), SegmentFilter(("vip",))]),
    wait=st.sampled_from([None, Wait(HOUR), Wait(30 * HOUR)]),
    re_entry=st.sampled_from(RE_ENTRIES),
    quiet_hours=st.none() | st.builds(QuietHours, st.just(time(21)), st.just(time(8)), st.sampled_from(QuietMode)),
    branches=st.sampled_from(BRANCHES),
    experiment=st.sampled_from([None, Experiment("experiment_1", (Variant("a", 1), Variant("b", 2)), 40)]),
    is_transactional=st.booleans(),
)
caps = st.sampled_from([(), (FrequencyCap("email", 1, 6 * HOUR),), (FrequencyCap("email", 2, DAY),)])
steps = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["", "odd", "gold"]), st.integers(0, 72 * 60)),
    max_size=8,
    unique_by=lambda step: step[2],
)


def received(house: House, found: list[tuple[str, str, int]]) -> list[Match]:
    """Let events come in, each found at once, in their order."""
    matches = []
    for number, (identity, name, minutes) in enumerate(sorted(found, key=lambda step: step[2])):
        at, event_id = NOON + minutes * MINUTE, f"event-{number}"
        house.receive(at, name, event_id=event_id, identity=identity, email=identity)
        matches.append(makers.match(event_id=event_id, identity=identity, received_at=at, matched_at=at))
    return matches


def sent(house: House, matches: list[Match]) -> list[Decision]:
    """Send each match when it is found, and again whenever it is due, and give how all of them ended."""
    waiting: list[tuple[datetime, Match]] = [(match.matched_at or NOON, match) for match in matches]
    service = house.service_with()
    while waiting:
        waiting.sort(key=lambda each: (each[0], each[1].event_id))
        house.clock.instant, match = waiting.pop(0)
        service.send(match)
        for deferral in list(house.deferrals.kept.values()):
            house.deferrals.remove_all([deferral])
            waiting.append((deferral.due_at, deferral.match))
    return list(house.deliveries.decisions.values())


@settings(max_examples=150, deadline=None)
@given(flow=flows, caps=caps, found=steps)
def test_a_rehearsal_ends_as_sending_does(
    flow: Flow, caps: tuple[FrequencyCap, ...], found: list[tuple[str, str, int]]
) -> None:
    house = House()
    house.partners.by_id[PARTNER_ID] = makers.partner(caps=caps)
    house.contacts.segment_ids[PARTNER_ID, PEOPLE[1]] = frozenset({"vip"})
    house.contacts.suppressions[PARTNER_ID, PEOPLE[2]] = frozenset({"manual"})
    house.registry.save_flow(flow)
    matches = received(house, found)

    rehearsed = list(house.rehearsing.judged(flow, matches))
    decisions = sent(house, matches)

    told = Counter((each.identity, each.outcome, each.reason, each.arm) for each in rehearsed)
    assert told == Counter((each.identity, each.outcome, each.reason, each.arm) for each in decisions)
    assert len([each for each in rehearsed if each.would_send]) == len(house.channel.sent)
    assert Outcome.DEFERRED not in {each.outcome for each in rehearsed}
