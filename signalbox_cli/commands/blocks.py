"""Content blocks: pieces of templates that others include by their names."""

from pathlib import Path
from typing import Annotated

import typer

from signalbox_cli.desk import Desk, opened
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption, YesOption
from signalbox_cli.text_files import kept_in

_COLUMNS = {"name": "Name", "version": "Version"}

blocks = typer.Typer(no_args_is_help=True, help="Content blocks: pieces of templates that flows include.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(blocks, name="blocks")


@blocks.command("list")
def list_blocks(
    ctx: typer.Context, partner: PartnerOption = None, profile: ProfileOption = None, as_json: JsonOption = False
) -> None:
    """List the content blocks."""
    desk = opened(ctx, profile, partner, as_json)
    desk.screen.table(desk.api.items(desk.here("blocks")), _COLUMNS, none="No content block yet.")


@blocks.command()
def show(
    ctx: typer.Context,
    name: NameArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a block's template."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.get(desk.here("blocks", name))
    if as_json:
        desk.screen.json(found)
    else:
        desk.screen.line(found["template"])


@blocks.command("set")
def set_block(
    ctx: typer.Context,
    name: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Its template.")],
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a block, new or over what stands. Messages use it from the next one on."""
    desk = opened(ctx, profile, partner, as_json)
    saved = desk.api.put(desk.here("blocks", name), {"template": kept_in(file)}, etag=_version_of(desk, name))
    if as_json:
        desk.screen.json(saved)
    else:
        desk.screen.say(f"'{name}' is at version {saved['version']}.")


@blocks.command()
def delete(
    ctx: typer.Context,
    name: NameArgument,
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """Put a block away that nothing includes."""
    desk = opened(ctx, profile, partner)
    standing = desk.api.read(desk.here("blocks", name))
    if not yes:
        typer.confirm(f"Put '{name}' away?", abort=True, err=True)
    desk.api.delete(desk.here("blocks", name), etag=standing.etag)
    desk.screen.say(f"'{name}' is put away.")


def _version_of(desk: Desk, name: str) -> str | None:
    """Give what If-Match wants, None of a block that is yet to be made."""
    versions = (each["version"] for each in desk.api.items(desk.here("blocks")) if each["name"] == name)
    return next((f'"{version}"' for version in versions), None)
