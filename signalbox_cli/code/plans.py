"""What applying a directory would do: a change for each thing, or why it is left alone."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from signalbox_cli.code.definitions import Definition
from signalbox_cli.code.directory import Source
from signalbox_cli.code.kinds import Kind
from signalbox_cli.code.memory import Memory
from signalbox_cli.code.references import references
from signalbox_cli.code.standing import Server, Standing, alike
from signalbox_cli.code.texts import files_of
from signalbox_cli.names import ENDED

type Named = tuple[Kind, str]
"""What a file or a flow says of a thing: what it is and its name."""


class Action(StrEnum):
    """What becomes of a definition."""

    CREATE = "create"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    """Somebody else changed it; it is written over only when that is asked for."""
    REFUSED = "refused"
    """It cannot be done at all."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing: what to do about its definition, which step of a flow's life to take, and why not or what to know."""

    source: Source
    standing: Standing | None
    action: Action
    diff: Sequence[str] = ()
    step: str | None = None
    why: str = ""

    @property
    def definition(self) -> Definition:
        """Give what the file defines."""
        return self.source.definition

    @property
    def is_change(self) -> bool:
        """Tell whether applying would do something, or would have to."""
        return self.action is not Action.UNCHANGED or self.step is not None


def plan(sources: Sequence[Source], server: Server, memory: Memory, *, over_others: bool) -> list[Change]:
    """Compare each definition with what stands."""
    filed = frozenset((each.definition.kind, each.definition.name) for each in sources)
    return [_change(each, server, memory, filed, over_others=over_others) for each in sources]


def left_alone(sources: Sequence[Source], server: Server) -> list[Standing]:
    """Give what stands and no file defines."""
    known = {(each.definition.kind, each.definition.name) for each in sources}
    return [each for each in server.going_on() if (each.kind, each.name) not in known]


def _change(source: Source, server: Server, memory: Memory, filed: frozenset[Named], *, over_others: bool) -> Change:
    wanted = source.definition
    called = server.called(wanted.kind, wanted.name)
    standing = called[0] if called else None
    step, no_step = _step(wanted, standing)
    is_same = standing is not None and standing.definition == _alike(wanted)
    if why := no_step or _fault(source, called) or _fault_of_references(source, server, filed, is_same=is_same):
        return Change(source, standing, Action.REFUSED, why=why)
    if standing is None:
        return Change(source, None, Action.CREATE, _diff(None, wanted, source.path), step, _note(wanted))
    saved = Action.CREATE if standing.definition is None else Action.CHANGE
    action = Action.UNCHANGED if is_same else saved
    diff = () if is_same else _diff(standing.definition, wanted, source.path)
    why = "" if over_others else _conflict(wanted, standing, memory, action, step)
    return Change(source, standing, Action.CONFLICT if why else action, diff, step, why)


def _fault(source: Source, called: Sequence[Standing]) -> str:
    """Say why a definition cannot be had, whatever it names."""
    if len(called) > 1:
        return f"{alike(called)}; give one another name there, for {source.path} knows it by this one"
    before = called[0].definition if called else None
    kinds = [each.members.get("kind") for each in (before, source.definition) if each is not None]
    if len(set(kinds)) > 1:
        return f"it is a {kinds[0]} on the server and stays one; give the {kinds[1]} in {source.path} another name"
    return ""


def _fault_of_references(source: Source, server: Server, filed: frozenset[Named], *, is_same: bool) -> str:
    """Say what a flow names that is not there, or more than once; what stands already is not asked for the first."""
    wanted = source.definition
    for kind, name in references(wanted.members) if wanted.kind is Kind.FLOW else ():
        called = server.called(kind, name)
        told = f"{source.path} names the {kind.noun} '{name}'"
        if len(called) > 1:
            return f"{told}, and {alike(called)}; give one another name there"
        if not called and (kind, name) not in filed and not is_same:
            return f"{told}, which is neither in a file nor on the server; correct the name, or define it"
    return ""


def _note(wanted: Definition) -> str:
    """Say what is to be known of what is made."""
    if wanted.members.get("kind") == "list":
        return "nobody is on it until somebody is put there; files do not say who"
    return ""


def _alike(wanted: Definition) -> Definition:
    """Leave aside what is no part of what stands as a definition."""
    return Definition(wanted.kind, wanted.members)


def _conflict(wanted: Definition, standing: Standing, memory: Memory, action: Action, step: str | None) -> str:
    """Say what somebody else did that applying would undo, nothing where there is no such thing."""
    seen = memory.of(wanted.kind, wanted.name)
    if action is not Action.UNCHANGED:
        if standing.draft is not None and standing.draft != _alike(wanted):
            return "somebody is writing a draft of it"
        if standing.definition is not None and seen is None:
            return "it stands on the server, and this directory has never seen it"
        if standing.definition is not None and seen is not None and standing.definition.fingerprint != seen.fingerprint:
            return "somebody changed it since this directory last saw it"
    if step in {"pause", "resume"} and (seen is None or seen.status != standing.status):
        return f"it is {standing.status}, and not by this directory"
    return ""


def _step(wanted: Definition, standing: Standing | None) -> tuple[str | None, str]:
    """Give the step in a flow's life that its file asks for, or why there is none that leads there."""
    status = standing.status if standing else "draft"
    if wanted.kind is Kind.FLOW and status == ENDED:
        return None, "it has ended for good; give this one another name"
    if wanted.status is None or wanted.status == status:
        return None, ""
    match status, wanted.status:
        case "draft", "live":
            return "launch", ""
        case "paused", "live":
            return "resume", ""
        case "live", "paused":
            return "pause", ""
        case _:
            return None, f"a flow that is {status} cannot be {wanted.status}; leave 'status' out until it is live"


def _diff(before: Definition | None, after: Definition, path: Path) -> list[str]:
    """Compare two definitions file by file, as both would be written."""
    old = files_of(before, path.stem) if before else {}
    new = files_of(after, path.stem)
    lines: list[str] = []
    for name in [*new, *(each for each in old if each not in new)]:
        shown = f"{after.kind.value}/{name}"
        lines += difflib.unified_diff(
            old.get(name, "").splitlines(),
            new.get(name, "").splitlines(),
            f"server: {shown}",
            f"file:   {shown}",
            lineterm="",
        )
    return lines
