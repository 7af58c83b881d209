"""Validating a flow: what stands in its way, what it would do with recent matches, and what its author is warned of."""

from datetime import timedelta
from typing import Any

import pytest

from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.content_blocks import ContentBlock
from signalbox.domain.contents import EmailContent, SmsContent
from signalbox.domain.decisions import Outcome, SkipReason
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.flow_validations import FlowValidation, TriedTrigger
from signalbox.domain.queries import QueryFailure, QueryFault, Window
from tests.unit import makers
from tests.unit.looking import House, a_flow
from tests.unit.makers import NOON, PARTNER_ID

MARKED = EmailContent("Hello", "{{ unsubscribe_url }} {{ trigger.shop }}")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def house() -> House:
    return House()


def validate(house: House, **changes: Any) -> FlowValidation:
    return house.validating.validate(a_flow(**changes))


def warnings(house: House, **changes: Any) -> list[Reason]:
    house.receive(NOON)
    return list(validate(house, **changes).warnings)


def test_a_flow_is_rehearsed_over_the_matches_of_the_last_day_and_nothing_is_written(house: House) -> None:
    for age in (DAY, DAY - MINUTE, HOUR):
        house.receive(NOON - age, str(age))
    before = house.fingerprint()

    answer = validate(house)

    assert answer.faults == ()
    assert not answer.warnings
    assert answer.tried == TriedTrigger(
        trigger_version=1,
        window=Window(NOON - DAY, NOON),
        reads_from=NOON - DAY,
        is_cut=False,
        events=2,
        rows=2,
        columns=("identity", "event_id", "client_id", "event_raw"),
        largest_run=1,
    )
    assert answer.rehearsal is not None
    assert [each.received_at for each in answer.rehearsal.messages] == [NOON - DAY + MINUTE, NOON - HOUR]
    assert house.fingerprint() == before


def test_all_that_stands_in_the_way_is_named_and_then_nothing_is_run(house: House) -> None:
    broken = EmailContent("{{", None)
    branches = Branches((Branch("odd", "1 +"),), None)

    answer = validate(house, content=broken, branches=branches, trigger_id="trigger_9")

    assert {each.path for each in answer.faults} == {
        "/content",
        "/content/subject",
        "/branches/ordered/0/condition",
        "/trigger_id",
    }
    assert len(answer.faults) == len(set(answer.faults))
    assert (answer.tried, answer.rehearsal, answer.warnings) == (None, None, ())
    assert not house.engine.asked


def test_with_a_fault_in_its_content_alone_nothing_is_run_either(house: House) -> None:
    answer = validate(house, content=EmailContent("{{", "Hello"))

    assert [each.path for each in answer.faults] == ["/content/subject"]
    assert not house.engine.asked


def test_a_match_is_as_old_as_it_was_when_a_run_would_have_found_it(house: House) -> None:
    house.receive(NOON - 5 * HOUR)
    house.receive(NOON - MINUTE, occurred_at=NOON - 2 * HOUR)

    rehearsal = house.validating.validate(a_flow(), makers.trigger_draft(sql="select", max_event_age=HOUR)).rehearsal

    assert rehearsal is not None
    assert [(each.reason, each.count) for each in rehearsal.tallies] == [(None, 1), (SkipReason.TOO_OLD, 1)]


def test_a_trigger_that_gives_no_answer_is_a_fault(house: House) -> None:
    house.engine.refused["SELECT"] = QueryFailure("", QueryFault.CPU_LIMIT, "It took too long.")

    [fault] = validate(house).faults

    assert fault.path == "/trigger/sql"
    assert fault.reason.startswith("It took too long. ")


def test_a_draft_of_the_trigger_stands_in_for_it(house: House) -> None:
    house.receive(NOON)
    house.registry.heads.clear()

    answer = house.validating.validate(a_flow(), makers.trigger_draft(sql="select another", lookback=HOUR))
    refused = house.validating.validate(a_flow(), makers.trigger_draft(sql="drop", name=""))

    [query] = house.engine.asked
    assert answer.tried is not None
    assert (query.sql, query.reads_from, answer.tried.trigger_version) == ("select another", NOON - DAY - HOUR, 0)
    assert not answer.faults
    assert [fault.path for fault in refused.faults] == ["/trigger/name", "/trigger/sql"]


def test_the_largest_run_is_what_a_safety_limit_would_be_held_against(house: House) -> None:
    for number in range(10):
        at = NOON - (HOUR if number < 7 else 2 * HOUR) + number * timedelta(seconds=5)
        house.receive(at, identity=f"p{number}@example.org")
    house.receive(NOON - HOUR + timedelta(seconds=6), identity="p0@example.org")

    answer = validate(house)

    assert answer.tried is not None
    assert answer.tried.largest_run == 7


