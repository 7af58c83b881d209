"""What a file defines and what stands on the server, in one normal form, so that they can be compared.

The product's own code reads and writes the forms, so what is left out means here what it means there. In place of the
ids of other things, which differ from one deployment to the next, the normal form has their names.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.errors import Invalid
from signalbox.domain.flows import Flow
from signalbox.wire.admin import destinations, flows, segments, triggers
from signalbox.wire.admin.base import Wire, body_of
from signalbox_cli.code.kinds import Json, Kind
from signalbox_cli.code.references import path_in_file
from signalbox_cli.errors import Refused

_UNPROCESSABLE = 422


class _Block(Wire):
    """A block's name, which is in the API's path, and what it is to say, which is its body."""

    name: str
    template: str


_SHAPES: Mapping[Kind, type[Wire]] = {
    Kind.BLOCK: _Block,
    Kind.SEGMENT: segments.SegmentDefinition,
    Kind.DESTINATION: destinations.DestinationDefinition,
    Kind.TRIGGER: triggers.NewTrigger,
    Kind.FLOW: flows.FlowDefinition,
}
"""What people define of each."""


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
        return Definition(kind, _normal(kind, members))
    except Invalid as error:
        reasons = [{"path": path_in_file(each.path), "reason": each.reason} for each in error.reasons]
        raise Refused(_UNPROCESSABLE, "It is not of the shape that is asked for here:", reasons) from None


def members_of(kind: Kind) -> Sequence[str]:
    """Name the members that people define."""
    return [field.alias or name for name, field in _SHAPES[kind].model_fields.items()]


def _normal(kind: Kind, members: Mapping[str, Any]) -> Json:
    read = body_of(_SHAPES[kind], _bytes(members))
    shown = _shown(read).model_dump(mode="json", by_alias=True)
    return {member: shown[member] for member in members_of(kind)}


def _shown(read: Wire) -> Wire:
    """Give what the API would show of what it was sent."""
    match read:
        case triggers.NewTrigger():
            begun = TriggerDraft(partner_id="", trigger_id="", draft_id="", name=read.name)
            return triggers.shape_of_draft(triggers.overlaid(begun, read).following())
        case flows.FlowDefinition():
            return flows.shape_of(Flow(partner_id="", flow_id="", version=1, **flows.changes_of(read)))
        case _:
            return read


def _bytes(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=False).encode("utf-8", "surrogatepass")
