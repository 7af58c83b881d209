"""Events out of quarantine, read again by the rules of their protocol as they are now; their sender was checked."""

from signalbox.domain.quarantine import Protocol, QuarantinedEvent
from signalbox.domain.submissions import Submission
from signalbox.wire import collect, segment


def read(quarantined: QuarantinedEvent) -> Submission:
    """Give the submission, without a secret and under the name that the event has had."""
    match quarantined.protocol:
        case Protocol.COLLECT:
            return collect.read_again(quarantined)
        case Protocol.SEGMENT:
            return segment.read_again(quarantined.body, quarantined.partner_id)
