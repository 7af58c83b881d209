"""What a file defines and what stands on the server, in one normal form, so that they can be compared.

The product's own code reads and writes the forms, so what is left out means here what it means there. In place of the
ids of other things, which differ from one deployment to the next, the normal form has their names.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.errors import Invalid
from signalbox.domain.flows import Flow
from signalbox.wire.admin import flows, triggers
from signalbox.wire.admin.base import body_of
from signalbox_cli.errors import Refused

_UNPROCESSABLE = 422

type Json = dict[str, Any]
type Rename = Callable[[str], str]
"""From a thing's id to its name, or back."""


class Kind(StrEnum):
    """What can be defined by files, in the order of dependence; each is its folder's name too."""

    TRIGGER = "triggers"
    FLOW = "flows"

    @property
    def noun(self) -> str:
        """Name one of them."""
        return self.value.removesuffix("s")


@dataclass(frozen=True, slots=True)
class Definition:
    """One thing in its normal form; `status` and `pause_mode` only where a flow's file says them."""

    kind: Kind
    members: Json
    status: str | None = None
    pause_mode: str | None = None

    @property
    def name(self) -> str:
        """Give the name that it is known by, here and on every server."""
        return str(self.members["name"])

    @property
    def fingerprint(self) -> str:
        """Name what it says."""
        text = json.dumps(self.members, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def defined(kind: Kind, members: Mapping[str, Any]) -> Definition:
    """Give the normal form of what has names in place of ids; raises Refused for what is of another shape."""
    try:
        return Definition(kind, _NORMAL[kind](members))
    except Invalid as error:
        reasons = [{"path": each.path, "reason": each.reason} for each in error.reasons]
        raise Refused(_UNPROCESSABLE, "It is not of the shape that is asked for here:", reasons) from None


def renamed(members: Mapping[str, Any], trigger: Rename) -> Json:
    """Put names in the place of the ids of a flow, or ids in the place of names."""
    return {**members, "triggerId": trigger(members["triggerId"])}


def _trigger(members: Mapping[str, Any]) -> Json:
    text = body_of(triggers.NewTrigger, _bytes(members))
    begun = TriggerDraft(partner_id="", trigger_id="", draft_id="", name=text.name)
    shown = triggers.shape_of_draft(triggers.overlaid(begun, text).following())
    return _chosen(shown.model_dump(mode="json", by_alias=True), triggers.NewTrigger)


def _flow(members: Mapping[str, Any]) -> Json:
    changes = flows.changes_of(body_of(flows.FlowDefinition, _bytes(members)))
    shown = flows.shape_of(Flow(partner_id="", flow_id="", version=1, **changes))
    return _chosen(shown.model_dump(mode="json", by_alias=True), flows.FlowDefinition)


_NORMAL: Mapping[Kind, Callable[[Mapping[str, Any]], Json]] = {Kind.TRIGGER: _trigger, Kind.FLOW: _flow}


def members_of(kind: Kind) -> frozenset[str]:
    """Name the members that people define."""
    shape = triggers.NewTrigger if kind is Kind.TRIGGER else flows.FlowDefinition
    return frozenset(field.alias or name for name, field in shape.model_fields.items())


def _chosen(shown: Json, shape: type[triggers.NewTrigger | flows.FlowDefinition]) -> Json:
    return {field.alias: shown[field.alias] for field in shape.model_fields.values() if field.alias}


def _bytes(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=False).encode("utf-8", "surrogatepass")
