"""A stack of the tests' own: built, deployed to a MiniStack on a free port, and stopped at the end.

The tests in stack/ and browser/ share it, and come last.
"""

import shutil
import socket
from collections.abc import Iterator

import boto3
import pytest

from local import deployment, ministack
from local.deployment import Deployment
from local.ministack import MiniStack, aws_environ
from local.places import LOCAL, MINISTACK, SAM

HOME = LOCAL / "test-stack"


@pytest.fixture(scope="session")
def stack() -> Iterator[MiniStack]:
    for tool in (MINISTACK, SAM):
        if not tool.exists():
            pytest.skip(f"{tool.name} is not installed; make setup does that")
    ministack.stop(HOME)  # of a run that was cut off
    shutil.rmtree(HOME, ignore_errors=True)
    started = ministack.start(HOME, _free_port())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws_environ(started.endpoint).items():
            patch.setenv(name, value)
        # boto3 keeps the session that it made for earlier tests, with their credentials.
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        yield started
    ministack.stop(HOME)


@pytest.fixture(scope="session")
def deployed(stack: MiniStack) -> Deployment:
    deployment.build()
    return deployment.deploy(stack)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
