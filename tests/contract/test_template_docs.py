"""Every example in docs/content.md renders to what stands beside it, or ends as the page says."""

import json
import re
from decimal import Decimal

import pytest

from local.places import ROOT
from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.adapters.templating.filters import FILTERS
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.content import ConditionAnswer, ContentProblem
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import SkipReason
from signalbox.domain.messages import EmailMessage

PAGE = (ROOT / "docs" / "content.md").read_text()
NAMES = json.loads(re.findall(r"^```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[0], parse_float=Decimal)
BLOCKS = {"footer": "Bye, {{ contact.firstName }}"}
RENDERED = re.findall(r"^```jinja\n(.*?)^```\n```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
ENDED = re.findall(r"^```jinja (missing|skipped|refused): ([^\n]+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
CONDITIONS = re.findall(r"^\| `(.+)` \| (holds|does not hold(?:: `(.+)` is missing)?) \|$", PAGE, re.MULTILINE)
REASONS = {
    "missing": SkipReason.CONTENT_MISSING_VALUE,
    "skipped": SkipReason.SKIP_ACTION,
    "refused": SkipReason.CONTENT_ERROR,
}
RENDERER = JinjaRenderer()


@pytest.mark.parametrize(("source", "text"), RENDERED)
def test_example_renders_to_what_stands_beside_it(source: str, text: str) -> None:
    rendered = RENDERER.render(EmailContent("s", text=source), NAMES, "ana@example.org", BLOCKS)

    assert isinstance(rendered, EmailMessage), rendered
    assert rendered.text is not None
    assert rendered.text.rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(("ending", "words", "source"), ENDED)
def test_example_that_sends_nothing_ends_as_the_page_says(ending: str, words: str, source: str) -> None:
    problem = RENDERER.render(EmailContent("s", text=source), NAMES, "ana@example.org", BLOCKS)

    assert isinstance(problem, ContentProblem)
    assert problem.reason is REASONS[ending]
    assert words in problem.detail


@pytest.mark.parametrize(("expression", "verdict", "missing"), CONDITIONS)
def test_condition_holds_as_the_page_says(expression: str, verdict: str, missing: str) -> None:
    answer = JinjaConditions().holds(expression.replace("\\|", "|"), NAMES)

    assert isinstance(answer, ConditionAnswer)
    assert answer.holds is (verdict == "holds")
    assert not missing or answer.missing == missing


def test_page_has_no_example_that_is_not_tested_and_names_every_filter_of_ours() -> None:
    assert PAGE.count("```jinja") == len(RENDERED) + len(ENDED)
    assert len(CONDITIONS) == 5
    assert [name for name in FILTERS if name.startswith("format_") and f"`{name}(" not in PAGE] == []
