"""A definition as the files that hold it: a document, and beside it the long texts, each in a file of its own.

What says no more than leaving it out would is left out. The document of a flow names its trigger by name.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from signalbox_cli.code import documents
from signalbox_cli.code.definitions import Definition, Json, Kind, defined
from signalbox_cli.code.documents import FileText
from signalbox_cli.errors import Refused
from signalbox_cli.text_files import kept

_ALWAYS_FILED = {"sql", "html"}
_FILED = {"text", "data"}
_ENDING = {"sql": ".sql", "text": ".txt", "data": ".json"}


def files_of(definition: Definition, stem: str) -> dict[str, str]:
    """Give the files of a definition by their names, the document first."""
    document = copy.deepcopy(_sparse(definition))
    texts: dict[str, str] = {}
    for holder, member, label in _places(definition.kind, document):
        text = holder.get(member)
        if isinstance(text, str) and (member in _ALWAYS_FILED or "\n" in text):
            name = _free(f"{stem}{label}", _ending(member, text), texts)
            texts[name] = kept(text)
            holder[member] = FileText(name)
    if definition.kind is Kind.FLOW:
        document = _named_for_people(document)
    return {f"{stem}.yaml": documents.written(document), **texts}


def members_in(kind: Kind, document: Mapping[str, Any]) -> Json:
    """Give the members that a document defines, as the normal form calls them; what is unknown stays, to be refused."""
    members = dict(document)
    if kind is Kind.FLOW and "trigger" in members:
        members["triggerId"] = members.pop("trigger")
    return members


def stem_of(name: str) -> str:
    """Make the name of a file from the name of a thing."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "unnamed"


def _sparse(definition: Definition) -> Json:
    """Leave out each member, at any depth, whose absence means the same."""
    document = copy.deepcopy(definition.members)
    for holder in list(_mappings(document)):
        for member in list(holder):
            before = dict(holder)
            del holder[member]
            if not _means_the_same(document, definition):
                holder.clear()
                holder.update(before)
    return document


def _mappings(value: Any) -> Iterator[Json]:
    """Give every mapping in a value, the outer before the inner."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _mappings(each)


def _means_the_same(document: Json, definition: Definition) -> bool:
    try:
        return defined(definition.kind, document).members == definition.members
    except Refused:
        return False


def _named_for_people(members: Json) -> Json:
    return {("trigger" if name == "triggerId" else name): value for name, value in members.items()}


def _places(kind: Kind, document: Json) -> Iterator[tuple[Json, str, str]]:
    """Give where long texts are, with what tells their files from the others'."""
    if kind is Kind.TRIGGER:
        yield document, "sql", ""
        return
    by_label = [
        ("", document["content"]),
        *((f".{stem_of(name)}", each) for name, each in document.get("contents", {}).items()),
    ]
    for label, content in by_label:
        for member in (*sorted(_ALWAYS_FILED - {"sql"}), *sorted(_FILED)):
            yield content, member, label
    left = (document.get("wait") or {}).get("exitCondition")
    if left is not None:
        yield left, "sql", ".exit"


def _ending(member: str, text: str) -> str:
    if member == "html":
        return ".mjml" if text.lstrip().startswith("<mjml") else ".html"
    return _ENDING[member]


def _free(stem: str, ending: str, taken: Mapping[str, str]) -> str:
    name, count = f"{stem}{ending}", 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}{ending}"
    return name
