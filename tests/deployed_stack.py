"""A stack of the tests' own: built, deployed to a MiniStack on a free port, and stopped at the end.

The tests in stack/ and browser/ share it, and come last. While one of them runs, with the fixtures that it makes first,
boto3 and our own clients find the stack in the environment; no other test does, wherever it comes.
"""

import functools
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import boto3
import pytest

from local import deployment, ministack
from local.deployment import Deployment
from local.ministack import MiniStack, aws_environ
from local.places import LOCAL, MINISTACK, SAM
from tests.free_ports import free_port

HOME = LOCAL / "test-stack"
_ON_IT = tuple(Path(__file__).parent / name for name in ("stack", "browser"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what needs the stack last: the rest fails sooner."""
    items.sort(key=_is_on_it)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test on the stack, and nothing after it, talk to the stack."""
    if not _is_on_it(item):
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws_environ(f"http://127.0.0.1:{_port()}").items():
            patch.setenv(name, value)
        # boto3 keeps the session that it made for other tests, with their credentials.
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        return (yield)


@pytest.fixture(scope="session")
def stack() -> Iterator[MiniStack]:
    for tool in (MINISTACK, SAM):
        if not tool.exists():
            pytest.skip(f"{tool.name} is not installed; make setup does that")
    ministack.stop(HOME)  # of a run that was cut off
    shutil.rmtree(HOME, ignore_errors=True)
    yield ministack.start(HOME, _port())
    ministack.stop(HOME)


@pytest.fixture(scope="session")
def deployed(stack: MiniStack) -> Deployment:
    deployment.build()
    return deployment.deploy(stack)


def _is_on_it(item: pytest.Item) -> bool:
    return any(map(item.path.is_relative_to, _ON_IT))


@functools.cache
def _port() -> int:
    """Choose one, when the first test on the stack begins."""
    return free_port()
