"""Every page as a person finds it: readable by all, at any width, in light and in dark.

With SCREENSHOTS=DIR it keeps a picture of each there, of some in every look.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.audit import HEIGHT, NARROW, WIDE, grave_faults, look
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
    "trigger-backtest": ("triggers", "TRIGGER", "backtest"),
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
    "contacts": ("contacts",),
    "contact": ("contacts", PEOPLE[1]),
    "suppressions": ("suppressions",),
    "why": ("why",),
    "why-address": ("why",),
    "settings": ("settings",),
    "settings-secrets": ("settings", "secrets"),
    "settings-rules": ("settings", "rules"),
    "destinations": ("settings", "destinations"),
    "audit": ("settings", "audit"),
    "dead-letters": ("settings", "dead-letters"),
}
QUERIES = {"why": "?eventId=event-003", "why-address": f"?address={PEOPLE[0]}&hours=1"}
TALLEST = 1400
IN_ALL_LOOKS = {"events", "flow-report"}


def _open(console: Console, shop: Shop, name: str) -> None:
    ids = {"TRIGGER": shop.trigger_id, "FLOW": shop.flow_id, "SEGMENT": shop.segment_id}
    parts = (ids.get(part, part) for part in PAGES[name])
    console.open(shop.partner_id, *parts, query=QUERIES.get(name, ""))


def _keep_picture(page: Page, name: str, width: int) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.wait_for_load_state("networkidle")
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(HEIGHT, min(tall, TALLEST))})
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_grave_fault_of_accessibility_and_fits_any_width(
    ada: Console, shop: Shop, axe: str, name: str
) -> None:
    page, faults = ada.page, []
    _open(ada, shop, name)
    for scheme, width in (("light", WIDE), ("dark", WIDE), ("dark", NARROW), ("light", NARROW)):
        look(page, scheme, width)
        faults += grave_faults(page, axe)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        marks = {"dark": "-dark", "light": ""}[scheme] + {WIDE: "", NARROW: "-narrow"}[width]
        if not marks or (name in IN_ALL_LOOKS and marks != "-dark-narrow"):
            _keep_picture(page, name + marks, width)

    assert faults == []
