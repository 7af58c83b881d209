"""The quarantine: invalid events with their reasons, and taking them in again."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from signalbox_cli.desk import Desk, opened
from signalbox_cli.errors import Stop
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption

quarantine = typer.Typer(no_args_is_help=True, help="Invalid events, kept for 14 days with the reasons.")

DayOption = Annotated[str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="The day (UTC); today if left out.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(quarantine, name="quarantine")


@quarantine.command("list")
def list_quarantined(
    ctx: typer.Context,
    day: DayOption = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List a day's events in quarantine, with the reasons."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.items(desk.here("quarantine"), day=_day_of(desk, day))
    rows = (
        each if as_json else {**each, "why": "; ".join(f"{one['path']}: {one['reason']}" for one in each["reasons"])}
        for each in found
    )
    columns = {"receivedAt": "Received", "eventId": "Event", "accepted": "Accepted", "why": "Why"}
    desk.screen.table(rows, columns, none="Nothing is in quarantine of that day.")


@quarantine.command()
def show(
    ctx: typer.Context,
    event_id: Annotated[str, typer.Argument(metavar="EVENT_ID")],
    day: DayOption = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
) -> None:
    """Show one event in quarantine whole, as JSON."""
    desk = opened(ctx, profile, partner)
    wanted = _day_of(desk, day)
    for each in desk.api.items(desk.here("quarantine"), day=wanted):
        if each["eventId"] == event_id:
            desk.screen.json(each)
            return
    raise Stop(f"No such event is in quarantine of {wanted}; name another day with --day.")


@quarantine.command()
def replay(
    ctx: typer.Context,
    event_ids: Annotated[list[str] | None, typer.Argument(metavar="[EVENT_ID]...", show_default=False)] = None,
    day: DayOption = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in again what is valid by now: all of a day, or the events named. Doing it twice is harmless."""
    desk = opened(ctx, profile, partner, as_json)
    body = {"day": _day_of(desk, day)} | ({"eventIds": event_ids} if event_ids else {})
    told = desk.api.post(desk.here("quarantine", "replay"), body)
    if as_json:
        desk.screen.json(told)
        return
    desk.screen.line(f"Taken in: {told['replayed']}. Still invalid: {len(told['stillInvalid'])}.")
    for each in told["stillInvalid"]:
        desk.screen.line(
            f"  {each['eventId']}: " + "; ".join(f"{one['path']}: {one['reason']}" for one in each["reasons"])
        )


def _day_of(desk: Desk, text: str | None) -> str:
    if text is None:
        return datetime.fromtimestamp(desk.surroundings.now(), UTC).date().isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Stop(f"--day is '{text}'; write a day such as 2026-03-01.") from None