def test_of_too_many_events_the_newest_are_tried_and_that_is_told(house: House) -> None:
    for minutes in range(150):
        house.receive(NOON - minutes * MINUTE)

    answer = validate(house)

    assert answer.tried is not None
    assert answer.rehearsal is not None
    assert answer.tried.is_cut
    assert answer.tried.events == answer.rehearsal.matches < 150


def test_an_unknown_partner_has_nothing_to_validate(house: House) -> None:
    with pytest.raises(Invalid, match="no such partner"):
        validate(house, partner_id="partner_9")


def test_nothing_of_another_partner_is_matched(house: House) -> None:
    house.receive(NOON, partner_id="partner_2")

    answer = validate(house)

    assert answer.rehearsal is not None
    assert answer.rehearsal.matches == 0


def test_a_marketing_email_without_a_link_to_unsubscribe_is_warned_of(house: House) -> None:
    bare = EmailContent("Hello", "Hello")
    contents = {"a/b": bare, "whole": EmailContent("Hello", html="<a href='{{ unsubscribe_url }}'>")}

    assert [each.path for each in warnings(house, content=bare, contents=contents)] == ["/content", "/contents/a~1b"]
    assert not warnings(house, content=bare, contents=contents, is_transactional=True)
    assert not warnings(house, contents={"sms": SmsContent("Hello")})


def test_what_a_content_includes_is_read_with_it(house: House) -> None:
    house.blocks.save(ContentBlock(PARTNER_ID, "footer", "{{ unsubscribe_url }} {{ trigger.shop }}"))
    content = EmailContent("Hello", "{% include 'footer' %}")

    assert [each.reason for each in warnings(house, content=content)] == [
        "it uses trigger.shop, and the trigger returns no column shop"
    ]
    house.engine.columns = {"shop": "S"}
    assert validate(house, content=content).rehearsal == validate(house, content=MARKED).rehearsal


def test_of_a_content_with_a_fault_nothing_else_is_said(house: House) -> None:
    assert not house.warnings.of(a_flow(content=EmailContent("Hello", "{{")), ())


def test_columns_that_the_trigger_does_not_return_are_warned_of_where_they_are_used(house: House) -> None:
    house.engine.columns = {"visits": 3}
    text = "{{ trigger.visits }} {{ trigger.event_raw }} {{ trigger['last seen'] | default('') }} {{ unsubscribe_url }}"
    branches = Branches((Branch("odd", "trigger.sum > 3 or trigger.visits > 3"),), DefaultBranch())

    assert warnings(house, content=EmailContent("Hello", text), branches=branches) == [
        Reason("/content", "it uses trigger.last seen, and the trigger returns no column last seen"),
        Reason("/branches/ordered/0/condition", "it uses trigger.sum, and the trigger returns no column sum"),
    ]


def test_the_event_as_it_was_sent_is_there_whatever_the_trigger_returns(house: House) -> None:
    text = "{{ trigger.event_raw }} {{ unsubscribe_url }}"

    assert not house.warnings.of(a_flow(content=EmailContent("Hello", text)), ["identity", "event_id"])


def test_without_rows_nobody_knows_the_columns(house: House) -> None:
    text = "{{ trigger.visits }} {{ unsubscribe_url }}"

    assert not validate(house, content=EmailContent("Hello", text)).warnings


def test_what_would_fail_and_what_would_be_kept_back_is_told(house: House) -> None:
    house.receive(NOON, identity="bo@example.org")
    house.receive(NOON - HOUR)
    house.contacts.suppressions[PARTNER_ID, "bo@example.org"] = frozenset({"manual"})

    rehearsal = validate(house, content=EmailContent("Hello", "{{ contact.tier }} {{ unsubscribe_url }}")).rehearsal

    assert rehearsal is not None
    assert {(each.outcome, each.reason): each.count for each in rehearsal.tallies} == {
        (Outcome.SKIPPED, SkipReason.SUPPRESSED): 1,
        (Outcome.SKIPPED, SkipReason.CONTENT_MISSING_VALUE): 1,
    }
    assert [each.detail for each in rehearsal.failing] == ["contact.tier"]


def test_of_contents_without_a_link_only_e_mails_are_warned_of(house: House) -> None:
    contents = {"text": SmsContent("Hello {{ trigger.shop }}"), "bare": EmailContent("Hello", "Hello")}

    told = house.warnings.of(a_flow(contents=contents), ["identity", "event_id"])

    assert [each.path for each in told] == ["/contents/bare", "/contents/text"]
