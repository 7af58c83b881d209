"""The bucket that keeps the files: read whole, written once."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)
from botocore.exceptions import ConnectionError as UnreachableError

from signalbox.domain.errors import Misconfigured, SignalboxError, Throttled, Transient

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SERVER_FAULT = 500
_THROTTLED = {"SlowDown", "ServiceUnavailable", "Throttling", "ThrottlingException"}
_TRANSIENT = {"RequestTimeout", "OperationAborted"}
_TAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}  # kept already, or by another writer at this moment
_ABSENT = "NoSuchKey"
_UNANSWERED = (UnreachableError, HTTPClientError, IncompleteReadError, FlexibleChecksumError)


class Bucket:
    """One bucket's objects; safe under threads. The client is asked for when it is needed: making one takes a while."""

    def __init__(self, client_of: "Callable[[], S3Client]", name: str) -> None:
        self._client_of = client_of
        self._name = name

    def fetch(self, key: str, to: Path, admit: Callable[[int], None]) -> bool:
        """Read an object into a file, or say that there is none; `admit` may raise on its size in bytes."""
        try:
            answer = self._client_of().get_object(Bucket=self._name, Key=key)
            # By `with` itself, the body would give its raw stream, which does not mind ending too early.
            with closing(answer["Body"]) as body, to.open("wb") as file:
                admit(answer["ContentLength"])
                shutil.copyfileobj(body, file)
        except ClientError as error:
            if error.response["Error"]["Code"] == _ABSENT:
                return False
            raise _of_answer(error) from None
        except _UNANSWERED as error:
            raise Transient(f"S3 did not answer: {type(error).__name__}") from None
        except BotoCoreError as error:
            raise Misconfigured(f"S3 could not be called: {type(error).__name__}") from None
        return True

    def keep(self, key: str, file: Path) -> None:
        """Keep a file for good; where one is kept already nothing changes, for it holds the same."""
        try:
            with file.open("rb") as content:
                self._client_of().put_object(Bucket=self._name, Key=key, Body=content, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] not in _TAKEN:
                raise _of_answer(error) from None
        except _UNANSWERED as error:
            raise Transient(f"S3 did not answer: {type(error).__name__}") from None
        except BotoCoreError as error:
            raise Misconfigured(f"S3 could not be called: {type(error).__name__}") from None

    def remove(self, keys: Sequence[str]) -> None:
        """Delete up to 1,000 objects; one that is not there stays gone."""
        try:
            answer = self._client_of().delete_objects(
                Bucket=self._name, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
            )
        except ClientError as error:
            raise _of_answer(error) from None
        except _UNANSWERED as error:
            raise Transient(f"S3 did not answer: {type(error).__name__}") from None
        except BotoCoreError as error:
            raise Misconfigured(f"S3 could not be called: {type(error).__name__}") from None
        if failed := answer.get("Errors", []):
            raise Transient(f"S3 left {len(failed)} of {len(keys)} objects: {failed[0].get('Code')}")


def _of_answer(error: ClientError) -> SignalboxError:
    code = error.response["Error"]["Code"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    told = f"S3 answered {error.operation_name} with {code}"
    if code in _THROTTLED:
        return Throttled(told)
    return Transient(told) if status >= _SERVER_FAULT or code in _TRANSIENT else Misconfigured(told)
