"""Who is on a list segment: put on and taken off by hand, added from CSV, replaced by CSV, shown and counted.

A list that comes in parts is replaced like this; each step may be repeated, and ends in the same:

begin (the segment says so) ─> a part, a part … ─> finish, until it is done (who was put on before goes)
crash here: the list only grows │                   │ crash here: those who are to go still go
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from signalbox.domain.errors import Conflict, Invalid, Reason
from signalbox.domain.identities import identity_of
from signalbox.domain.pages import MAX_PAGE, Page
from signalbox.domain.segments import MAX_ROWS, ListSegment, Membership, RefusedRow, Replacement, parse_upload
from signalbox.ports import Clock, Memberships, Segments

TAKEN_OFF_AT_ONCE = 1_000
"""One write each, so that a call is over within an API's 30 seconds."""

MAX_UPLOAD_NAME = 200


@dataclass(frozen=True, slots=True)
class UploadReport:
    """What became of each row of an upload: every row that is not empty counts in exactly one of the four.

    After a fault in the middle, whoever was put on by the first try counts as already on the list in the second.
    """

    added: int
    already_on: int
    repeats: int
    refused: Sequence[RefusedRow]


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """The same of an upload of those to be taken off."""

    taken_off: int
    not_on: int
    repeats: int
    refused: Sequence[RefusedRow]


