"""What docs/operations.md says is written is what the code writes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from signalbox.domain.decisions import Outcome
from signalbox.domain.submissions import Acceptance
from signalbox.services.feedback import Taken

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
WRITERS = {"count", "measure"}

MADE_UP = {
    "f'Events{acceptance.capitalize()}'": {f"Events{each.capitalize()}" for each in Acceptance},
    "'Feedback' + feedback.take(told).capitalize()": {f"Feedback{each.capitalize()}" for each in Taken},
    "'Matches' + decision.outcome.title().replace('_', '')": {
        "Matches" + each.title().replace("_", "") for each in Outcome
    },
}
"""The metrics whose names are made from values, by the expressions that make them."""


def test_every_metric_is_described_and_every_description_is_of_a_metric() -> None:
    described = set(re.findall(r"^\| `(\w+)` \|", OPERATIONS, re.MULTILINE))

    assert described == set(_metrics())


def test_a_metric_is_described_with_the_functions_that_write_it() -> None:
    rows = re.findall(r"^\| `\w+` \| ([a-z, ]+) \|", OPERATIONS, re.MULTILINE)

    functions = {app.parent.name for app in (ROOT / "functions").glob("*/app.py") if "Telemetry" in app.read_text()}
    assert {name for row in rows for name in row.split(", ")} == functions


def _metrics() -> Iterator[str]:
    for folder in ("functions", "layers/core/signalbox"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for name in _names_in(ast.parse(path.read_text())):
                yield from MADE_UP.get(name, {ast.literal_eval(name)} if name[1:-1].isidentifier() else {name})


def _names_in(tree: ast.AST) -> Iterator[str]:
    """Give the first argument of each call of `count` or `measure` on telemetry, as source text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITERS:
            owner = ast.unparse(node.func.value)
            if owner.endswith("telemetry") or owner == "self":
                yield ast.unparse(node.args[0])
