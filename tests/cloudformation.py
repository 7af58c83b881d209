"""Reads template.yaml for tests that hold code to it."""

import functools
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parent.parent / "template.yaml"
_CREATE_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions, each read as its long form."""


def _function(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    argument = _argument(loader, node)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": argument}


def _argument(loader: _Loader, node: yaml.Node) -> object:
    match node:
        case yaml.ScalarNode():
            return loader.construct_scalar(node)
        case yaml.SequenceNode():
            return loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            return loader.construct_mapping(node, deep=True)
        case _:
            raise TypeError(node)


_Loader.add_multi_constructor("!", _function)


@functools.cache
def template() -> dict[str, Any]:
    """Give the whole template, which nobody may change: reading it takes half a second, so it is read once."""
    read: dict[str, Any] = yaml.load(TEMPLATE.read_text(), Loader=_Loader)  # noqa: S506 - a SafeLoader
    return read


def tables() -> dict[str, dict[str, Any]]:
    """Give, by a table's logical name, what CreateTable needs of its properties."""
    return {
        name: {key: value for key, value in resource["Properties"].items() if key in _CREATE_TABLE}
        for name, resource in template()["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }
