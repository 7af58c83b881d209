"""Standing reasons not to message somebody: making them, lifting them, and who did."""

from collections.abc import Sequence

from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.ports import Clock, Suppressions


class Suppressing:
    """The use cases of whoever keeps messages from being sent; sending asks for what stands each time it decides."""

    def __init__(self, *, clock: Clock, suppressions: Suppressions) -> None:
        self._clock = clock
        self._suppressions = suppressions

    def suppress(
        self,
        partner_id: str,
        identity: str,
        reason: SuppressionReason,
        *,
        by: str,
        scope: Scope = Scope.ALL,
        detail: str = "",
    ) -> bool:
        """Let a reason stand from now on; False where it stood already. Doing it again is harmless."""
        now = self._clock.now()
        return self._suppressions.add(Suppression(partner_id, identity, reason, scope, now, by, detail))

    def lift(self, partner_id: str, identity: str, reason: SuppressionReason, scope: Scope = Scope.ALL) -> None:
        """Let a reason stand no longer; the others stay."""
        self._suppressions.lift(partner_id, identity, reason, scope)

    def standing(self, partner_id: str, identity: str) -> Sequence[Suppression]:
        """Give all that keeps messages from somebody, with who made it and when."""
        return self._suppressions.of_contact(partner_id, identity)
