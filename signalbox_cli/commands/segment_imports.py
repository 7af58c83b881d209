"""Lists out of files: adding, taking off and replacing by CSV, of any length."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from signalbox_cli.desk import Desk, opened
from signalbox_cli.imports.addresses import PUT_ON, TAKEN_OFF, addresses_in, as_csv, told_of
from signalbox_cli.imports.carrying import Row, Size, Told, carry, conclude
from signalbox_cli.imports.journal import Journal, journal_of
from signalbox_cli.imports.replacing import Replacement
from signalbox_cli.names import segment_id_of
from signalbox_cli.options import FileArgument, JsonOption, PartnerOption, ProfileOption, SegmentArgument, YesOption

_PART = Size(rows=5_000, characters=900_000)
"""As much as the API takes at once, which is 5,000 rows in 1 MiB."""


class Mode(StrEnum):
    """What becomes of those in the file."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


def add_to(segments: typer.Typer) -> None:
    """Add the commands."""
    segments.command("import")(import_file)
    segments.command("give-up")(give_up)


def import_file(
    ctx: typer.Context,
    segment: SegmentArgument,
    file: FileArgument,
    mode: Annotated[
        Mode, typer.Option("--mode", help="Put them on the list, take them off, or take off all others.")
    ] = Mode.ADD,
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put those in a file on a list. Broken off, the same command goes on; sent twice, it is as sent once."""
    desk = opened(ctx, profile, partner, as_json, patiently=True)
    segment_id = segment_id_of(desk, segment)
    where = desk.here("segments", segment_id)
    journal = journal_of(file, desk.api.profile.url, desk.partner_id, segment_id, mode)
    if mode is Mode.REPLACE:
        _replace(desk, where, file, journal, yes=yes)
        return

    counted = TAKEN_OFF if mode is Mode.REMOVE else PUT_ON

    def send(rows: Sequence[Row]) -> Told:
        return told_of(rows, desk.api.upload(f"{where}/import", as_csv(rows), mode=mode), counted)

    carry(desk.screen, journal, lambda: addresses_in(file), _PART, send)
    conclude(desk.screen, journal)


def give_up(
    ctx: typer.Context,
    segment: SegmentArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """End a replacement that nobody finishes: those it put on the list stay, and so do those who were on it before."""
    desk = opened(ctx, profile, partner)
    desk.api.delete(desk.here("segments", segment_id_of(desk, segment), "replacement"))
    desk.screen.say("The list is as it is by now.")


def _replace(desk: Desk, where: str, file: Path, journal: Journal, *, yes: bool) -> None:
    replacement = Replacement(desk.api, where, journal)
    if replacement.is_over():
        desk.screen.say("An earlier run had all but told that it was done.")
        conclude(desk.screen, journal)
        return
    if not replacement.go_on():
        desk.screen.say("The list was changed since the earlier run, so all rows are sent again.", "yellow")
    standing: Any = desk.api.get(where)
    if not yes:
        told = f"'{standing['name']}' has {standing['members']} members. Take off who is not in {file.name}?"
        typer.confirm(told, abort=True, err=True)

    def send(rows: Sequence[Row]) -> Told:
        answer = desk.api.upload(f"{where}/import", as_csv(rows), mode=Mode.REPLACE, upload=replacement.upload)
        replacement.sent()
        return told_of(rows, answer)

    carry(desk.screen, journal, lambda: addresses_in(file), _PART, send)
    conclude(desk.screen, journal, removed=replacement.finish())
