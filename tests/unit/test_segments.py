"""Segments: who is in one, and what an uploaded list says row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.content import ContentProblem
from signalbox.domain.decisions import SkipReason
from signalbox.domain.errors import Invalid, TooLarge
from signalbox.domain.segments import (
    MAX_ROWS,
    ListSegment,
    RefusedRow,
    RuleSegment,
    Segment,
    Upload,
    memberships,
    parse_upload,
    reasons_against,
)
from signalbox.wire.addresses import is_address
from tests.unit.makers import PARTNER_ID

GOLD = RuleSegment(PARTNER_ID, "segment_gold", "Gold", "contact.tier == 'gold'")
ROME = RuleSegment(PARTNER_ID, "segment_rome", "Rome", "contact.city == 'Rome'")
ON_LIST = frozenset({"segment_list"})


def test_a_contact_is_in_its_lists_and_in_the_rules_that_hold() -> None:
    verdicts = {GOLD.condition: True, ROME.condition: False}

    assert memberships(ON_LIST, [GOLD, ROME], verdicts.__getitem__) == ON_LIST | {"segment_gold"}
    assert memberships(frozenset(), [], verdicts.__getitem__) == frozenset()


def test_whoever_lacks_the_trait_a_rule_asks_for_is_not_in_its_segment() -> None:
    missing = ContentProblem(SkipReason.CONTENT_MISSING_VALUE, "contact.tier")

    assert memberships(ON_LIST, [GOLD], lambda _: missing) == ON_LIST


def test_a_rule_that_fails_is_no_answer_at_all() -> None:
    verdicts: dict[str, bool | ContentProblem] = {
        GOLD.condition: ContentProblem(SkipReason.CONTENT_ERROR, "took too long"),
        ROME.condition: True,
    }

    found = memberships(ON_LIST, [ROME, GOLD], verdicts.__getitem__)

    assert found == ContentProblem(SkipReason.CONTENT_ERROR, "segment segment_gold: took too long")


def test_every_row_of_an_upload_is_taken_or_a_repeat_or_refused_by_its_line() -> None:
    text = "name,email\nAna, Ana@Example.org \n\nBo,bo@example.org\nAna,ana@example.ORG\nCy,not an address\nDi\n,\n"

    upload = parse_upload(text, is_address)

    assert upload == Upload(
        identities=("ana@example.org", "bo@example.org"),
        repeats=1,
        refused=(RefusedRow(6, "expected an e-mail address"), RefusedRow(7, "there is no address")),
    )


@pytest.mark.parametrize(
    "text",
    [
        "email\nana@example.org",
        "\ufeffEmail\r\nana@example.org\r\n",
        "\n\nname;EMAIL;city\nAna;ana@example.org;Rome",
        "name\temail\nAna, the first\tana@example.org",
        '"first\nname",email\n"Ana\nMaria","ana@example.org"',
        "ana@example.org",
        " ana@example.org \r\nana@example.org",
    ],
)
def test_a_table_with_a_header_and_a_bare_list_are_both_read(text: str) -> None:
    assert parse_upload(text, is_address).identities == ("ana@example.org",)


def test_an_empty_upload_holds_nobody() -> None:
    assert parse_upload("", is_address) == parse_upload("email\n", is_address) == Upload((), 0, ())


def test_a_row_over_several_lines_is_named_by_its_last() -> None:
    upload = parse_upload('email,note\nnobody,"two\nlines"\n', is_address)

    assert upload.refused == (RefusedRow(3, "expected an e-mail address"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mail\nana@example.org", "expected a column named 'email' in line 1"),
        ("\nana@example.org,bo@example.org", "expected a column named 'email' in line 2"),
        ('email\n"ana@example.org', "expected CSV; in line 2"),
        ('email\nana@example.org\n"bo"x\n', "expected CSV; in line 3"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_and_nothing_of_it_is_told(text: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_upload(text, is_address)

    assert said in str(refusal.value)
    assert "example" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_an_upload_has_an_end() -> None:
    rows = "\n".join(f"p{number}@example.org" for number in range(MAX_ROWS))

    assert len(parse_upload(rows, is_address).identities) == MAX_ROWS
    with pytest.raises(TooLarge):
        parse_upload(rows + "\nnot an address", is_address)


@given(st.lists(st.sampled_from(["ana@example.org", "ANA@example.org", "bo@example.org", "nobody", "x@y", "@"])))
def test_no_row_is_lost_and_nobody_is_listed_twice(cells: list[str]) -> None:
    upload = parse_upload("email\n" + "\n".join(cells), is_address)

    assert len(upload.identities) + upload.repeats + len(upload.refused) == len(cells)
    assert set(upload.identities) == {each.lower() for each in cells if each.endswith("example.org")}
    assert len(set(upload.identities)) == len(upload.identities)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        upload = parse_upload(text, is_address)
    except Invalid:
        return

    assert all(is_address(each) for each in upload.identities)


@pytest.mark.parametrize(
    ("segment", "paths"),
    [
        (GOLD, []),
        (ListSegment(PARTNER_ID, "segment_list", "VIPs"), []),
        (ListSegment(PARTNER_ID, "segment_list", " "), ["/name"]),
        (RuleSegment(PARTNER_ID, "segment_x", "x" * 201, ""), ["/name", "/condition"]),
    ],
)
def test_what_makes_no_sense_is_named_by_its_path(segment: Segment, paths: list[str]) -> None:
    assert [each.path for each in reasons_against(segment)] == paths
