"""Decide about matches and, if the rules allow, hand their messages to their channels.

consider ─> take a place ─> claim (in_flight, by condition) ─> channel ─> settle (sent …) ─> give an unused place back
crash here: nothing left    │                               │ crash here: `unknown`, never sent again;
                            └── a second worker stops here ─┘ but a webhook is, under the same name
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import batched, zip_longest

from signalbox.domain.decisions import Decision, Deferral, Match, Outcome, SkipReason
from signalbox.domain.errors import Ambiguous, NotTried, Rejected, SignalboxError, Throttled, Transient
from signalbox.domain.messages import WEBHOOK, AddressedPayload, Message
from signalbox.domain.redeciding import MENDABLE
from signalbox.domain.throttling import throttled_delay
from signalbox.domain.webhooks import next_delay
from signalbox.ports import Clock, Deferrals
from signalbox.services.claiming import Claiming
from signalbox.services.considering import Considered, Considering
from signalbox.services.handing_over import Answer, HandingOver, Parcel
from signalbox.services.placing import TRIES, Placing

_NOTHING_LEFT: Sequence[Outcome] = (Outcome.SKIPPED, Outcome.HELD_OUT, Outcome.FAILED)
"""The ends after which no message is on its way, nor will be."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A match whose decision is ours, and whose message is yet to leave, with up to `go_together` in one POST."""

    considered: Considered
    decision: Decision
    message: Message
    go_together: int = 1


def together(claimed: Iterable[Claimed]) -> Iterator[Sequence[Claimed]]:
    """Give what goes in one POST each: webhooks for one destination, in their order, as many as it takes.

    Destinations take turns, so that one with many POSTs that hangs is not before all of the others'.
    """
    by_destination: dict[object, list[Claimed]] = {}
    for each in claimed:
        message, partner_id = each.message, each.decision.partner_id
        goes_to = (partner_id, message.destination_id) if isinstance(message, AddressedPayload) else id(each)
        by_destination.setdefault(goes_to, []).append(each)
    posts = [batched(some, some[0].go_together, strict=False) for some in by_destination.values()]
    for turn in zip_longest(*posts):
        yield from (some for some in turn if some)


class Sending:
    """The use case of the matches on the sends queue; several threads may use one."""

    def __init__(
        self,
        *,
        clock: Clock,
        considering: Considering,
        placing: Placing,
        claiming: Claiming,
        deferrals: Deferrals,
        handing_over: HandingOver,
    ) -> None:
        self._clock = clock
        self._considering = considering
        self._placing = placing
        self._claiming = claiming
        self._deferrals = deferrals
        self._handing_over = handing_over

    def send(self, match: Match) -> Decision:
        """Bring the (flow, event) to its decision and give it, whoever made it.

        Raises Transient or Misconfigured when the match must come again; the message did not leave then, or is a
        webhook that may leave twice, or another worker may still be at it.
        """
        begun = self.begin(match)
        return self._finished(begun) if isinstance(begun, Claimed) else begun

    def begin(self, match: Match) -> Decision | Claimed:
        """Do as `send`, but leave a webhook that may go with others to `finish`.

        Who dies before that hides nothing: the webhook is sent by whoever takes up the decision next.
        """
        for _ in range(TRIES):
            considered = self._considering.consider(match)
            if considered.message is None:
                return self._without_message(considered)
            if self._placing.take(considered):
                return self._with_message(considered, considered.message)
        raise Transient("others took the contact's places again and again")

    def finish(self, claimed: Sequence[Claimed]) -> Sequence[Decision | SignalboxError]:
        """Hand over what goes `together`, and give for each its decision, or what `send` would raise."""
        answers = self._handing_over.hand_over([Parcel(each.decision, each.message) for each in claimed])
        return [self._result(each, answer) for each, answer in zip(claimed, answers, strict=True)]

    def _finished(self, claimed: Claimed) -> Decision:
        (result,) = self.finish([claimed])
        if isinstance(result, SignalboxError):
            raise result
        return result

    def _without_message(self, considered: Considered) -> Decision:
        """Record what became of it; what waits is kept first, so that a crash in between only brings it again."""
        judgement = considered.judgement
        if judgement.until is not None:
            self._deferrals.keep(Deferral(considered.match, judgement.until))
        decision, _ = self._claiming.claim(self._decision(considered))
        self._give_back(considered, decision)
        return decision

    def _with_message(self, considered: Considered, message: Message) -> Decision | Claimed:
        go_together = self._handing_over.go_together(considered.match.partner_id, message)
        decision, is_ours = self._claiming.claim(self._decision(considered))
        if not is_ours:
            self._give_back(considered, decision)
            return decision
        claimed = Claimed(considered, decision, message, go_together)
        return claimed if go_together > 1 else self._finished(claimed)

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
            channel=considered.channel,
            match=_kept(match) if judgement.reason in MENDABLE else None,
        )

    def _result(self, claimed: Claimed, answer: Answer) -> Decision | SignalboxError:
        """Make one match's failure its own result, so that those it went out with end too."""
        try:
            decision = self._ended(claimed.considered.match, claimed.decision, answer)
            self._give_back(claimed.considered, decision)
        except SignalboxError as fault:
            return fault
        return decision

    def _ended(self, match: Match, claimed: Decision, answer: Answer) -> Decision:
        """Write down what the channel said; raises what has to bring the match again."""
        match answer:
            case Rejected():
                reason = SkipReason.CHANNEL_REJECTED
                kept = _kept(match)
                return self._claiming.end(
                    claimed, Outcome.FAILED, str(answer), told=answer.told, reason=reason, match=kept
                )
            case Ambiguous():
                return self._claiming.end(claimed, Outcome.UNKNOWN, str(answer))
            case Transient():
                return self._put_off(match, claimed, answer)
            case SignalboxError():
                self._claiming.end(claimed, Outcome.DEFERRED, str(answer))
                raise answer
            case _:
                return self._claiming.end(claimed, Outcome.SENT, provider_message_id=answer)

    def _put_off(self, match: Match, claimed: Decision, fault: Transient) -> Decision:
        """Try again later what surely did not leave, longer each time; raises the fault when there were enough tries.

        Then the queue brings it a few times more and at last sets it aside for a person. The decision says so before
        the deferral is kept: dying in between, the worker leaves the queue's message, which comes again.
        What its provider had no room for comes again until its event is too old: a burst uses up no tries. To be asked
        for fewer by an endpoint is one of a webhook's ten attempts, whose schedule is the specification's.
        """
        is_throttled = isinstance(fault, Throttled) and claimed.channel != WEBHOOK
        tries = claimed.tries - (is_throttled or isinstance(fault, NotTried))
        delay = (
            throttled_delay(claimed.attempts, _share(claimed))
            if is_throttled
            else next_delay(tries, _share(claimed), fault.retry_after)
        )
        due_at = None if delay is None else self._clock.now() + delay
        ended = self._claiming.end(claimed, Outcome.DEFERRED, str(fault), told=fault.told, due_at=due_at, tries=tries)
        if due_at is None:
            raise fault
        self._deferrals.keep(Deferral(match, due_at))
        return ended


def _kept(match: Match) -> Match:
    """Give what is kept of a match: a verdict on leaving its wait is of its moment."""
    return replace(match, exit=None)


def _share(claimed: Decision) -> float:
    """Draw a number from 0 to 1 by the decision and its attempt, so that what failed together comes back apart."""
    drawn = f"{claimed.flow_id}\n{claimed.attempts}\n{claimed.event_id}"
    return int.from_bytes(hashlib.blake2b(drawn.encode(), digest_size=4).digest()) / 2**32
