"""Event triggers as their authors write them: drafts, committed versions, and the way back to an earlier one.

begin, edit ──> draft ──save──> draft, one revision on ──commit──> version n + 1, in force from the next run on
                                                                       ^
version m ────────────────────────────────────────────────restore──────┘
"""

from collections.abc import Iterator
from dataclasses import replace

from signalbox.domain.comparisons import VersionComparison, compared
from signalbox.domain.drafts import TriggerDraft, draft_of
from signalbox.domain.errors import Conflict, Forbidden, Invalid, Reason
from signalbox.domain.flows import Trigger
from signalbox.domain.partners import Environment
from signalbox.ports import Clock, Definitions, Ids, QueryCompiler
from signalbox.services.trigger_checks import checked_sql

MAX_REMARK = 2_000
"""Characters of a note, and of what an author is called."""


class TriggerAuthoring:
    """The use cases of those who write event triggers."""

    def __init__(
        self,
        *,
        clock: Clock,
        ids: Ids,
        definitions: Definitions,
        compiler: QueryCompiler,
        environment: Environment,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._definitions = definitions
        self._compiler = compiler
        self._environment = environment

    def begin(self, partner_id: str, name: str, sql: str = "") -> TriggerDraft:
        """Give the first draft of a new trigger, to be changed and saved; nothing is stored yet."""
        return TriggerDraft(partner_id, self._ids.new_id("trigger"), self._ids.new_id("draft"), name, sql)

    def edit(self, partner_id: str, trigger_id: str) -> TriggerDraft:
        """Give the trigger's draft as it stands, or a new one with what is committed, which is not stored yet.

        Raises Invalid when there is no such trigger.
        """
        draft = self._definitions.draft(partner_id, trigger_id)
        return draft or draft_of(self._committed(partner_id, trigger_id), self._ids.new_id("draft"))

    def save(self, draft: TriggerDraft) -> TriggerDraft:
        """Store a draft, however unfinished, and give it as it stands then.

        Raises Conflict when somebody else saved, committed or discarded it since `draft` was read; Forbidden in
        staging; Invalid when it names a recipe that makes no sense.
        """
        self._allow_triggering()
        following = draft.following()
        self._definitions.save_draft(following)
        return following

    def discard(self, draft: TriggerDraft) -> None:
        """Throw the draft away; raises Conflict when somebody else saved it since it was read."""
        self._definitions.discard_draft(draft)

    def commit(
        self,
        partner_id: str,
        trigger_id: str,
        draft_id: str,
        revision: int,
        *,
        committed_by: str = "",
        note: str = "",
        over_others: bool = False,
    ) -> Trigger:
        """Make a saved draft the next version, which the next run of every live flow uses; the draft is gone then.

        Repeating it gives the same version. Raises Invalid with all that stands in the way, Forbidden in staging,
        and Conflict when the draft was saved again, or when another version was committed since it began: that one
        has been seen by whoever says `over_others`.
        """
        self._allow_triggering()
        head = self._definitions.trigger(partner_id, trigger_id)
        if head is not None and head.draft_id == draft_id:
            return head
        draft = self._draft(partner_id, trigger_id, draft_id, revision)
        version = head.version if head else 0
        if version != draft.base_version and not over_others:
            raise Conflict(f"version {version} was committed since this draft began: compare, then commit over it")
        trigger = replace(self._next(draft, version + 1, committed_by, note), draft_id=draft_id)
        self._definitions.commit_trigger(trigger, draft)
        return trigger

    def restore(
        self, partner_id: str, trigger_id: str, version: int, *, over: int, committed_by: str = "", note: str = ""
    ) -> Trigger:
        """Commit an earlier version's content again, over the version `over` that the caller has seen committed.

        Repeating it gives the same version. A draft stays as it is. Raises as `commit` does.
        """
        self._allow_triggering()
        head = self._committed(partner_id, trigger_id)
        if (head.version, head.restored_from) == (over + 1, version):
            return head
        if head.version != over:
            raise Conflict(f"version {head.version} was committed meanwhile: compare, then restore over it")
        earlier = self._version(partner_id, trigger_id, version, "/version")
        text = draft_of(earlier, self._ids.new_id("draft"))
        trigger = replace(self._next(text, over + 1, committed_by, note), restored_from=version)
        self._definitions.commit_trigger(trigger)
        return trigger

    def compare(self, partner_id: str, trigger_id: str, first: int, second: int) -> VersionComparison:
        """Tell what changed from one version to another; raises Invalid when either is not there."""
        return compared(
            self._version(partner_id, trigger_id, first, "/first"),
            self._version(partner_id, trigger_id, second, "/second"),
        )

    def _next(self, draft: TriggerDraft, version: int, committed_by: str, note: str) -> Trigger:
        return Trigger(
            partner_id=draft.partner_id,
            trigger_id=draft.trigger_id,
            version=version,
            name=draft.name,
            sql=draft.sql,
            dialect=draft.dialect,
            compiled_sql=checked_sql(self._compiler, draft, _remarked(committed_by, note)),
            committed_at=self._clock.now(),
            lookback=draft.lookback,
            max_event_age=draft.max_event_age,
            recipe=draft.recipe,
            committed_by=committed_by,
            note=note,
        )

    def _draft(self, partner_id: str, trigger_id: str, draft_id: str, revision: int) -> TriggerDraft:
        draft = self._definitions.draft(partner_id, trigger_id)
        if draft is None:
            raise Invalid([Reason("/draft_id", "no such draft: it was committed or discarded")])
        if (draft.draft_id, draft.revision) != (draft_id, revision):
            raise Conflict("the draft was changed by another: read it again")
        return draft

    def _committed(self, partner_id: str, trigger_id: str) -> Trigger:
        head = self._definitions.trigger(partner_id, trigger_id)
        if head is None:
            raise Invalid([Reason("/trigger_id", "no such trigger")])
        return head

    def _version(self, partner_id: str, trigger_id: str, version: int, path: str) -> Trigger:
        found = self._definitions.trigger_version(partner_id, trigger_id, version)
        if found is None:
            raise Invalid([Reason(path, "no such version")])
        return found

    def _allow_triggering(self) -> None:
        if not self._environment.may_trigger:
            raise Forbidden("event triggers and flows can be created in production only")


def _remarked(committed_by: str, note: str) -> Iterator[Reason]:
    for path, remark in (("/committed_by", committed_by), ("/note", note)):
        if len(remark) > MAX_REMARK:
            yield Reason(path, f"expected up to {MAX_REMARK} characters")
