"""Partners as their administrators set them up: who they are, their secrets, and what they may do."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Unpack

from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.frequency import reasons_against_caps
from signalbox.domain.partners import (
    MAX_LIVE_SECRETS,
    MAX_NAME,
    MAX_SHARDS,
    LiveSecret,
    Partner,
    PartnerChanges,
    SecretDigest,
)
from signalbox.domain.push import is_application
from signalbox.domain.quiet_hours import is_zone
from signalbox.ports import Clock, Definitions, Ids


class PartnerAdministration:
    """The use cases of those who let partners in."""

    def __init__(self, *, clock: Clock, ids: Ids, definitions: Definitions) -> None:
        self._clock = clock
        self._ids = ids
        self._definitions = definitions

    def create_partner(self, name: str, timezone: str = "UTC") -> tuple[Partner, str]:
        """Create a partner and give it with its first secret, which is not kept and cannot be shown again.

        Raises Invalid with all that makes no sense.
        """
        live, secret = self._new_secret()
        partner = Partner(self._ids.new_id("partner"), name, (live,), self._ids.new_key(), timezone=timezone)
        if reasons := list(_reasons_against(partner)):
            raise Invalid(reasons)
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
        self._save(replace(partner, secrets=(*partner.secrets, live)))
        return live, secret

    def revoke_secret(self, partner_id: str, secret_id: str) -> None:
        """Revoke a secret: it stops working within 60 s; raises as `issue_secret` does."""
        partner = self._partner(partner_id)
        kept = tuple(live for live in partner.secrets if live.secret_id != secret_id)
        if len(kept) == len(partner.secrets):
            raise Invalid([Reason("/secret_id", "no such secret")])
        self._save(replace(partner, secrets=kept))

    def change(self, partner: Partner, **changes: Unpack[PartnerChanges]) -> Partner:
        """Save the partner changed, as its next version; collect follows within 60 s.

        Raises Invalid with all that makes no sense, Conflict when it was changed since it was read.
        """
        changed = replace(partner, version=partner.version + 1, **changes)
        if reasons := list(_reasons_against(changed, partner)):
            raise Invalid(reasons)
        self._definitions.save_partner(changed)
        return changed

    def _new_secret(self) -> tuple[LiveSecret, str]:
        secret = self._ids.new_secret()
        digest = SecretDigest.of(secret, self._ids.new_key())
        return LiveSecret(self._ids.new_id("secret"), digest, self._clock.now()), secret

    def _partner(self, partner_id: str) -> Partner:
        partner = self._definitions.partner(partner_id)
        if partner is None:
            raise Invalid([Reason("/partner_id", "no such partner")])
        return partner

    def _save(self, partner: Partner) -> None:
        self._definitions.save_partner(replace(partner, version=partner.version + 1))


def _reasons_against(partner: Partner, before: Partner | None = None) -> Iterator[Reason]:
    if not 1 <= len(partner.name.strip()) <= MAX_NAME:
        yield Reason("/name", f"expected 1 to {MAX_NAME} characters")
    if not is_zone(partner.timezone):
        yield Reason("/timezone", "expected a name of the IANA database, such as Europe/Rome")
    fewest = before.shards if before else 1
    if not fewest <= partner.shards <= MAX_SHARDS:
        yield Reason("/shards", f"expected {fewest} to {MAX_SHARDS}: events lie in all there ever were")
    for each in reasons_against_caps(partner.caps):
        yield Reason(f"/caps{each.path}", each.reason)
    for place, arn in enumerate(partner.push_applications):
        if not is_application(arn):
            yield Reason(f"/push_applications/{place}", "expected the ARN of a platform application in SNS")
