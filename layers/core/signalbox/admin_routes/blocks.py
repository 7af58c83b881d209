"""Routes about content blocks."""

from signalbox.admin_routes.routing import PARTNER, Call, Change, Reply, Route
from signalbox.domain.access import Role
from signalbox.domain.content_blocks import ContentBlock
from signalbox.domain.errors import Missing
from signalbox.ports import ContentBlocks
from signalbox.services.block_authoring import BlockAuthoring
from signalbox.wire.admin import blocks as wire
from signalbox.wire.admin.base import Listing
from signalbox.wire.admin.pages import part_of

BLOCKS = f"{PARTNER}/blocks"
BLOCK = f"{BLOCKS}/{{name}}"


class BlockRoutes:
    """What authors do with pieces of templates."""

    def __init__(self, *, blocks: ContentBlocks, authoring: BlockAuthoring) -> None:
        self._blocks = blocks
        self._authoring = authoring

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (
            Route(
                "GET", BLOCKS, "listBlocks", "The content blocks", Role.VIEWER, self._list, asks=Listing,
                gives=wire.BlockItems,
            ),
            Route("GET", BLOCK, "getBlock", "A content block", Role.VIEWER, self._get, gives=wire.BlockShape),
            Route(
                "PUT", BLOCK, "saveBlock", "Write a block; a new one needs no If-Match",
                Role.EDITOR, self._save, takes=wire.BlockTemplate, gives=wire.BlockShape, changes="block", thing="name",
                is_conditional=True, makes=True,
            ),
            Route(
                "DELETE", BLOCK, "archiveBlock", "Put a block away that nothing includes", Role.EDITOR, self._archive,
                status=204, changes="block", thing="name", is_conditional=True,
            ),
        )  # fmt: skip

    def _list(self, call: Call) -> Reply:
        standing = (each for each in self._authoring.of_partner(call.partner_id) if not each.is_archived)
        part, following = part_of(standing, call.query, lambda each: each.name)
        return Reply(wire.BlockItems(items=[wire.shape_of(each) for each in part], next=following))

    def _get(self, call: Call) -> Reply:
        block = self._block(call)
        return Reply(wire.shape_of(block), block.version)

    def _save(self, call: Call) -> Reply:
        wanted: wire.BlockTemplate = call.body
        over = self._put_away(call) if call.expected is None else call.expected
        saved = self._authoring.save(call.partner_id, call.params["name"], wanted.template, over=over)
        return Reply(wire.shape_of(saved), saved.version, change=Change(over or None, saved.version))

    def _archive(self, call: Call) -> Reply:
        block = self._block(call)
        call.seen(block.version)
        archived = self._authoring.archive(block)
        return Reply(change=Change(block.version, archived.version))

    def _block(self, call: Call) -> ContentBlock:
        block = self._blocks.find(call.partner_id, call.params["name"])
        if block is None or block.is_archived:
            raise Missing("no such content block")
        return block

    def _put_away(self, call: Call) -> int:
        """Give the version of a block that was put away, which is written over unseen; 0 where there is none."""
        block = self._blocks.find(call.partner_id, call.params["name"])
        return block.version if block is not None and block.is_archived else 0
