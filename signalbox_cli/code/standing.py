"""What stands on the server, read through the admin API, with names in the place of ids."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signalbox_cli.code.definitions import Definition, defined, members_of
from signalbox_cli.code.kinds import Kind
from signalbox_cli.code.references import renamed
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

    def called(self, kind: Kind, name: str) -> Sequence[Standing]:
        """Give the things of a name, those that have not ended before one that has."""
        found = [each for each in self.things if (each.kind, each.name) == (kind, name)]
        return [each for each in found if each.status != ENDED] or found[-1:]

    def going_on(self) -> Iterator[Standing]:
        """Give all that files can define: what is committed and has not ended."""
        yield from (each for each in self.things if each.definition is not None and each.status != ENDED)

    def apart(self) -> Sequence[Standing]:
        """Give all that files can define; raises Stop where two of them have one name."""
        found = list(self.going_on())
        for each in found:
            if len(same := self.called(each.kind, each.name)) > 1:
                raise Stop(f"{alike(same)}; give one another name, for files know them by it.")
        return found


def alike(same: Sequence[Standing]) -> str:
    """Say that several things have one name."""
    ids = " and ".join(each.thing_id for each in same)
    return f"{ids} are both called '{same[0].name}' on the server"


def read(desk: Desk) -> Server:
    """Read all of them."""
    listed = [each for kind in (Kind.BLOCK, Kind.SEGMENT, Kind.DESTINATION) for each in _listed(desk, kind)]
    triggers = [_trigger(desk, each["triggerId"]) for each in desk.api.items(desk.here("triggers"))]
    names = {(each.kind, each.thing_id): each.name for each in (*listed, *triggers)}
    flows = [_flow(desk, each["flowId"], names) for each in desk.api.items(desk.here("flows"))]
    return Server([*listed, *triggers, *flows])


def etag_of(shown: Mapping[str, Any]) -> str:
    """Give the version of what the API shows, as If-Match wants it back."""
    return f'"{shown["version"]}"'


def _listed(desk: Desk, kind: Kind) -> Iterator[Standing]:
    """Read those whose list shows them whole."""
    for each in desk.api.items(desk.here(kind.value)):
        yield Standing(
            kind=kind,
            thing_id=each[kind.id_member],
            name=each["name"],
            definition=_defined(kind, each),
            etag=etag_of(each),
        )


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


def _flow(desk: Desk, flow_id: str, names: Mapping[tuple[Kind, str], str]) -> Standing:
    found = desk.api.read(desk.here("flows", flow_id))
    members = renamed(found.body, lambda kind, thing_id: names.get((kind, thing_id), thing_id))
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
