"""Take quarantined events in again after a fix: of ours in what is accepted, or of the partner's settings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from signalbox.domain.errors import Forbidden, TooLarge
from signalbox.domain.partners import Partner
from signalbox.domain.quarantine import QUARANTINE_LIFETIME, QuarantinedEvent
from signalbox.domain.submissions import Submission
from signalbox.ports import Clock, Partners, Quarantine
from signalbox.services.ingestion import Ingestion


@dataclass(slots=True)
class ReplayReport:
    """How many events of the quarantine are accepted now, and how many still are not."""

    accepted: int = 0
    still_invalid: int = 0


class Replaying:
    """The use case of replaying a partner's quarantine.

    `read` reads a quarantined event again by the rules of its protocol as they are now.
    An event is taken in before it leaves quarantine; a crash in between repeats it under its own name, harmlessly.
    It keeps the name and the instants that it came with: nothing old is taken for new.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        partners: Partners,
        quarantine: Quarantine,
        ingestion: Ingestion,
        read: Callable[[QuarantinedEvent], Submission],
    ) -> None:
        self._clock = clock
        self._partners = partners
        self._quarantine = quarantine
        self._ingestion = ingestion
        self._read = read

    def replay_day(self, partner_id: str, day: date) -> ReplayReport:
        """Replay what came on a day (UTC) and is not past its time.

        Raises Forbidden for a partner that is disabled or unknown, and whatever the stores raise: then some are
        replayed, and doing it again does the rest.
        """
        partner = self._partners.find(partner_id)
        if partner is None or not partner.enabled:
            raise Forbidden
        report = ReplayReport()
        for quarantined in self._quarantine.of_day(partner_id, day):
            if quarantined.accepted or self._clock.now() >= quarantined.received_at + QUARANTINE_LIFETIME:
                continue
            if self._replay(partner, quarantined):
                report.accepted += 1
            else:
                report.still_invalid += 1
        return report

    def _replay(self, partner: Partner, quarantined: QuarantinedEvent) -> bool:
        """Take one in; what had to be coerced stays, as the warning that it would have been at the door."""
        submission = self._read(quarantined)
        is_coerced = submission.draft is None and partner.lenient and submission.leniently is not None
        if is_coerced and submission.leniently:
            submission = submission.leniently()
        if submission.draft is None:
            return False
        draft = replace(submission.draft, arrived_at=quarantined.received_at)
        try:
            self._ingestion.replay(partner.partner_id, draft)
        except TooLarge:  # the events behind this one are not to wait for it
            return False
        if is_coerced:
            self._quarantine.keep(replace(quarantined, accepted=True))
        else:
            self._quarantine.remove(quarantined)
        return True
