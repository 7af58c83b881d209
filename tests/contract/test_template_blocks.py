"""Content blocks: what `include` puts in, from the partner's blocks alone."""

import pytest

from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.adapters.templating.sandbox import MAX_SOURCE_BYTES
from signalbox.adapters.templating.trees import MAX_BLOCK_DEPTH
from signalbox.domain.content import ContentProblem
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import SkipReason
from signalbox.domain.errors import Reason
from signalbox.domain.messages import EmailMessage

NAMES = {"contact": {"firstName": "Ana <3"}}
BLOCKS = {
    "greeting": "Hello {{ contact.firstName }}{% if mark %}{{ mark }}{% endif %}",
    "row": "[{{ item }}{% set item = 'changed' %}]",
    "nested": "({% include 'greeting' %})",
    "macros": "{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(1) }}",
    "itself": "{% include 'itself' %}",
    "broken": "\n{{ a b }}",
    "around_broken": "{% include 'broken' %}",
    **{f"deep{level}": f"{{% include 'deep{level + 1}' %}}" for level in range(MAX_BLOCK_DEPTH + 1)},
}
RENDERER = JinjaRenderer()


def text_of(source: str) -> str | None:
    rendered = RENDERER.render(EmailContent("s", text=source), NAMES, "ana@example.org", BLOCKS)
    assert isinstance(rendered, EmailMessage), rendered
    return rendered.text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% include 'greeting' %}.", "Hello Ana <3."),
        ("{% set mark = '!' %}{% include 'greeting' %}", "Hello Ana <3!"),
        ("{% include 'nested' %}", "(Hello Ana <3)"),
        ("{% for item in [1, 2] %}{% include 'row' %}{{ item }}{% endfor %}", "[1]1[2]2"),
        ("{% include 'macros' %}", "<1>"),
        ("{% include 'nobody' ignore missing %}x", "x"),
    ],
)
def test_a_block_is_rendered_in_its_place_and_sees_what_is_set_there(source: str, text: str) -> None:
    assert text_of(source) == text


def test_what_a_block_sets_stays_in_it() -> None:
    content = EmailContent("s", text="{% include 'macros' %}{{ m(2) }}")

    rendered = RENDERER.render(content, NAMES, "ana@example.org", BLOCKS)

    assert rendered == ContentProblem(SkipReason.CONTENT_MISSING_VALUE, "m")


def test_a_block_is_escaped_as_the_part_it_is_in() -> None:
    content = EmailContent("s", text="{% include 'greeting' %}", html="{% include 'greeting' %}")

    rendered = RENDERER.render(content, NAMES, "ana@example.org", BLOCKS)

    assert isinstance(rendered, EmailMessage)
    assert (rendered.text, rendered.html) == ("Hello Ana <3", "Hello Ana &lt;3")


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("{% include 'nobody' %}", "line 1: there is no content block 'nobody'"),
        ("\n{% include 'itself' %}", "line 2: in the content block 'itself', line 1: the content block 'itself' is "),
        (
            "{% include 'deep0' %}",
            "line 1: in the content block 'deep4', line 1: the content block 'deep5' is included",
        ),
        ("{% include 'broken' %}", "line 1: in the content block 'broken', line 2: expected token"),
        ("{% include 'around_broken' %}", "line 1: in the content block 'broken', line 2: expected token"),
        ("{% include contact.firstName %}", "line 1: expected the name of a content block in quotes"),
        ("{% include ['greeting', 'row'] %}", "line 1: expected the name of a content block in quotes"),
        ("{% include 'greeting' without context %}", "line 1: expected the name of a content block in quotes"),
    ],
)
def test_a_block_that_cannot_be_put_in_is_a_fault_when_it_is_saved(source: str, fault: str) -> None:
    faults = RENDERER.faults(EmailContent("s", text=source), BLOCKS)

    assert [each.path for each in faults] == ["/text"]
    assert faults[0].reason.startswith(fault)


def test_a_block_of_another_partner_is_never_used() -> None:
    content = EmailContent("s", text="{% include 'greeting' %}")

    text_of("{% include 'greeting' %}")
    other = RENDERER.render(content, NAMES, "ana@example.org", {"greeting": "Other"})
    none = RENDERER.faults(content)

    assert isinstance(other, EmailMessage)
    assert other.text == "Other"
    assert none == [Reason("/text", "line 1: there is no content block 'greeting'")]


def test_blocks_that_multiply_are_refused_before_they_fill_the_memory() -> None:
    blocks = {f"b{level}": f"{{% include 'b{level + 1}' %}}" * 100 for level in range(4)} | {"b4": "x"}

    faults = RENDERER.faults(EmailContent("s", text="{% include 'b0' %}"), blocks)

    assert "too many parts" in faults[0].reason


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("Hello", set()),
        ("{% include 'a' %}", {"a"}),
        (
            "{%- include \"a\" ignore missing -%}{% if x %}{% for y in z %}{%include'b'%}{% endfor %}{% endif %}",
            {"a", "b"},
        ),
        ("{% macro m() %}{% include 'a' %}{% endmacro %}{% include 'a' %}", {"a"}),
        ("{% include ('a') %}{% include 'b' 'c' %}", {"a", "bc"}),
        ("{% include name %}{% include 1 %}", set()),
        ("{# include 'a' #}{% raw %}{% include 'a' %}{% endraw %}{{ 'include' }}", set()),
        ("{% include 'a' %}{{", set()),
        ("{% include 'a' %}" + "x" * MAX_SOURCE_BYTES, set()),
    ],
)
def test_the_blocks_that_a_template_includes_are_named_before_it_is_rendered(source: str, names: set[str]) -> None:
    assert RENDERER.includes(source) == names
