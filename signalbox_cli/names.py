"""Finding things by what people call them: an id, or a name that only one of them has."""

from typing import Any

from signalbox_cli.desk import Desk
from signalbox_cli.errors import Stop

ENDED = "ended"


def trigger_id_of(desk: Desk, wanted: str) -> str:
    """Find a trigger; raises Stop where there is none, or more than one of that name."""
    return _one(desk, "trigger", wanted)


def flow_id_of(desk: Desk, wanted: str) -> str:
    """Find a flow; of a name that an ended flow has too, the one that has not ended, and archived ones by their ids."""
    if wanted in {each["flowId"] for each in desk.api.items(desk.here("flows"), archived="true")}:
        return wanted
    return _one(desk, "flow", wanted)


def segment_id_of(desk: Desk, wanted: str) -> str:
    """Find a segment; raises as `trigger_id_of`."""
    return _one(desk, "segment", wanted)


def destination_id_of(desk: Desk, wanted: str) -> str:
    """Find a destination; raises as `trigger_id_of`."""
    return _one(desk, "destination", wanted)


def _one(desk: Desk, noun: str, wanted: str) -> str:
    collection, member = f"{noun}s", f"{noun}Id"
    things: list[Any] = list(desk.api.items(desk.here(collection)))
    found = [each for each in things if each[member] == wanted] or [each for each in things if each["name"] == wanted]
    found = [each for each in found if each.get("status") != ENDED] or found
    if not found:
        raise Stop(f"There is no {noun} '{wanted}'; see them with: signalbox {collection} list")
    if len(found) > 1:
        ids = ", ".join(str(each[member]) for each in found)
        raise Stop(f"More than one {noun} is called '{wanted}'; say which by its id: {ids}")
    return str(found[0][member])
