"""A definition as the files that hold it: a document, and beside it the long texts, each in a file of its own.

What says no more than leaving it out would is left out. The document of a flow has names where the API has ids.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from signalbox_cli.code import documents
from signalbox_cli.code.definitions import Definition, defined
from signalbox_cli.code.documents import FileText
from signalbox_cli.code.kinds import Json, Kind
from signalbox_cli.code.references import in_words_of_files
from signalbox_cli.errors import Refused
from signalbox_cli.text_files import kept

_ALWAYS_FILED = {"sql", "html", "template"}
_OF_CONTENT = ("html", "data", "text")
_ENDING = {"sql": ".sql", "text": ".txt", "data": ".json"}
_ELEMENT = re.compile(r"<[a-zA-Z/!]")


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
        document = in_words_of_files(document)
    return {f"{stem}.yaml": documents.written(document), **texts}


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


def _places(kind: Kind, document: Json) -> Iterator[tuple[Json, str, str]]:
    """Give where long texts are, with what tells their files from the others'."""
    match kind:
        case Kind.BLOCK:
            yield document, "template", ""
        case Kind.TRIGGER:
            yield document, "sql", ""
        case Kind.FLOW:
            yield from _places_in_flow(document)


def _places_in_flow(document: Json) -> Iterator[tuple[Json, str, str]]:
    by_label = [
        ("", document["content"]),
        *((f".{stem_of(name)}", each) for name, each in document.get("contents", {}).items()),
    ]
    for label, content in by_label:
        for member in _OF_CONTENT:
            yield content, member, label
    left = (document.get("wait") or {}).get("exitCondition")
    if left is not None:
        yield left, "sql", ".exit"


def _ending(member: str, text: str) -> str:
    if member == "html":
        return ".mjml" if text.lstrip().startswith("<mjml") else ".html"
    if member == "template":
        return ".html" if _ELEMENT.search(text) else ".txt"
    return _ENDING[member]


def _free(stem: str, ending: str, taken: Mapping[str, str]) -> str:
    name, count = f"{stem}{ending}", 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}{ending}"
    return name
