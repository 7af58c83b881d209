"""A template reaches its names and what is on the lists of the sandbox, and nothing behind them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.content import ContentProblem
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import SkipReason

NAMES: dict[str, Any] = {
    "contact": {"firstName": "Ana", "tags": ["a", "b"], "since": datetime(2026, 3, 1, tzinfo=UTC)},
    "event": {"properties": {"total": 120, "markup": "<i>&\"'</i>", "tags": ["<b>"]}},
}
RENDERER = JinjaRenderer()


def ending_of(source: str, part: str = "text") -> ContentProblem | str:
    rendered = RENDERER.render(EmailContent(**{"subject": "s", part: source}), NAMES, "ana@example.org")
    return rendered if isinstance(rendered, ContentProblem) else rendered.text or rendered.html or ""


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ '' | attr('__class__') }}",
        "{{ [''] | map(attribute='__class__') | list }}",
        "{{ [''] | map('attr', '__class__') | list }}",
        "{{ [''] | groupby('__class__') | list }}",
        "{{ [''] | sum(attribute='__class__') }}",
        "{{ ().__class__.__bases__[0].__subclasses__() }}",
        "{{ contact.firstName.format }}",
        "{{ '{}'.format(1) }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ '{0.__class__}' | attr('format') }}",
        "{{ ('{0.__class__}' | safe).format(1) }}",
        "{{ ['{0.__class__}'] | map('format', 1) | list }}{{ '{a}'.format_map({'a': 1}) }}",
        "{{ now.__globals__ }}",
        "{{ now.__init__.__globals__['os'] }}",
        "{{ skip_action.__code__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ joiner('x').__init__.__globals__ }}",
        "{{ namespace(a=1).__class__ }}",
        "{{ namespace(a=1)._Namespace__attrs }}",
        "{{ dict.__base__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}",
        "{% macro m() %}{% endmacro %}{{ m._func }}",
        "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
        "{% for x in [1] %}{{ loop._iterator.gi_frame }}{% endfor %}",
        "{{ (contact.tags | map('upper')).gi_frame }}",
        "{{ (contact.tags | map('upper')).gi_code }}",
        "{{ contact.since.tzinfo }}",
        "{{ contact.since.__reduce__() }}",
        "{{ contact.tags.append('c') }}",
        "{{ contact.tags.sort() }}",
        "{{ contact.clear() }}",
        "{{ contact.update({'firstName': 'Eve'}) }}",
        "{{ contact.setdefault('x', 1) }}",
        "{{ contact.pop('firstName') }}",
        "{{ contact.firstName.encode() }}",
        "{{ contact.firstName.translate({}) }}",
        "{{ contact.firstName.expandtabs(9) }}",
        "{{ event.properties.total.real }}",
        "{{ event.properties.total.to_bytes(9, 'big') }}",
    ],
)
def test_what_is_not_on_the_lists_cannot_be_reached(source: str) -> None:
    ending = ending_of(source)

    assert isinstance(ending, ContentProblem), ending
    assert ending.reason is SkipReason.CONTENT_ERROR
    assert ending.detail in {"text: SecurityError", "text: TypeError"} or "is not a value" in ending.detail


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ [''] | selectattr('__class__') | list }}", "[]"),
        ("{{ ['b', 'a'] | sort(attribute='__class__.__name__') }}", "['b', 'a']"),
    ],
)
def test_what_cannot_be_reached_does_not_count_as_there(source: str, text: str) -> None:
    assert ending_of(source) == text


@pytest.mark.parametrize(
    "source",
    [
        "{% extends 'x' %}",
        "{% block a %}{% endblock %}",
        "{% import 'x' as y %}",
        "{% from 'x' import y %}",
        "{% autoescape false %}{% endautoescape %}",
        "{{ 1 | pprint }}",
        "{{ 1 | no_such }}",
        "{{ 1 is callable }}",
        "{{ 1 is no_such }}",
        "{% do 1 %}",
        "{% debug %}",
        "{% trans %}{% endtrans %}",
        "{{ 1 | ~tick }}",
    ],
)
def test_what_the_language_does_not_have_is_a_fault_when_it_is_saved(source: str) -> None:
    faults = RENDERER.faults(EmailContent("s", text=source))

    assert [fault.path for fault in faults] == ["/text"]


@pytest.mark.parametrize("name", ["lipsum", "url_for", "request", "config", "os", "environment", "context", "open"])
def test_no_name_is_there_but_those_that_are_given(name: str) -> None:
    ending = ending_of("{{ " + name + " }}")

    assert ending == ContentProblem(SkipReason.CONTENT_MISSING_VALUE, name)


def test_nothing_that_a_template_does_is_seen_by_the_next() -> None:
    ending_of("{% set contact = {'firstName': 'Eve'} %}{% set ns = namespace(x=1) %}{{ contact.firstName }}")

    assert ending_of("{{ contact.firstName }}") == "Ana"
    assert ending_of("{{ ns }}") == ContentProblem(SkipReason.CONTENT_MISSING_VALUE, "ns")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("{{ event.properties.markup }}", "&lt;i&gt;&amp;&#34;&#39;&lt;/i&gt;"),
        ("{{ '<b>' ~ event.properties.markup }}", "&lt;b&gt;&lt;i&gt;&amp;&#34;&#39;&lt;/i&gt;"),
        (
            "{{ '<b>%s</b>' | format(event.properties.markup) }}",
            "&lt;b&gt;&lt;i&gt;&amp;&#34;&#39;&lt;/i&gt;&lt;/b&gt;",
        ),
        ("{{ '<b>%s</b>' | safe % event.properties.markup }}", "<b>&lt;i&gt;&amp;&#34;&#39;&lt;/i&gt;</b>"),
        ("{{ ('<b>%s</b>' | safe) | format(event.properties.markup) }}", "<b>&lt;i&gt;&amp;&#34;&#39;&lt;/i&gt;</b>"),
        ("{{ event.properties.tags | join('<br>' | safe) }}", "&lt;b&gt;"),
        ("{{ ['<a>', '<b>'] | join('<br>' | safe) }}", "&lt;a&gt;<br>&lt;b&gt;"),
        ("{{ ('<br>' | safe).join(['<a>', '<b>']) }}", "&lt;a&gt;<br>&lt;b&gt;"),
        ("{{ ('<br>' | safe) + '<a>' }}", "<br>&lt;a&gt;"),
        ("{{ ('<br>' | safe) ~ '<a>' }}", "<br>&lt;a&gt;"),
        ("{{ ('<br>x' | safe).replace('x', '<a>') }}", "<br>&lt;a&gt;"),
        ("{{ event.properties.tags }}", "[&#39;&lt;b&gt;&#39;]"),
        ("{{ event.properties.tags | tojson }}", '["\\u003cb\\u003e"]'),
        ("{{ {'title': event.properties.markup} | xmlattr }}", ' title="&lt;i&gt;&amp;&#34;&#39;&lt;/i&gt;"'),
        ("{{ event.properties.markup[1:3] }}", "i&gt;"),
        (
            "{% set x %}<b>{{ event.properties.markup }}</b>{% endset %}{{ x }}",
            "<b>&lt;i&gt;&amp;&#34;&#39;&lt;/i&gt;</b>",
        ),
        ("{% macro m(a) %}<b>{{ a }}</b>{% endmacro %}{{ m('<') }}", "<b>&lt;</b>"),
    ],
)
def test_data_in_html_is_escaped_whichever_way_it_takes(source: str, html: str) -> None:
    assert ending_of(source, "html") == html
