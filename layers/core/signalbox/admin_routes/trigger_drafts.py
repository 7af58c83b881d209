"""Routes about the drafts of event triggers: writing, validating and committing them, and what a recipe writes."""

from signalbox.admin_routes.routing import PARTNER, Call, Change, Reply, Route
from signalbox.admin_routes.triggers import TRIGGER, TRIGGERS
from signalbox.domain.access import Role
from signalbox.domain.drafts import RECIPE_DIALECT, TriggerDraft
from signalbox.domain.errors import Conflict, Missing
from signalbox.domain.recipes.writing import write
from signalbox.ports import Definitions
from signalbox.services.trigger_authoring import TriggerAuthoring
from signalbox.services.trigger_validation import TriggerValidation
from signalbox.wire.admin import recipes, triggers
from signalbox.wire.admin.base import seconds_of
from signalbox.wire.admin.trigger_findings import shape_of_validation

DRAFT = f"{TRIGGER}/draft"


class TriggerDraftRoutes:
    """What authors do before anything runs."""

    def __init__(self, *, definitions: Definitions, authoring: TriggerAuthoring, validation: TriggerValidation) -> None:
        self._definitions = definitions
        self._authoring = authoring
        self._validation = validation

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (*self._of_drafts(), *self._of_what_comes_of_them())

    def _of_drafts(self) -> tuple[Route, ...]:
        return (
            Route(
                "POST", TRIGGERS, "createTrigger", "Begin a new trigger: its first draft", Role.EDITOR, self._create,
                takes=triggers.NewTrigger, gives=triggers.DraftShape, status=201, changes="trigger draft",
            ),
            Route(
                "GET", DRAFT, "getTriggerDraft", "The draft, or a new one of what is committed", Role.VIEWER,
                self._get, gives=triggers.DraftShape,
            ),
            Route(
                "PUT", DRAFT, "saveTriggerDraft", "Save the draft", Role.EDITOR, self._save,
                takes=triggers.DraftToSave, gives=triggers.DraftShape, changes="trigger draft", thing="triggerId",
                is_conditional=True,
            ),
            Route(
                "DELETE", DRAFT, "discardTriggerDraft", "Throw the draft away", Role.EDITOR, self._discard,
                status=204, changes="trigger draft", thing="triggerId", is_conditional=True,
            ),
        )  # fmt: skip

    def _of_what_comes_of_them(self) -> tuple[Route, ...]:
        return (
            Route(
                "POST", f"{DRAFT}/validate", "validateTriggerDraft",
                "Run the draft, or what is sent in its place, over recent events; nothing is kept or sent",
                Role.VIEWER, self._validate, takes=triggers.DraftText, gives=triggers.ValidationShape,
            ),
            Route(
                "POST", f"{DRAFT}/commit", "commitTriggerDraft",
                "Make the draft the version that every live flow uses from its next run on", Role.EDITOR,
                self._commit, takes=triggers.Commit, gives=triggers.TriggerShape, changes="trigger",
                thing="triggerId",
            ),
            Route(
                "POST", f"{PARTNER}/recipes/write", "writeRecipe", "The trigger that a form writes", Role.VIEWER,
                self._write, takes=recipes.RecipeToWrite, gives=recipes.WrittenRecipe,
            ),
        )  # fmt: skip

    def _create(self, call: Call) -> Reply:
        wanted: triggers.NewTrigger = call.body
        begun = self._authoring.begin(call.partner_id, wanted.name)
        draft = self._authoring.save(triggers.overlaid(begun, wanted))
        made = Change(after=draft.revision, thing_id=draft.trigger_id)
        location = f"/partners/{call.partner_id}/triggers/{draft.trigger_id}/draft"
        return Reply(triggers.shape_of_draft(draft), draft.revision, location, made)

    def _get(self, call: Call) -> Reply:
        draft = self._standing(call)
        return Reply(triggers.shape_of_draft(draft), draft.revision)

    def _save(self, call: Call) -> Reply:
        wanted: triggers.DraftToSave = call.body
        standing = self._read(call, wanted.draft_id)
        saved = self._authoring.save(triggers.overlaid(standing, wanted))
        change = Change(standing.revision or None, saved.revision)
        return Reply(triggers.shape_of_draft(saved), saved.revision, change=change)

    def _discard(self, call: Call) -> Reply:
        draft = self._definitions.draft(call.partner_id, call.params["triggerId"])
        if draft is None:
            raise Missing("no such draft")
        call.seen(draft.revision)
        self._authoring.discard(draft)
        return Reply(change=Change(before=draft.revision))

    def _validate(self, call: Call) -> Reply:
        draft = triggers.overlaid(self._standing(call), call.body)
        return Reply(shape_of_validation(self._validation.validate(draft)))

    def _commit(self, call: Call) -> Reply:
        wanted: triggers.Commit = call.body
        committed = self._authoring.commit(
            call.partner_id,
            self._standing(call).trigger_id,
            wanted.draft_id,
            wanted.revision,
            committed_by=call.who.name,
            note=wanted.note,
            over_others=wanted.over_others,
        )
        change = Change(committed.version - 1 or None, committed.version)
        return Reply(triggers.shape_of(committed), committed.version, change=change)

    @staticmethod
    def _write(call: Call) -> Reply:
        with recipes.refused_below_recipe():
            written = write(recipes.recipe_of(call.body.recipe))
        shown = recipes.WrittenRecipe(
            sql=written.sql,
            dialect=RECIPE_DIALECT,
            lookback_seconds=seconds_of(written.lookback),
            max_event_age_seconds=seconds_of(written.max_event_age),
        )
        return Reply(shown)

    def _read(self, call: Call, draft_id: str) -> TriggerDraft:
        """Give the draft that the caller has read; one that was never saved has no name that counts."""
        draft = self._standing(call)
        call.seen(draft.revision)
        if draft.revision and draft.draft_id != draft_id:
            raise Conflict("the draft was discarded and begun anew: read it again")
        return draft

    def _standing(self, call: Call) -> TriggerDraft:
        trigger_id = call.params["triggerId"]
        if self._definitions.draft(call.partner_id, trigger_id) is None and (
            self._definitions.trigger(call.partner_id, trigger_id) is None
        ):
            raise Missing("no such trigger")
        return self._authoring.edit(call.partner_id, trigger_id)
