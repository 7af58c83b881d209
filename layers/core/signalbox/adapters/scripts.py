"""Starts scripts of ours that load DuckDB, alone: neither this process's environment nor its settings go with them."""

import importlib.util
import sys
from pathlib import Path

from signalbox.domain.errors import Misconfigured

ENVIRON = {"LD_LIBRARY_PATH": f"{sys.base_prefix}/lib"}
"""All that a script's environment holds: where a shared libpython is found (Lambda's Python is built that way)."""


def command_of(script: Path) -> list[str]:
    """Give the command: no site packages, no user folder, no variables that change Python.

    The script's arguments are the folders of duckdb and of signalbox. Raises Misconfigured without DuckDB.
    """
    folders = (_folder_of("_duckdb"), str(Path(__file__).parents[2]))
    return [sys.executable, "-I", "-S", "-X", "utf8", str(script), *folders]


def _folder_of(module: str) -> str:
    """Find a module without importing it: the parent stays free of what the script loads."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise Misconfigured(f"the module {module} is not installed here")
    return str(Path(spec.origin).parent)
