"""Fakes of the stores of segments, of who is on their lists, and of content blocks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from threading import RLock

from signalbox.domain.content_blocks import ContentBlock
from signalbox.domain.errors import Conflict
from signalbox.domain.pages import Page, page_of
from signalbox.domain.segments import Membership, Segment
from tests.fakes.stores import FakeContacts


class FakeSegments:
    def __init__(self, *segments: Segment) -> None:
        self.by_id = {(each.partner_id, each.segment_id): each for each in segments}
        self.reads = 0
        self._lock = RLock()

    def find(self, partner_id: str, segment_id: str) -> Segment | None:
        return self.by_id.get((partner_id, segment_id))

    def find_all(self, partner_id: str, segment_ids: Iterable[str]) -> Mapping[str, Segment]:
        self.reads += 1
        return {each: self.by_id[partner_id, each] for each in segment_ids if (partner_id, each) in self.by_id}

    def of_partner(self, partner_id: str) -> Iterator[Segment]:
        yield from [each for (owner, _), each in sorted(self.by_id.items()) if owner == partner_id]

    def save(self, segment: Segment) -> None:
        key = segment.partner_id, segment.segment_id
        with self._lock:
            standing = self.by_id.get(key)
            if standing != segment and segment.version != (standing.version if standing else 0) + 1:
                raise Conflict
            self.by_id[key] = segment


class FakeMemberships:
    """Keeps them where the contacts' view reads them; `dies_after` so many writes, with `fault`, where it is set."""

    def __init__(self, contacts: FakeContacts) -> None:
        self.on_lists: dict[tuple[str, str, str], Membership] = {}
        self.dies_after: int | None = None
        self.fault: BaseException = Conflict()
        self._contacts = contacts
        self._lock = RLock()

    def put_on(
        self,
        partner_id: str,
        segment_id: str,
        identities: Sequence[str],
        at: datetime,
        by: str,
        *,
        renews: bool = False,
    ) -> int:
        assert len(set(identities)) == len(identities)
        added = 0
        for identity in identities:
            with self._lock:
                key = partner_id, segment_id, identity
                standing = self.on_lists.get(key)
                added += standing is None
                if standing is None or (renews and standing.put_on_at < at):
                    self._count_down()
                    self.on_lists[key] = Membership(partner_id, segment_id, identity, at, by)
                    self._show(partner_id, identity)
        return added

    def take_off(self, partner_id: str, segment_id: str, identities: Sequence[str]) -> int:
        assert len(set(identities)) == len(identities)
        return sum(self._remove(partner_id, segment_id, identity) for identity in identities)

    def take_off_older(self, partner_id: str, segment_id: str, before: datetime, limit: int) -> int:
        older = [each for each in self._members(partner_id, segment_id) if each.put_on_at < before]
        return sum(self._remove(partner_id, segment_id, each.identity) for each in older[:limit])

    def members(self, partner_id: str, segment_id: str, after: str | None, limit: int) -> Page[Membership]:
        beyond = (each for each in self._members(partner_id, segment_id) if after is None or each.identity > after)
        return page_of(beyond, limit)

    def count(self, partner_id: str, segment_id: str) -> int:
        return len(self._members(partner_id, segment_id))

    def _members(self, partner_id: str, segment_id: str) -> list[Membership]:
        return [each for key, each in sorted(self.on_lists.items()) if key[:2] == (partner_id, segment_id)]

    def _remove(self, partner_id: str, segment_id: str, identity: str) -> bool:
        with self._lock:
            self._count_down()
            was_on = self.on_lists.pop((partner_id, segment_id, identity), None) is not None
            self._show(partner_id, identity)
            return was_on

    def _count_down(self) -> None:
        if self.dies_after is not None:
            if self.dies_after == 0:
                raise self.fault
            self.dies_after -= 1

    def _show(self, partner_id: str, identity: str) -> None:
        ids = frozenset(each for owner, each, whose in self.on_lists if (owner, whose) == (partner_id, identity))
        self._contacts.segment_ids[partner_id, identity] = ids


class FakeContentBlocks:
    def __init__(self, *blocks: ContentBlock) -> None:
        self.by_name = {(each.partner_id, each.name): each for each in blocks}
        self.reads = 0
        self._lock = RLock()

    def find(self, partner_id: str, name: str) -> ContentBlock | None:
        return self.by_name.get((partner_id, name))

    def find_all(self, partner_id: str, names: Iterable[str]) -> Sequence[ContentBlock]:
        self.reads += 1
        return [self.by_name[partner_id, each] for each in sorted(set(names)) if (partner_id, each) in self.by_name]

    def of_partner(self, partner_id: str) -> Iterator[ContentBlock]:
        yield from [each for (owner, _), each in sorted(self.by_name.items()) if owner == partner_id]

    def save(self, block: ContentBlock) -> None:
        key = block.partner_id, block.name
        with self._lock:
            standing = self.by_name.get(key)
            if standing != block and block.version != (standing.version if standing else 0) + 1:
                raise Conflict
            self.by_name[key] = block
