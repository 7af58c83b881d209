"""Decide about one match and, if the rules allow, hand its message to the channel: at most once.

consider ─> take a place ─> claim (in_flight, by condition) ─> channel ─> settle (sent …) ─> give an unused place back
crash here: nothing left    │                               │ crash here: `unknown`, never sent again
                            └── a second worker stops here ─┘
"""

import hashlib
from collections.abc import Sequence

from signalbox.domain.decisions import Decision, Deferral, Match, Outcome, SkipReason
from signalbox.domain.errors import Ambiguous, Misconfigured, NotTried, Rejected, Transient
from signalbox.domain.messages import EmailMessage
from signalbox.domain.webhooks import next_delay
from signalbox.ports import Clock, Deferrals, EmailChannel
from signalbox.services.claiming import Claiming
from signalbox.services.considering import Considered, Considering
from signalbox.services.placing import TRIES, Placing

_NOTHING_LEFT: Sequence[Outcome] = (Outcome.SKIPPED, Outcome.HELD_OUT, Outcome.FAILED)
"""The ends after which no message is on its way, nor will be."""


class Sending:
    """The use case of one match on the sends queue."""

    def __init__(
        self,
        *,
        clock: Clock,
        considering: Considering,
        placing: Placing,
        claiming: Claiming,
        deferrals: Deferrals,
        channel: EmailChannel,
    ) -> None:
        self._clock = clock
        self._considering = considering
        self._placing = placing
        self._claiming = claiming
        self._deferrals = deferrals
        self._channel = channel

    def send(self, match: Match) -> Decision:
        """Bring the (flow, event) to its decision and give it, whoever made it.

        Raises Transient or Misconfigured when the match must come again; the message did not leave then,
        or another worker may still be at it.
        """
        for _ in range(TRIES):
            considered = self._considering.consider(match)
            if considered.message is None:
                return self._without_message(considered)
            if self._placing.take(considered):
                return self._with_message(considered, considered.message)
        raise Transient("others took the contact's places again and again")

    def _without_message(self, considered: Considered) -> Decision:
        """Record what became of it; what waits is kept first, so that a crash in between only brings it again."""
        judgement = considered.judgement
        if judgement.until is not None:
            self._deferrals.keep(Deferral(considered.match, judgement.until))
        decision, _ = self._claiming.claim(self._decision(considered))
        self._give_back(considered, decision)
        return decision

    def _with_message(self, considered: Considered, message: EmailMessage) -> Decision:
        decision, is_ours = self._claiming.claim(self._decision(considered))
        if is_ours:
            decision = self._deliver(considered.match, decision, message)
        self._give_back(considered, decision)
        return decision

    def _give_back(self, considered: Considered, decision: Decision) -> None:
        """Give back what an attempt took that came to nothing; one that may yet be taken up keeps its place."""
        if decision.outcome in _NOTHING_LEFT and considered.may_have_place:
            self._placing.give_back(considered)

    def _decision(self, considered: Considered) -> Decision:
        match, judgement = considered.match, considered.judgement
        return Decision(
            partner_id=match.partner_id,
            flow_id=match.flow_id,
            flow_version=considered.flow_version,
            trigger_id=match.trigger_id,
            trigger_version=match.trigger_version,
            event_id=match.event_id,
            identity=match.identity,
            outcome=judgement.outcome,
            decided_at=self._clock.now(),
            received_at=match.received_at,
            reason=judgement.reason,
            detail=judgement.detail,
            tries=1 if judgement.outcome is Outcome.IN_FLIGHT else 0,
            arm=judgement.arm,
            due_at=judgement.until,
            trace=tuple(judgement.trace),
        )

    def _deliver(self, match: Match, claimed: Decision, message: EmailMessage) -> Decision:
        try:
            message_id = self._channel.send(message)
        except Rejected as refusal:
            return self._claiming.end(claimed, Outcome.FAILED, str(refusal), reason=SkipReason.CHANNEL_REJECTED)
        except Ambiguous as doubt:
            return self._claiming.end(claimed, Outcome.UNKNOWN, str(doubt))
        except Transient as fault:
            return self._put_off(match, claimed, fault)
        except Misconfigured as fault:
            self._claiming.end(claimed, Outcome.DEFERRED, str(fault))
            raise
        return self._claiming.end(claimed, Outcome.SENT, provider_message_id=message_id)

    def _put_off(self, match: Match, claimed: Decision, fault: Transient) -> Decision:
        """Try again later what surely did not leave, longer each time; raises the fault when there were enough tries.

        Then the queue brings it a few times more and at last sets it aside for a person. The decision says so before
        the deferral is kept: dying in between, the worker leaves the queue's message, which comes again.
        """
        tries = claimed.tries - isinstance(fault, NotTried)
        delay = next_delay(tries, _share(claimed), fault.retry_after)
        due_at = None if delay is None else self._clock.now() + delay
        ended = self._claiming.end(claimed, Outcome.DEFERRED, str(fault), due_at=due_at, tries=tries)
        if due_at is None:
            raise fault
        self._deferrals.keep(Deferral(match, due_at))
        return ended


def _share(claimed: Decision) -> float:
    """Draw a number from 0 to 1 by the decision and its attempt, so that what failed together comes back apart."""
    drawn = f"{claimed.flow_id}\n{claimed.attempts}\n{claimed.event_id}"
    return int.from_bytes(hashlib.blake2b(drawn.encode(), digest_size=4).digest()) / 2**32
