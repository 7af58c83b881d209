"""The options that many commands share, in the same words everywhere."""

from pathlib import Path
from typing import Annotated

import typer

ProfileOption = Annotated[
    str | None,
    typer.Option("--profile", metavar="NAME", help="Whose sign-in to use; else SIGNALBOX_PROFILE, or 'default'."),
]
PartnerOption = Annotated[
    str | None,
    typer.Option(
        "--partner", metavar="PARTNER_ID", help="Which partner; else SIGNALBOX_PARTNER, or the profile's own."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
NoteOption = Annotated[str, typer.Option("--note", help="Why, for those who read the versions later.")]
FlowArgument = Annotated[str, typer.Argument(metavar="FLOW", help="Its name or id.")]
TriggerArgument = Annotated[str, typer.Argument(metavar="TRIGGER", help="Its name or id.")]
SegmentArgument = Annotated[str, typer.Argument(metavar="SEGMENT", help="Its name or id.")]
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV with a column 'email', or a bare list of addresses.")
]
