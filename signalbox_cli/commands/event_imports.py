"""Events out of files, sent to the collect endpoint as a partner's own server would send them."""

from pathlib import Path
from typing import Annotated

import typer

from signalbox_cli.desk import opened, secret_of
from signalbox_cli.imports.carrying import Size, carry, conclude
from signalbox_cli.imports.collecting import Collect
from signalbox_cli.imports.event_files import events_in, undated_in
from signalbox_cli.imports.journal import journal_of
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption, YesOption

_SECRET = "SIGNALBOX_SECRET"  # noqa: S105 - a variable's name
_PART = Size(rows=500, characters=120_000)
"""Within the endpoint's 500 KB however many bytes a character has, and within its 30 seconds."""


def add_to(events: typer.Typer) -> None:
    """Add the command."""
    events.command("import")(import_file)


def import_file(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON lines, or .csv with a header; docs/cli.md has both.")
    ],
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send the events in a file, with the partner's secret, which is asked for or read from SIGNALBOX_SECRET.

    Broken off, the same command goes on; sent twice, an event counts once. Live flows see them as any other event:
    those that happened longer ago than a trigger's oldest event send nothing.
    """
    desk = opened(ctx, profile, partner, as_json, patiently=True)
    url = desk.api.profile.url
    journal = journal_of(file, url, desk.partner_id, "events")
    undated = undated_in(file)
    if undated and not yes:
        told = f"Rows without a timestamp: {undated}. They count as of now, and flows may message about them."
        typer.confirm(f"{told} Send them?", abort=True, err=True)
    secret = secret_of(desk, _SECRET, "The partner's secret")
    collect = Collect(url, desk.surroundings.transport, desk.partner_id, secret)
    carry(desk.screen, journal, lambda: events_in(file), _PART, collect.send)
    conclude(desk.screen, journal)
