"""Showing what a flow would have done with real matches, and what is wrong with one."""

from collections.abc import Iterable, Mapping
from typing import Any

from signalbox_cli.showing import Screen

_ENDS = {"outcome": "Would be", "reason": "Reason", "count": "How many", "example": "Such as"}
_FAILING = {"detail": "Content fails for", "count": "How many", "example": "Such as"}


def show_reasons(screen: Screen, reasons: Iterable[Mapping[str, str]], style: str) -> None:
    """Say each thing that is wrong, or may be, with its place."""
    for each in reasons:
        screen.say(f"{each['path'] or '/'}: {each['reason']}", style)


def show_rehearsal(screen: Screen, rehearsal: Any) -> None:
    """Show how the matches would have ended, and what failing content lacked."""
    if rehearsal is None:
        return
    screen.table(map(_row, rehearsal["tallies"]), _ENDS, none="No match would have been decided about.")
    if rehearsal["failing"]:
        screen.table(map(_row, rehearsal["failing"]), _FAILING, none="")
    if rehearsal["judged"] < rehearsal["matches"]:
        screen.say(f"The newest {rehearsal['judged']} of {rehearsal['matches']} matches were judged.")


def _row(tally: Any) -> Mapping[str, Any]:
    return {**tally, "example": tally["examples"][0]["eventId"] if tally["examples"] else None}
