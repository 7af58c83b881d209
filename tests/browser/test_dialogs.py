"""Every dialog: readable by all, in light and dark and on a narrow screen, and closed by Escape."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.browser.audit import NARROW, WIDE, grave_faults, look
from tests.browser.console import Console
from tests.browser.shop import PEOPLE, Shop


@dataclass(frozen=True)
class Opened:
    """A dialog by its heading: on which page, and by which button it is opened."""

    title: str
    button: str
    place: tuple[str, ...]


DIALOGS = (
    Opened("Event in quarantine", "custom", ("quarantine",)),
    Opened("Replay this day", "Replay this day", ("quarantine",)),
    Opened("Commit version 2", "Commit…", ("triggers", "TRIGGER")),
    Opened("From version 1 to 2", "Changes", ("triggers", "AMENDED", "versions")),
    Opened("Restore version 1", "Restore", ("triggers", "AMENDED", "versions")),
    Opened("Launch", "Launch…", ("flows", "DRAFT")),
    Opened("Pause", "Pause…", ("flows", "FLOW", "setup")),
    Opened("End this flow", "End…", ("flows", "FLOW", "setup")),
    Opened("Archive this flow", "Archive…", ("flows", "ENDED", "setup")),
    Opened("Version 1", "v1", ("flows", "FLOW", "versions")),
    Opened(PEOPLE[1], PEOPLE[1], ("flows", "FLOW", "deliveries")),
    Opened("New segment", "New segment", ("segments",)),
    Opened("Upload a list", "Upload CSV", ("segments", "SEGMENT")),
    Opened("Delete this segment", "Delete", ("segments", "SEGMENT")),
    Opened("New content block", "New block", ("blocks",)),
    Opened("Delete this block", "Delete", ("blocks", "footer")),
    Opened("Suppress an address", "Suppress…", ("contacts", PEOPLE[0])),
    Opened("Erase this person", "Erase…", ("contacts", PEOPLE[0])),
    Opened("Suppress an address", "Add an address", ("suppressions",)),
    Opened("Import addresses", "Import CSV", ("suppressions",)),
    Opened("Lift this suppression", f"Lift the suppression of {PEOPLE[2]}", ("suppressions",)),
    Opened("Revoke this secret", "Revoke", ("settings", "secrets")),
    Opened("New destination", "New destination", ("settings", "destinations")),
)


@pytest.mark.parametrize("dialog", DIALOGS, ids=lambda dialog: f"{dialog.place[0]}: {dialog.title}")
def test_a_dialog_has_no_grave_fault_of_accessibility_and_is_closed_by_escape(
    ada: Console, shop: Shop, axe: str, dialog: Opened
) -> None:
    page, faults = ada.page, []
    ids = {
        "TRIGGER": shop.trigger_id, "FLOW": shop.flow_id, "SEGMENT": shop.segment_id, "DRAFT": shop.draft_flow_id,
        "ENDED": shop.ended_flow_id, "AMENDED": shop.amended_trigger_id,
    }  # fmt: skip
    ada.open(shop.partner_id, *(ids.get(part, part) for part in dialog.place))
    page.get_by_role("main").get_by_role("button", name=dialog.button, exact=True).first.click()
    shown = page.get_by_role("dialog", name=dialog.title)
    expect(shown).to_be_visible()
    expect(page.locator(".spinner")).to_have_count(0)
    for scheme, width in (("light", WIDE), ("dark", NARROW)):
        look(page, scheme, width)
        faults += grave_faults(page, axe)
    fits = page.evaluate("document.querySelector('dialog').scrollWidth <= document.querySelector('dialog').clientWidth")
    page.keyboard.press("Escape")

    expect(shown).to_have_count(0)
    assert faults == []
    assert fits
