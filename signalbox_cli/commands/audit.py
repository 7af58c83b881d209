"""What people changed, from the audit log."""

from itertools import islice
from typing import Annotated

import typer

from signalbox_cli.desk import opened
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption

_CHANGES = {
    "at": "At", "by": "By", "action": "Action", "thing": "Thing", "thingId": "Which", "before": "From version",
    "after": "To version", "outcome": "Outcome",
}  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(audit)


def audit(
    ctx: typer.Context,
    of_stack: Annotated[bool, typer.Option("--stack", help="Of what is no partner's.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 50,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what people changed, the newest first."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.items("/audit" if of_stack else f"{desk.here()}/audit")
    desk.screen.table(islice(found, limit), _CHANGES, none="Nobody changed anything.")
