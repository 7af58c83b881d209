"""MJML and style sheets are worked in once, when content is saved, and every template tag comes through whole."""

import re

import pytest

from signalbox.adapters.templating.mjml import html_of_mjml, with_inlined_css
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.contents import EmailContent
from signalbox.domain.errors import Invalid
from signalbox.domain.messages import EmailMessage

LETTER = """
<mjml>
  <mj-head>
    <mj-title>For {{ contact.firstName }}</mj-title>
    <mj-preview>{{ event.total }} &amp; more</mj-preview>
    <mj-style>.total { color: {{ colour }} }</mj-style>
  </mj-head>
  <mj-body>
    {# shown to people with a cart #}
    {% if event.total > 0 and event.total < 1000 %}
    <mj-section>
      <mj-column>
        <mj-text css-class="total">Hello {{ contact.firstName | default("you") }}, {{ "<b>" }}</mj-text>
        <mj-button href="{{ event.url }}">{{ 'Go {{ on }}' }}</mj-button>
        <mj-table>
          {% for item in event.things %}<tr><td>{{ item }}</td></tr>{% endfor %}
        </mj-table>
        <mj-text>{% raw %}{{ as it is }}{% endraw %}</mj-text>
      </mj-column>
    </mj-section>
    {% endif %}
  </mj-body>
</mjml>
"""
BODY = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"
NAMES = {
    "contact": {"firstName": "Ana"},
    "event": {"total": 5, "url": 'https://example.org/?a=1&b="', "things": ["<shoe>", "hat"]},
    "colour": "red",
}


def test_a_letter_in_mjml_becomes_html_that_renders() -> None:
    html = html_of_mjml(LETTER)
    rendered = JinjaRenderer().render(EmailContent("s", html=html), NAMES, "ana@example.org")

    assert isinstance(rendered, EmailMessage), rendered
    assert rendered.html is not None
    assert "mj-" not in re.sub(r"mj-(column|outlook)[\w-]*", "", rendered.html)
    assert "<title>For Ana</title>" in rendered.html
    assert ".total { color: red }" in rendered.html
    assert "Hello Ana, &lt;b&gt;</div>" in rendered.html
    assert 'href="https://example.org/?a=1&amp;b=&#34;"' in rendered.html
    assert "Go {{ on }}" in rendered.html
    assert "<tr><td>&lt;shoe&gt;</td></tr><tr><td>hat</td></tr>" in rendered.html
    assert "{{ as it is }}" in rendered.html


def test_a_tag_that_writes_something_is_kept_as_it_was_written() -> None:
    html = html_of_mjml(LETTER)

    written = re.findall(
        r"\{%.*?%\}|\{\{.*?\}\}", LETTER.replace("{% raw %}<mj-text>{{ as it is }}</mj-text>{% endraw %}", "")
    )
    assert [tag for tag in written if tag not in html] == []


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("hello", "unable to parse next template"),
        ("<mjml><mj-body><mj-section>", "unexpected end of stream"),
        ('<mjml><mj-body><mj-include path="/etc/hostname" /></mj-body></mjml>', "unable to load included template"),
        ("<mjml><mj-body>{{ a</mj-body></mjml>", "line 1: "),
        ("{% set a = 1 %}<mjml><mj-body></mj-body></mjml>", "{% set a = 1 %} cannot stand where it does"),
        (
            BODY.replace("{}", '<mj-image width="{{ w }}px" src="a" />'),
            "{{ w }} cannot stand where it does: it would be lost",
        ),
        ("<mjml>" + "x" * 131_072, "a template may have 131072 bytes"),
    ],
)
def test_what_cannot_be_compiled_is_refused_in_words(source: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        html_of_mjml(source)

    assert refused.value.reasons[0].reason.startswith(reason)


PAGE = (
    "<html><head><title>{{ t }}</title><style>.a { color: red } @media (max-width: 9px) { .a { color: blue } }</style>"
    '<link rel="stylesheet" href="http://127.0.0.1:9/x.css"></head>'
    '<body>{% if x %}<table><tbody>{% for r in rows %}<tr class="a"><td style="width: {{ w }}px">{{ r }}</td></tr>'
    '{% endfor %}</tbody></table>{% endif %}<p class="a">{{ "<b>" }}, {{ b }}</p></body></html>'
)


def test_rules_move_to_where_they_apply_and_tags_stay_where_they_are() -> None:
    html = with_inlined_css(PAGE)

    assert re.findall(r"\{%.*?%\}|\{\{.*?\}\}", html) == re.findall(r"\{%.*?%\}|\{\{.*?\}\}", PAGE)
    assert '<p class="a" style="color: red;">{{ "<b>" }}, {{ b }}</p>' in html
    assert '<tbody>{% for r in rows %}<tr class="a" style="color: red;"><td style="width: {{ w }}px">' in html
    assert "@media (max-width: 9px)" in html


def test_a_linked_sheet_is_not_fetched_and_stays() -> None:
    assert 'href="http://127.0.0.1:9/x.css"' in with_inlined_css(PAGE)  # loading it would fail


@pytest.mark.parametrize("text", ["tag0x", "<!--tag0x-->", "tagq0x tag1x"])
def test_text_that_looks_like_a_marker_stays_text(text: str) -> None:
    assert f"<p>{text}{{{{ a }}}}</p>" in with_inlined_css(f"<html><body><p>{text}{{{{ a }}}}</p></body></html>")


def test_a_statement_that_a_browser_would_move_is_refused() -> None:
    html = "<body><p>x</p>{% if a %}</body><style>{% if b %}</style>{% endif %}<title>{% endif %}</title>"

    with pytest.raises(Invalid) as refused:
        with_inlined_css(html)

    assert "cannot stand where it does: it would be" in refused.value.reasons[0].reason
