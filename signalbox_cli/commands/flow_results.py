"""What a flow has shown: its experiment, and deciding again about what its content or channel failed."""

from collections.abc import Sequence
from itertools import batched
from typing import Annotated, Any

import typer

from signalbox_cli.desk import Desk, opened
from signalbox_cli.errors import Stop
from signalbox_cli.names import flow_id_of
from signalbox_cli.options import FlowArgument, JsonOption, PartnerOption, ProfileOption, YesOption
from signalbox_cli.showing import Screen

_ARMS = {"arm": "Variant", "exposed": "Exposed", "converted": "Converted", "rate": "Rate", "lift": "Beside the first"}
_AT_ONCE = 100
"""As many as one call of the API takes."""


def add_to(flows: typer.Typer) -> None:
    """Add the commands."""
    flows.command()(experiment)
    flows.command()(resend)


def experiment(
    ctx: typer.Context,
    flow: FlowArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a flow's experiment has shown, each rate with its 95 % interval."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.get(desk.here("flows", flow_id_of(desk, flow), "experiment"))
    if as_json:
        desk.screen.json(found)
        return
    desk.screen.table([_arm(each) for each in found["arms"]], _ARMS, none="Nobody was exposed yet.")
    _say_what_to_believe(desk.screen, found)


def resend(
    ctx: typer.Context,
    flow: FlowArgument,
    event_ids: Annotated[list[str] | None, typer.Argument(metavar="[EVENT_ID]...", show_default=False)] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="All that were skipped for this, such as content_missing_value.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Of these, from this time on (ISO 8601); a week ago if left out.")
    ] = None,
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide again about events whose message failed for its content or its channel, after that is mended."""
    desk = opened(ctx, profile, partner, as_json)
    where = desk.here("flows", flow_id_of(desk, flow), "deliveries")
    if bool(event_ids) == bool(reason):
        raise Stop("Decide again about what? Name either events by their ids, or all that have a --reason.")
    wanted = event_ids or [each["eventId"] for each in desk.api.items(where, reason=reason, since=since)]
    if wanted and not yes:
        typer.confirm(
            f"Decide again about {len(wanted)} events, and message where all rules allow?", abort=True, err=True
        )
    parts = [
        desk.api.post(f"{where}/resend", {"eventIds": list(part)}) for part in batched(wanted, _AT_ONCE, strict=False)
    ]
    _show_resent(desk, parts)


def _show_resent(desk: Desk, parts: Sequence[Any]) -> None:
    told = {name: [each for part in parts for each in part[name]] for name in ("eventIds", "refused")}
    if desk.screen.as_json:
        desk.screen.json(told)
        return
    if told["refused"]:
        desk.screen.table(told["refused"], {"eventId": "Event", "reason": "Stays as it was"}, none="")
    desk.screen.say(f"{len(told['eventIds'])} are decided about again within some minutes, by every rule.")


def _arm(arm: Any) -> Any:
    lift, interval = arm["lift"], arm["interval"]
    rate = None if arm["rate"] is None else _percent(arm["rate"])
    span = "" if interval is None else f" ({_percent(interval['low'])} to {_percent(interval['high'])})"
    beside = None
    if lift is not None:
        beside = f"{_points(lift['difference'])} ({_points(lift['low'])} to {_points(lift['high'])})"
    return {**arm, "rate": rate and rate + span, "lift": beside}


def _say_what_to_believe(screen: Screen, found: Any) -> None:
    goal = found["goal"]
    if goal is None:
        screen.say("It has no goal, so nothing counts as converted.")
    else:
        screen.say(f"Converted: {goal['eventType']} within {goal['attributionSeconds']} s of the exposure.")
    screen.say(f"People first exposed from {found['since']} to {found['until']}.")
    if found["isMismatch"]:
        screen.say(
            "The split is too uneven for chance: believe none of it, and look for what leaves people out.", "red"
        )
    for each in found["shortfalls"]:
        screen.say(f"Not read: {each}", "yellow")


def _percent(rate: float) -> str:
    return f"{rate:.1%}"


def _points(difference: float) -> str:
    return f"{difference * 100:+.1f} points"
