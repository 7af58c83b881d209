"""The routes about segments, content blocks and suppressions."""

from collections.abc import Iterable

from signalbox.admin_routes.blocks import BlockRoutes
from signalbox.admin_routes.routing import Route
from signalbox.admin_routes.segments import SegmentRoutes
from signalbox.admin_routes.suppressions import SuppressionRoutes
from signalbox.admin_wiring.parts import Parts
from signalbox.services.block_authoring import BlockAuthoring
from signalbox.services.list_keeping import ListKeeping
from signalbox.services.segment_authoring import SegmentAuthoring
from signalbox.services.suppressing import Suppressing
from signalbox.services.suppression_keeping import SuppressionKeeping
from signalbox.wire.addresses import is_address


def segment_routes(parts: Parts) -> Iterable[Route]:
    """Wire them."""
    authoring = SegmentAuthoring(
        ids=parts.ids, segments=parts.segments, definitions=parts.definitions, conditions=parts.conditions
    )
    keeping = ListKeeping(
        clock=parts.clock, segments=parts.segments, memberships=parts.memberships, is_address=is_address
    )
    return SegmentRoutes(segments=parts.segments, authoring=authoring, keeping=keeping).routes()


def block_routes(parts: Parts) -> Iterable[Route]:
    """Wire those about content blocks."""
    authoring = BlockAuthoring(blocks=parts.blocks, definitions=parts.definitions, renderer=parts.renderer)
    return BlockRoutes(blocks=parts.blocks, authoring=authoring).routes()


def suppression_routes(parts: Parts) -> Iterable[Route]:
    """Wire those about suppressions."""
    keeping = SuppressionKeeping(
        suppressing=Suppressing(clock=parts.clock, suppressions=parts.suppressions),
        suppressions=parts.suppressions,
        is_address=is_address,
    )
    return SuppressionRoutes(keeping=keeping).routes()
