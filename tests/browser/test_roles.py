"""What viewers, editors and people in staging are offered, and what they are told where they are not."""

from typing import Any

import pytest
from playwright.sync_api import Page, Response, Route, expect

from tests.admin_api import AdminApi
from tests.browser.console import Console
from tests.browser.shop import GREETING, PEOPLE, Shop

LOOKING = {
    "Filter", "Ask", "Look up", "Copy", "Copy the command", "Show more", "Preview", "Validate", "Run", "Changes",
    PEOPLE[0], "✕",
}  # fmt: skip
"""Buttons that change nothing; tabs apart."""
DRAFT = GREETING | {"name": "A draft"}
PLACES = (
    ("events",), ("quarantine",), ("triggers",), ("triggers", "TRIGGER"), ("triggers", "TRIGGER", "versions"),
    ("flows",), ("flows", "FLOW", "setup"), ("segments",), ("segments", "SEGMENT"), ("blocks",), ("blocks", "footer"),
    ("contacts", PEOPLE[0]), ("suppressions",), ("why",), ("settings", "sending"), ("settings", "secrets"),
    ("settings", "rules"), ("settings", "destinations"),
)  # fmt: skip
NOT_FOR_VIEWERS: dict[tuple[str, ...], str] = {
    ("flows", "new"): "You are signed in as a viewer.",
    ("triggers", "new"): "You are signed in as a viewer.",
    ("settings", "audit"): "Administrators see this part of the settings.",
    ("settings", "dead-letters"): "Administrators see this part of the settings.",
}


@pytest.fixture(scope="module")
def ids(spare: Shop) -> dict[str, str]:
    """Things that somebody may look at, and would like to change."""
    flow = spare.do("POST", "/flows", DRAFT | {"triggerId": spare.trigger_id})
    spare.do("PUT", "/blocks/footer", {"template": "<p>Goodbye</p>"})
    spare.do("POST", "/suppressions", {"identity": PEOPLE[5]})
    spare.do("POST", "/destinations", {"name": "Other", "url": "https://hooks.other.invalid/"})
    assert spare.send("custom", {"properties": {"plan": "free"}}) == 200  # into quarantine: it lacks its eventName
    return {"TRIGGER": spare.trigger_id, "SEGMENT": spare.segment_id, "FLOW": flow["flowId"]}


def test_a_viewer_sees_every_page_and_is_offered_no_change(
    vera: Console, page: Page, spare: Shop, ids: dict[str, str]
) -> None:
    refused: list[str] = []

    def look_at(response: Response) -> None:
        if response.status == 403:
            refused.append(response.url)

    page.on("response", look_at)
    offered = set()
    for place in PLACES:
        vera.open(spare.partner_id, *(ids.get(part, part) for part in place))
        buttons = page.get_by_role("main").locator("button:not([role=tab], :disabled), a.button")
        offered |= {(*place, text) for text in buttons.all_inner_texts()}

    links = {"Why?", "The contact", "The event"}
    shown = {"custom"}  # an event in quarantine, which opens
    assert {each for each in offered if each[-1] not in LOOKING | links | shown} == set()
    assert refused == []
    assert page.get_by_role("main").locator("input:not(:disabled)").count() == 0


@pytest.mark.parametrize("place", NOT_FOR_VIEWERS, ids="/".join)
def test_a_viewer_who_comes_by_an_address_is_told_what_is_not_for_them(
    vera: Console, page: Page, spare: Shop, place: tuple[str, ...]
) -> None:
    vera.open(spare.partner_id, *place)

    expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(NOT_FOR_VIEWERS[place])
    assert page.get_by_role("main").locator("form").count() == 0


def test_an_editor_makes_flows_and_leaves_secrets_and_erasures_to_administrators(
    edda: Console, page: Page, spare: Shop
) -> None:
    edda.open(spare.partner_id, "flows")
    expect(page.get_by_role("link", name="New flow")).to_be_visible()
    edda.open(spare.partner_id, "contacts", PEOPLE[0])
    expect(page.get_by_role("button", name="Suppress…")).to_be_visible()
    expect(page.get_by_role("button", name="Export")).to_have_count(0)
    expect(page.get_by_role("button", name="Erase…")).to_have_count(0)
    edda.open(spare.partner_id, "settings", "secrets")
    expect(page.get_by_role("button", name="Issue a secret")).to_have_count(0)
    expect(page.get_by_role("button", name="Revoke")).to_have_count(0)
    expect(page.get_by_role("tab", name="Audit log")).to_have_count(0)
    edda.open(spare.partner_id, "settings", "rules")
    expect(page.get_by_role("button", name="Save")).to_have_count(0)


def test_a_partner_that_somebody_is_not_assigned_to_is_no_page(edda: Console, page: Page, shop: Shop) -> None:
    page.goto(f"{edda.address}/{shop.partner_id}/flows")

    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()


def test_in_staging_triggers_and_flows_are_seen_and_not_made(
    edda: Console, page: Page, spare: Shop, ids: dict[str, str]
) -> None:
    me: dict[str, Any] = AdminApi(spare.deployed).signed_in("edda").do("GET", "/me")

    def stage(route: Route) -> None:
        route.fulfill(json=me | {"environment": "staging", "mayTrigger": False})

    page.route("**/admin/v1/me", stage)
    edda.open(spare.partner_id, "flows")
    expect(page.get_by_role("status").filter(has_text="are made in production")).to_be_visible()
    expect(page.get_by_role("link", name="New flow")).to_have_count(0)
    edda.open(spare.partner_id, "flows", ids["FLOW"], "setup")
    expect(page.get_by_role("button", name="Launch…")).to_have_count(0)
    expect(page.get_by_role("button", name="Send a test")).to_have_count(0)
    edda.open(spare.partner_id, "triggers", ids["TRIGGER"])
    expect(page.get_by_role("button", name="Commit…")).to_have_count(0)
    edda.open(spare.partner_id, "triggers", "new")
    expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("staging is for getting events right")
    edda.open(spare.partner_id, "segments")
    expect(page.get_by_role("button", name="New segment")).to_be_visible()
