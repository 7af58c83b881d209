"""Why somebody did, or did not, get a message: the whole story in the order in which people ask for it."""

from typing import Annotated

import typer

from signalbox_cli.desk import opened
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption
from signalbox_cli.stories import tell


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(why)


def why(
    ctx: typer.Context,
    about: Annotated[
        str, typer.Argument(metavar="ADDRESS_OR_EVENT_ID", help="What has an @ in it is taken for an address.")
    ],
    hours: Annotated[int, typer.Option("--hours", min=1, max=720, help="How far back is looked.")] = 48,
    is_event: Annotated[bool, typer.Option("--event", help="It is an event's id, although it has an @ in it.")] = False,
    client: Annotated[
        str | None, typer.Option("--client", metavar="CLIENT_ID", help="Of an event that is still held.")
    ] = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell why somebody did, or did not, get a message: events, identity, every check of every flow, what was sent."""
    desk = opened(ctx, profile, partner, as_json)
    if is_event or "@" not in about:
        told = desk.api.get(desk.here("why"), eventId=about, clientId=client, hours=str(hours))
    else:
        told = desk.api.get(desk.here("why"), address=about, hours=str(hours))
    if as_json:
        desk.screen.json(told)
    else:
        tell(desk.screen, told)
