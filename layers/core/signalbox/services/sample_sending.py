"""Send one test of a flow's message to an address of its author's.

It makes no decision, takes no place under caps, and no news of it is taken for a decision's: it has no name.
"""

from dataclasses import replace

from signalbox.domain.errors import Forbidden, Invalid, Reason
from signalbox.domain.flows import Flow
from signalbox.domain.identities import identity_of
from signalbox.domain.messages import EMAIL, EmailMessage
from signalbox.domain.partners import Environment
from signalbox.domain.suppressions import in_force
from signalbox.ports import Contacts, EmailChannel
from signalbox.services.previewing import Chosen, Previewing

MARK = "[Test] "


class SampleSending:
    """The use case of an author who wants to see a message where it will be read."""

    def __init__(
        self, *, previewing: Previewing, contacts: Contacts, channel: EmailChannel, environment: Environment
    ) -> None:
        self._previewing = previewing
        self._contacts = contacts
        self._channel = channel
        self._environment = environment

    def send(self, flow: Flow, chosen: Chosen, to: str) -> str:
        """Send the message of the chosen event to one address, marked in its subject; give the provider's id.

        Its unsubscribe link is nobody's. Raises Invalid where there is no message, or the address is suppressed;
        Forbidden in staging; and as `EmailChannel.send` does. Each call is one more e-mail.
        """
        if not self._environment.may_trigger:
            raise Forbidden("messages are sent in production only")
        if in_force(self._contacts.view(flow.partner_id, identity_of(to)).suppressions, EMAIL):
            raise Invalid([Reason("/to", "this address is suppressed: nothing is sent to it")])
        match, _ = self._previewing.match(flow, chosen)
        considered = self._previewing.considered(flow, match, chosen)
        if considered.message is None:
            judgement = considered.judgement
            raise Invalid([Reason("/content", f"there is no message: {judgement.reason}: {judgement.detail}")])
        message = considered.message
        if not isinstance(message, EmailMessage):
            raise Invalid([Reason("/content", "expected an e-mail: nothing else is sent as a test")])
        return self._channel.send(replace(message, to=to, subject=MARK + message.subject, decision=None))
