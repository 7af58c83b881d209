"""What a trigger would have found in past days, and what a flow would have sent about it. Nothing is ever sent."""

from typing import Annotated, Any

import typer

from signalbox_cli.desk import opened
from signalbox_cli.names import flow_id_of, trigger_id_of
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption, TriggerArgument
from signalbox_cli.rehearsals import show_rehearsal
from signalbox_cli.showing import Screen

_DAYS = {"day": "Day (UTC)", "rows": "Rows", "matches": "Matches", "contacts": "Contacts"}


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(backtest)


def backtest(
    ctx: typer.Context,
    trigger: TriggerArgument,
    days: Annotated[int, typer.Option("--days", min=1, max=30, help="How many days back from now.")] = 7,
    flow: Annotated[
        str | None, typer.Option("--flow", help="A flow, by name or id: tell also what it would have sent.")
    ] = None,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="Of the trigger; the committed one if left out.")
    ] = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a trigger would have matched in past days, and with --flow what would have been sent. Sends nothing."""
    desk = opened(ctx, profile, partner, as_json)
    body = {"days": days, "version": version, "flowId": None if flow is None else flow_id_of(desk, flow)}
    found = desk.api.post(desk.here("triggers", trigger_id_of(desk, trigger), "backtest"), body)
    if as_json:
        desk.screen.json(found)
        return
    desk.screen.table(found["byDay"], _DAYS, none="It would have found nothing.")
    show_rehearsal(desk.screen, found["rehearsal"])
    _say_how_far(desk.screen, found)
    desk.screen.say("Nothing was sent, and nothing is kept of this.")


def _say_how_far(screen: Screen, found: Any) -> None:
    screen.say(
        f"{found['matches']} matches about {found['contacts']} contacts: {found['rows']} rows in {found['events']} "
        f"events. At most {found['largestRun']} contacts in one run."
    )
    screen.say(
        f"Of the matches, {found['nameless']} name nobody and {found['tooOld']} are of events that were too old."
    )
    covered = found["covered"]
    screen.say(f"From {covered['start']} to {covered['end']}.")
    if found["stopped"] is not None:
        screen.say(f"It stopped there, before {found['asked']['end']}: {found['stopped']}", "yellow")
