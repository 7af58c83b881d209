"""Previews show the message that one event brings, whoever it is about, and say what would have become of it."""

from datetime import time, timedelta
from typing import Any

import pytest

from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.content import ContentProblem
from signalbox.domain.contents import EmailContent, SmsContent
from signalbox.domain.decisions import Outcome, SkipReason
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.experiments import Experiment, Variant
from signalbox.domain.flows import FilterMode, SegmentFilter
from signalbox.domain.frequency import Entry, ReEntry, Touches
from signalbox.domain.partners import FrequencyCap
from signalbox.domain.previews import Preview
from signalbox.domain.queries import Window
from signalbox.domain.quiet_hours import QuietHours
from signalbox.domain.waits import Wait
from signalbox.services.previewing import Chosen
from tests.unit import makers
from tests.unit.looking import House, a_flow
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import ANA

DAY, HOUR, MS = timedelta(days=1), timedelta(hours=1), timedelta(milliseconds=1)
LINK = "https://api.example/u/preview"

NOBODY_GETS_IT = Experiment("e", (Variant("a", 1),), holdout_percent=100)


@pytest.fixture
def house() -> House:
    return House()


def preview(house: House, chosen: Chosen | None = None, **changes: Any) -> Preview:
    return house.previewing.preview(a_flow(**changes), chosen or Chosen())


def refusal(house: House, chosen: Chosen, **changes: Any) -> Reason:
    with pytest.raises(Invalid) as invalid:
        preview(house, chosen, **changes)
    [reason] = invalid.value.reasons
    return reason


def test_the_newest_match_is_shown_with_every_part_and_nothing_is_kept_of_it(house: House) -> None:
    for hours in (3, 1, 2):
        house.receive(NOON - hours * HOUR, str(hours))
    content = EmailContent("S {{ event.properties.name }}", "t", "<p>{{ unsubscribe_url }}", "Shop")
    before = house.fingerprint()

    shown = preview(house, content=content)

    assert shown.texts == {"subject": "S 1", "from_name": "Shop", "text": "t", "html": f"<p>{LINK}"}
    assert (shown.is_matched, shown.problem, shown.branch) == (True, None, "default")
    assert (shown.verdict.outcome, shown.verdict.identity) == (Outcome.SENT, "ana@example.org")
    assert house.fingerprint() == before


def test_a_match_of_the_last_day_is_shown_by_its_name(house: House) -> None:
    house.receive(NOON - HOUR, "this", event_id="a")
    house.receive(NOON, "that", event_id="b")

    assert preview(house, Chosen(event_id="a")).texts["text"] == f"Hello this {LINK}"


def test_any_event_is_shown_by_its_name_and_receipt_with_the_row_that_its_trigger_returned(house: House) -> None:
    house.receive(NOON - 9 * DAY, "beside it", event_id="a")
    house.receive(NOON - 9 * DAY, "old", event_id="b")
    house.engine.columns = {"visits": 3}
    content = EmailContent("Hello", "{{ event.properties.name }} {{ trigger.visits }}")

    shown = preview(house, Chosen("b", NOON - 9 * DAY), content=content)

    assert (shown.texts["text"], shown.is_matched) == ("old 3", True)
    assert [query.window for query in house.engine.asked] == [Window(NOON - 9 * DAY - MS, NOON - 9 * DAY)]
    assert shown.verdict.would_send  # as old as it was when it was found


def test_an_event_that_is_matched_later_is_looked_for_a_day_on(house: House) -> None:
    house.receive(NOON - 9 * DAY, "old", event_id="a")
    house.engine.skips = 1

    shown = preview(house, Chosen("a", NOON - 9 * DAY))

    assert shown.is_matched
    assert house.engine.asked[-1].window == Window(NOON - 9 * DAY - MS, NOON - 8 * DAY)


def test_an_event_that_the_trigger_does_not_return_is_shown_without_a_row(house: House) -> None:
    house.receive(NOON - HOUR, "Ana", event_id="a")
    house.engine.skips = 2

    shown = preview(house, Chosen("a", NOON - HOUR))

    assert (shown.is_matched, shown.texts["text"]) == (False, f"Hello Ana {LINK}")
    assert shown.verdict.sends_at == NOON - HOUR
    assert house.engine.asked[-1].window.end == NOON


@pytest.mark.parametrize(
    "chosen", [Chosen(), Chosen("a"), Chosen("a", NOON - HOUR)], ids=["no match", "not matched", "not stored"]
)
def test_where_there_is_no_event_there_is_no_preview(house: House, chosen: Chosen) -> None:
    house.receive(NOON - 2 * DAY, event_id="a")

    assert refusal(house, chosen).path == "/event_id"


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"segment_filter": SegmentFilter(("vip",), FilterMode.INCLUDE_ANY)}, SkipReason.SEGMENT_FILTER),
        ({"re_entry": ReEntry.once()}, SkipReason.RE_ENTRY),
        ({"wait": Wait(3 * HOUR)}, SkipReason.FREQUENCY_CAP),
        ({"quiet_hours": QuietHours(time(0), time(0))}, SkipReason.TOO_OLD),
        ({"is_transactional": True, "experiment": NOBODY_GETS_IT}, None),
    ],
)
def test_a_message_is_shown_in_spite_of_what_would_keep_it_back(
    house: House, rules: dict[str, Any], reason: SkipReason | None
) -> None:
    caps = (FrequencyCap("email", 1, DAY),)
    house.partners.by_id[PARTNER_ID] = makers.partner(caps=caps)
    taken = Entry("flow_1", "event-9", "email", caps, ReEntry.once())
    house.contacts.touches[ANA] = Touches(*ANA).after(taken, NOON - HOUR)
    house.receive(NOON)

    shown = preview(house, **rules)

    assert shown.texts["text"] == f"Hello Ana {LINK}"
    assert shown.verdict.reason is reason


