"""The life of flows in the console: paused, resumed, ended, archived, and held for safety."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.console import Console
from tests.browser.shop import GREETING, Shop

DECIDED_MS = 200_000
"""Room for three of the schedule's minutes."""


@pytest.fixture
def flow_id(spare: Shop) -> str:
    return spare.launch_flow(GREETING | {"name": "Greeting", "triggerId": spare.trigger_id})


def _state(page: Page) -> Locator:
    return page.locator(".page-head .badge")


def _press(page: Page, opens: str, does: str, chosen: str | None = None) -> None:
    """Open a dialog by its button, choose, and go through with it."""
    page.get_by_role("button", name=opens).click()
    dialog = page.get_by_role("dialog")
    if chosen:
        dialog.get_by_text(chosen, exact=True).click()
    dialog.get_by_role("button", name=does, exact=True).click()
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize("pause", [("Held", "hold"), ("Dropped", "drop")], ids=lambda pause: pause[1])
def test_a_flow_is_paused_as_chosen_and_resumed(
    edda: Console, page: Page, spare: Shop, flow_id: str, pause: tuple[str, str]
) -> None:
    chosen, mode = pause
    edda.open(spare.partner_id, "flows", flow_id, "setup")

    _press(page, "Pause…", "Pause", chosen)
    expect(_state(page)).to_have_text("paused")
    paused = spare.do("GET", f"/flows/{flow_id}")
    page.get_by_role("button", name="Resume").click()

    expect(_state(page)).to_have_text("live")
    assert (paused["status"], paused["pauseMode"]) == ("paused", mode)
    assert spare.do("GET", f"/flows/{flow_id}")["status"] == "live"


def test_a_flow_is_ended_and_archived_and_found_among_the_archived(
    edda: Console, page: Page, spare: Shop, flow_id: str
) -> None:
    spare.do("PUT", f"/flows/{flow_id}", GREETING | {"name": "Summer", "triggerId": spare.trigger_id}, 2)
    edda.open(spare.partner_id, "flows", flow_id, "setup")

    _press(page, "End…", "End")
    expect(_state(page)).to_have_text("ended")
    _press(page, "Archive…", "Archive")
    expect(_state(page)).to_have_text("archived")
    page.get_by_role("link", name="Flows", exact=True).click()
    expect(page.get_by_role("link", name="To be approved")).to_be_visible()
    current = page.get_by_role("link", name="Summer").count()
    page.get_by_role("tab", name="Archived").click()

    expect(page.get_by_role("link", name="Summer")).to_be_visible()
    expect(page.get_by_role("link", name="To be approved")).to_have_count(0)
    assert current == 0


def _open_held(console: Console, spare: Shop, name: str) -> Locator:
    [flow] = [each for each in spare.do("GET", "/flows?limit=200")["items"] if each["name"] == name]
    console.open(spare.partner_id, "flows", flow["flowId"], "report")
    hold = console.page.get_by_role("alert").filter(has_text="The safety hold stopped this flow.")
    expect(hold).to_contain_text("would have messaged 3 contacts", timeout=DECIDED_MS)
    return hold


def test_what_the_safety_hold_stopped_is_discarded_or_approved_and_sent(edda: Console, page: Page, spare: Shop) -> None:
    hold = _open_held(edda, spare, "To be discarded")
    discarded = page.url
    hold.get_by_role("button", name="Discard…").click()
    page.get_by_role("dialog", name="Discard what is held").get_by_role("button", name="Discard").click()
    expect(hold).to_have_count(0)

    hold = _open_held(edda, spare, "To be approved")
    hold.get_by_role("button", name="Approve and send").click()
    expect(hold).to_have_count(0)

    sent = page.get_by_role("listitem").filter(has_text=re.compile("^sent"))
    expect(sent).to_contain_text("sent3", timeout=DECIDED_MS)
    page.goto(discarded)
    reasons = page.get_by_role("region", name="Reasons").get_by_role("row")
    expect(reasons.filter(has_text="stopped by the safety hold")).to_contain_text("3", timeout=DECIDED_MS)
    expect(sent).to_contain_text("sent0")
