"""Segments: lists of people and rules over contacts, and who is on a list."""

from itertools import islice
from typing import Annotated, Any

import typer

from signalbox_cli.commands import segment_imports
from signalbox_cli.desk import opened
from signalbox_cli.names import segment_id_of
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption, SegmentArgument, YesOption

_COLUMNS = {"name": "Name", "kind": "Kind", "condition": "Condition", "version": "Version", "segmentId": "Segment"}
_TITLES = {**_COLUMNS, "members": "Members", "replacedBy": "Being replaced by"}

segments = typer.Typer(no_args_is_help=True, help="Named sets of contacts: lists, and rules over contacts.")

AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    segment_imports.add_to(segments)
    app.add_typer(segments, name="segments")


@segments.command("list")
def list_segments(
    ctx: typer.Context, partner: PartnerOption = None, profile: ProfileOption = None, as_json: JsonOption = False
) -> None:
    """List the segments."""
    desk = opened(ctx, profile, partner, as_json)
    desk.screen.table(desk.api.items(desk.here("segments")), _COLUMNS, none="No segment yet.")


@segments.command()
def show(
    ctx: typer.Context,
    segment: SegmentArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a segment, of a list with how many are on it."""
    desk = opened(ctx, profile, partner, as_json)
    desk.screen.thing(desk.api.get(desk.here("segments", segment_id_of(desk, segment))), titles=_TITLES)


@segments.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    condition: Annotated[
        str | None,
        typer.Option("--rule", metavar="CONDITION", help="Make a rule, such as: contact.tier == 'gold'; else a list."),
    ] = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a list with nobody on it, or a rule."""
    desk = opened(ctx, profile, partner, as_json)
    kind: dict[str, Any] = {"kind": "list"} if condition is None else {"kind": "rule", "condition": condition}
    desk.screen.thing(desk.api.post(desk.here("segments"), {"name": name, **kind}), titles=_TITLES)


@segments.command()
def members(
    ctx: typer.Context,
    segment: SegmentArgument,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="How many at most; all if left out.")] = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who is on a list."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.items(desk.here("segments", segment_id_of(desk, segment), "members"))
    columns = {"identity": "Identity", "putOnAt": "Put on", "by": "By"}
    desk.screen.table(islice(found, limit), columns, none="Nobody is on it.")


@segments.command()
def add(
    ctx: typer.Context,
    segment: SegmentArgument,
    address: AddressArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """Put somebody on a list."""
    desk = opened(ctx, profile, partner)
    desk.api.put(desk.here("segments", segment_id_of(desk, segment), "members", address), None)
    desk.screen.say(f"{address} is on it.")


@segments.command()
def remove(
    ctx: typer.Context,
    segment: SegmentArgument,
    address: AddressArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """Take somebody off a list."""
    desk = opened(ctx, profile, partner)
    desk.api.delete(desk.here("segments", segment_id_of(desk, segment), "members", address))
    desk.screen.say(f"{address} is not on it.")


@segments.command()
def delete(
    ctx: typer.Context,
    segment: SegmentArgument,
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """Put a segment away that no flow lists."""
    desk = opened(ctx, profile, partner)
    where = desk.here("segments", segment_id_of(desk, segment))
    standing = desk.api.read(where)
    if not yes:
        typer.confirm(f"Put '{standing.body['name']}' away?", abort=True, err=True)
    desk.api.delete(where, etag=standing.etag)
    desk.screen.say(f"'{standing.body['name']}' is put away.")
