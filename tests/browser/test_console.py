"""What holds on every page: markup is text, the keyboard is enough, faults are told, and little is loaded first."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from local.deployment import Deployment
from tests.admin_api import PASSWORD
from tests.browser.console import Console
from tests.browser.shop import GREETING, Shop

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script><b>bold</b>{{ 7 * 7 }}"
FIRST_LOAD_BYTES = 300_000
API_OF_TRIGGERS = "**/admin/v1/**/triggers"
FILE_OF_SEGMENTS = "**/console/pages/segments.js"


@pytest.fixture(scope="module")
def hostile(shop: Shop) -> Shop:
    """Give a shop whose every word is markup."""
    hostile = Shop.opened(shop.deployed, shop.api, MARKUP)
    traits = {"email": "eve@example.org", "firstName": MARKUP, "properties": {MARKUP: MARKUP}}
    named = {"eventName": "<b>shouted</b>", "properties": {MARKUP: MARKUP}}
    assert hostile.send("custom", named, traits=traits, messageId=MARKUP, clientId="<i>phone</i>") == 200
    assert hostile.send("custom", {MARKUP: MARKUP}, messageId=MARKUP) == 200
    sql = f"SELECT identity, event_id, event_raw AS raw FROM event_triggers -- {MARKUP}"  # noqa: S608 - a comment in SQL of ours
    trigger_id = hostile.commit_trigger(MARKUP, sql)
    content = {"channel": "email", "subject": "{{ contact.firstName }}", "html": f"<p>{MARKUP[:-11]}</p>"}
    flow_id = hostile.launch_flow({"name": MARKUP, "triggerId": trigger_id, "content": content})
    return Shop(hostile.deployed, hostile.api, hostile.partner_id, hostile.secret, trigger_id, flow_id)


def _places(shop: Shop) -> Iterator[tuple[str, ...]]:
    yield from [(each,) for each in ("events", "quarantine", "triggers", "flows", "segments", "settings")]
    yield ("events", MARKUP)
    yield from [("triggers", shop.trigger_id, *tab) for tab in ((), ("versions",), ("health",))]
    yield from [("flows", shop.flow_id, tab) for tab in ("setup", "report", "deliveries", "versions")]


def test_markup_in_what_partners_send_and_people_write_is_shown_as_text(
    ada: Console, page: Page, hostile: Shop
) -> None:
    seen = 0
    for place in _places(hostile):
        ada.open(hostile.partner_id, *place)
        assert page.locator("main img, main b:text('bold'), main i:text('phone'), main script").count() == 0, place
        seen += page.get_by_text("<b>bold</b>").count()

    assert seen > 5


def test_a_validated_row_with_markup_in_it_is_text(ada: Console, page: Page, hostile: Shop) -> None:
    ada.open(hostile.partner_id, "triggers", hostile.trigger_id)

    page.get_by_role("button", name="Validate").click()

    rows = page.get_by_role("region", name="Rows it returned")
    expect(rows).to_contain_text("<b>bold</b>")
    assert rows.locator("b, img, script").count() == 0


def test_somebody_signs_in_and_goes_to_a_page_by_the_keyboard_alone(console: Console, page: Page, shop: Shop) -> None:
    page.goto(console.address)
    for text in ("ada", PASSWORD):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.textContent")
    while page.evaluate("document.activeElement.textContent") != "Flows":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Flows", level=1)).to_be_visible()
    assert skip == "Skip to content"


def test_a_wrong_password_is_told_and_signing_out_ends_the_session(console: Console, page: Page, shop: Shop) -> None:
    page.goto(console.address)
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill("not the one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Wrong user name or password")

    console.sign_in("ada", PASSWORD)
    page.get_by_role("button", name="Sign out").click()
    page.reload()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_server_that_cannot_be_reached_is_told_and_asked_again(ada: Console, page: Page, shop: Shop) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    page.route(API_OF_TRIGGERS, refuse)
    ada.open(shop.partner_id, "triggers")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The server cannot be reached.")

    page.unroute(API_OF_TRIGGERS, refuse)
    alert.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("link", name="Added to cart")).to_be_visible()


def test_a_page_whose_file_does_not_come_is_told_and_asked_for_again(ada: Console, page: Page, shop: Shop) -> None:
    ada.open(shop.partner_id, "flows")
    page.route(FILE_OF_SEGMENTS, lambda route: route.abort())
    page.get_by_role("link", name="Segments").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The page could not be loaded.")

    page.unroute(FILE_OF_SEGMENTS)
    alert.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("heading", name="Segments", level=1)).to_be_visible()


def test_who_was_signed_out_by_time_is_told_and_comes_back_to_the_page(ada: Console, page: Page, shop: Shop) -> None:
    page.route(API_OF_TRIGGERS, lambda route: route.fulfill(status=401, json={"message": "Unauthorized"}))
    ada.open(shop.partner_id, "segments")
    page.get_by_role("link", name="Event triggers").click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    kept = page.evaluate("sessionStorage['signalbox.session']")

    page.unroute(API_OF_TRIGGERS)
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("link", name="Added to cart")).to_be_visible()
    assert kept is None


def test_a_token_that_ends_is_renewed_unseen_and_one_that_cannot_be_ends_the_session(
    ada: Console, page: Page, shop: Shop
) -> None:
    end = """(refreshToken) => {
        const kept = JSON.parse(sessionStorage["signalbox.session"]);
        sessionStorage["signalbox.session"] = JSON.stringify({ ...kept, ...refreshToken, endsAt: Date.now() });
    }"""
    ada.open(shop.partner_id, "flows")
    page.evaluate(end, {})
    ada.open(shop.partner_id, "segments")
    expect(page.get_by_role("link", name="Employees")).to_be_visible()

    page.evaluate(end, {"refreshToken": "of somebody else"})
    page.reload()

    expect(page.get_by_text("Your session has ended.")).to_be_visible()


def test_who_saves_over_somebody_elses_change_is_told_and_nothing_is_overwritten(
    ada: Console, page: Page, deployed: Deployment, spare: Shop
) -> None:
    flow = spare.do("POST", "/flows", GREETING | {"name": "Both at once", "triggerId": spare.trigger_id})
    other = Console(page.context.new_page(), deployed)
    other.sign_in("ada", PASSWORD)
    for each in (ada, other):
        each.open(spare.partner_id, "flows", flow["flowId"], "setup")
    for each, name in ((other, "Theirs"), (ada, "Mine")):
        each.page.get_by_label("Name", exact=True).first.fill(name)
        each.page.get_by_role("button", name="Save draft").click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Nothing of yours was saved.")
    expect(page.get_by_label("Name", exact=True).first).to_have_value("Mine")
    assert spare.do("GET", f"/flows/{flow['flowId']}")["name"] == "Theirs"
    alert.get_by_role("button", name="Read it again").click()
    expect(page.get_by_label("Name", exact=True).first).to_have_value("Theirs")
    assert other.faults == []


@pytest.mark.parametrize("event_id", ["a.js", "b.css", "why.html", "50 %/ü?#"])
def test_an_event_of_any_name_has_a_page_of_its_own(ada: Console, page: Page, spare: Shop, event_id: str) -> None:
    spare.send("custom", {"eventName": "named", "properties": {}}, messageId=event_id)

    ada.open(spare.partner_id, "events", event_id)

    expect(page.get_by_label("The event as JSON")).to_contain_text('"eventName": "named"')


def test_a_page_of_an_empty_shop_says_what_would_be_there(ada: Console, page: Page, story_shop: Shop) -> None:
    empty = Shop.opened(story_shop.deployed, story_shop.api, "Empty shop")

    ada.open(empty.partner_id, "flows")

    expect(page.get_by_role("heading", name="No flows yet")).to_be_visible()
    page.get_by_role("link", name="Make the first").click()
    expect(page.get_by_text("There is no committed event trigger yet.")).to_be_visible()


def test_the_first_page_is_loaded_with_under_300_kilobytes(ada: Console, page: Page, shop: Shop) -> None:
    tab = page.context.new_cdp_session(page)
    loaded: list[float] = []

    def count(told: dict[str, Any]) -> None:
        loaded.append(told["encodedDataLength"])

    tab.send("Network.enable")
    tab.send("Network.clearBrowserCache")
    tab.on("Network.loadingFinished", count)
    ada.open(shop.partner_id, "events")

    assert len(loaded) > 5
    assert 0 < sum(loaded) < FIRST_LOAD_BYTES
