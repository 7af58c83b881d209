"""Partners and their secrets on the wire."""

from typing import cast

from signalbox.domain.partners import FrequencyCap, LiveSecret, Partner, PartnerChanges
from signalbox.wire.admin.base import Instant, Seconds, Wire, seconds_of, span_of
from signalbox.wire.collect import PATHS


class Cap(Wire):
    """At most so many messages to one contact over one channel in any span of the period."""

    channel: str
    messages: int
    period_seconds: Seconds


class Secret(Wire):
    """A live secret by its name; what it is was shown once."""

    secret_id: str
    issued_at: Instant


class PartnerShape(Wire):
    """A partner's settings; `collectUrl` is where its events go."""

    partner_id: str
    name: str
    enabled: bool
    lenient: bool
    shards: int
    timezone: str
    caps: list[Cap]
    push_applications: list[str]
    secrets: list[Secret]
    version: int
    collect_url: str


class PartnerItem(Wire):
    """A partner in a list."""

    partner_id: str
    name: str
    enabled: bool
    version: int


class PartnerList(Wire):
    """A part of the partners that somebody may see."""

    items: list[PartnerItem]
    next: str | None


class NewPartner(Wire):
    """What a new partner needs."""

    name: str
    timezone: str = "UTC"


class CreatedPartner(Wire):
    """A new partner with its first secret, which is not shown again."""

    partner: PartnerShape
    secret: str


class IssuedSecret(Wire):
    """A new secret, which is not shown again."""

    secret_id: str
    secret: str


class PartnerPatch(Wire):
    """What to change; what is left out stays. `shards` can only grow.

    `pushApplications` are the ARNs of the partner's own platform applications in SNS, for its notifications.
    """

    name: str | None = None
    enabled: bool | None = None
    lenient: bool | None = None
    timezone: str | None = None
    caps: list[Cap] | None = None
    push_applications: list[str] | None = None
    shards: int | None = None


def shape_of(partner: Partner, public_url: str) -> PartnerShape:
    """Show a partner, without what its secrets are checked against."""
    return PartnerShape(
        partner_id=partner.partner_id,
        name=partner.name,
        enabled=partner.enabled,
        lenient=partner.lenient,
        shards=partner.shards,
        timezone=partner.timezone,
        caps=[
            Cap(channel=each.channel, messages=each.messages, period_seconds=seconds_of(each.period))
            for each in partner.caps
        ],
        push_applications=list(partner.push_applications),
        secrets=[_secret(live) for live in partner.secrets],
        version=partner.version,
        collect_url=public_url + PATHS[0],
    )


def changes_of(patch: PartnerPatch) -> PartnerChanges:
    """Read what to change."""
    given = patch.model_dump(exclude_none=True, exclude={"caps", "push_applications"}, by_alias=False)
    changes = cast("PartnerChanges", given)
    if patch.caps is not None:
        changes["caps"] = tuple(
            FrequencyCap(each.channel, each.messages, span_of(each.period_seconds)) for each in patch.caps
        )
    if patch.push_applications is not None:
        changes["push_applications"] = tuple(patch.push_applications)
    return changes


def _secret(live: LiveSecret) -> Secret:
    return Secret(secret_id=live.secret_id, issued_at=live.issued_at)
