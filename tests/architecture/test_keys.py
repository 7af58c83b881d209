"""Where keys are made: what holds the separator is written in one place, so that it can be read back in one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

from local.places import ROOT
from signalbox.adapters.dynamodb import keys

DYNAMODBS_OWN = {"client.py"}  # what DynamoDB names its errors with

ADAPTERS = ROOT / "layers/core/signalbox/adapters/dynamodb"


def _written(file: Path) -> Iterator[str]:
    """Give every string of a module but its docstrings."""
    tree = ast.parse(file.read_text())
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_nothing_but_the_keys_contains_the_separator() -> None:
    holding = {file.name for file in ADAPTERS.rglob("*.py") for text in _written(file) if keys.SEPARATOR in text}

    assert holding - DYNAMODBS_OWN == {"keys.py"}
