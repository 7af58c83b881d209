"""The command `signalbox` with all its commands, and the one place where what goes wrong becomes an exit code.

0: done. 1: not done, and the last lines say why and what to do. 2: typed wrongly; and of `plan`, that there are
changes.
"""

from typing import Any

import typer
from typer.core import TyperGroup

from signalbox_cli.commands import (
    audit,
    backtest,
    blocks,
    code,
    contacts,
    dead_letters,
    destinations,
    events,
    flows,
    partners,
    quarantine,
    segments,
    session,
    suppressions,
    triggers,
    why,
)
from signalbox_cli.errors import Stop
from signalbox_cli.showing import Screen

_INTERRUPTED = 130


class Commands(TyperGroup):
    """All commands; an error of any of them ends in one sentence."""

    def invoke(self, ctx: Any) -> Any:
        """Run what was typed."""
        try:
            return super().invoke(ctx)
        except Stop as reason:
            Screen().say(str(reason), style="red")
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            raise typer.Exit(_INTERRUPTED) from None


app = typer.Typer(
    cls=Commands,
    name="signalbox",
    help="Event triggers and flows from a terminal, and as files in git.",
    epilog="Exit codes: 0 done, 1 not done (the last lines say why), 2 typed wrongly, or `plan` found changes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback()
def _signalbox() -> None:
    """Event triggers and flows from a terminal, and as files in git."""


_MODULES = (
    session, partners, events, quarantine, triggers, backtest, flows, why, segments, contacts, suppressions, blocks,
    destinations, code, audit, dead_letters,
)  # fmt: skip
for module in _MODULES:
    module.add_to(app)
