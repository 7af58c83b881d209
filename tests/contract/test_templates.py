"""Content templates: strict about what is missing, bounded, and data stays data."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from signalbox.adapters.templating.renderer import MAX_BODY_BYTES, MAX_LINE_BYTES, JinjaRenderer
from signalbox.adapters.templating.sandbox import Sandbox
from signalbox.domain.contacts import Contact
from signalbox.domain.content import ContentProblem, content_names
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import SkipReason
from signalbox.domain.errors import Reason
from signalbox.domain.messages import EmailMessage
from tests.unit import makers
from tests.unit.makers import NOON

OVERWORKED = "it takes too long or needs too much memory"
ADDRESS = "ana@example.org"
NAMES: dict[str, Any] = {
    "contact": {"email": ADDRESS, "firstName": "Ana", "nickname": None, "tier": "gold"},
    "event": {
        "properties": {
            "someProperty": "Some value",
            "price": Decimal("19.90"),
            "large": Decimal("1E+3"),
            "items": [{"name": "shoe"}, {}],
            "values": "of an own",
            "markup": "<b>{{ 7 * 7 }}</b>",
            "lines": "one\ntwo",
            "zero": 0,
        },
        "occurred_at": datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    },
    "trigger": {"count": 3, "nothing": None},
}
RENDERER = JinjaRenderer()


def text_of(source: str) -> str | None:
    rendered = RENDERER.render(EmailContent(subject="s", text=source), NAMES, ADDRESS)
    assert isinstance(rendered, EmailMessage), rendered
    return rendered.text


def problem_of(source: str, part: str = "text") -> ContentProblem:
    content = EmailContent(**{"subject": "s", "text": "t", part: source})
    rendered = RENDERER.render(content, NAMES, ADDRESS)
    assert isinstance(rendered, ContentProblem), rendered
    return rendered


def test_every_part_is_rendered() -> None:
    content = EmailContent(
        subject=" {{ contact.firstName }}: {{ event.properties.someProperty }}\n",
        text="{{ trigger.count }}",
        html="<p>{{ contact.firstName }}</p>",
        from_name="{{ contact.tier }} shop",
    )

    assert RENDERER.render(content, NAMES, ADDRESS) == EmailMessage(
        to=ADDRESS, subject="Ana: Some value", text="3", html="<p>Ana</p>", from_name="gold shop"
    )


def test_a_part_that_is_not_there_stays_away() -> None:
    rendered = RENDERER.render(EmailContent(subject="s", html="h"), NAMES, ADDRESS)

    assert rendered == EmailMessage(to=ADDRESS, subject="s", text=None, html="h", from_name=None)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("{{ event.properties.missing }}", "event.properties.missing"),
        ("{{ event['properties']['missing'] }}", "event.properties.missing"),
        ("{{ event.properties.missing.deeper[0] }}", "event.properties.missing.deeper.0"),
        ("{{ contact.nickname }}", "contact.nickname"),
        ("{{ trigger.nothing }}", "trigger.nothing"),
        ("{{ nobody }}", "nobody"),
        ("{{ nobody.name }}", "nobody.name"),
        ("{{ contact.missing | upper }}", "contact.missing"),
        ("{{ contact.missing ~ '!' }}", "contact.missing"),
        ("{{ contact.missing + 1 }}", "contact.missing"),
        ("{{ contact.missing | length }}", "contact.missing"),
        ("{{ '%s' | format(contact.missing) }}", "contact.missing"),
        ("{% for each in contact.missing %}{% endfor %}", "contact.missing"),
        ("{% if contact.missing > 3 %}{% endif %}", "contact.missing"),
        ("{% for item in event.properties['items'] %}{{ item.name }}{% endfor %}", "event.properties.items.1.name"),
        ("{{ [contact.missing] }}", "contact.missing"),
        ("{{ {'a': [contact.nickname]} ~ '' }}", "contact.nickname"),
        ("{{ event.properties.get('missing') }}", "none"),
    ],
)
def test_a_missing_value_is_named(source: str, name: str) -> None:
    assert problem_of(source) == ContentProblem(SkipReason.CONTENT_MISSING_VALUE, name)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ contact.missing | default('friend') }}", "friend"),
        ("{{ contact.nickname | default('friend') }}", "friend"),
        ("{{ contact.missing.deeper | default('friend') }}", "friend"),
        ("{{ contact.missing or 'friend' }}", "friend"),
        ("{% if contact.missing %}yes{% else %}no{% endif %}", "no"),
        ("{% if contact.missing.deeper %}yes{% else %}no{% endif %}", "no"),
        ("{% if contact.missing == 'gold' %}yes{% else %}no{% endif %}", "no"),
        ("{% if contact.missing is defined %}yes{% else %}no{% endif %}", "no"),
        ("{% if trigger.nothing is defined %}yes{% else %}no{% endif %}", "no"),
        ("{{ event.properties.zero | default('friend') }}", "0"),
    ],
)
def test_default_and_if_allow_for_what_is_missing(source: str, text: str) -> None:
    assert text_of(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ event.properties.price }}", "19.90"),
        ("{{ event.properties.large }}", "1000"),
        ("{{ event.properties.price * 2 }}", "39.80"),
        ("{{ event.properties.price * 1.5 }}", "29.850"),
        ("{{ 1.5 + event.properties.price }}", "21.40"),
        ("{{ event.properties.price > 19.5 }}", "True"),
        ("{{ event.occurred_at }}", "2026-03-01 12:30:00 UTC"),
        ("{{ event.properties['items'] | length }} {{ event.properties.items[0].name }}", "2 shoe"),
        ("{{ event.properties.values }}", "of an own"),
        ("{% for name, value in trigger.items() %}{{ name }} {% endfor %}", "count nothing "),
    ],
)
def test_values_are_written_as_a_reader_expects(source: str, text: str) -> None:
    assert text_of(source) == text


def test_text_in_an_event_is_data_and_escaped_in_html_alone() -> None:
    source = "{{ event.properties.markup }}"
    rendered = RENDERER.render(EmailContent(subject=source, text=source, html=source), NAMES, ADDRESS)

    assert isinstance(rendered, EmailMessage)
    assert rendered.subject == rendered.text == "<b>{{ 7 * 7 }}</b>"
    assert rendered.html == "&lt;b&gt;{{ 7 * 7 }}&lt;/b&gt;"


@pytest.mark.parametrize("part", ["subject", "from_name"])
def test_a_header_of_two_lines_is_refused(part: str) -> None:
    problem = problem_of("{{ event.properties.lines }}", part)

    assert problem == ContentProblem(
        SkipReason.CONTENT_ERROR, f"{part}: it holds a line break or another control character"
    )


def test_a_header_may_hold_any_writing() -> None:
    subject = "Ünïcode\u00a0👩\u200d💻 שלום"

    rendered = RENDERER.render(EmailContent(subject=subject, text="t"), NAMES, ADDRESS)

    assert isinstance(rendered, EmailMessage)
    assert rendered.subject == subject


@pytest.mark.parametrize(
    ("part", "limit"), [("subject", MAX_LINE_BYTES), ("text", MAX_BODY_BYTES), ("html", MAX_BODY_BYTES)]
)
def test_output_is_bounded_in_bytes(part: str, limit: int) -> None:
    piece = "{% for _ in range(" + str(limit // 2) + ") %}é{% endfor %}"
    fitting = EmailContent(**{"subject": "s", "text": "t", part: piece})

    assert isinstance(RENDERER.render(fitting, NAMES, ADDRESS), EmailMessage)
    assert problem_of(piece + "x", part).detail == f"{part}: it is over {limit} bytes long"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ contact.firstName + 1 }}", "TypeError"),
        ("{{ contact.keys }}", "a builtin_function_or_method is not a value"),
        ("{{ contact.update({}) }}", "SecurityError"),
        ("{{ contact.firstName.__class__ }}", "SecurityError"),
        ("{{ contact.__class__.__mro__ }}", "SecurityError"),
        ("{{ 'x' * 100000000 }}", OVERWORKED),
        ("{{ 100000000 * 'x' }}", OVERWORKED),
        ("{{ 9 ** (9 ** 9) }}", "a number is too large"),
        ("{% for i in range(100001) %}{% endfor %}", "OverflowError"),
        ("{% include 'other' %}", "line 1: there is no content block 'other'"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "RecursionError"),
        ("{{ lipsum(1000) }}", None),
    ],
)
def test_a_fault_of_a_template_is_named_without_values(source: str, fault: str | None) -> None:
    problem = problem_of(source)

    expected = (SkipReason.CONTENT_ERROR, f"text: {fault}") if fault else (SkipReason.CONTENT_MISSING_VALUE, "lipsum")
    assert (problem.reason, problem.detail) == expected


def test_a_template_may_ask_for_no_message() -> None:
    problem = problem_of("{% if contact.tier == 'gold' %}{{ skip_action('gold has it already') }}{% endif %}")

    assert problem == ContentProblem(SkipReason.SKIP_ACTION, "gold has it already")


def test_a_template_cannot_change_what_the_next_one_sees() -> None:
    problem_of("{{ event.properties['items'].append(1) }}")

    assert text_of("{{ event.properties['items'] | length }}") == "2"


def test_faults_are_named_by_part_and_line() -> None:
    content = EmailContent(subject="{{ a", text="fine {{ b }}", html="\n{{ c | no_such_filter }}", from_name="{% d %}")

    faults = {fault.path: fault.reason for fault in RENDERER.faults(content)}

    assert set(faults) == {"/subject", "/html", "/from_name"}
    assert faults["/html"] == "line 2: No filter named 'no_such_filter'."


def test_sound_templates_have_no_faults() -> None:
    assert RENDERER.faults(EmailContent(subject="{{ a.b }}", text="{% if c %}{% endif %}")) == []


def test_a_message_of_no_body_is_a_fault() -> None:
    assert RENDERER.faults(EmailContent(subject="s")) == [Reason("", "expected a text or an html body")]


def test_a_name_is_missing_where_there_is_nothing_of_it() -> None:
    flow, match, contact = makers.flow(), makers.match(), Contact(makers.PARTNER_ID, ADDRESS)
    source = EmailContent(subject="s", text="{{ variant }}, {{ unsubscribe_url }}")

    bare = RENDERER.render(source, content_names(flow, match, None, contact), ADDRESS)
    full = RENDERER.render(
        source, content_names(flow, match, None, contact, variant="B", unsubscribe_url="https://u"), ADDRESS
    )

    assert bare == ContentProblem(SkipReason.CONTENT_MISSING_VALUE, "variant")
    assert isinstance(full, EmailMessage)
    assert full.text == "B, https://u"


def test_threads_render_with_a_budget_each() -> None:
    source = EmailContent(subject="s", text="{% for i in range(30000) %}{% set x = i + 1 %}{% endfor %}done")

    with ThreadPoolExecutor(4) as threads:
        rendered = list(threads.map(lambda _: RENDERER.render(source, NAMES, ADDRESS), range(4)))

    assert [each.text if isinstance(each, EmailMessage) else each for each in rendered] == ["done"] * 4


def test_threads_that_all_meet_a_new_template_compile_it_once() -> None:
    compiled = []

    class Watched(Sandbox):
        def compile(self, *args: Any, **kwargs: Any) -> Any:
            compiled.append(args)
            time.sleep(0.01)  # others come meanwhile
            return super().compile(*args, **kwargs)

    sandbox = Watched(lambda: NOON, autoescape=False)

    with ThreadPoolExecutor(8) as pool:
        templates = list(pool.map(lambda _: sandbox.template("Hello {{ a }}", frozenset()), range(8)))
        expressions = list(pool.map(lambda _: sandbox.expression("a > 1"), range(8)))

    assert len(set(map(id, templates))) == len(set(map(id, expressions))) == 1
    assert len(compiled) == 2
