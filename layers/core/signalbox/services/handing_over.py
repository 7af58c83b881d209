"""Hand messages to the channels of their kinds, and remember who can have no more."""

from collections.abc import Sequence
from dataclasses import dataclass

from signalbox.domain.decisions import Decision
from signalbox.domain.errors import Ambiguous, Gone, SignalboxError, Transient
from signalbox.domain.messages import AddressedPayload, EmailMessage, KeptMessage, Message, rendered_parts
from signalbox.domain.push import PushMessage
from signalbox.domain.sms import SmsMessage
from signalbox.domain.suppressions import PROVIDER, Scope, SuppressionReason
from signalbox.ports import EmailChannel, Messages, PushChannel, SmsChannel
from signalbox.services.suppressing import Suppressing
from signalbox.services.webhook_delivery import WebhookDelivery

type Answer = str | SignalboxError | None
"""The provider's id of a message that it took, None for a webhook that was taken, or what stood in the way."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message that is to leave, with its decision, which was claimed for it."""

    decision: Decision
    message: Message


class HandingOver:
    """All channels as one; nothing is handed over before what it says is kept."""

    def __init__(
        self,
        *,
        messages: Messages,
        email: EmailChannel,
        webhooks: WebhookDelivery,
        sms: SmsChannel,
        push: PushChannel,
        suppressing: Suppressing,
    ) -> None:
        self._messages = messages
        self._email = email
        self._webhooks = webhooks
        self._sms = sms
        self._push = push
        self._suppressing = suppressing

    def go_together(self, partner_id: str, message: Message) -> int:
        """Tell how many messages that go where this one goes may be handed over at once."""
        if not isinstance(message, AddressedPayload):
            return 1
        return self._webhooks.batch_size(partner_id, message.destination_id)

    def hand_over(self, parcels: Sequence[Parcel]) -> Sequence[Answer]:
        """Make one attempt for one message, or for webhooks to one destination, and give the answers in their order."""
        faults = [self._fault_of_keeping(parcel) for parcel in parcels]
        answers = iter(self._answers([parcel for parcel, fault in zip(parcels, faults, strict=True) if fault is None]))
        return [next(answers) if fault is None else fault for fault in faults]

    def _fault_of_keeping(self, parcel: Parcel) -> SignalboxError | None:
        """Keep what the message says; where that fails, nothing has left."""
        decision, parts = parcel.decision, rendered_parts(parcel.message)
        named = decision.partner_id, decision.flow_id, decision.event_id
        try:
            self._messages.keep(KeptMessage(*named, decision.channel or "", parts, decision.decided_at))
        except SignalboxError as fault:
            return fault
        return None

    def _answers(self, parcels: Sequence[Parcel]) -> Sequence[Answer]:
        posted = [(each.decision, each.message) for each in parcels if isinstance(each.message, AddressedPayload)]
        if not posted:
            return [
                self._answer(each.decision, each.message)
                for each in parcels
                if not isinstance(each.message, AddressedPayload)
            ]
        decision, message = posted[0]
        payloads = [each.payload for _, each in posted]
        faults = self._webhooks.send_all(decision.partner_id, message.destination_id, payloads)
        return [_repeatable(fault) for fault in faults]

    def _answer(self, decision: Decision, message: EmailMessage | SmsMessage | PushMessage) -> Answer:
        try:
            match message:
                case EmailMessage():
                    return self._email.send(message)
                case SmsMessage():
                    return self._sms.send(message)
                case PushMessage():
                    return self._push.send(message)
        except Gone as gone:
            return self._suppressed(decision, gone)
        except SignalboxError as fault:
            return fault

    def _suppressed(self, decision: Decision, gone: Gone) -> SignalboxError:
        """Let the address have no more: somebody who opted out of text messages, or a phone that is not there."""
        scope = Scope(decision.channel or Scope.ALL)
        reason = SuppressionReason.UNSUBSCRIBED if scope is Scope.SMS else SuppressionReason.BOUNCED
        try:
            self._suppressing.suppress(
                decision.partner_id, decision.identity or "", reason, by=PROVIDER, scope=scope, detail=str(gone)
            )
        except SignalboxError as fault:
            return fault
        return gone


def _repeatable(fault: SignalboxError | None) -> SignalboxError | None:
    """Let a webhook come again whose answer was lost: its webhook-id tells."""
    return Transient(str(fault)) if isinstance(fault, Ambiguous) else fault
