"""Where a flow names other things: by id on the server, and by name in its file and in the normal form.

A file says `trigger`, `segments` and `destination` where the API says `triggerId`, `segmentIds` and `destinationId`.
Content blocks are known by their names everywhere, in `include`.
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from signalbox_cli.code.kinds import Json, Kind
from signalbox_cli.errors import Refused

type Rename = Callable[[Kind, str], str]
"""From a thing's id to its name, or back."""

_UNPROCESSABLE = 422
_PATHS = (
    (re.compile(r"^(/)triggerId"), r"\1trigger"),
    (re.compile(r"^(/segmentFilter/)segmentIds"), r"\1segments"),
    (re.compile(r"^(/content/|/contents/[^/]*/)destinationId"), r"\1destination"),
)


def renamed(flow: Mapping[str, Any], rename: Rename) -> Json:
    """Put names in the place of the ids of a flow, or ids in the place of names."""
    members = copy.deepcopy(dict(flow))
    for kind, holder, place in _places(members):
        holder[place] = rename(kind, holder[place])
    return members


def references(flow: Json) -> Sequence[tuple[Kind, str]]:
    """Give all that a flow names, each once."""
    return list(dict.fromkeys((kind, holder[place]) for kind, holder, place in _places(flow)))


def in_words_of_files(flow: Json) -> Json:
    """Give a flow's members as its file calls them; some may have been left out."""
    document = copy.deepcopy(flow)
    for holder, word, member in _named(document):
        _call(holder, member, word)
    return document


def in_words_of_the_api(document: Mapping[str, Any]) -> Json:
    """Give the members of a flow's file as the normal form calls them, whatever else is in it.

    Raises Refused where it says what the API would: ids are of one server, and files are for all.
    """
    flow = copy.deepcopy(dict(document))
    wrong = [
        {"path": f"/{member}", "reason": f"unknown; a file says '{word}', and the name of what is meant"}
        for holder, word, member in _named(flow)
        if member in holder
    ]
    if wrong:
        raise Refused(_UNPROCESSABLE, "Files have names in place of ids:", wrong)
    for holder, word, member in _named(flow):
        _call(holder, word, member)
    return flow


def path_in_file(path: str) -> str:
    """Write a path into the API's members as one into the file's."""
    for pattern, words in _PATHS:
        path = pattern.sub(words, path)
    return path


def _places(flow: Json) -> Iterator[tuple[Kind, Any, Any]]:
    """Give what each place names, and the place itself: a mapping or list, and the key or index in it."""
    yield Kind.TRIGGER, flow, "triggerId"
    listed = flow["segmentFilter"]["segmentIds"]
    yield from ((Kind.SEGMENT, listed, index) for index in range(len(listed)))
    for content in (flow["content"], *flow["contents"].values()):
        if content["channel"] == "webhook":
            yield Kind.DESTINATION, content, "destinationId"


def _named(document: Json) -> Iterator[tuple[Json, str, str]]:
    """Give each mapping that may name something, with the file's word for the member and the API's."""
    yield document, "trigger", "triggerId"
    contents = document.get("contents")
    mappings = [(document.get("segmentFilter"), "segments", "segmentIds")] + [
        (each, "destination", "destinationId")
        for each in (document.get("content"), *(contents.values() if isinstance(contents, dict) else ()))
    ]
    yield from ((holder, word, member) for holder, word, member in mappings if isinstance(holder, dict))


def _call(holder: Json, old: str, new: str) -> None:
    """Call a member otherwise, where it stands."""
    members = {(new if name == old else name): value for name, value in holder.items()}
    holder.clear()
    holder.update(members)
