"""Event triggers: looking at them, trying SQL on real events, committing, comparing and going back."""

import difflib
from pathlib import Path
from typing import Annotated, Any

import typer

from signalbox_cli.desk import Desk, opened
from signalbox_cli.errors import Stop
from signalbox_cli.names import trigger_id_of
from signalbox_cli.options import JsonOption, NoteOption, PartnerOption, ProfileOption, TriggerArgument, YesOption
from signalbox_cli.text_files import kept_in

_COLUMNS = {
    "name": "Name", "version": "Version", "state": "Health", "liveFlows": "Live flows", "hasDraft": "Draft",
    "triggerId": "Trigger",
}  # fmt: skip
_VERSIONS = {
    "version": "Version", "committedAt": "Committed", "committedBy": "By", "note": "Note",
    "restoredFrom": "Restored from",
}  # fmt: skip
_SETTINGS = {
    "name": "Name", "triggerId": "Trigger", "version": "Version", "committedAt": "Committed", "committedBy": "By",
    "note": "Note", "dialect": "Dialect", "lookbackSeconds": "Look-back (s)", "maxEventAgeSeconds": "Oldest event (s)",
}  # fmt: skip

triggers = typer.Typer(no_args_is_help=True, help="Event triggers: the SQL that finds events to act on.")

