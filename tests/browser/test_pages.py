"""Every page as a person finds it: readable by all, at any width, in light and in dark.

With SCREENSHOTS=DIR it keeps a picture of each there, of some in every look.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.console import Console
from tests.browser.shop import PEOPLE, Shop

PAGES = {
    "events": ("events",),
    "event": ("events", "event-003"),
    "quarantine": ("quarantine",),
    "triggers": ("triggers",),
    "trigger": ("triggers", "TRIGGER"),
    "trigger-new": ("triggers", "new"),
    "trigger-versions": ("triggers", "TRIGGER", "versions"),
    "trigger-health": ("triggers", "TRIGGER", "health"),
    "flows": ("flows",),
    "flow-new": ("flows", "new"),
    "flow-setup": ("flows", "FLOW", "setup"),
    "flow-report": ("flows", "FLOW", "report"),
    "flow-deliveries": ("flows", "FLOW", "deliveries"),
    "flow-experiment": ("flows", "FLOW", "experiment"),
    "flow-versions": ("flows", "FLOW", "versions"),
    "segments": ("segments",),
    "segment": ("segments", "SEGMENT"),
    "blocks": ("blocks",),
    "block": ("blocks", "footer"),
    "suppressions": ("suppressions",),
    "why": ("why",),
    "why-address": ("why",),
    "settings": ("settings",),
}
QUERIES = {"why": "?eventId=event-003", "why-address": f"?address={PEOPLE[0]}&hours=1"}
WIDE, NARROW = 1280, 420
HEIGHT, TALLEST = 860, 1400
GRAVE = {"serious", "critical"}
IN_ALL_LOOKS = {"events", "flow-report"}
_RUN_AXE = "async () => (await axe.run()).violations"


def _open(console: Console, shop: Shop, name: str) -> None:
    ids = {"TRIGGER": shop.trigger_id, "FLOW": shop.flow_id, "SEGMENT": shop.segment_id}
    parts = (ids.get(part, part) for part in PAGES[name])
    console.open(shop.partner_id, *parts, query=QUERIES.get(name, ""))


def _grave_faults(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    violations: list[dict[str, Any]] = page.evaluate(_RUN_AXE)
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in violations
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]


def _keep_picture(page: Page, name: str, width: int) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(HEIGHT, min(tall, TALLEST))})
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_grave_fault_of_accessibility_and_fits_any_width(
    ada: Console, shop: Shop, axe: str, name: str, scheme: Any
) -> None:
    page = ada.page
    page.emulate_media(color_scheme=scheme)
    _open(ada, shop, name)
    wide = _grave_faults(page, axe)
    if scheme == "light" or name in IN_ALL_LOOKS:
        _keep_picture(page, name if scheme == "light" else f"{name}-{scheme}", WIDE)
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    narrow = _grave_faults(page, axe)
    if scheme == "light" and name in IN_ALL_LOOKS:
        _keep_picture(page, f"{name}-narrow", NARROW)

    assert (wide, narrow) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW
