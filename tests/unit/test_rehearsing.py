"""Rehearsals: each match is judged by what sends judge by, when its message would leave, and nothing is kept of it."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import Match, Outcome, SkipReason
from signalbox.domain.experiments import HOLDOUT, Experiment, Variant
from signalbox.domain.flows import FlowStatus
from signalbox.domain.frequency import Entry, ReEntry, Touches
from signalbox.domain.partners import FrequencyCap
from signalbox.domain.quiet_hours import QuietHours
from signalbox.domain.rehearsals import Rehearsal, Rehearsed
from signalbox.domain.waits import ExitCondition, Wait
from tests.unit import makers
from tests.unit.looking import House, a_flow
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import ANA

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LINK = "https://api.example/u/preview"


@pytest.fixture
def house() -> House:
    return House()


def found(house: House, received_at: datetime, name: str = "Ana", identity: str = "ana@example.org") -> Match:
    """Let an event come in and be found at once."""
    event_id = f"{identity} at {received_at.isoformat()}"
    house.receive(received_at, name, event_id=event_id, identity=identity, email=identity)
    return makers.match(event_id=event_id, identity=identity, received_at=received_at, matched_at=received_at)


def reasons(rehearsal: Rehearsal) -> dict[str, int]:
    return {(each.reason or each.outcome).value: each.count for each in rehearsal.tallies}


def the_one(rehearsal: Rehearsal) -> Rehearsed:
    [tally] = rehearsal.tallies
    [example] = tally.examples
    return example


@pytest.mark.parametrize("status", FlowStatus)
def test_a_flow_is_rehearsed_whatever_its_state_and_its_messages_are_shown(house: House, status: FlowStatus) -> None:
    match = found(house, NOON - HOUR)
    before = house.fingerprint()

    rehearsal = house.rehearsing.rehearse(a_flow(status=status), [match])

    [message] = rehearsal.messages
    assert (rehearsal.matches, rehearsal.judged, rehearsal.would_send, rehearsal.contacts) == (1, 1, 1, 1)
    assert message.texts == {"subject": "Hello", "text": f"Hello Ana {LINK}"}
    assert (message.outcome, message.sends_at, message.branch) == (Outcome.SENT, NOON - HOUR, "default")
    assert house.fingerprint() == before


def test_the_newest_are_judged_and_the_others_counted() -> None:
    house = House(most=2)
    matches = [found(house, NOON - hours * HOUR, str(hours)) for hours in (3, 2, 1)]

    rehearsal = house.rehearsing.rehearse(a_flow(), matches)

    assert (rehearsal.matches, rehearsal.judged) == (3, 2)
    assert [each.received_at for each in rehearsal.messages] == [NOON - 2 * HOUR, NOON - HOUR]


def test_how_many_there_were_may_be_told_beside_the_newest(house: House) -> None:
    assert house.rehearsing.rehearse(a_flow(), [found(house, NOON)], of=7).matches == 7


def test_those_who_would_get_nothing_are_counted_by_reason_with_examples(house: House) -> None:
    house.contacts.suppressions[PARTNER_ID, "bo@example.org"] = frozenset({"manual"})
    who = ["ana", "bo", "bo", "bo", "bo"]
    matches = [found(house, NOON - n * MINUTE, identity=f"{name}@example.org") for n, name in enumerate(who)]

    rehearsal = house.rehearsing.rehearse(a_flow(), matches)

    first, second = rehearsal.tallies
    assert (first.reason, first.count, first.outcome) == (SkipReason.SUPPRESSED, 4, Outcome.SKIPPED)
    assert [each.event_id for each in first.examples] == [match.event_id for match in matches[1:4]]
    assert (second.outcome, second.count) == (Outcome.SENT, 1)
    assert rehearsal.contacts == 1


def test_what_would_fail_is_listed_by_the_value_that_is_missing_or_the_fault(house: House) -> None:
    content = EmailContent("Hello", "{% if event.properties.name == 'odd' %}{{ 1 / 0 }}{% endif %}{{ contact.tier }}")
    matches = [found(house, NOON - n * MINUTE, name) for n, name in enumerate(["a", "b", "odd"])]

    rehearsal = house.rehearsing.rehearse(a_flow(content=content), matches)

    assert [(each.reason, each.detail, each.count) for each in rehearsal.failing] == [
        (SkipReason.CONTENT_MISSING_VALUE, "contact.tier", 2),
        (SkipReason.CONTENT_ERROR, "text: ZeroDivisionError", 1),
    ]
    assert reasons(rehearsal) == {"content_missing_value": 2, "content_error": 1}


def test_asking_for_no_message_is_not_a_failure(house: House) -> None:
    content = EmailContent("Hello", "{{ skip_action('not today') }}")

    rehearsal = house.rehearsing.rehearse(a_flow(content=content), [found(house, NOON)])

    assert reasons(rehearsal) == {"skip_action": 1}
    assert not rehearsal.failing


def test_an_event_is_as_old_as_it_was_when_it_was_found(house: House) -> None:
    match = found(house, NOON - 100 * HOUR)
    late = found(house, NOON - 99 * HOUR)
    house.receive(NOON, event_id=late.event_id, occurred_at=NOON - 100 * HOUR)
    late = makers.match(event_id=late.event_id, received_at=NOON, matched_at=NOON)

    assert reasons(house.rehearsing.rehearse(a_flow(), [match, late])) == {"sent": 1, "too_old": 1}


def test_a_message_that_waits_is_judged_when_it_would_leave(house: House) -> None:
    night = QuietHours(time(22), time(8))
    match = found(house, NOON - DAY)

    wait = Wait(11 * HOUR, ExitCondition("SELECT"))

    rehearsal = house.rehearsing.rehearse(a_flow(wait=wait, quiet_hours=night), [match])

    assert the_one(rehearsal).would_send
    assert the_one(rehearsal).sends_at == NOON - DAY + 20 * HOUR


def test_quiet_hours_without_end_end_in_a_deferral(house: House) -> None:
    always = QuietHours(time(0), time(0))
    match = replace(found(house, NOON), max_event_age=365 * DAY)

    assert reasons(house.rehearsing.rehearse(a_flow(quiet_hours=always), [match])) == {"deferred": 1}


def test_what_earlier_matches_would_take_counts_for_the_later_ones(house: House) -> None:
    house.partners.by_id[PARTNER_ID] = makers.partner(caps=(FrequencyCap("email", 1, 2 * HOUR),))
    times = [NOON - 4 * HOUR, NOON - 3 * HOUR, NOON - HOUR]
    matches = [found(house, at) for at in times] + [found(house, NOON, identity="bo@example.org")]

    rehearsal = house.rehearsing.rehearse(a_flow(), matches)

    assert reasons(rehearsal) == {"sent": 3, "frequency_cap": 1}
    assert (rehearsal.would_send, rehearsal.contacts) == (3, 2)
    assert not house.contacts.touches


def test_of_the_places_that_were_really_taken_the_earlier_ones_count(house: House) -> None:
    caps = (FrequencyCap("email", 1, DAY),)
    house.partners.by_id[PARTNER_ID] = makers.partner(caps=caps)
    taken = Entry("flow_2", "event-9", "email", caps)
    house.contacts.touches[ANA] = Touches(*ANA).after(taken, NOON - 2 * HOUR)

    before, after = (found(house, NOON - hours * HOUR) for hours in (3, 1))

    assert reasons(house.rehearsing.rehearse(a_flow(), [before])) == {"sent": 1}
    assert reasons(house.rehearsing.rehearse(a_flow(), [after])) == {"frequency_cap": 1}


def test_who_may_enter_once_would_get_one_message(house: House) -> None:
    matches = [found(house, NOON - n * DAY) for n in (9, 5, 1)]

    assert reasons(house.rehearsing.rehearse(a_flow(re_entry=ReEntry.once()), matches)) == {"sent": 1, "re_entry": 2}


def test_branches_and_arms_are_counted_by_those_who_would_be_sent_them(house: House) -> None:
    experiment = Experiment("experiment_1", (Variant("a", 1), Variant("b", 1)), holdout_percent=30)
    branches = Branches((Branch("odd", "event.properties.name == 'odd'"),), DefaultBranch("rest"))
    matches = [
        found(house, NOON - n * MINUTE, "odd" if n % 2 else "even", identity=f"p{n}@example.org") for n in range(40)
    ]

    rehearsal = house.rehearsing.rehearse(a_flow(experiment=experiment, branches=branches), matches)

    held_out = reasons(rehearsal)["held_out"]
    assert sum(rehearsal.sent_by_arm.values()) == sum(rehearsal.sent_by_branch.values()) == 40 - held_out
    assert set(rehearsal.sent_by_arm) == {"a", "b"}
    assert set(rehearsal.sent_by_branch) == {"odd", "rest"}
    assert [each.arm for each in rehearsal.tallies[-1].examples] == [HOLDOUT] * 3


def test_a_row_that_names_nobody_or_no_event_is_judged_too(house: House) -> None:
    nameless = makers.match(identity=None, event_id="a", received_at=None, matched_at=NOON)
    unknown = makers.match(event_id="b", received_at=None, matched_at=NOON)

    rehearsal = house.rehearsing.rehearse(a_flow(content=EmailContent("Hello", "Hello")), [nameless, unknown])

    assert reasons(rehearsal) == {"no_identity": 1, "sent": 1}


def test_ten_messages_are_shown(house: House) -> None:
    matches = [found(house, NOON - n * MINUTE) for n in range(11)]

    assert len(house.rehearsing.rehearse(a_flow(), matches).messages) == 10
