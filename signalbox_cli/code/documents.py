"""YAML as the files are written: JSON's values, text in files of its own by `!file`, and no surprises.

Unlike YAML 1.1, `on` and `no` are words, `22:00` is no number and `2026-03-01` no date; a member that is given twice is
refused. What is written here reads the same in every YAML 1.1 and 1.2 parser, but for the tag `!file`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from signalbox_cli.errors import Stop
from signalbox_cli.text_files import kept_in, text_of

_TAG = "!file"
_MAPPING = yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG


@dataclass(frozen=True, slots=True)
class FileText:
    """A text that is kept in a file beside the document."""

    name: str


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - PyYAML's own, filled below
    folder: Path


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


def read(path: Path) -> dict[str, Any]:
    """Read a document with the texts of its files; raises Stop with the place of what is wrong."""
    loader = _Loader(text_of(path))
    loader.folder = path.parent
    try:
        document = loader.get_single_data()
    except yaml.YAMLError as error:
        raise Stop(f"{path} is not YAML as it is expected here: {error}") from None
    if not isinstance(document, dict):
        raise Stop(f"{path} is empty or no mapping; it begins with lines such as 'name: …'.")
    return document


def written(document: Mapping[str, Any]) -> str:
    """Write a document."""
    return yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def _text_of_file(loader: _Loader, node: yaml.Node) -> str:
    name = str(node.value)
    path = loader.folder / name
    if Path(name).name != name:
        raise Stop(f"{loader.folder}: {_TAG} {name} must lie beside the document that names it.")
    return kept_in(path)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, "expected text as a member's name", key_node.start_mark)
        if key in made:
            raise yaml.constructor.ConstructorError(None, None, f"'{key}' is given twice", key_node.start_mark)
        made[key] = loader.construct_object(value_node, deep=True)
    return made


def _shown(dumper: _Dumper, text: str) -> yaml.Node:
    """Write text of more lines as a block, which a person can read and git can compare."""
    is_plain = all(each.isprintable() or each == "\n" for each in text)
    style = None if is_plain else '"'  # left to itself PyYAML writes U+0085 so that it reads as a space
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if is_plain and "\n" in text else style)


for _kind, _pattern, _first in (
    ("null", r"~|null||", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?[0-9]+\.[0-9]*([eE][-+][0-9]+)?", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), _first)
_Loader.add_constructor(_TAG, _text_of_file)
_Loader.add_constructor(_MAPPING, _mapping)
_Dumper.add_representer(str, _shown)
_Dumper.add_representer(FileText, lambda dumper, data: dumper.represent_scalar(_TAG, data.name))
