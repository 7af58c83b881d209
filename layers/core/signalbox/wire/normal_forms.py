"""One form for what has been published in several, so that a trigger finds it in one place.

Members move into the object they belong to: `page.url` and `device.type` inside `context`, and of a search `term`
and `searchItems` into `properties` (spec: collect-api, sections 3 and 4). What is there already stays and wins.
"""

from collections.abc import Mapping
from typing import Any

_CONTEXT_FORMS = (("page", "url", ("page.url", "url")), ("device", "type", ("device.type", "type")))
_FLAT = {spelling for *_, spellings in _CONTEXT_FORMS for spelling in spellings}
_SEARCH_MEMBERS = ("term", "searchItems")


def normalised(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the body in the one form; the very same object where it had it."""
    context = body["context"]
    if not _FLAT.isdisjoint(context):
        body = {**body, "context": _nested(context)}
    if body.get("event") == "search":
        body = _nested_search(body)
    return body


def _nested(context: Mapping[str, Any]) -> dict[str, Any]:
    nested = dict(context)
    for outer, inner, spellings in _CONTEXT_FORMS:
        given = [spelling for spelling in spellings if isinstance(nested.get(spelling), str)]
        around = nested.get(outer) or {}
        if given and around.get(inner) is None:
            nested[outer] = {**around, inner: nested.pop(given[0])}
    return nested


def _nested_search(body: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = body.get("properties") or {}
    moving = [name for name in _SEARCH_MEMBERS if body.get(name) is not None and properties.get(name) is None]
    if not moving:
        return body
    rest = {name: value for name, value in body.items() if name not in moving}
    return {**rest, "properties": {**properties, **{name: body[name] for name in moving}}}
