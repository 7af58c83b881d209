"""How soon the admin API answers what the console's pages ask, on the stack that is up, over 100,000 stored events.

python -m tests.bench.pages; it makes a partner of its own there. Each page's calls are made one after the other, as a
browser that waits for each would; what is told is the median of the rounds, of the slowest call and of all of a page.
"""

import json
import os
import statistics
import sys
import time
from datetime import timedelta
from itertools import batched

from local import deployment, ministack
from local.ministack import aws_environ
from local.places import LOCAL
from local.users import ensure_user
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.events import DynamoEvents
from tests.admin_api import PASSWORD, AdminApi
from tests.browser.shop import QUERY, Shop
from tests.unit import makers

EVENTS = 100_000
KEPT = timedelta(days=7)
A_BATCH = 25
ROUNDS = 21
TARGET_MS = 200
TEXT = {"channel": "email", "subject": "{{ trigger.product }}", "text": "{{ unsubscribe_url }}"}
SHOPPER = "shopper-7@example.org"
PAGES = {
    "Events": ("/events", "/event-series?by=minute"),
    "Events, filtered": (f"/events?type=add_to_cart&identity={SHOPPER}",),
    "Event": ("/events/event-50000?receivedAt={at}",),
    "Quarantine": ("/quarantine",),
    "Event triggers": ("/triggers",),
    "Event trigger": ("/triggers/{trigger}", "/triggers/{trigger}/draft", "/tables"),
    "Flows": ("/flows",),
    "Flow": ("/flows/{flow}", "/triggers?limit=200", "/segments?limit=200"),
    "Flow, report": ("/flows/{flow}/report",),
    "Flow, deliveries": ("/flows/{flow}/deliveries",),
    "Segments": ("/segments",),
    "Content blocks": ("/blocks",),
    "Suppressions": ("/suppressions",),
    "Why, an event": ("/why?eventId=event-50000",),
    "Why, an address": (f"/why?address={SHOPPER}&hours=24",),
    "Settings": ("",),
}


def main() -> int:
    """Store the events, ask, and tell; 1 where a call misses the target."""
    stack = ministack.running(LOCAL)
    if stack is None:
        sys.exit("No stack is up; make up brings it up.")
    os.environ.update(aws_environ(stack.endpoint))
    deployed = deployment.describe(stack)
    ensure_user(deployed, "ada", "admin", password=PASSWORD)
    shop = Shop.opened(deployed, AdminApi(deployed).signed_in("ada"), "Shop of many events")
    trigger_id = shop.commit_trigger("Added to cart", QUERY)
    flow_id = shop.launch_flow({"name": "Reminder", "triggerId": trigger_id, "content": TEXT})
    at = _store(shop)
    names = {"trigger": trigger_id, "flow": flow_id, "at": at}
    slowest = [_measure(shop, title, [path.format_map(names) for path in paths]) for title, paths in PAGES.items()]
    return int(max(slowest) > TARGET_MS)


def _store(shop: Shop) -> str:
    """Store the events evenly over their days; gives when the one of the middle was received."""
    store = DynamoEvents(dynamodb_client(), shop.deployed.outputs["EventsTable"], retention_days=45)
    now, body = SystemClock().now(), json.dumps({"type": "track", "properties": {"productId": "sku-1"}, "traits": {}})
    for some in batched(range(EVENTS), A_BATCH, strict=True):
        events = [
            makers.event(
                partner_id=shop.partner_id, event_id=f"event-{place}", identity=f"shopper-{place % 500}@example.org",
                event_type=("page_view", "product_view", "add_to_cart")[place % 3], body=body,
                **dict.fromkeys(("occurred_at", "sent_at", "received_at"), now - place * KEPT / EVENTS),
            )
            for place in some
        ]  # fmt: skip
        store.append_all(events, 1)
    return (now - EVENTS // 2 * KEPT / EVENTS).isoformat().replace("+00:00", "Z")


def _measure(shop: Shop, title: str, paths: list[str]) -> float:
    ms_by_path: dict[str, list[float]] = {path: [] for path in paths}
    for _ in range(ROUNDS):
        for path in paths:
            begun = time.perf_counter()
            shop.do("GET", path)
            ms_by_path[path].append((time.perf_counter() - begun) * 1000)
    medians = [statistics.median(each) for each in ms_by_path.values()]
    sys.stdout.write(f"{title:<20} slowest call {max(medians):6.0f} ms   all {sum(medians):6.0f} ms\n")
    return max(medians)


if __name__ == "__main__":
    sys.exit(main())
