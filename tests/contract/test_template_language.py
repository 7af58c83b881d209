"""What Jinja's language does in the sandbox is what authors know of it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.contents import EmailContent
from signalbox.domain.messages import EmailMessage

NAMES: dict[str, Any] = {
    "event": {"properties": {"price": Decimal("19.90")}, "occurred_at": datetime(2026, 3, 1, 12, 30, tzinfo=UTC)}
}
RENDERER = JinjaRenderer()


def text_of(source: str) -> str | None:
    rendered = RENDERER.render(EmailContent(subject="s", text=source), NAMES, "ana@example.org")
    assert isinstance(rendered, EmailMessage), rendered
    return rendered.text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ 'a,b'.split(',')[1] }}", "b"),
        ("{{ 'ana'.title().center(7, '*') }}", "**Ana**"),
        ("{{ '7'.zfill(3) }}", "007"),
        ("{{ ', '.join(['a', 'b']) }}", "a, b"),
        ("{{ ', '.join(['a', 'b'] | map('upper')) }}", "A, B"),
        ("{{ 'abc'[1:] }}{{ 'abc'[::-1] }}{{ [1, 2, 3][:2] }}", "bccba[1, 2]"),
        ("{{ '%05.1f|%-4s|%%' % (2.25, 'a') }}", "002.2|a   |%"),
        ("{{ '%(n)s %(n)s' % {'n': 'x'} }}", "x x"),
        ("{{ 'a' ~ 1 ~ 2.5 }}", "a12.5"),
        ("{{ [1, 2, 3] | sum }} {{ ['b', 'a'] | sort | join }} {{ [1, 1] | unique | list }}", "6 ab [1]"),
        ("{{ event.properties.price | round(1) }} {{ event.properties.price | int }}", "19.9 19"),
        ("{% for row in [1, 2, 3] | batch(2) %}{{ row | join('+') }};{% endfor %}", "1+2;3;"),
        ("{{ 'a\nb' | indent(2) }}", "a\n  b"),
        ("{% set ns = namespace(n=0) %}{% for i in [1, 2] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}", "3"),
        ("{% for i in [[1, [2]]] recursive %}{{ i if i is number else loop(i) }}{% endfor %}", "12"),
        ("{% for i in [1, 2, 3] if i is odd %}{{ loop.index }}:{{ i }} {% endfor %}", "1:1 2:3 "),
        ("{% macro m(x, y=2) %}{{ x }}{{ y }}{% endmacro %}{{ m(1) }}{{ m(1, y=3) }}", "1213"),
        ("{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{% endcall %}", "[x]"),
        ("{% with a = 1 %}{{ a }}{% endwith %}{% filter upper %}x{% endfilter %}", "1X"),
        ("{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}", "aba"),
        ("{% set sep = joiner('-') %}{{ sep() }}a{{ sep() }}b", "a-b"),
        ("{{ dict(a=1).a }} {{ {'x': 1, 'y': 2} | dictsort | map('first') | join }}", "1 xy"),
        ("{{ event.occurred_at.strftime('%d.%m.') }} {{ event.occurred_at.year }}", "01.03. 2026"),
        (
            "{% for g in [{'k': 1}, {'k': 2}] | groupby('k') %}{{ g.grouper }}{{ g.list | length }} {% endfor %}",
            "11 21 ",
        ),
        ("{{ 'a' in 'abc' }} {{ 'x' in {'x': 1} }} {{ 2 in [1, 2] }} {{ 1 < 2 <= 2 }}", "True True True True"),
    ],
)
def test_the_language_is_jinjas_within_its_bounds(source: str, text: str) -> None:
    assert text_of(source) == text
