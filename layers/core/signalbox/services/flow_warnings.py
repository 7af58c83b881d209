"""What an author of a flow is warned of: nothing that stops a launch, and hardly ever what they meant."""

from collections.abc import Collection, Iterator

from signalbox.domain.content import template_parts
from signalbox.domain.contents import Content, EmailContent
from signalbox.domain.errors import Reason
from signalbox.domain.flows import Flow
from signalbox.ports import Conditions, KnownBlocks, Renderer
from signalbox.services.composing import Composing
from signalbox.services.flow_checks import escaped

_LINK = "unsubscribe_url"
_COLUMN = "trigger."
_ALWAYS_THERE = "event_raw"


class FlowWarnings:
    """Reads templates and conditions, without rendering; of a content with faults those are the news."""

    def __init__(self, *, blocks: KnownBlocks, renderer: Renderer, conditions: Conditions) -> None:
        self._composing = Composing(blocks=blocks, renderer=renderer)
        self._renderer = renderer
        self._conditions = conditions

    def of(self, flow: Flow, columns: Collection[str]) -> list[Reason]:
        """Name each thing by its path; `columns` are what the trigger returns, empty where that is not known."""
        without_link = [] if flow.is_transactional else list(self._without_link(flow))
        return [*without_link, *(self._unknown_columns(flow, columns) if columns else ())]

    def _without_link(self, flow: Flow) -> Iterator[Reason]:
        """A marketing e-mail has its `List-Unsubscribe` in any case, but not every mail program shows that."""
        for path, content, names in self._names_by_content(flow):
            if isinstance(content, EmailContent) and _LINK not in names:
                yield Reason(path, "it nowhere has {{ unsubscribe_url }}: the law asks for a link that people can see")

    def _unknown_columns(self, flow: Flow, columns: Collection[str]) -> Iterator[Reason]:
        """A column that no row has is missing in every message, or a default stands in for it in every one."""
        of_contents = ((path, names) for path, _, names in self._names_by_content(flow))
        for path, names in (*of_contents, *self._names_by_condition(flow)):
            used = {name.split(".")[1] for name in names if name.startswith(_COLUMN)}
            for column in sorted(used.difference(columns, {_ALWAYS_THERE})):
                yield Reason(path, f"it uses trigger.{column}, and the trigger returns no column {column}")

    def _names_by_content(self, flow: Flow) -> Iterator[tuple[str, Content, frozenset[str]]]:
        by_path = {f"/contents/{escaped(content_id)}": content for content_id, content in flow.contents.items()}
        for path, content in {"/content": flow.content, **by_path}.items():
            parts = template_parts(content)
            sources = [part.source for part in parts.values()]
            blocks = self._composing.blocks_for(flow.partner_id, sources, sees_archived=True)
            has_body = not isinstance(content, EmailContent) or content.text is not None or content.html is not None
            if has_body and not self._renderer.faults_of_parts(parts, blocks):
                yield path, content, self._renderer.names_in_parts(parts, blocks)

    def _names_by_condition(self, flow: Flow) -> Iterator[tuple[str, frozenset[str]]]:
        for place, branch in enumerate(flow.branches.ordered):
            yield f"/branches/ordered/{place}/condition", self._conditions.names_in(branch.condition)
