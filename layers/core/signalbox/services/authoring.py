"""What people define: partners with their secrets, event triggers, and flows from draft to launch."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from signalbox.domain.errors import Forbidden, Invalid, Reason
from signalbox.domain.flows import (
    DEFAULT_MAX_EVENT_AGE,
    MAX_LOOKBACK,
    Cursor,
    EmailContent,
    Flow,
    FlowStatus,
    SegmentFilter,
    Trigger,
)
from signalbox.domain.partners import MAX_LIVE_SECRETS, Environment, LiveSecret, Partner, SecretDigest
from signalbox.ports import Clock, Definitions, Ids, QueryCompiler, Renderer


class Authoring:
    """The use cases of those who set Signalbox up."""

    def __init__(
        self,
        *,
        clock: Clock,
        ids: Ids,
        definitions: Definitions,
        compiler: QueryCompiler,
        renderer: Renderer,
        environment: Environment,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._definitions = definitions
        self._compiler = compiler
        self._renderer = renderer
        self._environment = environment

    def create_partner(self, name: str) -> tuple[Partner, str]:
        """Create a partner and give it with its first secret, which is not kept and cannot be shown again."""
        live, secret = self._new_secret()
        partner = Partner(self._ids.new_id("partner"), name, (live,))
        self._definitions.create_partner(partner)
        return partner, secret

    def issue_secret(self, partner_id: str) -> tuple[LiveSecret, str]:
        """Issue one more secret, for rotation; both work until one is revoked.

        The new one works everywhere after 60 s, as `Partners.find` promises: until then some may refuse it.
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

    def commit_trigger(
        self,
        partner_id: str,
        name: str,
        sql: str,
        *,
        dialect: str = "duckdb",
        lookback: timedelta = timedelta(0),
        max_event_age: timedelta = DEFAULT_MAX_EVENT_AGE,
        trigger_id: str | None = None,
    ) -> Trigger:
        """Check a query and make it the committed version: of a new trigger, or the next one of `trigger_id`.

        The next run of every live flow uses it. Raises Forbidden in staging, Invalid with the construct named,
        Conflict when somebody else committed meanwhile.
        """
        self._allow_triggering()
        if not timedelta(0) <= lookback <= MAX_LOOKBACK:
            raise Invalid([Reason("/lookback", f"expected 0 to {MAX_LOOKBACK.days} days")])
        committed = self._definitions.trigger(partner_id, trigger_id) if trigger_id else None
        if trigger_id and committed is None:
            raise Invalid([Reason("/trigger_id", "no such trigger")])
        trigger = Trigger(
            partner_id=partner_id,
            trigger_id=trigger_id or self._ids.new_id("trigger"),
            version=committed.version + 1 if committed else 1,
            name=name,
            sql=sql,
            dialect=dialect,
            compiled_sql=self._compiler.compile(sql, dialect),
            lookback=lookback,
            max_event_age=max_event_age,
        )
        self._definitions.commit_trigger(trigger)
        return trigger

    def create_flow(
        self,
        partner_id: str,
        name: str,
        trigger_id: str,
        content: EmailContent,
        *,
        segment_filter: SegmentFilter | None = None,
    ) -> Flow:
        """Save a new flow as a draft; raises Forbidden in staging."""
        self._allow_triggering()
        flow = Flow(
            partner_id=partner_id,
            flow_id=self._ids.new_id("flow"),
            version=1,
            name=name,
            trigger_id=trigger_id,
            content=content,
            segment_filter=segment_filter or SegmentFilter(),
        )
        self._definitions.save_flow(flow)
        return flow

    def launch_flow(self, flow: Flow) -> Flow:
        """Make a draft live: it sees every event received from now on.

        Raises Invalid with all that stands in the way, Conflict when the flow was changed meanwhile.
        """
        self._allow_triggering()
        faults = self._faults(flow)
        if faults:
            raise Invalid(faults)
        live = replace(flow, version=flow.version + 1, status=FlowStatus.LIVE)
        self._definitions.launch(live, Cursor(flow.partner_id, flow.flow_id, self._clock.now()))
        return live

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

    def _faults(self, flow: Flow) -> list[Reason]:
        faults = list(self._renderer.faults(flow.content))
        if flow.status is not FlowStatus.DRAFT:
            faults.append(Reason("/status", f"expected a draft, this flow is {flow.status.value}"))
        if flow.content.text is None and flow.content.html is None:
            faults.append(Reason("/content", "expected a text or an HTML body"))
        if self._definitions.trigger(flow.partner_id, flow.trigger_id) is None:
            faults.append(Reason("/trigger_id", "no such trigger"))
        return faults

    def _allow_triggering(self) -> None:
        if not self._environment.may_trigger:
            raise Forbidden("event triggers and flows can be created in production only")
