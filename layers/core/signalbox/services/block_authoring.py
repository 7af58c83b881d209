"""Content blocks as authors write them; what includes a block keeps compiling whatever is done to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from signalbox.domain.content import Part, PartKind, Parts, template_parts
from signalbox.domain.content_blocks import ContentBlock, composed_of, reasons_against
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.flows import Flow, FlowStatus
from signalbox.ports import ContentBlocks, Definitions, Renderer

_LAUNCHED = (FlowStatus.LIVE, FlowStatus.PAUSED)


class BlockAuthoring:
    """The use cases of those who write blocks."""

    def __init__(self, *, blocks: ContentBlocks, definitions: Definitions, renderer: Renderer) -> None:
        self._blocks = blocks
        self._definitions = definitions
        self._renderer = renderer

    def save(self, partner_id: str, name: str, source: str, *, over: int) -> ContentBlock:
        """Save a block over the version that its author saw (0: there was none); messages have it a second later.

        An archived one is taken up again. Raises Invalid with all that is wrong with it and with every block and
        launched flow that could not be compiled any more, and Conflict when another version stands.
        """
        block = ContentBlock(partner_id, name, source, over + 1)
        if faults := list(reasons_against(block)):
            raise Invalid(faults)
        if faults := self._faults(block):
            raise Invalid(faults)
        self._blocks.save(block)
        return block

    def archive(self, block: ContentBlock) -> ContentBlock:
        """Put a block away: it can be included no longer. A block cannot be renamed: save it anew, archive the old.

        Raises Invalid with each block and each launched flow that includes it, Conflict when it was changed since it
        was read. A flow that is launched with it at this very moment still finds it.
        """
        if block.is_archived:
            return block
        blocks = self._active(block.partner_id)
        users = [f"content block '{name}' includes it" for name, each in blocks.items() if self._includes(each, block)]
        users += [f"{_named(flow)} includes it" for flow, _ in self._users(block, blocks)]
        if users:
            raise Invalid([Reason("/status", user) for user in users])
        archived = replace(block, version=block.version + 1, is_archived=True)
        self._blocks.save(archived)
        return archived

    def of_partner(self, partner_id: str) -> Iterator[ContentBlock]:
        """Give all blocks, the archived too."""
        return self._blocks.of_partner(partner_id)

    def _faults(self, block: ContentBlock) -> list[Reason]:
        """Compile the block itself, and then the blocks and flows around it, as they will be with it."""
        blocks = {**self._active(block.partner_id), block.name: block.source}
        faults = [Reason("/source", each.reason) for each in self._compiled(_including(block.name), blocks)]
        if faults:
            return faults
        around: list[tuple[str, Iterable[Parts]]] = [
            (f"content block '{name}'", [_including(name)])
            for name, source in sorted(blocks.items())
            if block.name in self._reached([source], blocks)
        ]
        around += [(_named(flow), every) for flow, every in self._users(block, blocks)]
        return [
            Reason("/source", f"{who} could not be compiled: {fault.reason}")
            for who, every in around
            for parts in every
            for fault in self._compiled(parts, blocks)
        ]

    def _users(self, block: ContentBlock, blocks: dict[str, str]) -> Iterator[tuple[Flow, Sequence[Parts]]]:
        """Give the launched flows that include the block, through others too, each with its contents that do."""
        for flow in self._definitions.flows_of(block.partner_id):
            if flow.status not in _LAUNCHED:
                continue
            contents = map(template_parts, (flow.content, *flow.contents.values()))
            using = [parts for parts in contents if block.name in self._reached(_sources_of(parts), blocks)]
            if using:
                yield flow, using

    def _reached(self, sources: list[str], blocks: dict[str, str]) -> frozenset[str]:
        def found(names: frozenset[str]) -> dict[str, str]:
            return {name: blocks[name] for name in names if name in blocks}

        return frozenset(composed_of(self._renderer.includes, sources, found))

    def _includes(self, source: str, block: ContentBlock) -> bool:
        return block.name in self._renderer.includes(source)

    def _compiled(self, parts: Parts, blocks: dict[str, str]) -> list[Reason]:
        return list(self._renderer.faults_of_parts(parts, blocks))

    def _active(self, partner_id: str) -> dict[str, str]:
        return {each.name: each.source for each in self._blocks.of_partner(partner_id) if not each.is_archived}


def _including(name: str) -> Parts:
    return {"block": Part(PartKind.HTML, f"{{% include '{name}' %}}")}


def _sources_of(parts: Parts) -> list[str]:
    return [part.source for part in parts.values()]


def _named(flow: Flow) -> str:
    return f"flow {flow.flow_id} ({flow.name})"
