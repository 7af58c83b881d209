"""Recipes as forms, and event triggers made of what they write."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.console import Console
from tests.browser.shop import PEOPLE, Shop


def _begin(console: Console, spare: Shop, name: str, finding: str) -> None:
    console.open(spare.partner_id, "triggers", "new")
    console.page.get_by_label("Name").fill(name)
    console.page.get_by_label("Begin with").select_option("recipe")
    console.page.get_by_label("What to find").select_option(label=finding)


def _written(page: Page) -> Locator:
    return page.get_by_label("The SQL that the recipe writes")


def _create(page: Page) -> Locator:
    """Make the draft, and give what its editor holds."""
    page.get_by_role("button", name="Create the draft").click()
    expect(page.get_by_text("Made from a recipe")).to_be_visible()
    return page.get_by_role("textbox", name="SQL of the trigger")


def test_the_recipe_of_an_event_is_made_into_a_trigger_that_finds_it(edda: Console, page: Page, spare: Shop) -> None:
    _begin(edda, spare, "Free sign-ups", "It happened")
    page.get_by_label("Event types").fill("custom_signed_up")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Name").last.fill("plan")
    page.get_by_label("Value", exact=True).fill("free")
    expect(_written(page)).to_contain_text("custom_signed_up")
    expect(_written(page)).to_contain_text("'free'")

    editor = _create(page)
    expect(editor).to_contain_text("'free'")
    page.get_by_role("button", name="Validate").click()
    rows = page.get_by_role("region", name="Rows it returned")
    expect(rows.get_by_role("cell", name=PEOPLE[0], exact=True)).to_be_visible()
    page.get_by_role("button", name="Commit…").click()
    page.get_by_role("dialog").get_by_role("button", name="Commit", exact=True).click()

    expect(page.get_by_text("version 1 is in force")).to_be_visible()


def test_the_recipe_of_a_repetition_counts_in_its_sql(edda: Console, page: Page, spare: Shop) -> None:
    _begin(edda, spare, "Eager", "It happened several times in a period")
    page.get_by_label("Event types").fill("page_view, product_view")
    page.get_by_label("Times").fill("5")
    page.get_by_label("Within").fill("2")
    page.get_by_label("Unit").select_option(label="days")

    expect(_written(page)).to_contain_text("product_view")
    expect(_written(page)).to_contain_text("5")
    text = _written(page).inner_text()
    expect(_create(page)).to_contain_text("product_view")
    [recipe] = [each for each in _drafts(spare) if each["name"] == "Eager"]
    assert (recipe["recipe"]["times"], recipe["recipe"]["periodSeconds"]) == (5, 172_800)
    assert recipe["sql"] == text


def test_the_recipe_of_an_absence_has_both_events_in_its_sql(edda: Console, page: Page, spare: Shop) -> None:
    _begin(edda, spare, "Left carts", "It happened, and something did not follow")
    page.get_by_label("Event types").first.fill("add_to_cart")
    page.get_by_label("Event types").last.fill("complete_transaction")
    page.get_by_label("if that does not come within").fill("3")

    expect(_written(page)).to_contain_text("add_to_cart")
    expect(_written(page)).to_contain_text("complete_transaction")
    _create(page)
    [recipe] = [each["recipe"] for each in _drafts(spare) if each["name"] == "Left carts"]
    assert recipe["waitSeconds"] == 10_800
    assert recipe["cancels"][0]["events"]["eventTypes"] == ["complete_transaction"]


def _drafts(spare: Shop) -> list[dict[str, Any]]:
    listed = spare.do("GET", "/triggers?limit=200")["items"]
    return [spare.do("GET", f"/triggers/{each['triggerId']}/draft") for each in listed]
