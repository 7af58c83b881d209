"""A house of keepers: segments, their lists, content blocks and suppressions over fakes."""

from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.segments import ListSegment
from signalbox.services.block_authoring import BlockAuthoring
from signalbox.services.list_keeping import ListKeeping
from signalbox.services.segment_authoring import SegmentAuthoring
from signalbox.services.suppressing import Suppressing
from signalbox.services.suppression_keeping import SuppressionKeeping
from signalbox.wire.addresses import is_address
from tests.fakes.others import FakeClock, FakeIds
from tests.fakes.segments import FakeContentBlocks, FakeMemberships, FakeSegments
from tests.fakes.stores import FakeContacts, FakeCursors, FakePartners, FakeRegistry, FakeSuppressions
from tests.unit.makers import NOON, PARTNER_ID


class House:
    def __init__(self) -> None:
        self.clock = FakeClock(NOON)
        self.contacts = FakeContacts()
        self.registry = FakeRegistry(FakePartners(), FakeCursors())
        self.segments = FakeSegments()
        self.memberships = FakeMemberships(self.contacts)
        self.blocks = FakeContentBlocks()
        self.suppressions = FakeSuppressions(self.contacts)
        self.authoring = SegmentAuthoring(
            ids=FakeIds(), segments=self.segments, definitions=self.registry, conditions=JinjaConditions()
        )
        self.lists = ListKeeping(
            clock=self.clock, segments=self.segments, memberships=self.memberships, is_address=is_address
        )
        self.writing = BlockAuthoring(blocks=self.blocks, definitions=self.registry, renderer=JinjaRenderer())
        self.suppressing = SuppressionKeeping(
            suppressing=Suppressing(clock=self.clock, suppressions=self.suppressions),
            suppressions=self.suppressions,
            is_address=is_address,
        )

    def list_of(self, *addresses: str) -> ListSegment:
        """Create a list with these on it."""
        made = self.authoring.create_list(PARTNER_ID, "VIPs")
        self.lists.put_on(PARTNER_ID, made.segment_id, addresses, by="eve")
        return made

    def on_list(self, segment_id: str) -> list[str]:
        """Give who is on a list."""
        return [each.identity for each in self.lists.members(PARTNER_ID, segment_id, limit=1000).items]
