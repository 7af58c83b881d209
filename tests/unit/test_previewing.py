"""Previews show what real matches would bring and list what would fail, by name."""

from typing import Any

import pytest

from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.contacts import Contact
from signalbox.domain.content import ContentProblem
from signalbox.domain.decisions import SkipReason
from signalbox.domain.flows import EmailContent
from signalbox.services.previewing import Case, Previewing
from tests.unit import makers

URL = "https://example.org/unsubscribe"


def case(event_id: str, properties: str = "{}", **changes: Any) -> Case:
    body = '{"properties":{"properties":' + properties + "}}"
    event = makers.event(event_id=event_id, body=body)
    return Case(makers.match(event_id=event_id), event, Contact(makers.PARTNER_ID, "ana@example.org"), **changes)


def previews_of(text: str, *cases: Case) -> list[tuple[str, str | None, ContentProblem | None]]:
    flow = makers.flow(content=EmailContent(subject="Hello", text=text))
    previews = Previewing(JinjaRenderer(), URL).previews(flow, cases, {"footer": "Bye"})
    return [(each.event_id, each.texts.get("text"), each.problem) for each in previews]


def test_each_match_is_shown_with_its_texts_or_its_problem_in_order() -> None:
    shown = previews_of("{{ event.properties.total }}", case("event-1", '{"total": 5}'), case("event-2"))

    missing = ContentProblem(SkipReason.CONTENT_MISSING_VALUE, "event.properties.total")
    assert shown == [("event-1", "5", None), ("event-2", None, missing)]


def test_a_preview_has_all_names_and_blocks_of_the_message() -> None:
    shown = previews_of(
        "{{ flow.name }} {{ variant }} {{ unsubscribe_url }} {% include 'footer' %}", case("e", variant="B")
    )

    assert shown == [("e", f"Welcome B {URL} Bye", None)]


@pytest.mark.parametrize(
    ("text", "would_fail"),
    [("fine", False), ("{{ skip_action('no') }}", False), ("{{ event.nothing }}", True), ("{{ 1 / 0 }}", True)],
)
def test_only_a_fault_of_the_content_counts_as_failing(text: str, would_fail: bool) -> None:  # noqa: FBT001 - a column
    flow = makers.flow(content=EmailContent(subject="Hello", text=text))

    (preview,) = Previewing(JinjaRenderer(), URL).previews(flow, [case("event-1")])

    assert preview.would_fail is would_fail


def test_every_part_is_shown() -> None:
    flow = makers.flow(content=EmailContent(subject="S", text="t", html="<p>", from_name="Shop"))

    (preview,) = Previewing(JinjaRenderer(), URL).previews(flow, [case("event-1")])

    assert preview.texts == {"subject": "S", "from_name": "Shop", "text": "t", "html": "<p>"}
    assert preview.identity == "ana@example.org"
