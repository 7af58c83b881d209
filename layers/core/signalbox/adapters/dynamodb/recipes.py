"""A recipe's form as JSON text: a value that JSON has no type for says its kind, so that it comes back as it was."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from signalbox.domain.recipes import forms
from signalbox.domain.recipes.forms import Recipe

_KIND = "kind"
_VALUE = "value"
_MS = timedelta(milliseconds=1)
_FORMS: Mapping[str, type[Any]] = {
    "absence": forms.AbsenceRecipe,
    "any_item": forms.AnyItem,
    "clock_events": forms.ClockEvents,
    "comparison": forms.Comparison,
    "condition": forms.Condition,
    "event": forms.EventRecipe,
    "events": forms.EventSelector,
    "group": forms.Group,
    "joint": forms.Joint,
    "path": forms.Path,
    "repetition": forms.RepetitionRecipe,
    "root": forms.Root,
}
"""The kinds by their stored names, which stay when a class is renamed."""
_KIND_BY_FORM = {form: kind for kind, form in _FORMS.items()}


def text_of_recipe(recipe: Recipe) -> str:
    """Write a recipe."""
    return json.dumps(_written(recipe), ensure_ascii=False, separators=(",", ":"))


def recipe_from(text: str) -> Recipe:
    """Read what `text_of_recipe` wrote."""
    recipe: Recipe = json.loads(text, object_hook=_read)
    return recipe


def _written(value: Any) -> Any:  # noqa: PLR0911 - one for each type
    match value:
        case StrEnum():
            return {_KIND: _KIND_BY_FORM[type(value)], _VALUE: value.value}
        case Decimal():
            return {_KIND: "decimal", _VALUE: str(value)}
        case datetime():
            return {_KIND: "instant", _VALUE: value.isoformat()}
        case timedelta():
            return {_KIND: "span", _VALUE: value // _MS}
        case tuple():
            return {_KIND: "tuple", _VALUE: [_written(each) for each in value]}
        case _ if is_dataclass(value):
            parts = {field.name: _written(getattr(value, field.name)) for field in fields(value)}
            return {_KIND: _KIND_BY_FORM[type(value)], **parts}
        case _:
            return value


def _read(stored: dict[str, Any]) -> Any:
    """Make one value again; its parts are made already, since JSON is read from within."""
    kind = stored.pop(_KIND)
    match kind:
        case "decimal":
            return Decimal(stored[_VALUE])
        case "instant":
            return datetime.fromisoformat(stored[_VALUE])
        case "span":
            return stored[_VALUE] * _MS
        case "tuple":
            return tuple(stored[_VALUE])
        case "comparison" | "joint" | "root":
            return _FORMS[kind](stored[_VALUE])
        case _:
            return _FORMS[kind](**stored)
