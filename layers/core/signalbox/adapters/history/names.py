"""Where the events of one hour lie: their key in the bucket and their file's name on this machine.

A partner's id becomes a part of a path here, so nothing passes that could lead out of the partner's own folder.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)
_PARTNER_ID = re.compile(r"partner_[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class HourName:
    """One partner's hour `[hour, hour + 1 h)`; raises ValueError on an id that is none, and between the hours."""

    partner_id: str
    hour: datetime

    def __post_init__(self) -> None:
        if not _PARTNER_ID.fullmatch(self.partner_id):
            raise ValueError("not the id of a partner")
        if self.hour != self.hour.replace(minute=0, second=0, microsecond=0) or self.hour.tzinfo is not UTC:
            raise ValueError("an hour is named by its start, in UTC")

    @property
    def key(self) -> str:
        """The object's key, in the form that query engines read partitions from (Hive)."""
        return f"partner={self.partner_id}/date={self.hour:%Y-%m-%d}/hour={self.hour:%H}.parquet"

    @property
    def file(self) -> str:
        """The file's path in a folder; without `=`, which DuckDB would read columns from."""
        return f"{self.partner_id}/{self.hour:%Y-%m-%dT%H}.parquet"
