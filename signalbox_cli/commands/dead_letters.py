"""Dead letters: queue messages that a function gave up, and giving them another try."""

from typing import Annotated

import typer

from signalbox_cli.desk import opened
from signalbox_cli.errors import Stop
from signalbox_cli.options import JsonOption, ProfileOption, YesOption

dead_letters = typer.Typer(no_args_is_help=True, help="What functions gave up; for administrators.")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(dead_letters, name="dead-letters")


@dead_letters.command("list")
def list_queues(ctx: typer.Context, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """Count what was given up, by queue."""
    desk = opened(ctx, profile, as_json=as_json)
    desk.screen.table(
        desk.api.get("/dead-letters")["items"], {"queue": "Queue", "count": "About how many"}, none="No queue."
    )


@dead_letters.command()
def redrive(
    ctx: typer.Context,
    queue: Annotated[str, typer.Argument(metavar="QUEUE", help="As list names it.")],
    yes: YesOption = False,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put all that was given up back to where it came from, once the cause is mended."""
    desk = opened(ctx, profile, as_json=as_json)
    counts = {each["queue"]: each["count"] for each in desk.api.get("/dead-letters")["items"]}
    if queue not in counts:
        raise Stop(f"There is no queue '{queue}'; there are: {', '.join(counts)}")
    if not yes:
        typer.confirm(f"Give about {counts[queue]} another try?", abort=True, err=True)
    moved, left = 0, 1
    while left:
        told = desk.api.post(f"/dead-letters/{queue}/redrive")
        moved, left = moved + told["moved"], told["left"] if told["moved"] else 0
    if as_json:
        desk.screen.json({"moved": moved})
    else:
        desk.screen.say(f"{moved} were put back.")
