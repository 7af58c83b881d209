"""DynamoDB Local with the template's tables, for benchmarks that count units or carry much."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import boto3

from signalbox.adapters.dynamodb.client import HttpClient, dynamodb_client
from tests import cloudformation, dynamodb_local

_CREDENTIALS = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


@contextmanager
def environ_of_store() -> Iterator[Mapping[str, str]]:
    """Start it, make the tables, and give the environment that leads a client to it."""
    with dynamodb_local.running() as endpoint:
        tables = boto3.client(
            "dynamodb",
            endpoint_url=endpoint,
            region_name=_CREDENTIALS["AWS_DEFAULT_REGION"],
            aws_access_key_id=_CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )
        for name, properties in cloudformation.tables().items():
            tables.create_table(TableName=name, **properties)
        yield _CREDENTIALS | {"AWS_ENDPOINT_URL_DYNAMODB": endpoint}


@contextmanager
def client_of_store() -> Iterator[HttpClient]:
    """Start it, make the tables, and give a client."""
    with environ_of_store() as environ:
        yield dynamodb_client(environ)
