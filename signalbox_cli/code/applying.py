"""Applying a plan: one thing after the other in the order of dependence, each remembered as soon as it is done.

It may end anywhere and be run again: what was done stands, is found unchanged, and the rest is done. A trigger goes
through a draft, which the next run finds as it was left and commits.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from signalbox_cli.code.definitions import Definition
from signalbox_cli.code.kinds import Kind
from signalbox_cli.code.memory import Memory
from signalbox_cli.code.plans import Action, Change
from signalbox_cli.code.references import renamed
from signalbox_cli.code.standing import Server, Standing, etag_of
from signalbox_cli.desk import Desk
from signalbox_cli.errors import Refused, Stop

_FORBIDDEN = 403
_UNPROCESSABLE = 422


class Applying:
    """Makes the server have what a directory defines."""

    def __init__(self, desk: Desk, server: Server, memory: Memory, *, note: str, over_others: bool) -> None:
        self._desk = desk
        self._memory = memory
        self._note = note
        self._over_others = over_others
        self._ids = {(each.kind, each.name): each.thing_id for each in server.things}
        self._etags: dict[str, str | None] = {}
        self._forbidden: list[str] = []

    def apply(self, changes: Sequence[Change]) -> None:
        """Apply all changes: definitions first, then the steps of flows' lives, when all that they need is there.

        What may not be done here, such as triggers and flows in staging, is left out with what needs it; raises Stop
        that tells of it when all else is done. Another refusal ends it at once.
        """
        self._define_blocks([each for each in changes if each.definition.kind is Kind.BLOCK])
        for each in changes:
            if each.definition.kind is not Kind.BLOCK:
                with self._telling(each):
                    self._define(each)
        for each in changes:
            if each.step is not None and each.definition.name in self._etags:
                with self._telling(each):
                    self._take(each)
        if self._forbidden:
            raise Stop("\n".join(["All is applied but for this:", *self._forbidden]))

    def _define_blocks(self, changes: Sequence[Change]) -> None:
        """Define blocks, which may include each other: what cannot be taken yet is tried again after the others."""
        while changes:
            refused: list[tuple[Change, Refused]] = []
            for each in changes:
                try:
                    with self._telling(each):
                        self._define(each)
                except Refused as refusal:
                    if refusal.status != _UNPROCESSABLE:
                        raise
                    refused.append((each, refusal))
            if len(refused) == len(changes):
                raise Stop("\n".join(str(refusal) for _, refusal in refused))
            changes = [each for each, _ in refused]

    @contextmanager
    def _telling(self, change: Change) -> Iterator[None]:
        """Name the file that the API refuses something of; go on where it is no fault of the file's."""
        try:
            yield
        except Refused as refused:
            told = f"{change.source.path}: {refused}"
            if refused.status != _FORBIDDEN:
                raise Refused(refused.status, told) from None
            self._forbidden.append(told)

    def _define(self, change: Change) -> None:
        standing, wanted = change.standing, change.definition
        if change.action is Action.UNCHANGED and standing is not None:
            thing_id, etag = standing.thing_id, standing.etag
        else:
            thing_id, etag = self._save(wanted, standing)
        self._ids[wanted.kind, wanted.name] = thing_id
        status = standing.status if standing else "draft" if wanted.kind is Kind.FLOW else None
        self._memory.remember(wanted, status)
        if wanted.kind is Kind.FLOW:
            self._etags[wanted.name] = etag
        if change.action is not Action.UNCHANGED:
            self._tell(change)

    def _save(self, wanted: Definition, standing: Standing | None) -> tuple[str, str | None]:
        """Give the id and the version of the thing as it is defined now."""
        match wanted.kind:
            case Kind.BLOCK:
                return self._save_block(wanted, standing)
            case Kind.TRIGGER:
                return self._commit(wanted, standing), None
            case Kind.FLOW:
                members = renamed(wanted.members, self._id_of)
            case _:
                members = wanted.members
        api, collection = self._desk.api, wanted.kind.value
        if standing is None:
            saved = api.post(self._desk.here(collection), members)
        else:
            saved = api.put(self._desk.here(collection, standing.thing_id), members, etag=standing.etag)
        if "secret" in saved:
            self._desk.screen.say(f"The secret of '{wanted.name}' is shown this once; keep it where secrets are kept:")
            self._desk.screen.line(saved["secret"])
        return saved[wanted.kind.id_member], etag_of(saved)

    def _save_block(self, wanted: Definition, standing: Standing | None) -> tuple[str, str | None]:
        body = {"template": wanted.members["template"]}
        where = self._desk.here("blocks", wanted.name)
        saved = self._desk.api.put(where, body, etag=standing.etag if standing else None)
        return wanted.name, etag_of(saved)

    def _commit(self, wanted: Definition, standing: Standing | None) -> str:
        api, here = self._desk.api, self._desk.here
        if standing is None:
            draft = api.post(here("triggers"), wanted.members)
        else:
            where = here("triggers", standing.thing_id, "draft")
            read = api.read(where)
            if read.body["revision"] == 0 and standing.etag != f'"{read.body["baseVersion"]}"':
                raise Stop(f"'{wanted.name}' was committed by somebody else just now; look at the plan again.")
            draft = read.body
            if standing.draft != Definition(wanted.kind, wanted.members):
                draft = api.put(where, {**wanted.members, "draftId": draft["draftId"]}, etag=read.etag)
        trigger_id: str = draft["triggerId"]
        body = {"draftId": draft["draftId"], "revision": draft["revision"], "note": self._note}
        api.post(here("triggers", trigger_id, "draft", "commit"), {**body, "overOthers": self._over_others})
        return trigger_id

    def _take(self, change: Change) -> None:
        wanted = change.definition
        body = {"mode": wanted.pause_mode} if change.step == "pause" else None
        where = self._desk.here("flows", self._ids[Kind.FLOW, wanted.name], str(change.step))
        stepped = self._desk.api.post(where, body, etag=self._etags[wanted.name])
        self._memory.remember(wanted, stepped["status"])
        self._tell(change)

    def _tell(self, change: Change) -> None:
        self._desk.screen.say(f"done: {change.definition.kind.noun} '{change.definition.name}'")

    def _id_of(self, kind: Kind, name: str) -> str:
        """Give the id of what a flow names: the plan found it, so where it is missing its making was forbidden."""
        if (kind, name) not in self._ids:
            raise Refused(_FORBIDDEN, f"The {kind.noun} '{name}' is missing, which it needs.")
        return self._ids[kind, name]
