"""Removing files of History from the bucket, for the erasure of a person: who needs an hour writes it again."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING

from signalbox.adapters.history.bucket import Bucket
from signalbox.adapters.history.names import HourName

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

REMOVED_AT_ONCE = 1_000  # AWS: "DeleteObjects"


class S3HistoryFiles:
    """The `HistoryFiles` port over the bucket; copies on other machines are given out for up to an hour more."""

    def __init__(self, client_of: "Callable[[], S3Client]", bucket: str) -> None:
        self._bucket = Bucket(client_of, bucket)

    def remove(self, partner_id: str, hours: Sequence[datetime]) -> None:
        """Delete them by their names, several a call."""
        for some in batched(hours, REMOVED_AT_ONCE, strict=False):
            self._bucket.remove([HourName(partner_id, hour).key for hour in some])
