"""Applying a plan: one thing after the other in the order of dependence, each remembered as soon as it is done.

It may end anywhere and be run again: what was done stands, is found unchanged, and the rest is done. A trigger goes
through a draft, which the next run finds as it was left and commits.
"""

from collections.abc import Callable, Sequence

from signalbox_cli.code.definitions import Definition, Kind, renamed
from signalbox_cli.code.memory import Memory
from signalbox_cli.code.plans import Action, Change
from signalbox_cli.code.standing import Server, Standing
from signalbox_cli.desk import Desk
from signalbox_cli.errors import Stop


class Applying:
    """Makes the server have what a directory defines."""

    def __init__(self, desk: Desk, server: Server, memory: Memory, *, note: str, over_others: bool) -> None:
        self._desk = desk
        self._memory = memory
        self._note = note
        self._over_others = over_others
        self._trigger_ids = {each.name: each.thing_id for each in server.things if each.kind is Kind.TRIGGER}

    def apply(self, changes: Sequence[Change], tell: Callable[[Change], None]) -> None:
        """Apply all changes: definitions first, then the steps of flows' lives, when all that they need is there."""
        etags = {id(each): self._define(each, tell) for each in changes}
        for each in changes:
            if each.step is not None:
                self._take(each, etags[id(each)])
                tell(each)

    def _define(self, change: Change, tell: Callable[[Change], None]) -> tuple[str, str | None]:
        """Give the id and the version of the thing as it is defined now."""
        standing, wanted = change.standing, change.definition
        if change.action is Action.UNCHANGED and standing is not None:
            thing_id, etag = standing.thing_id, standing.etag
        elif wanted.kind is Kind.TRIGGER:
            thing_id, etag = self._commit(wanted, standing), None
        else:
            thing_id, etag = self._save_flow(wanted, standing)
        self._memory.remember(wanted, standing.status if standing else "draft" if wanted.kind is Kind.FLOW else None)
        if change.action is not Action.UNCHANGED:
            tell(change)
        return thing_id, etag

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
        self._trigger_ids[wanted.name] = trigger_id
        return trigger_id

    def _save_flow(self, wanted: Definition, standing: Standing | None) -> tuple[str, str | None]:
        api, here = self._desk.api, self._desk.here
        members = renamed(wanted.members, lambda name: self._trigger_id(wanted, name))
        if standing is None:
            saved = api.post(here("flows"), members)
        else:
            saved = api.put(here("flows", standing.thing_id), members, etag=standing.etag)
        return saved["flowId"], f'"{saved["version"]}"'

    def _take(self, change: Change, thing: tuple[str, str | None]) -> None:
        wanted, (flow_id, etag) = change.definition, thing
        body = {"mode": wanted.pause_mode} if change.step == "pause" else None
        stepped = self._desk.api.post(self._desk.here("flows", flow_id, str(change.step)), body, etag=etag)
        self._memory.remember(wanted, stepped["status"])

    def _trigger_id(self, flow: Definition, name: str) -> str:
        if name not in self._trigger_ids:
            raise Stop(
                f"The flow '{flow.name}' acts on the trigger '{name}', which is neither in a file nor on the server."
            )
        return self._trigger_ids[name]
