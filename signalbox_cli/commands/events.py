"""Events: the stream of them as they come in, and one of them whole."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from signalbox_cli.commands import event_imports
from signalbox_cli.desk import Desk, opened
from signalbox_cli.errors import Stop
from signalbox_cli.options import JsonOption, PartnerOption, ProfileOption

_EVERY_S = 2.0
_OVERLAP = timedelta(seconds=15)
"""An event can be seen this much later than one that was received after it: its write took longer."""
_LONGEST = timedelta(hours=24)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
_COLUMNS = {
    "receivedAt": "Received",
    "eventType": "Type",
    "identity": "Identity",
    "clientId": "Client",
    "eventId": "Event",
}
_DECISIONS = {"flowId": "Flow", "outcome": "Outcome", "reason": "Reason", "decidedAt": "Decided", "detail": "Detail"}

events = typer.Typer(no_args_is_help=True, help="What came in.")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    event_imports.add_to(events)
    app.add_typer(events, name="events")


@events.command()
def tail(
    ctx: typer.Context,
    event_type: Annotated[str | None, typer.Option("--type", help="Only events of this type.")] = None,
    identity: Annotated[str | None, typer.Option("--identity", help="Only events of this person.")] = None,
    since: Annotated[str, typer.Option("--since", help="Begin so long ago: 30s, 10m, 24h at most.")] = "10m",
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Go on until Ctrl-C.")] = True,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show events as they come in, the oldest first; Ctrl-C ends it. With --json, one event a line."""
    desk = opened(ctx, profile, partner, as_json)
    begun = datetime.fromtimestamp(desk.surroundings.now(), UTC) - _span_of(since)
    stream = _Stream(desk, begun, {"type": event_type, "identity": identity})
    try:
        while True:
            for event in stream.fresh():
                _show_line(desk, event)
            if not follow:
                return
            desk.surroundings.sleep(_EVERY_S)
    except KeyboardInterrupt:
        return


@events.command()
def show(
    ctx: typer.Context,
    event_id: Annotated[str, typer.Argument(metavar="EVENT_ID")],
    received_at: Annotated[
        str | None, typer.Option("--received-at", help="When it was received; finds older ones sooner.")
    ] = None,
    partner: PartnerOption = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one event whole, and what flows decided about it."""
    desk = opened(ctx, profile, partner, as_json)
    event = desk.api.get(desk.here("events", event_id), receivedAt=received_at)
    if as_json:
        desk.screen.json(event)
        return
    titles = {**_COLUMNS, "eventName": "Name", "userId": "User", "occurredAt": "Occurred", "sentAt": "Sent"}
    desk.screen.thing(event, titles=titles)
    desk.screen.json(event["body"])
    desk.screen.table(event["decisions"], _DECISIONS, none="No flow has decided about it.")


class _Stream:
    """Events in the order they were received, each once, although the API shows the newest first and some late."""

    def __init__(self, desk: Desk, since: datetime, filters: dict[str, str | None]) -> None:
        self._desk = desk
        self._since = since
        self._filters = filters
        self._shown: dict[str, datetime] = {}

    def fresh(self) -> Iterator[Any]:
        """Give what was not given before."""
        found = list(self._desk.api.items(self._desk.here("events"), since=_written(self._since), **self._filters))
        for event in reversed(found):
            if event["eventId"] not in self._shown:
                yield event
            self._shown[event["eventId"]] = datetime.fromisoformat(event["receivedAt"])
        latest = max(self._shown.values(), default=self._since)
        now = datetime.fromtimestamp(self._desk.surroundings.now(), UTC)
        self._since = max(self._since, latest - _OVERLAP, now - _LONGEST + _OVERLAP)
        self._shown = {event_id: at for event_id, at in self._shown.items() if at >= self._since}


def _show_line(desk: Desk, event: Any) -> None:
    if desk.screen.as_json:
        desk.screen.json_line(event)
        return
    desk.screen.line("  ".join(str(event[member] or "-") for member in _COLUMNS))


def _span_of(text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,6})([smh])", text)
    span = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else _LONGEST + _OVERLAP
    if span > _LONGEST:
        raise Stop(f"--since is '{text}'; write a span such as 30s, 10m or 2h, 24h at most.")
    return span


def _written(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
