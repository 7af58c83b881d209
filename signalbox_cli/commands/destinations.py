"""Destinations: where webhooks go, and the secrets that sign them."""

from typing import Annotated, Any

import typer

from signalbox_cli.desk import Desk, opened
from signalbox_cli.errors import Stop
from signalbox_cli.names import destination_id_of
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption, YesOption

_COLUMNS = {
    "name": "Name", "url": "Address", "enabled": "Enabled", "disabledReason": "Why not", "batchSize": "Batch",
    "secrets": "Secrets", "version": "Version", "destinationId": "Destination",
}  # fmt: skip
_WITH_SECRET = {**_COLUMNS, "secret": "Secret"}
_ONCE = "This secret is shown this once; keep it where secrets are kept."

destinations = typer.Typer(no_args_is_help=True, help="Where webhooks go.")

DestinationArgument = Annotated[str, typer.Argument(metavar="DESTINATION", help="Its name or id.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(destinations, name="destinations")


@destinations.command("list")
def list_destinations(
    ctx: typer.Context, partner: PartnerOption = None, profile: ProfileOption = None, as_json: JsonOption = False
) -> None:
    """List the destinations."""
    desk = opened(ctx, profile, partner, as_json)
    desk.screen.table(desk.api.items(desk.here("destinations")), _COLUMNS, none="No destination yet.")


@destinations.command()
def show(
    ctx: typer.Context,
    destination: DestinationArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a destination, and why it is disabled where it is."""
    desk = opened(ctx, profile, partner, as_json)
    desk.screen.thing(desk.api.get(_where(desk, destination)), titles=_COLUMNS)


@destinations.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    url: Annotated[str, typer.Argument(metavar="URL", help="An https address that all may reach.")],
    batch_size: Annotated[int, typer.Option("--batch", min=1, help="How many payloads a request may carry.")] = 1,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Register an endpoint, and show the secret that its requests are signed with."""
    desk = opened(ctx, profile, partner, as_json)
    made = desk.api.post(desk.here("destinations"), {"name": name, "url": url, "batchSize": batch_size})
    desk.screen.thing(made, titles=_WITH_SECRET)
    desk.screen.say(_ONCE)


@destinations.command()
def rotate(
    ctx: typer.Context,
    destination: DestinationArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a new secret, and show it; both sign until drop-old-secret."""
    desk = opened(ctx, profile, partner, as_json)
    desk.screen.thing(desk.api.post(f"{_where(desk, destination)}/rotate"), titles=_WITH_SECRET)
    desk.screen.say(_ONCE)


@destinations.command("drop-old-secret")
def drop_old_secret(
    ctx: typer.Context,
    destination: DestinationArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign with the newest secret alone."""
    _step(opened(ctx, profile, partner, as_json), destination, "drop-old-secret")


@destinations.command()
def enable(
    ctx: typer.Context,
    destination: DestinationArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send there again."""
    _step(opened(ctx, profile, partner, as_json), destination, "enable")


@destinations.command()
def disable(
    ctx: typer.Context,
    destination: DestinationArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send nothing there."""
    _step(opened(ctx, profile, partner, as_json), destination, "disable")


@destinations.command("test")
def send_test(
    ctx: typer.Context,
    destination: DestinationArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send one message there that says it is a test."""
    desk = opened(ctx, profile, partner, as_json)
    trial = desk.api.post(f"{_where(desk, destination)}/test")
    if as_json:
        desk.screen.json(trial)
    if not trial["wasTaken"]:
        raise Stop(f"It was not taken: {trial['fault']} {trial['told']}".rstrip())
    desk.screen.say("It was taken.")


@destinations.command()
def remove(
    ctx: typer.Context,
    destination: DestinationArgument,
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """Take a disabled destination out, with its secrets."""
    desk = opened(ctx, profile, partner)
    where = _where(desk, destination)
    standing = desk.api.read(where)
    if not yes:
        typer.confirm(f"Take '{standing.body['name']}' out for good?", abort=True, err=True)
    desk.api.delete(where, etag=standing.etag)
    desk.screen.say(f"'{standing.body['name']}' is gone.")


def _where(desk: Desk, destination: str) -> str:
    return desk.here("destinations", destination_id_of(desk, destination))


def _step(desk: Desk, destination: str, word: str) -> None:
    stepped: Any = desk.api.post(f"{_where(desk, destination)}/{word}")
    desk.screen.thing(stepped, titles=_COLUMNS)
