"""The stack that handlers run on."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from functions.admin import app
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from tests.functions import moto_relay
from tests.functions.admin import OTHER_PARTNER_ID, Admin
from tests.functions.stack import Stack, created, prepared
from tests.unit import makers

REGION = "us-west-2"  # not the one of the contract suites, whose moto may still run


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """An empty stack with one partner, `makers.partner`."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws(), moto_relay.dynamodb() as address:
        stack = created()
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
        DynamoDefinitions(stack.dynamodb, "Registry", "Cursors").create_partner(makers.partner())
        yield stack
        _emptied(stack)


@pytest.fixture
def admin(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Admin:
    """The admin function, and a second partner, `OTHER_PARTNER_ID`."""
    other = makers.partner(partner_id=OTHER_PARTNER_ID)
    DynamoDefinitions(stack.dynamodb, "Registry", "Cursors").create_partner(other)
    return Admin(prepared(monkeypatch, stack, "AdminFunction", app), stack)


@pytest.fixture
def event() -> Callable[[str], Any]:
    """Read a real event by its name."""
    return lambda name: json.loads((Path(__file__).parent / "events" / f"{name}.json").read_text())


def _emptied(stack: Stack) -> None:
    """Leave nothing behind where another suite keeps moto running around this one."""
    for table in stack.dynamodb.list_tables()["TableNames"]:
        stack.dynamodb.delete_table(TableName=table)
    for url in stack.queue_urls.values():
        stack.sqs.delete_queue(QueueUrl=url)
