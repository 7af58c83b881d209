"""Suppressions: standing reasons not to message somebody."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

import typer

from signalbox_cli.desk import opened
from signalbox_cli.imports.addresses import addresses_in, as_csv, told_of
from signalbox_cli.imports.carrying import Row, Size, Told, carry, conclude
from signalbox_cli.imports.journal import journal_of
from signalbox_cli.options import FileArgument, JsonOption, PartnerOption, ProfileOption

_COLUMNS = {
    "identity": "Identity",
    "reason": "Reason",
    "scope": "Scope",
    "since": "Since",
    "by": "By",
    "detail": "Detail",
}

_PART = Size(rows=1_000, characters=900_000)
"""As much as the API takes at once, which is 1,000 rows in 1 MiB."""

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


@suppressions.command("import")
def import_file(
    ctx: typer.Context,
    file: FileArgument,
    scope: ScopeOption = "all",
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Message nobody of a CSV any more. Broken off, the same command goes on; sent twice, it is as sent once."""
    desk = opened(ctx, profile, partner, as_json, patiently=True)
    journal = journal_of(file, desk.api.profile.url, desk.partner_id, "suppressions", scope)
    where = desk.here("suppressions", "import")

    def send(rows: Sequence[Row]) -> Told:
        return told_of(rows, desk.api.upload(where, as_csv(rows), scope=scope))

    carry(desk.screen, journal, lambda: addresses_in(file), _PART, send)
    conclude(desk.screen, journal)


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
