"""Messages other than e-mail: named parts, each rendered after its kind."""

from decimal import Decimal
from typing import Any

import pytest

from signalbox.adapters.templating.renderer import MAX_BODY_BYTES, JinjaRenderer
from signalbox.domain.content import ContentProblem, Part, PartKind, Parts
from signalbox.domain.decisions import SkipReason

NAMES: dict[str, Any] = {"event": {"name": 'a "b" <c>', "price": Decimal("1234567890123456789.10"), "lines": "1\n2"}}
RENDERER = JinjaRenderer()


def json_part(source: str) -> Parts:
    return {"body": Part(PartKind.JSON, source)}


def test_a_push_has_a_line_and_a_text() -> None:
    parts = {"title": Part(PartKind.LINE, " {{ event.name }}\n"), "body": Part(PartKind.TEXT, "{{ event.lines }}")}

    assert RENDERER.render_parts(parts, NAMES) == {"title": 'a "b" <c>', "body": "1\n2"}


def test_a_title_of_two_lines_is_refused() -> None:
    problem = RENDERER.render_parts({"title": Part(PartKind.LINE, "{{ event.lines }}")}, NAMES)

    assert isinstance(problem, ContentProblem)
    assert problem.detail == "title: it holds a line break or another control character"


def test_only_html_is_escaped() -> None:
    parts = {kind.value: Part(kind, "{{ event.name | string }}") for kind in (PartKind.TEXT, PartKind.HTML)}

    assert RENDERER.render_parts(parts, NAMES) == {"text": 'a "b" <c>', "html": "a &#34;b&#34; &lt;c&gt;"}


def test_a_json_body_keeps_the_digits_of_its_numbers() -> None:
    source = '{"name": {{ event.name | tojson }}, "price": {{ event.price | tojson }}}'

    body = RENDERER.render_parts(json_part(source), NAMES)

    assert body == {"body": '{"name": "a \\"b\\" \\u003cc\\u003e", "price": 1234567890123456789.10}'}


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('{"name": "{{ event.name }}"}', "it is not JSON from line 1, column 14 on"),
        ('{\n"a": 1,}', "it is not JSON from line 2, column "),
        ("", "it is not JSON from line 1, column 1 on"),
        ("[NaN]", "NaN is not JSON"),
        ("[-Infinity]", "-Infinity is not JSON"),
        ("[" * 100_000, "RecursionError"),
        ("1" * 5000, "ValueError"),
        ('"' + "x" * MAX_BODY_BYTES + '"', f"it is over {MAX_BODY_BYTES} bytes long"),
    ],
)
def test_a_body_that_is_not_json_is_not_sent_and_says_where(source: str, fault: str) -> None:
    problem = RENDERER.render_parts(json_part(source), NAMES)

    assert isinstance(problem, ContentProblem)
    assert problem.reason is SkipReason.CONTENT_ERROR
    assert problem.detail.startswith(f"body: {fault}")


def test_a_missing_value_in_json_is_named() -> None:
    problem = RENDERER.render_parts(json_part("{{ event.missing | tojson }}"), NAMES)

    assert problem == ContentProblem(SkipReason.CONTENT_MISSING_VALUE, "event.missing")


def test_a_missing_value_deep_in_json_is_named() -> None:
    problem = RENDERER.render_parts(json_part("{{ {'a': [event.missing]} | tojson }}"), NAMES)

    assert problem == ContentProblem(SkipReason.CONTENT_MISSING_VALUE, "event.missing")


def test_faults_are_named_by_part() -> None:
    faults = RENDERER.faults_of_parts({"title": Part(PartKind.LINE, "{{"), "body": Part(PartKind.TEXT, "fine")})

    assert [each.path for each in faults] == ["/title"]