def test_the_message_for_somebody_suppressed_is_shown_and_the_verdict_says_so(house: House) -> None:
    house.contacts.suppressions[ANA] = frozenset({"manual"})
    house.know("ana@example.org", tier='"gold"')
    house.receive(NOON)

    shown = preview(house, content=EmailContent("Hello", "{{ contact.tier }}"))

    assert shown.texts["text"] == "gold"
    assert (shown.verdict.reason, shown.verdict.channel) == (SkipReason.SUPPRESSED, "email")


def test_a_fault_of_the_content_is_shown_in_the_place_of_the_texts(house: House) -> None:
    house.receive(NOON)

    shown = preview(house, content=EmailContent("Hello", "{{ event.properties.total }}"))

    assert not shown.texts
    assert shown.problem == ContentProblem(SkipReason.CONTENT_MISSING_VALUE, "event.properties.total")
    assert shown.verdict.would_fail


def test_a_text_message_is_shown_to_whom_it_could_be_sent(house: House) -> None:
    house.receive(NOON)
    content = SmsContent("Hello {{ event.properties.name }}")

    nowhere = preview(house, content=content)
    house.know("ana@example.org", phone='"+491701234567"')
    shown = preview(house, content=content)

    assert nowhere.problem == ContentProblem(SkipReason.NO_ADDRESS, "contact.phone is missing")
    assert (shown.texts, shown.verdict.channel) == ({"text": "Hello Ana"}, "sms")


CHOICES: dict[str, Any] = {
    "contents": {"gold": EmailContent("Gold", "Gold"), "b": EmailContent("B", "B")},
    "branches": Branches((Branch("gold", "contact.tier == 'gold'", "gold"),), DefaultBranch("rest")),
}
SPLIT: dict[str, Any] = {**CHOICES, "experiment": Experiment("e", (Variant("a", 1), Variant("b", 0, "b")))}


def test_a_contact_is_shown_its_own_branch_unless_one_is_named(house: House) -> None:
    house.receive(NOON)

    own, named = preview(house, **CHOICES), preview(house, Chosen(branch="gold"), **CHOICES)

    assert (own.branch, own.texts["subject"]) == ("rest", "Hello")
    assert (named.branch, named.texts["subject"]) == ("gold", "Gold")
    assert named.verdict.branch == "rest"


def test_a_contact_is_shown_its_own_arm_unless_one_is_named(house: House) -> None:
    house.receive(NOON)

    own, named = preview(house, **SPLIT), preview(house, Chosen(arm="b"), **SPLIT)

    assert (own.arm, own.texts["subject"]) == ("a", "Hello")
    assert (named.arm, named.texts["subject"]) == ("b", "B")
    assert named.verdict.arm == "a"


@pytest.mark.parametrize(
    ("chosen", "rules", "path"),
    [
        (Chosen(branch="silver"), CHOICES, "/branch"),
        (Chosen(arm="c"), SPLIT, "/arm"),
        (Chosen(arm="a"), CHOICES, "/arm"),
    ],
)
def test_a_branch_or_an_arm_that_is_not_there_is_refused(
    house: House, chosen: Chosen, rules: dict[str, Any], path: str
) -> None:
    house.receive(NOON)

    assert refusal(house, chosen, **rules).path == path


def test_a_draft_of_the_trigger_stands_in_for_it(house: House) -> None:
    house.receive(NOON)
    draft = makers.trigger_draft(sql="select another", max_event_age=HOUR)

    assert preview(house, Chosen(draft=draft)).is_matched
    assert house.engine.asked[-1].sql == "select another"
    assert refusal(house, Chosen(draft=makers.trigger_draft(sql="drop"))).path == "/trigger/sql"


def test_a_preview_says_what_its_author_is_warned_of(house: House) -> None:
    house.receive(NOON)
    content = EmailContent("Hello", "{{ trigger.visits | default(0) }}")

    assert [each.path for each in preview(house, content=content).warnings] == ["/content", "/content"]
    assert not preview(house).warnings


def test_nothing_of_another_partner_is_shown(house: House) -> None:
    house.receive(NOON, event_id="a", partner_id="partner_2")

    assert refusal(house, Chosen("a", NOON)) == Reason("/event_id", "no such event")
    assert refusal(house, Chosen(), partner_id="partner_9") == Reason("/partner_id", "no such partner")
