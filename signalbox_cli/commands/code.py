"""Triggers, flows and what they need as files in git: pull, plan, apply."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from signalbox_cli.code import directory, plans, standing
from signalbox_cli.code.applying import Applying
from signalbox_cli.code.memory import Memory
from signalbox_cli.code.plans import Action, Change
from signalbox_cli.desk import Desk, opened
from signalbox_cli.errors import Stop
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption, YesOption

CHANGES = 2
"""The exit code of a plan that would do something."""
_MARKS = {
    Action.CREATE: ("+", "green"), Action.CHANGE: ("~", "yellow"), Action.UNCHANGED: ("=", ""),
    Action.CONFLICT: ("!", "red"), Action.REFUSED: ("!", "red"),
}  # fmt: skip

DirArgument = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="The directory of blocks/, segments/, destinations/, triggers/ and flows/."),
]
OverOthersOption = Annotated[
    bool, typer.Option("--over-others", help="Also write over what somebody changed since this directory last saw it.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(pull)
    app.command()(plan)
    app.command()(apply)


def pull(
    ctx: typer.Context,
    folder: DirArgument,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Also write over files that say something else.")
    ] = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """Write what stands on the server into files: what is committed, and flows that have not ended."""
    desk = opened(ctx, profile, partner)
    server, memory = standing.read(desk), _memory(desk, folder)
    found = server.apart()
    mine = (
        {(each.definition.kind, each.definition.name): each for each in directory.read(folder)}
        if folder.is_dir()
        else {}
    )
    places = list(directory.stems(folder, [each.definition for each in found if each.definition]))
    stale = [
        (definition, path)
        for definition, path in places
        if (known := mine.get((definition.kind, definition.name))) is None
        or known.definition.members != definition.members
    ]
    lost = [str(path) for definition, path in stale if (definition.kind, definition.name) in mine]
    if lost and not overwrite:
        raise Stop(
            "These files say something else than the server; keep them with apply, or lose them with --overwrite:\n  "
            + "\n  ".join(lost)
        )
    for definition, path in stale:
        directory.write(definition, path)
        desk.screen.line(str(path))
    for each in found:
        if each.definition:
            memory.remember(each.definition, each.status)
    desk.screen.say(f"{len(stale)} written, {len(places) - len(stale)} were as on the server.")


def plan(
    ctx: typer.Context,
    folder: DirArgument,
    over_others: OverOthersOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what apply would do. Ends with 0 where that is nothing, and with 2 where there are changes."""
    desk = opened(ctx, profile, partner, as_json)
    sources, server = directory.read(folder), standing.read(desk)
    changes = plans.plan(sources, server, _memory(desk, folder), over_others=over_others)
    _show(desk, changes)
    if alone := plans.left_alone(sources, server):
        desk.screen.say(
            "Left alone, as no file defines them: " + ", ".join(f"{each.kind.noun} '{each.name}'" for each in alone)
        )
    if any(each.is_change for each in changes):
        raise typer.Exit(CHANGES)


def apply(
    ctx: typer.Context,
    folder: DirArgument,
    yes: YesOption = False,
    over_others: OverOthersOption = False,
    note: Annotated[
        str | None, typer.Option("--note", help="For those who read the versions later; else git's commit.")
    ] = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """Make the server have what the files define, after showing the plan and asking. May be run again at any time."""
    desk = opened(ctx, profile, partner)
    server, memory = standing.read(desk), _memory(desk, folder)
    changes = plans.plan(directory.read(folder), server, memory, over_others=over_others)
    _show(desk, changes)
    if any(each.action is Action.REFUSED for each in changes):
        raise Stop("Nothing was applied: some of it cannot be done.")
    if any(each.action is Action.CONFLICT for each in changes):
        raise Stop(
            "Nothing was applied: see what others changed; take it over with pull --overwrite, or use --over-others."
        )
    wanted = any(each.is_change for each in changes)
    if wanted and not yes:
        typer.confirm("Apply this?", abort=True, err=True)
    applying = Applying(
        desk, server, memory, note=_commit_of(folder) if note is None else note, over_others=over_others
    )
    applying.apply(changes)
    desk.screen.say("Applied." if wanted else "Nothing to apply.")


def _show(desk: Desk, changes: Sequence[Change]) -> None:
    if desk.screen.as_json:
        desk.screen.json([_row(each) for each in changes])
        return
    for each in changes:
        if each.is_change:
            mark, style = _MARKS[each.action]
            words = [
                f"{mark} {each.definition.kind.noun} '{each.definition.name}'",
                f"({each.action.value}",
                f"then {each.step})",
            ]
            head = f"{words[0]} {words[1]}, {words[2]}" if each.step else f"{words[0]} {words[1]})"
            desk.screen.line(f"{head}: {each.why}" if each.why else head, style)
            desk.screen.diff([f"{line}" for line in each.diff])
    counts = {action: sum(each.action is action for each in changes) for action in Action}
    steps = sum(each.step is not None for each in changes)
    told = ", ".join(f"{count} {action.value}" for action, count in counts.items() if count) or "no file"
    desk.screen.say(f"Plan: {told}" + (f", {steps} to launch, pause or resume." if steps else "."))


def _row(change: Change) -> dict[str, object]:
    return {
        "kind": change.definition.kind.noun,
        "name": change.definition.name,
        "action": change.action.value,
        "step": change.step,
        "why": change.why,
        "diff": list(change.diff),
    }


def _memory(desk: Desk, folder: Path) -> Memory:
    return Memory(folder, desk.api.profile.url, desk.partner_id)


def _commit_of(folder: Path) -> str:
    """Name the commit that the files are of, nothing outside of a repository."""
    try:
        head = _git(folder, "rev-parse", "--short", "HEAD")
        changed = _git(folder, "status", "--porcelain", "--", ".")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f"git {head}" + (" with changes" if changed else "")


def _git(folder: Path, *words: str) -> str:
    # git is where the person's PATH has it, and the words are this file's.
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
