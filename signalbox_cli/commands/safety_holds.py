"""The safety hold of a flow: a run that would message too many people waits until somebody lets it pass, or not."""

from typing import Any

import typer

from signalbox_cli.desk import Desk, opened
from signalbox_cli.errors import Stop
from signalbox_cli.names import flow_id_of
from signalbox_cli.options import FlowArgument, JsonOption, PartnerOption, ProfileOption, YesOption

_TITLES = {
    "state": "State", "contacts": "Contacts", "windowStart": "Events after", "windowEnd": "Up to",
    "triggerVersion": "Trigger's version", "heldAt": "Since",
}  # fmt: skip
_WAITING = "waiting"


def add_to(flows: typer.Typer) -> None:
    """Add the commands."""
    flows.command()(hold)
    flows.command()(approve)
    flows.command()(discard)


def hold(
    ctx: typer.Context,
    flow: FlowArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the run that would message more people than the flow's limit, and waits for approve or discard."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.get(desk.here("flows", flow_id_of(desk, flow), "hold"))
    if as_json or found["state"] == _WAITING:
        desk.screen.thing(found, titles=_TITLES)
    else:
        desk.screen.say("No run of this flow waits.")


def approve(
    ctx: typer.Context,
    flow: FlowArgument,
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let the run that waits pass: what it found is sent."""
    desk = opened(ctx, profile, partner, as_json)
    _answer(desk, flow, "approve", question=None if yes else "Message them?")


def discard(
    ctx: typer.Context,
    flow: FlowArgument,
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """End what the run that waits found as skipped, for good."""
    desk = opened(ctx, profile, partner, as_json)
    _answer(desk, flow, "discard", question=None if yes else "Never message them about it?")


def _answer(desk: Desk, flow: str, word: str, *, question: str | None) -> None:
    where = desk.here("flows", flow_id_of(desk, flow), "hold")
    waiting = desk.api.read(where)
    if waiting.body["state"] != _WAITING:
        raise Stop("No run of this flow waits; see its report: signalbox flows report")
    if question is not None:
        typer.confirm(f"{waiting.body['contacts']} people. {question}", abort=True, err=True)
    answered: Any = desk.api.post(f"{where}/{word}", etag=waiting.etag)
    if desk.screen.as_json:
        desk.screen.json(answered)
    else:
        desk.screen.say(f"The run is {answered['state']}.")
