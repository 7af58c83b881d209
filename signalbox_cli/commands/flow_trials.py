"""Trying a flow before it sends: what stands in its way, the message of a real event, and a test of it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from signalbox_cli.desk import Desk, opened
from signalbox_cli.errors import Stop
from signalbox_cli.names import flow_id_of
from signalbox_cli.options import FlowArgument, JsonOption, PartnerOption, ProfileOption
from signalbox_cli.rehearsals import show_reasons, show_rehearsal
from signalbox_cli.text_files import write

EventOption = Annotated[
    str | None, typer.Option("--event", metavar="EVENT_ID", help="Of this event; else of the newest match.")
]
ReceivedAtOption = Annotated[
    str | None,
    typer.Option("--received-at", help="When the event was received; it may then be any, and not a match alone."),
]


def add_to(flows: typer.Typer) -> None:
    """Add the commands."""
    flows.command()(validate)
    flows.command()(preview)
    flows.command("test-send")(send_test)


def validate(
    ctx: typer.Context,
    flow: FlowArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what stands in the way of a launch, and what the flow would have done in the last day. Nothing is sent."""
    desk = opened(ctx, profile, partner, as_json)
    told = desk.api.post(_of(desk, flow, "validate"), {})
    if as_json:
        desk.screen.json(told)
    else:
        show_reasons(desk.screen, told["faults"], "red")
        show_reasons(desk.screen, told["warnings"], "yellow")
        _show_tried(desk, told["tried"])
        show_rehearsal(desk.screen, told["rehearsal"])
    if told["faults"]:
        raise Stop(f"It cannot be launched: {len(told['faults'])} to mend.")
    desk.screen.say("Nothing stands in the way of a launch. Nothing was sent.")


def preview(
    ctx: typer.Context,
    flow: FlowArgument,
    event_id: EventOption = None,
    received_at: ReceivedAtOption = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the HTML there, to be opened in a browser.")
    ] = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the message that the flow makes of a real event. Nothing is sent."""
    desk = opened(ctx, profile, partner, as_json)
    told = desk.api.post(_of(desk, flow, "preview"), {"eventId": event_id, "receivedAt": received_at})
    if as_json:
        desk.screen.json(told)
    if told["texts"] is None:
        problem = told["problem"] or told["verdict"]
        raise Stop(f"There is no message of {told['eventId']}: {problem['reason']}: {problem['detail']}")
    if html is not None:
        _write_html(desk, html, told["texts"])
    if not as_json:
        _show_message(desk, told)


def send_test(
    ctx: typer.Context,
    flow: FlowArgument,
    to: Annotated[
        str, typer.Option("--to", metavar="ADDRESS", help="Where a test of an e-mail goes; a webhook's needs none.")
    ] = "",
    event_id: EventOption = None,
    received_at: ReceivedAtOption = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send that message once, marked as a test: an e-mail to an address, a webhook to its destination."""
    desk = opened(ctx, profile, partner, as_json)
    sent = desk.api.post(_of(desk, flow, "test-send"), {"to": to, "eventId": event_id, "receivedAt": received_at})
    if as_json:
        desk.screen.json(sent)
    else:
        desk.screen.say(f"A test was sent to {to}." if sent["providerMessageId"] else "A test was sent.")


def _of(desk: Desk, flow: str, word: str) -> str:
    return desk.here("flows", flow_id_of(desk, flow), word)


def _show_tried(desk: Desk, tried: Any) -> None:
    if tried is None:
        return
    cut = ", the newer part" if tried["isCut"] else ""
    desk.screen.line(
        f"From {tried['window']['start']} to {tried['window']['end']}{cut}: {tried['rows']} rows in {tried['events']} "
        f"events, by version {tried['triggerVersion']} of the trigger."
    )


def _show_message(desk: Desk, told: Any) -> None:
    verdict = told["verdict"]
    desk.screen.thing(
        {"who": told["identity"], "event": told["eventId"], "branch": told["branch"], "variant": told["arm"]},
        titles={"who": "To", "event": "Event", "branch": "Branch", "variant": "Variant"},
    )
    for name, text in told["texts"].items():
        desk.screen.line(f"\n{name}", "bold")
        desk.screen.line(text)
    show_reasons(desk.screen, told["warnings"], "yellow")
    if verdict["outcome"] != "sent":
        desk.screen.say(f"In earnest it would not be sent: {verdict['outcome']} ({verdict['reason']}).")


def _write_html(desk: Desk, path: Path, texts: Any) -> None:
    if "html" not in texts:
        raise Stop(f"The message has no HTML; it has: {', '.join(texts)}.")
    write(path, texts["html"])
    desk.screen.say(f"The HTML is in {path}.")
