"""The DynamoDB client every store is given, and how long one of its calls can take."""

from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONNECT_TIMEOUT_S = 1.0
READ_TIMEOUT_S = 1.5
ATTEMPTS = 2
RETRY_PAUSE_S = 0.05  # botocore's own, for DynamoDB in this retry mode

TRANSACTION_PATIENCE = timedelta(seconds=0.5)
"""How long a transaction that met another is tried again; see `table.transact`."""

PUT_DEADLINE = (
    timedelta(seconds=ATTEMPTS * (CONNECT_TIMEOUT_S + READ_TIMEOUT_S) + (ATTEMPTS - 1) * RETRY_PAUSE_S)
    + TRANSACTION_PATIENCE
)
"""The longest a write takes, 5.55 s; `settle` must be longer, or a run could pass by an event still on its way."""


def dynamodb_client() -> "DynamoDBClient":
    """Make the client; where it connects to is AWS_ENDPOINT_URL's to say, which boto3 reads itself.

    The retry mode is "legacy" because the others wait a random second when throttled, and up to six where the
    answer asks for it: more than the deadline has room for.
    """
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        retries={"mode": "legacy", "total_max_attempts": ATTEMPTS},
        tcp_keepalive=True,  # a frozen Lambda environment finds out at once that its connection is gone
    )
    return boto3.client("dynamodb", config=config)
