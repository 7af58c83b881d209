"""Content blocks on the wire."""

from signalbox.domain.content_blocks import ContentBlock
from signalbox.wire.admin.base import Wire


class BlockShape(Wire):
    """A template that others include by its name."""

    name: str
    template: str
    version: int


class BlockItems(Wire):
    """A part of the blocks."""

    items: list[BlockShape]
    next: str | None


class BlockTemplate(Wire):
    """What a block is to say."""

    template: str


def shape_of(block: ContentBlock) -> BlockShape:
    """Show a block."""
    return BlockShape(name=block.name, template=block.source, version=block.version)