SqlOption = Annotated[Path | None, typer.Option("--sql", metavar="FILE", help="SQL in the place of the draft's.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(triggers, name="triggers")


@triggers.command("list")
def list_triggers(
    ctx: typer.Context, partner: PartnerOption = None, profile: ProfileOption = None, as_json: JsonOption = False
) -> None:
    """List the triggers with their health."""
    desk = opened(ctx, profile, partner, as_json)
    desk.screen.table(desk.api.items(desk.here("triggers")), _COLUMNS, none="No trigger yet.")


@triggers.command()
def show(
    ctx: typer.Context,
    trigger: TriggerArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is committed of a trigger, its SQL, and how its runs go."""
    desk = opened(ctx, profile, partner, as_json)
    overview = desk.api.get(desk.here("triggers", trigger_id_of(desk, trigger)))
    if as_json:
        desk.screen.json(overview)
        return
    shown = overview["trigger"] or overview["draft"]
    desk.screen.thing(shown, titles=_SETTINGS)
    desk.screen.line(shown["sql"])
    if overview["draft"] and overview["trigger"]:
        desk.screen.say(f"A draft of version {overview['draft']['baseVersion']} is being written.")
    health = {"flowId": "Flow", "state": "Health", "words": "In words", "lagSeconds": "Behind (s)"}
    desk.screen.table(overview["health"], health, none="No live flow uses it.")


@triggers.command()
def validate(
    ctx: typer.Context,
    trigger: TriggerArgument,
    sql: SqlOption = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the draft, or a file's SQL, over recent real events. Nothing is kept or sent."""
    desk = opened(ctx, profile, partner, as_json)
    body = {} if sql is None else {"sql": kept_in(sql)}
    found = desk.api.post(desk.here("triggers", trigger_id_of(desk, trigger), "draft", "validate"), body)
    if as_json:
        desk.screen.json(found)
        return
    desk.screen.table(found["rows"], {each: each for each in found["columns"]}, none="It finds nothing.")
    rules = found["rules"]
    window = f"{found['events']} events from {found['window']['start']} on"
    desk.screen.say(
        f"{found['rowCount']} rows in {window}, in {found['elapsedMs']} ms; {rules['sendable']} to be sent about."
    )
    desk.screen.say(
        f"Not sent about: {rules['rowsWithoutIdentity']} rows of nobody known, {rules['furtherRows']} further rows of "
        f"an event, {rules['tooOld']} too old, {rules['unknownEvents']} of events that are not there."
    )
    if found["isCut"]:
        desk.screen.say("There were more events than validating looks at; these are the latest.")


@triggers.command()
def commit(
    ctx: typer.Context,
    trigger: TriggerArgument,
    sql: SqlOption = None,
    note: NoteOption = "",
    over_others: Annotated[
        bool, typer.Option("--over-others", help="Also over a version that was committed since the draft was begun.")
    ] = False,
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the draft, or the draft with a file's SQL, the version that live flows use from their next run on."""
    desk = opened(ctx, profile, partner, as_json)
    where = desk.here("triggers", trigger_id_of(desk, trigger))
    draft = desk.api.read(f"{where}/draft")
    wanted = draft.body if sql is None else {**draft.body, "sql": kept_in(sql)}
    standing = desk.api.get(where)["trigger"]
    if standing is not None and wanted["sql"] == standing["sql"] and draft.body["revision"] == 0:
        raise Stop("Nothing to commit: there is no draft, and the SQL is what is committed.")
    _show_difference(desk, ("committed", standing["sql"] if standing else ""), ("draft", wanted["sql"]))
    if not yes:
        typer.confirm("Commit this?", abort=True, err=True)
    if wanted != draft.body:
        draft_text = {"sql": wanted["sql"], "draftId": draft.body["draftId"]}
        wanted = desk.api.put(f"{where}/draft", draft_text, etag=draft.etag)
    body = {"draftId": wanted["draftId"], "revision": wanted["revision"], "note": note, "overOthers": over_others}
    _show_version(desk, desk.api.post(f"{where}/draft/commit", body))


@triggers.command()
def versions(
    ctx: typer.Context,
    trigger: TriggerArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the versions of a trigger, the newest first."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.items(desk.here("triggers", trigger_id_of(desk, trigger), "versions"))
    desk.screen.table(found, _VERSIONS, none="Nothing is committed yet.")


@triggers.command()
def diff(
    ctx: typer.Context,
    trigger: TriggerArgument,
    first: Annotated[int, typer.Argument(metavar="FIRST", help="A version.")],
    second: Annotated[int, typer.Argument(metavar="SECOND", help="Another.")],
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed from one version of a trigger to another."""
    desk = opened(ctx, profile, partner, as_json)
    where = desk.here("triggers", trigger_id_of(desk, trigger), "compare")
    compared = desk.api.get(where, first=str(first), second=str(second))
    if as_json:
        desk.screen.json(compared)
        return
    desk.screen.diff(compared["sql"])
    for name, (before, after) in compared["settings"].items():
        desk.screen.diff([f"-{name}: {before}", f"+{name}: {after}"])


@triggers.command()
def restore(
    ctx: typer.Context,
    trigger: TriggerArgument,
    version: Annotated[int, typer.Argument(metavar="VERSION", help="Which one to commit again.")],
    note: NoteOption = "",
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Commit an earlier version again, as the newest."""
    desk = opened(ctx, profile, partner, as_json)
    where = desk.here("triggers", trigger_id_of(desk, trigger))
    standing = desk.api.get(where)["trigger"]
    if standing is None:
        raise Stop("Nothing is committed of it yet, so there is no version to go back to.")
    wanted = desk.api.get(f"{where}/versions/{version}")
    now = f"version {standing['version']}"
    _show_difference(desk, (now, standing["sql"]), (f"version {version}", wanted["sql"]))
    if not yes:
        typer.confirm(f"Put version {version} in the place of {now}?", abort=True, err=True)
    body = {"version": version, "over": standing["version"], "note": note}
    _show_version(desk, desk.api.post(f"{where}/restore", body))


def _show_difference(desk: Desk, before: tuple[str, str], after: tuple[str, str]) -> None:
    """Show what changes from one SQL to another, each with what it is called."""
    if not desk.screen.as_json:
        lines = before[1].splitlines(), after[1].splitlines()
        desk.screen.diff(list(difflib.unified_diff(*lines, before[0], after[0], lineterm="")))


def _show_version(desk: Desk, version: Any) -> None:
    if desk.screen.as_json:
        desk.screen.json(version)
    else:
        desk.screen.say(f"'{version['name']}' is at version {version['version']}.")
