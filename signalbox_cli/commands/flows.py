"""Event-triggered flows: looking at them, and the steps of their life."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

import typer

from signalbox_cli.commands import flow_results, flow_trials, safety_holds
from signalbox_cli.desk import Desk, opened
from signalbox_cli.names import flow_id_of
from signalbox_cli.options import FlowArgument, JsonOption, PartnerOption, ProfileOption, YesOption

_COLUMNS = {"name": "Name", "status": "Status", "triggerName": "Trigger", "version": "Version", "flowId": "Flow"}

_DECISIONS = {
    "decidedAt": "Decided", "identity": "Identity", "outcome": "Outcome", "reason": "Reason", "variant": "Variant",
    "eventId": "Event", "detail": "Detail",
}  # fmt: skip

flows = typer.Typer(no_args_is_help=True, help="Event-triggered flows: what happens about what a trigger finds.")

SinceOption = Annotated[
    str | None, typer.Option("--since", help="From this time on (ISO 8601); a week ago if left out.")
]
UntilOption = Annotated[str | None, typer.Option("--until", help="Up to this time (ISO 8601).")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    flow_trials.add_to(flows)
    safety_holds.add_to(flows)
    flow_results.add_to(flows)
    app.add_typer(flows, name="flows")


@flows.command("list")
def list_flows(
    ctx: typer.Context,
    archived: Annotated[bool, typer.Option("--archived", help="Those that were put away, and no other.")] = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the flows."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.items(desk.here("flows"), archived="true" if archived else None)
    desk.screen.table(found, _COLUMNS, none="No flow was archived." if archived else "No flow yet.")


@flows.command()
def show(
    ctx: typer.Context,
    flow: FlowArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a flow whole."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.get(desk.here("flows", flow_id_of(desk, flow)))
    if as_json:
        desk.screen.json(found)
        return
    titles = {"name": "Name", "flowId": "Flow", "status": "Status", "version": "Version", "triggerId": "Trigger"}
    desk.screen.thing(found, titles=titles)
    desk.screen.json({name: value for name, value in found.items() if name not in titles})


@flows.command()
def launch(
    ctx: typer.Context,
    flow: FlowArgument,
    since: Annotated[
        str | None, typer.Option("--since", help="See events from this time on (ISO 8601), not from now: a backfill.")
    ] = None,
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a draft live: it sends from its trigger's next run on."""
    desk = opened(ctx, profile, partner, as_json)
    _step(desk, flow, "launch", {} if since is None else {"since": since}, question=None if yes else "Launch it?")


@flows.command()
def pause(
    ctx: typer.Context,
    flow: FlowArgument,
    mode: Annotated[
        str, typer.Option("--mode", help="What happens meanwhile is caught up with (hold), or never looked at (drop).")
    ] = "hold",
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop a live flow for now."""
    _step(opened(ctx, profile, partner, as_json), flow, "pause", {"mode": mode})


@flows.command()
def resume(
    ctx: typer.Context,
    flow: FlowArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a paused flow live again."""
    _step(opened(ctx, profile, partner, as_json), flow, "resume")


@flows.command()
def end(
    ctx: typer.Context,
    flow: FlowArgument,
    yes: YesOption = False,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a flow for good."""
    desk = opened(ctx, profile, partner, as_json)
    _step(desk, flow, "end", question=None if yes else "End it for good?")


@flows.command()
def archive(
    ctx: typer.Context,
    flow: FlowArgument,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put an ended flow away, out of the list."""
    _step(opened(ctx, profile, partner, as_json), flow, "archive")


@flows.command()
def report(
    ctx: typer.Context,
    flow: FlowArgument,
    since: SinceOption = None,
    until: UntilOption = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what became of a flow's matches: what was sent, what was skipped and why, what was opened."""
    desk = opened(ctx, profile, partner, as_json)
    found = desk.api.get(desk.here("flows", flow_id_of(desk, flow), "report"), since=since, until=until)
    if as_json:
        desk.screen.json(found)
        return
    desk.screen.table(list(_counted(found)), {"what": "What", "count": "How many"}, none="")
    arms = [{"arm": arm, "matched": each["matched"], **each["outcomes"]} for arm, each in found["byVariant"].items()]
    if arms:
        desk.screen.table(arms, {"arm": "Variant", "matched": "Matched", "sent": "Sent"}, none="")
    if found["latency"]:
        desk.screen.say(f"Sent {found['latency']['p50Seconds']:.1f} s after the event, at the median.")
    desk.screen.say(
        f"From {found['readFrom']} to {found['until']}." + (" There was more before." if found["isCut"] else "")
    )


@flows.command()
def deliveries(
    ctx: typer.Context,
    flow: FlowArgument,
    outcome: Annotated[str | None, typer.Option("--outcome", help="Only such, as report names them.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Only those skipped for this.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 50,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List a flow's decisions, the latest first; with --json, each with every check that was made."""
    desk = opened(ctx, profile, partner, as_json)
    where = desk.here("flows", flow_id_of(desk, flow), "deliveries")
    found = desk.api.items(where, outcome=outcome, reason=reason, since=since, until=until)
    desk.screen.table(islice(found, limit), _DECISIONS, none="No decision yet.")


def _counted(report: Any) -> Iterator[dict[str, Any]]:
    yield {"what": "matched", "count": report["matched"]}
    for outcome, count in report["outcomes"].items():
        yield {"what": outcome, "count": count}
    yield from ({"what": f"skipped: {reason}", "count": count} for reason, count in report["reasons"].items())
    yield from ({"what": news, "count": count} for news, count in report["feedback"].items())


def _step(desk: Desk, flow: str, word: str, body: Any = None, *, question: str | None = None) -> None:
    """Take a step from the version that was just read, so that nobody's change in between is stepped over."""
    where = desk.here("flows", flow_id_of(desk, flow))
    standing = desk.api.read(where)
    if question is not None:
        typer.confirm(f"'{standing.body['name']}' is {standing.body['status']}. {question}", abort=True, err=True)
    stepped = desk.api.post(f"{where}/{word}", body, etag=standing.etag)
    if desk.screen.as_json:
        desk.screen.json(stepped)
    else:
        desk.screen.say(f"'{stepped['name']}' is {stepped['status']}.")
