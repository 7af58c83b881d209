"""What stands on the server, read through the admin API, with names in the place of ids."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signalbox_cli.code.definitions import Definition, Kind, defined, members_of, renamed
from signalbox_cli.desk import Desk
from signalbox_cli.errors import Stop
from signalbox_cli.names import ENDED


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing as it stands.

    `definition` is None of a trigger of which nothing is committed yet; `draft` is what somebody saved of its next
    version. `etag` is the version that was read. `status` is a flow's.
    """

    kind: Kind
    thing_id: str
    name: str
    definition: Definition | None
    etag: str | None
    draft: Definition | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """All that stands of one partner."""

    things: Sequence[Standing]

    def find(self, kind: Kind, name: str) -> Standing | None:
        """Give the thing of a name, one that has not ended before one that has; raises Stop where two are called so."""
        found = [each for each in self.things if (each.kind, each.name) == (kind, name)]
        found = [each for each in found if each.status != ENDED] or found[-1:]
        if len(found) > 1:
            ids = " and ".join(each.thing_id for each in found)
            raise Stop(
                f"{ids} are both called '{name}' on the server; give one another name, for files know them by it."
            )
        return found[0] if found else None

    def going_on(self) -> Iterator[Standing]:
        """Give all that files can define: what is committed and has not ended."""
        yield from (each for each in self.things if each.definition is not None and each.status != ENDED)


def read(desk: Desk) -> Server:
    """Read all of them."""
    triggers = [_trigger(desk, each["triggerId"]) for each in desk.api.items(desk.here("triggers"))]
    names = {each.thing_id: each.name for each in triggers}
    flows = [_flow(desk, each["flowId"], names) for each in desk.api.items(desk.here("flows"))]
    return Server([*triggers, *flows])


def _trigger(desk: Desk, trigger_id: str) -> Standing:
    found = desk.api.read(desk.here("triggers", trigger_id))
    committed, draft = found.body["trigger"], found.body["draft"]
    return Standing(
        kind=Kind.TRIGGER,
        thing_id=trigger_id,
        name=(committed or draft)["name"],
        definition=None if committed is None else _defined(Kind.TRIGGER, committed),
        etag=found.etag,
        draft=None if draft is None else _defined(Kind.TRIGGER, draft),
    )


def _flow(desk: Desk, flow_id: str, names: Mapping[str, str]) -> Standing:
    found = desk.api.read(desk.here("flows", flow_id))
    members = renamed(found.body, lambda trigger_id: names.get(trigger_id, trigger_id))
    return Standing(
        kind=Kind.FLOW,
        thing_id=flow_id,
        name=found.body["name"],
        definition=_defined(Kind.FLOW, members),
        etag=found.etag,
        status=found.body["status"],
    )


def _defined(kind: Kind, shown: Mapping[str, Any]) -> Definition:
    wanted = members_of(kind)
    return defined(kind, {name: value for name, value in shown.items() if name in wanted})
