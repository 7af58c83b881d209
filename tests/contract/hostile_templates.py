"""Templates that ask for more than a message may cost, by what they abuse; each must end with a reason.

Run as a module it renders them all and tells, a line each, how it ended and what it took.
"""

import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.content import ContentProblem
from signalbox.domain.contents import EmailContent

NAMES: Mapping[str, Any] = {
    "event": {"huge": Decimal("1E+999999"), "price": Decimal("1.5"), "a": {"b": {"c": 1}}, "none": None},
    "contact": {},
}
TUPLES = "{% set ns = namespace(a=(1,)) %}{% for i in range(60) %}{% set ns.a = (ns.a, ns.a) %}{% endfor %}"
LISTS = "{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}"
LONG = "{% set x = 'x' * 60000 %}{% set y = 'x' * 60000 %}"
MANY = "{% for i in range(99999) %}"

WIDTHS = [
    *(f"{{{{ 'a'.{name}(10**9) }}}}" for name in ("center", "ljust", "rjust", "zfill")),
    "{{ 'a' * 10**9 }}",
    "{{ ['a'] * 10**9 }}",
    "{{ 'a' | center(10**9) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%.1000000000f' % 1 }}",
    "{{ '%*d' % (1000000000, 1) }}",
    "{{ '%1000000000s' | format(1) }}",
    "{{ '%1000000000d' is odd }}",
    "{{ '%1000000000d' is even }}",
    "{{ '%1000000000d' is divisibleby 1 }}",
    "{{ ('%(a)s' * 20000) % {'a': 'x' * 60000} }}",
    "{{ 'x' | round(9, 'ceil') }}",
    "{{ 1.5 | round(10**9, 'ceil') }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ '{x:{y}}'.format_map({'x': 1, 'y': 10**9}) }}",
    "{{ ('a,' * 30000).split(',') | join('x' * 60000) }}",
    "{{ ('x' * 60000).join(('a,' * 30000).split(',')) }}",
    "{{ ('a' * 30000).replace('a', 'x' * 60000) }}",
    "{{ ('a' * 30000) | replace('a', 'x' * 60000) }}",
    "{{ ('\\n' * 30000) | indent(10**9) }}",
    "{{ ('\\n' * 30000) | indent('x' * 60000) }}",
    "{{ [1] | batch(10**9, 'x') | list }}",
    "{{ [1] | slice(10**9) | list }}",
    "{{ [1] | tojson(indent=10**9) }}",
    "{{ ('a ' * 9000) | wordwrap(5, wrapstring='x' * 60000) }}",
    "{{ ('a' * 19000) | wordwrap(1) }}",
    "{{ ('www.a.com ' * 1900) | urlize(rel='x' * 60000) }}",
    "{{ now().strftime('%1000000000d') }}",
    "{{ range(10**9) | list }}",
]
NUMBERS = [
    "{{ 9 ** (9 ** 9) }}",
    "{{ 2 ** 4000 * 2 ** 4000 }}",
    "{% set ns = namespace(a=3) %}{% for i in range(60) %}{% set ns.a = ns.a * ns.a %}{% endfor %}{{ ns.a }}",
    "{{ event.huge }}",
    "{{ event.huge | int }}",
    "{{ event.huge | tojson }}",
    "{{ '%d' % event.huge }}",
    "{{ event.huge // 1 }}",
    "{{ ('9' * 60000) | int }}",
    "{{ ('f' * 60000) | int(0, 16) }}",
    "{{ ('9' * 60000) | float }}",
]
LOOPS = [
    MANY + "{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) if false %}{% endfor %}" * 60,
    "{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(1) }}",
    "{% macro m(n) %}{% if n %}{% set a = m(n - 1) %}{% set a = m(n - 1) %}{% endif %}{% endmacro %}{{ m(60) }}",
    "{% for i in range(100) recursive %}{{ loop(range(100)) }}{% endfor %}",
    *(
        MANY + step + "{% endfor %}"
        for step in (
            "{{ '' }}",
            "{{ i | tojson }}",
            "{% set x = event.a.b.c %}",
            "{% set x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] %}",
            "{% set x = event.price * event.price / event.price %}",
            "{% set x = [3, 1, 2] | sort | map('string') | join(',') %}",
            "{% set x = 'www.example.org' | urlize %}",
            "{% set x = 'aaa' | wordwrap(1) %}",
            "{% set x = (2 ** 4000) % (3 ** 2000) %}",
            "{% set x = dict(a=1) %}",
            "{% set x = i if i in [1, 2, 3] else 'a' ~ i %}",
        )
    ),
    "{% set ns = namespace(n=event.none) %}" + MANY + "{% set ns.n = ns.n." + "a" * 60 + " %}{% endfor %}",
]
READS = [
    LONG + MANY + "{% if 'xy' in x %}{% endif %}{% endfor %}",
    LONG + MANY + "{% if x == y %}{% endif %}{% endfor %}",
    LONG + MANY + "{% if x is eq(y) %}{% endif %}{% endfor %}",
    LONG + MANY + "{% set z = x[1:] %}{% endfor %}",
    LONG + MANY + "{% set z = x ~ y %}{% endfor %}",
    LONG + MANY + "{% set z = x + y %}{% endfor %}",
    LONG + MANY + "{% set z = x.find('y') %}{% endfor %}",
    LONG + MANY + "{% set z = x | upper %}{% endfor %}",
    MANY + "{% if 'a' in range(99999) %}{% endif %}{% endfor %}",
    "{{ ([[1]] * 30000) | sum(start=[]) }}",
    "{{ ('<!--x-->' * 2200) | striptags }}" * 60,
    "{{ ('abc' * 20000) | list | sort }}" * 9,
    "{{ range(90000) | groupby(0) }}",
    "{{ range(50000) | batch(1) | list }}" * 5,
]
GROWTH = [
    *(
        LONG + "{% set ns = namespace(a=[]) %}" + MANY + "{% set ns.a = [ns.a, " + made + "] %}{% endfor %}"
        for made in (
            "x[1:]",
            "x ~ y",
            "x + y",
            "x.lower()",
            "x | upper",
            "'%s!' % x",
            "x | list",
            "x * 2",
            "[x] * 9000",
        )
    ),
    TUPLES + "{{ {ns.a: 1} | length }}",
    TUPLES + "{{ event[ns.a] }}",
    TUPLES + "{{ ns.a in event }}",
    TUPLES + "{{ event.get(ns.a) }}",
    TUPLES + "{{ [ns.a] | unique | list }}",
    TUPLES + "{{ ns.a | tojson }}",
    TUPLES
    + "{% set ns.b = ns.a %}"
    + TUPLES.replace("namespace(a=(1,))", "namespace(a=(1,), b=ns.a)")
    + "{{ ns.a == ns.b }}",
    LISTS + "{{ ns.a }}",
    LISTS + "{{ ns.a ~ '' }}",
    LISTS + "{{ '%s' % (ns.a,) }}",
    LISTS + "{{ [ns] }}",
    LISTS + "{% for x in [1, 2] %}{{ loop.changed(ns.a) }}{% endfor %}",
    "{% set ns = namespace(a=[1]) %}" + MANY + "{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a }}",
    "{% set ns = namespace(a=[1]) %}" + MANY + "{% set ns.a = ns.a + ns.a %}{% endfor %}",
    "{% set ns = namespace(x='x') %}" + MANY + "{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x='x') %}"
    + MANY
    + "{% set y %}{{ ns.x }}{{ ns.x }}{% endset %}{% set ns.x = y %}{% endfor %}",
    "{% set y %}" + MANY + "\U0001f600" * 6000 + "{% endfor %}{% endset %}",
    "{% filter upper %}" + MANY + "\U0001f600" * 600 + "{% endfor %}{% endfilter %}",
    MANY + "x" * 60000 + "{% endfor %}",
]
SOURCES = [
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ 1" + " + 1" * 3000 + " }}",
    "{{ a" + "|e" * 3000 + " }}",
    "{{ " + "-" * 5000 + "1 }}",
    "{% if a %}" * 900 + "{% endif %}" * 900,
    "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
    "{{ a }}" * 30000,
    "{{ " + "a." * 50000 + "b }}",
    "{{ " + "9" * 5000 + " }}",
    "{% macro a() %}x{% endmacro %}" * 3000,
    "{% set a = 1 %}" * 12000,
    "x" * 300000,
    "{%" * 60000,
]
HOSTILE: Sequence[str] = [*WIDTHS, *NUMBERS, *LOOPS, *READS, *GROWTH, *SOURCES]


def _tell(part: str) -> None:
    renderer = JinjaRenderer()
    for source in HOSTILE:
        begun = time.thread_time()
        rendered = renderer.render(EmailContent(**{"subject": "s", part: source}), NAMES, "ana@example.org")
        took = time.thread_time() - begun
        problem = [rendered.reason, rendered.detail] if isinstance(rendered, ContentProblem) else None
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sys.stdout.write(json.dumps({"source": source[:200], "s": took, "kb": peak_kb, "problem": problem}) + "\n")


if __name__ == "__main__":
    _tell(sys.argv[1])
