"""Quiet hours: when, by a contact's own clock, no message may arrive.

Of a clock change the quiet side is taken: an hour that the clock shows twice is quiet both times up to the last
end, and from the first start; an hour that the clock leaves out begins and ends with the jump.
Time zones come from the IANA database that `zoneinfo` finds; its tables are read from disk once a zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from signalbox.domain.errors import Reason

EVERY_DAY = frozenset(range(7))
_DAY = timedelta(days=1)


class QuietMode(StrEnum):
    """What becomes of a message in quiet hours: it waits for their end, or is skipped."""

    HOLD = "hold"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local hours of silence from `start` up to, not including, `end`.

    An end that is not after the start is on the next day: 22:00 to 08:00 is a night, 00:00 to 00:00 a whole day.
    `weekdays` are the days they begin on, Monday 0.
    """

    start: time
    end: time
    mode: QuietMode = QuietMode.HOLD
    weekdays: frozenset[int] = EVERY_DAY

    def until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Give the instant (UTC) at which they end, None when it is not quiet; days of silence in a row are one.

        Of hours that never end (`reasons_against` refuses them) it gives an instant about a week away.
        """
        quiet_until = None
        for _ in range(len(EVERY_DAY) + 1):
            end = self._end_of_the_one_around(quiet_until or now, zone)
            if end is None:
                return quiet_until
            quiet_until = end
        return quiet_until

    def _end_of_the_one_around(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        today = now.astimezone(zone).date()
        # A clock change may push yesterday's end past today's start, so the later end counts.
        ends = [self._ends_at(day, zone) for day in (today - _DAY, today) if self._is_around(now, day, zone)]
        return max(ends, default=None)

    def _is_around(self, now: datetime, day: date, zone: ZoneInfo) -> bool:
        if day.weekday() not in self.weekdays:
            return False
        starts_at, _ = _first_and_last(datetime.combine(day, self.start), zone)
        return starts_at <= now < self._ends_at(day, zone)

    def _ends_at(self, day: date, zone: ZoneInfo) -> datetime:
        last_day = day if self.end > self.start else day + _DAY
        return _first_and_last(datetime.combine(last_day, self.end), zone)[1]


def zone_of(contacts_own: str | None, partners: str) -> ZoneInfo:
    """Give the contact's zone by its IANA name (trait `timezone`); where it has none that exists, the partner's.

    A partner's zone that does not exist counts as UTC: what a person typed is refused when it is saved.
    """
    for name in (contacts_own, partners):
        if name and (zone := _zone(name)):
            return zone
    return ZoneInfo("UTC")


def is_zone(name: str) -> bool:
    """Tell whether the IANA database has a zone of this name."""
    return _zone(name) is not None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        # A name may also be a folder of the database, too long for a file, or no relative path.
        return None


def reasons_against(hours: QuietHours) -> Iterator[Reason]:
    """Name what makes no sense, by its path."""
    if not hours.weekdays or not hours.weekdays <= EVERY_DAY:
        yield Reason("/weekdays", "expected some of 0 (Monday) to 6 (Sunday)")
    if hours.start == hours.end and hours.weekdays >= EVERY_DAY:
        yield Reason("/end", "expected another time than the start, or nothing would ever be sent")
    if hours.start.tzinfo or hours.end.tzinfo:
        yield Reason("/start", "expected times without a zone: they are the contact's own")


def _first_and_last(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the first and the last instant (UTC) at which the zone's clock shows `wall`, or jumps past it.

    They differ in an hour that is shown twice. Of a wall time in a gap the reading by the offset before the change is
    the later instant (PEP 495); the jump lies between the two.
    """
    first, last = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= last:
        return first, last
    jump = _jump(wall, zone, last, first)
    return jump, jump


def _jump(wall: datetime, zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Find the second at which the clock jumps over `wall`, known to lie in (before, after]."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after
