"""Which content blocks a template needs; a template that includes nothing costs no read."""

from collections.abc import Iterable

from signalbox.domain.content import NO_BLOCKS, Blocks
from signalbox.domain.content_blocks import composed_of
from signalbox.ports import KnownBlocks, Renderer


class Composing:
    """Finds the blocks that templates include, and those that these include."""

    def __init__(self, *, blocks: KnownBlocks, renderer: Renderer) -> None:
        self._blocks = blocks
        self._renderer = renderer

    def blocks_for(self, partner_id: str, sources: Iterable[str], *, sees_archived: bool) -> Blocks:
        """Give them by name, with one read a level of nesting; who writes a template does not see archived ones."""

        def found(names: frozenset[str]) -> Blocks:
            blocks = self._blocks.find_all(partner_id, names)
            return {each.name: each.source for each in blocks if sees_archived or not each.is_archived}

        return composed_of(self._renderer.includes, sources, found) or NO_BLOCKS
