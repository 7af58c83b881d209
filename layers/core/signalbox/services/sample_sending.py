"""Send one test of a flow's message: an e-mail to its author, or a webhook to its destination.

It makes no decision, takes no place under caps, and no news of it is taken for a decision's: it has no name of one.
"""

from dataclasses import replace

from signalbox.domain.errors import Forbidden, Invalid, Reason
from signalbox.domain.flows import Flow
from signalbox.domain.identities import identity_of
from signalbox.domain.messages import EMAIL, AddressedPayload, EmailMessage
from signalbox.domain.partners import Environment
from signalbox.domain.suppressions import in_force
from signalbox.ports import Contacts, EmailChannel, Ids
from signalbox.services.previewing import Chosen, Previewing
from signalbox.services.webhook_delivery import WebhookDelivery

MARK = "[Test] "
TEST = "test"
"""What the id of a test's payload begins with: it is not its decision's, which is yet to be sent."""


class SampleSending:
    """The use case of an author who wants to see a message where it will be read."""

    def __init__(
        self,
        *,
        ids: Ids,
        previewing: Previewing,
        contacts: Contacts,
        email: EmailChannel,
        webhooks: WebhookDelivery,
        environment: Environment,
    ) -> None:
        self._ids = ids
        self._previewing = previewing
        self._contacts = contacts
        self._email = email
        self._webhooks = webhooks
        self._environment = environment

    def send(self, flow: Flow, chosen: Chosen, to: str = "") -> str | None:
        """Send the message of the chosen event, an e-mail to one address; give the provider's id, of a webhook None.

        An e-mail is marked in its subject, and its unsubscribe link is nobody's. Raises Invalid where there is no
        message, none that can be tested, or the address is suppressed; Forbidden in staging; and as the channel does.
        Each call is one more message.
        """
        if not self._environment.may_trigger:
            raise Forbidden("messages are sent in production only")
        match, _ = self._previewing.match(flow, chosen)
        considered = self._previewing.considered(flow, match, chosen)
        match message := considered.message:
            case None:
                judgement = considered.judgement
                raise Invalid([Reason("/content", f"there is no message: {judgement.reason}: {judgement.detail}")])
            case EmailMessage():
                return self._send_email(flow.partner_id, message, to)
            case AddressedPayload():
                self._send_webhook(flow.partner_id, message)
                return None
            case _:
                raise Invalid([Reason("/content", "expected an e-mail or a webhook: nothing else is tested")])

    def _send_email(self, partner_id: str, message: EmailMessage, to: str) -> str:
        if not to.strip():
            raise Invalid([Reason("/to", "expected an address")])
        if in_force(self._contacts.view(partner_id, identity_of(to)).suppressions, EMAIL):
            raise Invalid([Reason("/to", "this address is suppressed: nothing is sent to it")])
        return self._email.send(replace(message, to=to, subject=MARK + message.subject, decision=None))

    def _send_webhook(self, partner_id: str, message: AddressedPayload) -> None:
        payload = replace(message.payload, message_id=self._ids.new_id(TEST))
        [fault] = self._webhooks.send_all(partner_id, message.destination_id, [payload])
        if fault is not None:
            raise fault
