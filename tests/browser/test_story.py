"""The whole story as people live it: an event, a trigger that finds it, a flow that answers, and why."""

import re

from playwright.sync_api import Page, expect

from local.story import emails
from tests.admin_api import PASSWORD
from tests.browser.console import Console
from tests.browser.shop import PEOPLE, Shop

ANA, BEN, CLEO = PEOPLE[:3]
QUERY = """SELECT identity, event_id, properties->>'$.plan' AS plan
FROM event_triggers
WHERE event_type = 'custom_signed_up'
  AND ts > '{cursor_start_time}' AND ts <= '{cursor_end_time}'"""
DECIDED_MS = 200_000
"""Room for three of the schedule's minutes."""


def _signed_up(shop: Shop, email: str, plan: str, messages: str) -> None:
    traits = {"email": email, "firstName": email.partition("@")[0].title()}
    properties = {"eventName": "signed_up", "properties": {"plan": plan}}
    assert shop.send("custom", properties, email, messageId=messages, traits=traits) == 200


def test_the_guides_story_from_signing_in_to_why(console: Console, page: Page, story_shop: Shop) -> None:
    _signed_up(story_shop, ANA, "free", "before the launch")
    story_shop.make_list("Employees", CLEO)
    console.sign_in("ada", PASSWORD)
    _choose_partner(page, story_shop.partner_id)

    _see_the_event(page)
    _write_the_trigger(page)
    _commit_it(page)
    _begin_the_flow(page)
    _keep_employees_out(page)
    _write_the_messages(page)
    _branch_and_try(page)
    _preview_and_validate(page)
    _launch_it(page)
    _signed_up(story_shop, BEN, "gold", "after the launch")
    _signed_up(story_shop, CLEO, "gold", "an employee's")
    _watch_the_report(page)
    _find_the_reason(page)

    sent = [email.to for email in emails(story_shop.deployed) if email.subject == "Welcome to gold, Ben"]
    assert sent == [[BEN]]


def _choose_partner(page: Page, partner_id: str) -> None:
    page.get_by_label("Partner").select_option(partner_id)
    expect(page.get_by_role("heading", name="Events", level=1)).to_be_visible()


def _see_the_event(page: Page) -> None:
    page.get_by_role("link", name="custom_signed_up").first.click()
    expect(page.get_by_label("The event as JSON")).to_contain_text('"plan": "free"')
    expect(page.get_by_text("No flow has decided about this event.")).to_be_visible()


def _write_the_trigger(page: Page) -> None:
    page.get_by_role("link", name="Event triggers").click()
    page.get_by_role("link", name="New trigger").click()
    page.get_by_label("Name").fill("Signed up")
    page.get_by_role("button", name="Create the draft").click()
    page.get_by_role("textbox", name="SQL of the trigger").fill(QUERY)
    page.get_by_role("button", name="Validate").click()
    rows = page.get_by_role("region", name="Rows it returned")
    expect(rows.get_by_role("cell", name=ANA)).to_be_visible()
    expect(rows.get_by_role("cell", name="free")).to_be_visible()


def _commit_it(page: Page) -> None:
    page.get_by_role("button", name="Commit…").click()
    dialog = page.get_by_role("dialog", name="Commit version 1")
    expect(dialog.get_by_label("Changes of the SQL")).to_contain_text("+ WHERE event_type = 'custom_signed_up'")
    dialog.get_by_label("Note").fill("Who signs up")
    dialog.get_by_role("button", name="Commit", exact=True).click()
    expect(page.get_by_text("version 1 is in force")).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_role("cell", name="Who signs up")).to_be_visible()


def _begin_the_flow(page: Page) -> None:
    page.get_by_role("link", name="Flows", exact=True).click()
    page.get_by_role("link", name="New flow").click()
    page.get_by_label("Name").fill("Welcome")
    expect(page.get_by_label("Category")).to_have_value("triggered")
    expect(page.get_by_label("Trigger configuration")).to_contain_text("When a contact triggers an event")
    page.get_by_label("Event trigger").select_option(label="Signed up")
    page.get_by_role("button", name="Create the draft").click()


def _keep_employees_out(page: Page) -> None:
    expect(page.get_by_label("Filter", exact=True)).to_have_value("exclude")
    page.get_by_label("Employees").check()


def _write_the_messages(page: Page) -> None:
    page.get_by_label("Subject").first.fill("Welcome, {{ contact.firstName }}")
    page.get_by_role("button", name="Add another message").click()
    page.get_by_label("Subject").nth(1).fill("Welcome to {{ trigger.plan }}, {{ contact.firstName }}")
    page.get_by_role("textbox", name="Text").nth(1).fill("Hello\n\n{{ unsubscribe_url }}")


def _branch_and_try(page: Page) -> None:
    page.get_by_role("button", name="Add a branch").click()
    branches = page.get_by_role("region", name="Branches")
    branches.get_by_label("Name").fill("Gold")
    branches.get_by_label("Condition").fill("trigger.plan == 'gold'")
    branches.get_by_label("Sends").select_option("message_2")
    page.get_by_role("button", name="Add an experiment").click()
    page.get_by_label("Goal: an event type").fill("complete_transaction")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("There are changes that are not saved.")).to_have_count(0)


def _preview_and_validate(page: Page) -> None:
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Welcome, Ana")
    page.get_by_role("button", name="Validate", exact=True).click()
    expect(page.get_by_text("Nothing stands in the way of a launch.")).to_be_visible()


def _launch_it(page: Page) -> None:
    page.get_by_role("button", name="Launch…").click()
    page.get_by_role("dialog", name="Launch").get_by_role("button", name="Launch", exact=True).click()
    expect(page.get_by_role("button", name="Pause…")).to_be_visible()


def _watch_the_report(page: Page) -> None:
    page.get_by_role("tab", name="Report").click()
    sent = page.get_by_role("listitem").filter(has_text=re.compile("^sent"))
    expect(sent).to_contain_text("sent1", timeout=DECIDED_MS)
    expect(page.get_by_role("region", name="Reasons")).to_contain_text("kept out by a segment filter")
    page.get_by_role("tab", name="Deliveries").click()
    page.get_by_role("button", name=BEN).click()
    page.get_by_role("link", name="The whole story").click()


def _find_the_reason(page: Page) -> None:
    expect(page.get_by_role("heading", name="Why", level=1)).to_be_visible()
    expect(page.get_by_text("Welcome to gold, Ben")).to_be_visible()
