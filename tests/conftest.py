"""What holds for every test: nothing is left out silently.

Where a tool from outside is missing, a test skips itself, and the reason is printed; with CI=true that is a failure.
Tests marked `docker` are deselected where no Docker engine answers, in CI too, with a line that says so.
"""

import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("default", deadline=None)
settings.load_profile("default")

_UNIT = Path(__file__).parent / "unit"
_DESELECTED = pytest.StashKey[int]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the sockets from unit tests, and leave out Docker tests where no engine answers."""
    for item in items:
        if item.path.is_relative_to(_UNIT):
            item.add_marker(pytest.mark.disable_socket)
    docker = [item for item in items if item.get_closest_marker("docker")]
    if docker and not _docker_answers():
        config.hook.pytest_deselected(items=docker)
        config.stash[_DESELECTED] = len(docker)
        items[:] = [item for item in items if item not in docker]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out for want of Docker."""
    left_out = config.stash.get(_DESELECTED, 0)
    if left_out:
        terminalreporter.write_line(f"{left_out} docker tests left out: no Docker engine answers here")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where CI=true: there, every tool is to be present."""
    report = yield
    expected = hasattr(report, "wasxfail")
    if report.skipped and not expected and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in {call.when}, which CI does not allow: {call.excinfo}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a file that skips itself whole."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped, which CI does not allow: {report.longrepr}"
    return report


def _docker_answers() -> bool:
    if shutil.which("docker") is None:
        return False
    try:
        asked = subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=20)  # noqa: S607 - from PATH
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0
