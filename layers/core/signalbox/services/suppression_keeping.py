"""Suppressions as people keep them: made by hand or from CSV, lifted, and shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.identities import identity_of
from signalbox.domain.pages import MAX_PAGE, Page
from signalbox.domain.segments import RefusedRow, parse_upload
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.ports import Suppressions
from signalbox.services.suppressing import Suppressing

MAX_ROWS = 1_000
"""Of one upload: each is a write of its own, which keeps the first one's day and author, within an API's 30 seconds."""
MAX_DETAIL = 200


@dataclass(frozen=True, slots=True)
class SuppressionReport:
    """What became of each row of an upload: every row that is not empty counts in exactly one of the four."""

    added: int
    already_standing: int
    repeats: int
    refused: Sequence[RefusedRow]


class SuppressionKeeping:
    """The use cases of people who keep messages from somebody, or let them through again."""

    def __init__(
        self, *, suppressing: Suppressing, suppressions: Suppressions, is_address: Callable[[str], bool]
    ) -> None:
        self._suppressing = suppressing
        self._suppressions = suppressions
        self._is_address = is_address

    def add(self, partner_id: str, address: str, *, by: str, scope: Scope = Scope.ALL, detail: str = "") -> bool:
        """Suppress somebody by hand; False where that stood already, as it was. Raises Invalid."""
        identity = self._identity(address, detail)
        return self._suppressing.suppress(
            partner_id, identity, SuppressionReason.MANUAL, by=by, scope=scope, detail=detail
        )

    def lift(self, partner_id: str, address: str, reason: SuppressionReason, scope: Scope = Scope.ALL) -> None:
        """Let one reason stand no longer; the others stay. Raises Invalid."""
        self._suppressing.lift(partner_id, self._identity(address), reason, scope)

    def add_all(self, partner_id: str, csv_text: str, *, by: str, scope: Scope = Scope.ALL) -> SuppressionReport:
        """Suppress all whom an upload names, each as `add` does; sent again, it ends in the same.

        Raises Invalid and TooLarge as `parse_upload` does.
        """
        upload = parse_upload(csv_text, self._is_address, MAX_ROWS)
        added = sum(
            self._suppressing.suppress(partner_id, identity, SuppressionReason.MANUAL, by=by, scope=scope)
            for identity in upload.identities
        )
        return SuppressionReport(added, len(upload.identities) - added, upload.repeats, upload.refused)

    def of_contact(self, partner_id: str, address: str) -> Sequence[Suppression]:
        """Give all that keeps messages from somebody; raises Invalid."""
        return self._suppressing.standing(partner_id, self._identity(address))

    def of_partner(self, partner_id: str, *, after: str | None = None, limit: int) -> Page[Suppression]:
        """Show a part of all that stands, in the order of identities; those of the last moments may lack."""
        return self._suppressions.of_partner(partner_id, after, min(limit, MAX_PAGE))

    def _identity(self, address: str, detail: str = "") -> str:
        faults = []
        if not self._is_address(address.strip()):
            faults.append(Reason("/identity", "expected an e-mail address"))
        if len(detail) > MAX_DETAIL:
            faults.append(Reason("/detail", f"expected up to {MAX_DETAIL} characters"))
        if faults:
            raise Invalid(faults)
        return identity_of(address)
