"""What somebody who has an unsubscribe link may do with it: see whose it is, unsubscribe, and take that back."""

from dataclasses import dataclass, replace

from signalbox.domain.decisions import Decision, Outcome
from signalbox.domain.errors import Conflict
from signalbox.domain.feedback import ProviderNews
from signalbox.domain.partners import Partner
from signalbox.domain.suppressions import Scope, SuppressionReason
from signalbox.domain.unsubscribing import link_of
from signalbox.ports import Clock, Deliveries, Partners
from signalbox.services.suppressing import Suppressing

BY = "recipient"
TRIES = 3
"""How often it is noted anew with a decision that others change; a report that counts one less is no great harm."""

_LEFT = {Outcome.SENT, Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Preference:
    """What a link's page shows: the shop, the address with all but its first letter hidden, and what stands."""

    shop: str
    masked_address: str
    is_unsubscribed: bool


@dataclass(frozen=True, slots=True)
class _Recipient:
    partner: Partner
    decision: Decision
    identity: str


class Preferences:
    """The use cases of a link. All of them answer None to a token that is not ours, whatever is wrong with it."""

    def __init__(self, *, clock: Clock, partners: Partners, deliveries: Deliveries, suppressing: Suppressing) -> None:
        self._clock = clock
        self._partners = partners
        self._deliveries = deliveries
        self._suppressing = suppressing

    def show(self, token: str) -> Preference | None:
        """Tell what stands; nothing changes."""
        recipient = self._recipient(token)
        return self._preference(recipient) if recipient else None

    def unsubscribe(self, token: str) -> Preference | None:
        """Stop the partner's e-mails to whoever the link's message went to; again, the same."""
        recipient = self._recipient(token)
        if recipient is None:
            return None
        self._suppressing.suppress(
            recipient.partner.partner_id,
            recipient.identity,
            SuppressionReason.UNSUBSCRIBED,
            by=BY,
            scope=Scope.EMAIL,
            detail=f"by a message of {recipient.decision.flow_id}",
        )
        self._note(recipient.decision)
        return self._preference(recipient)

    def resubscribe(self, token: str) -> Preference | None:
        """Take the unsubscribing back; what else stands, a bounce or a complaint, stays."""
        recipient = self._recipient(token)
        if recipient is None:
            return None
        for scope in (Scope.EMAIL, Scope.ALL):
            self._suppressing.lift(
                recipient.partner.partner_id, recipient.identity, SuppressionReason.UNSUBSCRIBED, scope
            )
        return self._preference(recipient)

    def _recipient(self, token: str) -> _Recipient | None:
        link = link_of(token)
        if link is None:
            return None
        name = link.name
        partner = self._partners.find(name.partner_id)
        if partner is None or not link.is_signed_with(partner.signing_key):
            return None
        decision = self._deliveries.find(name.partner_id, name.flow_id, name.event_id)
        return _Recipient(partner, decision, decision.identity) if decision and decision.identity else None

    def _note(self, decision: Decision) -> None:
        """Let the decision tell that its link was used, once; one that a worker may be at is left alone."""
        standing: Decision | None = decision
        for _ in range(TRIES):
            if (
                standing is None
                or standing.outcome not in _LEFT
                or ProviderNews.UNSUBSCRIBED in standing.feedback.by_news
            ):
                return
            told = standing.feedback.with_one(ProviderNews.UNSUBSCRIBED, self._clock.now())
            try:
                self._deliveries.settle(standing, replace(standing, feedback=told))
            except Conflict:
                standing = self._deliveries.find(decision.partner_id, decision.flow_id, decision.event_id)
            else:
                return

    def _preference(self, recipient: _Recipient) -> Preference:
        standing = self._suppressing.standing(recipient.partner.partner_id, recipient.identity)
        return Preference(
            shop=recipient.partner.name,
            masked_address=masked(recipient.identity),
            is_unsubscribed=any(each.reason is SuppressionReason.UNSUBSCRIBED for each in standing),
        )


def masked(address: str) -> str:
    """Hide all before the @ but the first letter."""
    local_part, at, domain = address.rpartition("@")
    return f"{local_part[:1]}…{at}{domain}" if at else "…"
