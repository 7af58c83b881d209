"""Partners as their administrators set them up: who they are, their secrets, and what they may do."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.frequency import reasons_against_caps
from signalbox.domain.partners import MAX_LIVE_SECRETS, FrequencyCap, LiveSecret, Partner, SecretDigest
from signalbox.domain.quiet_hours import is_zone
from signalbox.ports import Clock, Definitions, Ids


class PartnerAdministration:
    """The use cases of those who let partners in."""

    def __init__(self, *, clock: Clock, ids: Ids, definitions: Definitions) -> None:
        self._clock = clock
        self._ids = ids
        self._definitions = definitions

    def create_partner(self, name: str) -> tuple[Partner, str]:
        """Create a partner and give it with its first secret, which is not kept and cannot be shown again."""
        live, secret = self._new_secret()
        partner = Partner(self._ids.new_id("partner"), name, (live,), self._ids.new_key())
        self._definitions.create_partner(partner)
        return partner, secret

    def issue_secret(self, partner_id: str) -> tuple[LiveSecret, str]:
        """Issue one more secret, for rotation; both work until one is revoked.

        The new one works at once: a secret that is not known is looked for afresh before it is refused.
        Raises Invalid when two are live already, Conflict when somebody changed the partner meanwhile.
        """
        partner = self._partner(partner_id)
        if len(partner.secrets) >= MAX_LIVE_SECRETS:
            raise Invalid([Reason("/secrets", f"{MAX_LIVE_SECRETS} secrets are live: revoke one first")])
        live, secret = self._new_secret()
        self._change(partner, secrets=(*partner.secrets, live))
        return live, secret

    def revoke_secret(self, partner_id: str, secret_id: str) -> None:
        """Revoke a secret: it stops working within 60 s; raises as `issue_secret` does."""
        partner = self._partner(partner_id)
        kept = tuple(live for live in partner.secrets if live.secret_id != secret_id)
        if len(kept) == len(partner.secrets):
            raise Invalid([Reason("/secret_id", "no such secret")])
        self._change(partner, secrets=kept)

    def configure_partner(self, partner_id: str, *, enabled: bool, lenient: bool) -> None:
        """Set whether the partner may send, and whether its events are coerced; raises as `issue_secret` does."""
        self._change(self._partner(partner_id), enabled=enabled, lenient=lenient)

    def limit_messages(self, partner_id: str, *, timezone: str, caps: Sequence[FrequencyCap]) -> None:
        """Set how often a contact may be messaged over all flows, and whose time counts; raises as `issue_secret`."""
        reasons = [Reason(f"/caps{each.path}", each.reason) for each in reasons_against_caps(caps)]
        if not is_zone(timezone):
            reasons.append(Reason("/timezone", "expected a name of the IANA database, such as Europe/Rome"))
        if reasons:
            raise Invalid(reasons)
        self._change(self._partner(partner_id), timezone=timezone, caps=tuple(caps))

    def _new_secret(self) -> tuple[LiveSecret, str]:
        secret = self._ids.new_secret()
        digest = SecretDigest.of(secret, self._ids.new_key())
        return LiveSecret(self._ids.new_id("secret"), digest, self._clock.now()), secret

    def _partner(self, partner_id: str) -> Partner:
        partner = self._definitions.partner(partner_id)
        if partner is None:
            raise Invalid([Reason("/partner_id", "no such partner")])
        return partner

    def _change(self, partner: Partner, **changes: Any) -> None:
        self._definitions.save_partner(replace(partner, version=partner.version + 1, **changes))
