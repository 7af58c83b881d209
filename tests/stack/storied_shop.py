"""A partner of a deployed stack with a flow for each story, and the events that all of them begin with."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from local.deployment import Deployment
from local.story import Story
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.ids import RandomIds
from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.domain.branches import Branch, Branches
from signalbox.domain.contents import EmailContent, WebhookContent
from signalbox.domain.decisions import Decision, Outcome, SkipReason
from signalbox.domain.flows import FilterMode, Flow, SegmentFilter
from signalbox.domain.partners import FrequencyCap, Partner
from signalbox.domain.quiet_hours import QuietHours
from signalbox.services.segment_authoring import SegmentAuthoring
from tests.contract.endpoint import Endpoint
from tests.stack.wired import Wired
from tests.unit.webhooks import destination

STAFF, GOLDEN, PLAIN, SMALL, EAGER = (f"{name}@example.org" for name in ("staff", "golden", "plain", "small", "eager"))
ASLEEP, AWAKE, POSTED = "asleep@example.org", "awake@example.org", "posted@example.org"
TRAITS = {
    GOLDEN: {"tier": "gold"},
    PLAIN: {"tier": "silver"},
    ASLEEP: {"timezone": "Asia/Kolkata"},
    AWAKE: {"timezone": "America/New_York"},
}
QUERY = (
    "SELECT identity, event_id FROM event_triggers WHERE event_type = 'custom_NAME' "
    "AND ts > {cursor_start_time} AND ts <= {cursor_end_time}"
)
BRANCHES = Branches(
    (
        Branch("large and gold", "event.properties.total > 100 and contact.tier == 'gold'", "gold"),
        Branch("large", "event.properties.total > 100", "large"),
    )
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CAP = FrequencyCap("email", 3, DAY)
DECISIONS = {"excluding": 3, "including": 3, "branching": 3, "quiet": 2, "capped": 4, "posting": 1}
"""How many decisions each flow's events come to."""


@dataclass
class Shop:
    """A partner with its live flows by name, and what a story needs beside the deployed functions."""

    story: Story
    wired: Wired
    partner: Partner
    secret: str
    endpoint: Endpoint
    quiet_until: datetime
    flows: dict[str, Flow] = field(default_factory=dict)

    def launch(self, name: str, event_name: str, content: EmailContent | WebhookContent, **rules: object) -> None:
        """Launch a flow on a trigger of its own."""
        trigger = self.story.commit_trigger(self.partner, name, QUERY.replace("NAME", event_name))
        created = self.story.flows.create(self.partner.partner_id, name, trigger.trigger_id, content, **rules)  # type: ignore[arg-type]  # by name
        self.flows[name] = self.story.flows.launch(created)

    def post(self, email: str, **more: object) -> None:
        """Send an event as the partner would."""
        event = {
            "partnerId": self.partner.partner_id,
            "partnerSecret": self.secret,
            "clientId": email,
            "sentAt": 1524776691259,
            "traits": {"email": email, "userId": email, **TRAITS.get(email, {})},
            "context": {"debug": True},
            **more,
        }
        assert self.story.post(json.dumps(event)).status == 200

    def happen(self, event_name: str, email: str, **properties: object) -> None:
        named = {"eventName": event_name, "properties": {"by": email, **properties}}
        self.post(email, type="track", event="custom", properties=named, traits={"email": email})

    def decided(self, name: str) -> Sequence[Decision]:
        """Wait until the flow has decided about all its events."""
        return self.story.await_decisions(self.flows[name], DECISIONS[name])

    def ends(self, name: str) -> Counter[tuple[str | None, Outcome, SkipReason | None]]:
        return Counter((each.identity, each.outcome, each.reason) for each in self.decided(name))


def open_shop(deployed: Deployment, endpoint: Endpoint, wired: Wired) -> Shop:
    """Set it up, and let everything happen."""
    story = Story(deployed)
    partner, secret = story.partners.create_partner("Shop with stories")
    partner = story.partners.change(partner, caps=(CAP,))
    quiet_hours, quiet_until = _quiet_now(TRAITS[ASLEEP]["timezone"])
    shop = Shop(story, wired, partner, secret, endpoint, quiet_until)
    _launch_all(shop, quiet_hours)
    for email in TRAITS:
        shop.post(email, type="identify")
    for email in (STAFF, GOLDEN, PLAIN):
        shop.happen("visited", email)
    for email, total in ((GOLDEN, 150), (PLAIN, 150), (SMALL, 50)):
        shop.happen("ordered", email, total=total)
    for email in (ASLEEP, AWAKE):
        shop.happen("slept", email)
    for number in range(DECISIONS["capped"]):
        shop.happen("browsed", EAGER, number=number)
    shop.happen("hooked", POSTED)
    return shop


def _quiet_now(zone: str) -> tuple[QuietHours, datetime]:
    """Give hours that are quiet in this zone now, which has no summer time, and the instant at which they end."""
    now = SystemClock().now().astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    ends_at = now + 2 * HOUR
    return QuietHours((now - HOUR).time(), ends_at.time()), ends_at.astimezone(UTC)


def _launch_all(shop: Shop, quiet_hours: QuietHours) -> None:
    partner_id, ids = shop.partner.partner_id, RandomIds()
    authoring = SegmentAuthoring(
        ids=ids, segments=shop.wired.segments, definitions=shop.wired.definitions, conditions=JinjaConditions()
    )
    staff = authoring.create_list(partner_id, "Staff")
    golden = authoring.create_rule(partner_id, "Golden", "contact.tier == 'gold'")
    shop.wired.memberships.put_on(partner_id, staff.segment_id, [STAFF], SystemClock().now(), "an operator")
    listed = (staff.segment_id, golden.segment_id)
    hooks = destination(partner_id=partner_id, destination_id="hooks", url=shop.endpoint.url())
    shop.wired.destinations.save(hooks)
    content = EmailContent("{{ flow.name }}", "{{ contact.email }}")
    contents = {"gold": EmailContent("Gold", "For {{ contact.email }}"), "large": EmailContent("Large", "Thanks")}
    posted = WebhookContent("hooks", '{"to": {{ contact.email | tojson }}}')
    shop.launch("excluding", "visited", content, segment_filter=SegmentFilter(listed))
    shop.launch("including", "visited", content, segment_filter=SegmentFilter(listed[:1], FilterMode.INCLUDE_ANY))
    shop.launch("branching", "ordered", content, contents=contents, branches=BRANCHES)
    shop.launch("quiet", "slept", content, quiet_hours=quiet_hours)
    shop.launch("capped", "browsed", content)
    shop.launch("posting", "hooked", posted)
    shop.launch("posting by hand", "done by hand", posted)
