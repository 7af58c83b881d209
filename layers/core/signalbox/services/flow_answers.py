"""For each event and each flow of a partner: the decision with what its message said, or why there is none."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from signalbox.domain.coverage import Coverage, Covered, Runs, covered
from signalbox.domain.decision_names import DecisionName, bounded
from signalbox.domain.decisions import Decision
from signalbox.domain.explanations import FlowAnswer
from signalbox.domain.flows import Cursor, Flow, FlowStatus, Trigger
from signalbox.domain.safety_holds import SafetyHold
from signalbox.ports import Clock, Cursors, DecisionLists, Definitions, Messages, SafetyHolds


class FlowAnswers:
    """The part of an explanation that is about flows; nothing is written."""

    def __init__(
        self,
        *,
        clock: Clock,
        definitions: Definitions,
        cursors: Cursors,
        safety_holds: SafetyHolds,
        decision_lists: DecisionLists,
        messages: Messages,
    ) -> None:
        self._clock = clock
        self._definitions = definitions
        self._cursors = cursors
        self._safety_holds = safety_holds
        self._decision_lists = decision_lists
        self._messages = messages

    def of_partner(self, partner_id: str) -> "PartnerFlows":
        """Read where the flows are, before any decision: what a cursor covers was handed over before it moved."""
        cursors = self._cursors.of_partner(partner_id)
        return PartnerFlows(
            partner_id,
            self._clock.now(),
            cursors,
            self._safety_holds.of_partner(partner_id),
            definitions=self._definitions,
            decision_lists=self._decision_lists,
            messages=self._messages,
        )


class PartnerFlows:
    """A partner's flows as they stood at one instant; each thing is read once, when it is needed."""

    def __init__(
        self,
        partner_id: str,
        now: datetime,
        cursors: Mapping[str, Cursor],
        holds: Mapping[str, SafetyHold],
        *,
        definitions: Definitions,
        decision_lists: DecisionLists,
        messages: Messages,
    ) -> None:
        self._partner_id = partner_id
        self._now = now
        self._cursors = cursors
        self._holds = holds
        self._definitions = definitions
        self._decision_lists = decision_lists
        self._messages = messages
        self._flows = {each.flow_id: each for each in definitions.flows_of(partner_id)}
        self._starts: dict[str, datetime | None] = {}
        self._triggers: dict[str, Sequence[Trigger]] = {}

    def decisions(self, event_ids: Iterable[str]) -> Sequence[Decision]:
        """Give every decision of the flows about these events, also those in flight."""
        names = (DecisionName.of(self._partner_id, flow_id, each) for each in event_ids for flow_id in self._flows)
        return self._decision_lists.find_all(list(dict.fromkeys(names)))

    def answers(
        self, received_at: Mapping[str, datetime | None], decisions: Iterable[Decision]
    ) -> Mapping[str, Sequence[FlowAnswer]]:
        """Give by event what each flow made of it.

        `received_at` is by event; of one whose receipt is not known, flows without a decision have nothing to say.
        """
        decided: dict[str, dict[str, Decision]] = {}
        for each in decisions:
            decided.setdefault(bounded(each.event_id), {})[each.flow_id] = each
        return {
            event_id: [*map(self._decided, own.values()), *self._undecided(own, at)]
            for event_id, at in received_at.items()
            for own in (decided.get(bounded(event_id), {}),)
        }

    def _decided(self, decision: Decision) -> FlowAnswer:
        """Add what the message said, where there was one and it may still be shown."""
        message = None
        if decision.tries:
            message = self._messages.find(decision.partner_id, decision.flow_id, decision.event_id)
        if message is not None and message.expires_at <= self._now:
            message = None
        version = decision.trigger_version
        told = Covered(Coverage.DECIDED, f"version {version} of its trigger returned it", [version])
        return FlowAnswer(decision.flow_id, self._flows.get(decision.flow_id), told, decision, message)

    def _undecided(self, decided: Collection[str], received_at: datetime | None) -> Iterator[FlowAnswer]:
        """Say of each other flow but drafts why it has no decision."""
        for flow_id, flow in self._flows.items():
            if flow_id in decided or received_at is None or flow.status is FlowStatus.DRAFT:
                continue
            start, triggers = self._start(flow, received_at), self._versions(flow)
            runs = Runs(flow, start, self._cursors.get(flow_id), triggers, self._holds.get(flow_id))
            yield FlowAnswer(flow_id, flow, covered(runs, received_at, self._now))

    def _start(self, flow: Flow, received_at: datetime) -> datetime | None:
        """Find the first start among the versions; for what came after the last one that is the same to the answer."""
        if flow.starts_after is None or received_at > flow.starts_after:
            return flow.starts_after
        if flow.flow_id not in self._starts:
            versions = self._definitions.flow_versions(flow.partner_id, flow.flow_id)
            self._starts[flow.flow_id] = min(each.starts_after for each in versions if each.starts_after is not None)
        return self._starts[flow.flow_id]

    def _versions(self, flow: Flow) -> Sequence[Trigger]:
        if flow.trigger_id not in self._triggers:
            versions = self._definitions.trigger_versions(flow.partner_id, flow.trigger_id)
            self._triggers[flow.trigger_id] = list(versions)
        return self._triggers[flow.trigger_id]
