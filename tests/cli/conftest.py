"""Terminals in front of the admin function on moto."""

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, terminal_of
from tests.functions.admin import ADMIN, Admin
from tests.functions.conftest import admin, stack

__all__ = ["admin", "administrator", "editor", "stack"]


@pytest.fixture
def editor(admin: Admin, tmp_path: Path) -> Terminal:
    """An editor of `makers.PARTNER_ID`, signed in."""
    return terminal_of(admin, tmp_path / "config").signed_in()


@pytest.fixture
def administrator(admin: Admin, tmp_path: Path) -> Terminal:
    """An administrator, signed in."""
    return terminal_of(admin, tmp_path / "config", ADMIN).signed_in()
