"""What holds for every test: nothing is left out silently.

Where a tool from outside is missing, a test skips itself, and the reason is printed; with CI=true that is a failure.
Tests marked `docker` are deselected where no Docker engine answers, in CI too, and tests marked `browser` where no
Chromium is found, not in CI, with a line that says so.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("default", deadline=None)
settings.load_profile("default")

pytest_plugins = ["tests.deployed_stack"]

_UNIT = Path(__file__).parent / "unit"
_LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_configure() -> None:
    """Let nothing of a person's own AWS profiles, keys and addresses reach a test."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    os.environ.update(nowhere, AWS_EC2_METADATA_DISABLED="true")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the sockets from unit tests, and leave out what has no tool here."""
    for item in items:
        if item.path.is_relative_to(_UNIT):
            item.add_marker(pytest.mark.disable_socket)
    config.stash[_LEFT_OUT] = []
    _leave_out(config, items, "docker", _docker_answers, "no Docker engine answers here")
    if os.environ.get("CI") != "true":
        _leave_out(config, items, "browser", _chromium_is_there, "no Chromium is found here (apt-get install chromium)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out for want of a tool."""
    for line in config.stash.get(_LEFT_OUT, []):
        terminalreporter.write_line(line)


def _leave_out(
    config: pytest.Config, items: list[pytest.Item], marker: str, is_there: Callable[[], bool], why: str
) -> None:
    marked = [item for item in items if item.get_closest_marker(marker)]
    if marked and not is_there():
        config.hook.pytest_deselected(items=marked)
        config.stash[_LEFT_OUT].append(f"{len(marked)} {marker} tests left out: {why}")
        items[:] = [item for item in items if item not in marked]


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


def _chromium_is_there() -> bool:
    return shutil.which("chromium") is not None
