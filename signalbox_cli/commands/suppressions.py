"""Suppressions: standing reasons not to message somebody."""

from itertools import islice
from typing import Annotated

import typer

from signalbox_cli.desk import opened
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption

_COLUMNS = {
    "identity": "Identity",
    "reason": "Reason",
    "scope": "Scope",
    "since": "Since",
    "by": "By",
    "detail": "Detail",
}

suppressions = typer.Typer(no_args_is_help=True, help="Who is not messaged, and why.")

Address = Annotated[str, typer.Argument(metavar="ADDRESS")]
ScopeOption = Annotated[str, typer.Option("--scope", help="all, or one channel: email, sms, push.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(suppressions, name="suppressions")


@suppressions.command("list")
def list_suppressions(
    ctx: typer.Context,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="How many at most; all if left out.")] = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List all that stands, in the order of addresses."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.items(desk.here("suppressions"))
    desk.screen.table(islice(found, limit), _COLUMNS, none="Nobody is suppressed.")


@suppressions.command()
def show(
    ctx: typer.Context,
    address: Address,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what stands against messaging somebody."""
    desk = opened(ctx, profile, partner, as_json)
    contact = desk.api.get(desk.here("contacts", address))
    desk.screen.table(contact["suppressions"], _COLUMNS, none="Nothing stands against messaging this address.")


@suppressions.command()
def add(
    ctx: typer.Context,
    address: Address,
    scope: ScopeOption = "all",
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Message somebody no more."""
    desk = opened(ctx, profile, partner, as_json)
    made = desk.api.post(desk.here("suppressions"), {"identity": address, "scope": scope})
    desk.screen.table([made], _COLUMNS, none="")


@suppressions.command()
def lift(
    ctx: typer.Context,
    address: Address,
    reason: Annotated[str, typer.Option("--reason", help="Which of the reasons, as show names it.")] = "manual",
    scope: ScopeOption = "all",
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """Let a reason not to message somebody stand no longer."""
    desk = opened(ctx, profile, partner)
    desk.api.delete(desk.here("suppressions", address), reason=reason, scope=scope)
    desk.screen.say("Lifted.")
