"""What template.yaml gives a function, on moto: its tables, its queues and its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest

from tests import cloudformation
from tests.boto3_dynamodb import Boto3DynamoDb

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

PARAMETERS = {
    "Environment": "local",
    "EventRetentionDays": "45",
    "SettleSeconds": "1",
    "SenderAddress": "news@shop.example",
}


@dataclass(frozen=True)
class Context:
    """Lambda's, as far as a handler looks at it."""

    remaining_ms: int = 120_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@dataclass(frozen=True)
class Stack:
    """The stack's stores and clients."""

    dynamodb: Boto3DynamoDb
    sqs: "SQSClient"
    ses: "SESV2Client"
    queue_urls: Mapping[str, str]
    history_bucket: str

    def received(self, queue: str) -> list[str]:
        """Take what waits in a queue."""
        bodies = []
        while messages := self.sqs.receive_message(QueueUrl=self.queue_urls[queue], MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                bodies.append(message["Body"])
                self.sqs.delete_message(QueueUrl=self.queue_urls[queue], ReceiptHandle=message["ReceiptHandle"])
        return bodies


def created() -> Stack:
    """Create what the functions use."""
    dynamodb, sqs, ses = boto3.client("dynamodb"), boto3.client("sqs"), boto3.client("sesv2")
    for name, properties in cloudformation.tables().items():
        dynamodb.create_table(TableName=name, **properties)
    queues = [
        name
        for name, resource in cloudformation.template()["Resources"].items()
        if resource["Type"] == "AWS::SQS::Queue"
    ]
    ses.create_email_identity(EmailIdentity=PARAMETERS["SenderAddress"])
    queue_urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in queues}
    return Stack(Boto3DynamoDb(dynamodb), sqs, ses, queue_urls, _bucket())


def _bucket() -> str:
    """Create a bucket of a new name: files of another test's may be on this machine still."""
    s3, name = boto3.client("s3"), f"history-{uuid4().hex}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    return name


def prepared(monkeypatch: pytest.MonkeyPatch, stack: Stack, function: str, app: ModuleType) -> Any:
    """Give a function's handler, wired afresh from the environment that the template gives it."""
    resource = cloudformation.template()["Resources"][function]
    for name, value in resource["Properties"]["Environment"]["Variables"].items():
        monkeypatch.setenv(name, _resolved(value, stack))
    app._service.cache_clear()  # noqa: SLF001 - how an app is wired again
    return app.lambda_handler


def _resolved(value: Any, stack: Stack) -> str:
    if not isinstance(value, dict):
        return str(value)
    ((function, argument),) = value.items()
    if function.endswith("Sub"):
        return str(argument).replace("${AWS::StackName}", "signalbox")
    if function == "Fn::If":
        return _resolved(argument[-1], stack)
    if argument == "History":
        return stack.history_bucket
    return PARAMETERS.get(argument) or stack.queue_urls.get(argument) or str(argument)
