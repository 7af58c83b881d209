"""Run by `python -m signalbox_cli`, where the command is not installed."""

from signalbox_cli.app import app

app()
