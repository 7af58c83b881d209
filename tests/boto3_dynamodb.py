"""AWS's own client behind the port of ours: the suites run over both, and moto answers only this one.

Everything else that boto3 can do (creating tables, looking at raw items) is its own, under boto3's names.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.faults import Refused, Unanswered

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Boto3DynamoDb:
    """A Client; calls go through `calls` where one is given, else through boto3."""

    def __init__(self, boto3_client: "DynamoDBClient", calls: Client | None = None) -> None:
        self._boto3 = boto3_client
        self._calls = calls
        self.noted: list[tuple[str, Mapping[str, Any]]] = []
        """The operation and the request of each call."""

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        self.noted.append((operation, request))
        if self._calls:
            return self._calls.call(operation, request)
        try:
            answer = getattr(self._boto3, xform_name(operation))(**_mapped(request, b64decode))
        except ClientError as error:
            raise _refused(operation, error.response) from None
        except BotoCoreError as error:
            raise Unanswered(type(error).__name__) from None
        return dict(_mapped(answer, lambda content: b64encode(content).decode()))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._boto3, name)


def _mapped(value: Any, of_bytes: Callable[[Any], Any]) -> Any:
    """Copy a request or an answer with the content of each binary value changed."""
    if isinstance(value, Mapping):
        if list(value) == ["B"]:
            return {"B": of_bytes(value["B"])}
        return {name: _mapped(each, of_bytes) for name, each in value.items()}
    return [_mapped(each, of_bytes) for each in value] if isinstance(value, list) else value


def _refused(operation: str, response: Any) -> Refused:
    return Refused(
        operation,
        response["Error"]["Code"],
        response["ResponseMetadata"]["HTTPStatusCode"],
        _mapped(response.get("Item"), lambda content: b64encode(content).decode()),
        [str(reason.get("Code")) for reason in response.get("CancellationReasons", ())],
    )
