"""Finding things by what people call them: an id, or a name that only one of them has."""

from collections.abc import Callable, Iterable
from typing import Any

from signalbox_cli.desk import Desk
from signalbox_cli.errors import Stop

ENDED = "ended"


def trigger_id_of(desk: Desk, wanted: str) -> str:
    """Find a trigger; raises Stop where there is none, or more than one of that name."""
    return _one(desk, "trigger", wanted)


def flow_id_of(desk: Desk, wanted: str) -> str:
    """Find a flow; of a name that an ended flow has too, the one that has not ended, and archived ones by their ids."""
    return _one(desk, "flow", wanted, lambda: desk.api.items(desk.here("flows"), archived="true"))


def segment_id_of(desk: Desk, wanted: str) -> str:
    """Find a segment; raises as `trigger_id_of`."""
    return _one(desk, "segment", wanted)


def destination_id_of(desk: Desk, wanted: str) -> str:
    """Find a destination; raises as `trigger_id_of`."""
    return _one(desk, "destination", wanted)


def _one(desk: Desk, noun: str, wanted: str, put_away: Callable[[], Iterable[Any]] = tuple) -> str:
    """Find it in the list; what is put away is read only where that has none, and is known by its id alone."""
    collection, member = f"{noun}s", f"{noun}Id"
    things: list[Any] = list(desk.api.items(desk.here(collection)))
    found = [each for each in things if each[member] == wanted] or [each for each in things if each["name"] == wanted]
    found = [each for each in found if each.get("status") != ENDED] or found
    found = found or [each for each in put_away() if each[member] == wanted]
    if not found:
        raise Stop(f"There is no {noun} '{wanted}'; see them with: signalbox {collection} list")
    if len(found) > 1:
        ids = ", ".join(str(each[member]) for each in found)
        raise Stop(f"More than one {noun} is called '{wanted}'; say which by its id: {ids}")
    return str(found[0][member])
