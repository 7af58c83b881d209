"""Webhook destinations and dead letters, as people look after them."""

import boto3
from playwright.sync_api import Locator, Page, expect

from signalbox.domain.decision_names import DecisionName
from tests import ses
from tests.browser.console import Console
from tests.browser.shop import Shop

ADDRESS = "https://hooks.shop.invalid/signalbox"
SECRET = "whsec_"


def _row(page: Page) -> Locator:
    return page.get_by_role("row").filter(has_text=ADDRESS)


def test_a_destination_is_made_tested_rotated_and_disabled_and_each_secret_shown_once(
    edda: Console, page: Page, spare: Shop
) -> None:
    edda.open(spare.partner_id, "settings", "destinations")
    page.get_by_role("button", name="New destination").click()
    dialog = page.get_by_role("dialog", name="New destination")
    dialog.get_by_label("Name").fill("Warehouse")
    dialog.get_by_label("Address").fill("http://hooks.shop.invalid")
    dialog.get_by_role("button", name="Register").click()
    expect(dialog).to_contain_text("expected https://")
    dialog.get_by_label("Address").fill(ADDRESS)
    dialog.get_by_role("button", name="Register").click()
    secret = page.get_by_role("status").filter(has_text=SECRET).get_by_role("code")
    expect(secret).to_be_visible()
    first = secret.inner_text()

    _row(page).get_by_role("button", name="Test").click()
    expect(_row(page)).to_contain_text("It was not taken")
    _row(page).get_by_role("button", name="Rotate secret").click()
    expect(secret).not_to_have_text(first)
    expect(secret).to_contain_text(SECRET)
    _row(page).get_by_role("button", name="Disable").click()
    expect(_row(page)).to_contain_text("disabled")
    page.reload()

    expect(_row(page).get_by_role("button", name="Enable")).to_be_visible()
    expect(page.get_by_text(SECRET)).to_have_count(0)


def test_dead_letters_are_counted_and_put_back(ada: Console, page: Page, spare: Shop) -> None:
    news = ses.text("Delivery", DecisionName.of(spare.partner_id, "flow_of_nobody", "event"))
    queue = spare.deployed.outputs["FeedbackDeadLettersUrl"]
    for _ in range(2):
        boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=news)
    ada.open(spare.partner_id, "settings", "dead-letters")
    row = page.get_by_role("row").filter(has_text="News of messages")
    expect(row.get_by_role("cell").nth(1)).to_have_text("2")

    row.get_by_role("button", name="Put back").click()

    expect(page.get_by_role("status")).to_contain_text("2 queue messages put back.")
    expect(row.get_by_role("cell").nth(1)).to_have_text("0")
