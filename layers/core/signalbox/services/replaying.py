"""Take quarantined events in again after a fix: of ours in what is accepted, or of the partner's settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from signalbox.domain.errors import Forbidden, Reason, TooLarge
from signalbox.domain.partners import Partner
from signalbox.domain.quarantine import QUARANTINE_LIFETIME, QuarantinedEvent
from signalbox.domain.submissions import Submission
from signalbox.ports import Clock, Partners, Quarantine
from signalbox.services.ingestion import Ingestion


@dataclass(slots=True)
class ReplayReport:
    """How many events of the quarantine are accepted now, and which still are not, by name with the reasons."""

    accepted: int = 0
    refused: list[tuple[str, Sequence[Reason]]] = field(default_factory=list)

    @property
    def still_invalid(self) -> int:
        """Count those that still are not."""
        return len(self.refused)


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

    def replay_day(self, partner_id: str, day: date, only: frozenset[str] | None = None) -> ReplayReport:
        """Replay what came on a day (UTC) and is not past its time; `only` names those that are meant, None all.

        Raises Forbidden for a partner that is disabled or unknown, and whatever the stores raise: then some are
        replayed, and doing it again does the rest.
        """
        partner = self._partners.find(partner_id)
        if partner is None or not partner.enabled:
            raise Forbidden
        report = ReplayReport()
        for quarantined in self._quarantine.of_day(partner_id, day):
            is_past = self._clock.now() >= quarantined.received_at + QUARANTINE_LIFETIME
            if quarantined.accepted or is_past or (only is not None and quarantined.event_id not in only):
                continue
            reasons = self._replay(partner, quarantined)
            if reasons:
                report.refused.append((quarantined.event_id, reasons))
            else:
                report.accepted += 1
        return report

    def _replay(self, partner: Partner, quarantined: QuarantinedEvent) -> Sequence[Reason]:
        """Take one in, or say why not; what had to be coerced stays, as the warning that it would have been."""
        submission = self._read(quarantined)
        is_coerced = submission.draft is None and partner.lenient and submission.leniently is not None
        if is_coerced and submission.leniently:
            submission = submission.leniently()
        if submission.draft is None:
            return submission.reasons
        draft = replace(submission.draft, arrived_at=quarantined.received_at)
        try:
            self._ingestion.replay(partner.partner_id, draft)
        except TooLarge:  # the events behind this one are not to wait for it
            return [Reason("", "expected less: it is too large to be stored")]
        if is_coerced:
            self._quarantine.keep(replace(quarantined, accepted=True))
        else:
            self._quarantine.remove(quarantined)
        return ()
