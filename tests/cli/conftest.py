"""Terminals in front of the admin function on moto."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.collect import app as collect
from tests.cli.doors import Doors
from tests.cli.terminal import Terminal, terminal_of
from tests.functions.admin import ADMIN, Admin
from tests.functions.conftest import admin, event, stack
from tests.functions.stack import Stack, prepared
from tests.unit import makers

__all__ = ["admin", "administrator", "doors", "editor", "event", "importer", "stack"]


@pytest.fixture
def editor(admin: Admin, tmp_path: Path) -> Terminal:
    """An editor of `makers.PARTNER_ID`, signed in."""
    return terminal_of(admin, tmp_path / "config").signed_in()


@pytest.fixture
def administrator(admin: Admin, tmp_path: Path) -> Terminal:
    """An administrator, signed in."""
    return terminal_of(admin, tmp_path / "config", ADMIN).signed_in()


@pytest.fixture
def doors(editor: Terminal, stack: Stack, monkeypatch: pytest.MonkeyPatch, event: Callable[[str], Any]) -> Doors:
    """The network of an editor who also sends events."""
    return Doors(editor.transport, prepared(monkeypatch, stack, "CollectFunction", collect), event("collect"))


@pytest.fixture
def importer(editor: Terminal, doors: Doors) -> Terminal:
    """An editor behind those doors, who has the partner's secret in the environment."""
    return replace(editor, transport=doors, environ={"SIGNALBOX_SECRET": makers.SECRET})
