"""No template, whatever it holds, takes more than a second or 64 MB, and each that would says so."""

import json
import subprocess
import sys
from typing import Any

import pytest

from local.places import ROOT
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.content import ContentProblem
from signalbox.domain.contents import EmailContent
from signalbox.domain.errors import Reason
from tests.contract.hostile_templates import HOSTILE

MOST_CPU_SECONDS = 1
MOST_KB = 64 * 1024
NAMES: dict[str, Any] = {"event": {"items": [{"name": f"thing {number}", "price": number} for number in range(200)]}}
RENDERER = JinjaRenderer()


def test_a_hostile_template_ends_soon_and_small_and_says_why() -> None:
    command = [sys.executable, "-m", "tests.contract.hostile_templates", "html"]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)

    assert ran.stderr == ""
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(told) == len(HOSTILE)
    assert [each for each in told if each["problem"] is None] == []
    assert [each for each in told if each["s"] > MOST_CPU_SECONDS] == []
    assert told[-1]["kb"] - told[0]["kb"] < MOST_KB


def test_a_long_message_of_many_items_is_within_its_budget() -> None:
    row = "<tr><td>{{ item.name | title }}</td><td>{{ '%.2f' | format(item.price) }}</td><td>{{ loop.index }}</td></tr>"
    source = "{% for item in event['items'] if item.price >= 0 %}" + row + "{% endfor %}"
    source += "{{ event['items'] | map(attribute='name') | join(', ') }}"

    rendered = RENDERER.render(EmailContent("s", text=source, html=source), NAMES, "ana@example.org")

    assert not isinstance(rendered, ContentProblem), rendered


def test_a_rendering_that_was_ended_takes_nothing_from_the_next() -> None:
    endless = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"

    ended = RENDERER.render(EmailContent("s", text=endless), NAMES, "ana@example.org")
    following = RENDERER.render(EmailContent("s", text="fine"), NAMES, "ana@example.org")

    assert isinstance(ended, ContentProblem)
    assert ended.detail == "text: it takes too long or needs too much memory"
    assert not isinstance(following, ContentProblem)


def test_all_parts_of_a_message_share_one_budget() -> None:
    half = "{% for i in range(30000) %}{% set x = i + 1 %}{% endfor %}"

    alone = RENDERER.render(EmailContent("s", text=half), NAMES, "ana@example.org")
    twice = RENDERER.render(EmailContent("s", text=half, html=half), NAMES, "ana@example.org")

    assert not isinstance(alone, ContentProblem), alone
    assert isinstance(twice, ContentProblem)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "its parts are nested too deep"),
        ("{{ 1" + " + 1" * 500 + " }}", "its parts are nested too deep"),
        ("{% for a in b %}" * 30 + "{% endfor %}" * 30, "its parts are nested too deep"),
        ("{{ a }}" * 5000, "the template has too many parts"),
        ("{{ a b }}", "expected token 'end of print statement', got 'b'"),
        ("x" * 131_073, "a template may have 131072 bytes"),
    ],
)
def test_a_template_too_large_to_compile_is_a_fault_of_its_part(source: str, fault: str) -> None:
    faults = RENDERER.faults(EmailContent("s", text=source))

    assert faults == [Reason("/text", f"line 1: {fault}")]