class ListKeeping:
    """The use cases of those who keep lists."""

    def __init__(
        self, *, clock: Clock, segments: Segments, memberships: Memberships, is_address: Callable[[str], bool]
    ) -> None:
        self._clock = clock
        self._segments = segments
        self._memberships = memberships
        self._is_address = is_address

    def put_on(self, partner_id: str, segment_id: str, addresses: Iterable[str], *, by: str) -> int:
        """Put people on a list and give how many were not on it; raises Invalid with each that is no address."""
        segment = self._active(partner_id, segment_id)
        return self._put_on(segment, self._identities(addresses), self._clock.now(), by)

    def take_off(self, partner_id: str, segment_id: str, addresses: Iterable[str]) -> int:
        """Take people off a list and give how many were on it; raises Invalid as `put_on`."""
        self._list(partner_id, segment_id)
        return self._memberships.take_off(partner_id, segment_id, self._identities(addresses))

    def add(self, partner_id: str, segment_id: str, csv_text: str, *, by: str) -> UploadReport:
        """Put on a list whom an upload names; raises Invalid and TooLarge as `parse_upload` does."""
        return self._upload(self._active(partner_id, segment_id), csv_text, self._clock.now(), by)

    def take_off_all(self, partner_id: str, segment_id: str, csv_text: str) -> RemovalReport:
        """Take off a list whom an upload names; raises as `add`."""
        self._list(partner_id, segment_id)
        upload = parse_upload(csv_text, self._is_address)
        taken_off = self._memberships.take_off(partner_id, segment_id, upload.identities)
        return RemovalReport(taken_off, len(upload.identities) - taken_off, upload.repeats, upload.refused)

    def begin_replacement(self, partner_id: str, segment_id: str, upload: str) -> None:
        """Begin to replace all that is on a list by an upload that the caller names; again, it goes on.

        Raises Invalid, and Conflict while the list is being replaced by another.
        """
        segment = self._active(partner_id, segment_id)
        if not 1 <= len(upload) <= MAX_UPLOAD_NAME:
            raise Invalid([Reason("/upload", f"expected 1 to {MAX_UPLOAD_NAME} characters")])
        if segment.replacement is None:
            begun = Replacement(upload, self._clock.now())
            self._segments.save(replace(segment, version=segment.version + 1, replacement=begun))
        elif segment.replacement.upload != upload:
            raise Conflict("the list is being replaced by another upload; that is finished or given up first")

    def add_replacing(self, partner_id: str, segment_id: str, upload: str, csv_text: str, *, by: str) -> UploadReport:
        """Take a part of a replacement; raises as `add`, and Conflict when it is not under way any more."""
        segment, replacement = self._replaced(partner_id, segment_id, upload)
        return self._upload(segment, csv_text, replacement.since, by)

    def finish_replacement(self, partner_id: str, segment_id: str, upload: str) -> tuple[int, bool]:
        """Take off some who were put on before the replacement began, and tell how many and whether that was all.

        Whoever was put on by hand since stays. Raises Conflict when it is not under way any more.
        """
        segment, replacement = self._replaced(partner_id, segment_id, upload)
        taken_off = self._memberships.take_off_older(partner_id, segment_id, replacement.since, TAKEN_OFF_AT_ONCE)
        if taken_off == TAKEN_OFF_AT_ONCE:
            return taken_off, False
        self._end_replacement(segment)
        return taken_off, True

    def give_up_replacement(self, partner_id: str, segment_id: str) -> None:
        """Leave the list as it is by now: those it had, and those that were put on since."""
        segment = self._list(partner_id, segment_id)
        if segment.replacement is not None:
            self._end_replacement(segment)

    def members(self, partner_id: str, segment_id: str, *, after: str | None = None, limit: int) -> Page[Membership]:
        """Show a part of a list, in the order of identities."""
        self._list(partner_id, segment_id)
        return self._memberships.members(partner_id, segment_id, after, min(limit, MAX_PAGE))

    def count(self, partner_id: str, segment_id: str) -> int:
        """Count who is on a list; those of the last moments may lack."""
        self._list(partner_id, segment_id)
        return self._memberships.count(partner_id, segment_id)

    def _upload(self, segment: ListSegment, csv_text: str, at: datetime, by: str) -> UploadReport:
        upload = parse_upload(csv_text, self._is_address)
        added = self._put_on(segment, upload.identities, at, by)
        return UploadReport(added, len(upload.identities) - added, upload.repeats, upload.refused)

    def _put_on(self, segment: ListSegment, identities: Sequence[str], at: datetime, by: str) -> int:
        """Renew those on the list while it is being replaced, or who is put on by hand meanwhile would go with it.

        Clocks differ: meanwhile nobody is put on before it began.
        """
        renews = segment.replacement is not None
        at = max(at, segment.replacement.since) if segment.replacement else at
        return self._memberships.put_on(segment.partner_id, segment.segment_id, identities, at, by, renews=renews)

    def _identities(self, addresses: Iterable[str]) -> Sequence[str]:
        given = list(addresses)
        if len(given) > MAX_ROWS:
            raise Invalid([Reason("", f"expected up to {MAX_ROWS} addresses")])
        stripped = [each.strip() for each in given]
        faults = [
            Reason(f"/{place}", "expected an e-mail address")
            for place, each in enumerate(stripped)
            if not self._is_address(each)
        ]
        if faults:
            raise Invalid(faults)
        return list(dict.fromkeys(map(identity_of, stripped)))

    def _replaced(self, partner_id: str, segment_id: str, upload: str) -> tuple[ListSegment, Replacement]:
        segment = self._list(partner_id, segment_id)
        if segment.replacement is None or segment.replacement.upload != upload:
            raise Conflict("the list is not being replaced by this upload")
        return segment, segment.replacement

    def _end_replacement(self, segment: ListSegment) -> None:
        self._segments.save(replace(segment, version=segment.version + 1, replacement=None))

    def _active(self, partner_id: str, segment_id: str) -> ListSegment:
        segment = self._list(partner_id, segment_id)
        if segment.is_archived:
            raise Invalid([Reason("/segment_id", "the segment is archived")])
        return segment

    def _list(self, partner_id: str, segment_id: str) -> ListSegment:
        segment = self._segments.find(partner_id, segment_id)
        if not isinstance(segment, ListSegment):
            raise Invalid([Reason("/segment_id", "no such list")])
        return segment
