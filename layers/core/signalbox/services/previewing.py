"""Show what a flow's content makes of real matches, without sending: what validation lists as failing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from signalbox.domain.contacts import Contact
from signalbox.domain.content import NO_BLOCKS, Blocks, ContentProblem, content_names, email_parts
from signalbox.domain.decisions import Match, SkipReason
from signalbox.domain.events import Event
from signalbox.domain.flows import Flow
from signalbox.ports import Renderer


@dataclass(frozen=True, slots=True)
class Case:
    """One match with what a message about it would be made of; `variant` is the one its contact would be in."""

    match: Match
    event: Event | None
    contact: Contact
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What one match would bring: the texts of the message by its parts, or why there would be none."""

    event_id: str
    identity: str | None
    texts: Mapping[str, str]
    problem: ContentProblem | None = None

    @property
    def would_fail(self) -> bool:
        """Tell whether the template is at fault; asking for no message is what its author meant."""
        return self.problem is not None and self.problem.reason is not SkipReason.SKIP_ACTION


class Previewing:
    """The use case of looking before launching."""

    def __init__(self, renderer: Renderer, unsubscribe_url: str) -> None:
        """Take the address that stands in for each recipient's own."""
        self._renderer = renderer
        self._unsubscribe_url = unsubscribe_url

    def previews(self, flow: Flow, cases: Iterable[Case], blocks: Blocks = NO_BLOCKS) -> Sequence[Preview]:
        """Render the flow's content for each case, in their order."""
        return [self._preview(flow, case, blocks) for case in cases]

    def _preview(self, flow: Flow, case: Case, blocks: Blocks) -> Preview:
        names = content_names(
            flow,
            case.match,
            case.event,
            case.contact,
            variant=case.variant,
            unsubscribe_url=self._unsubscribe_url,
        )
        rendered = self._renderer.render_parts(email_parts(flow.content), names, blocks)
        if isinstance(rendered, ContentProblem):
            return Preview(case.match.event_id, case.match.identity, {}, rendered)
        return Preview(case.match.event_id, case.match.identity, rendered)
