"""People in the console: lists by CSV, one contact, and what an administrator does for whoever asks."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.console import Console
from tests.browser.shop import PEOPLE, Shop

ANA, BEN, CLEO = PEOPLE[:3]
LEAVER = "leaver@example.org"


def _upload(page: Page, rows: str, mode: str = "add") -> Locator:
    page.get_by_role("button", name="Upload CSV").click()
    dialog = page.get_by_role("dialog", name="Upload a list")
    dialog.get_by_label("CSV file").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    dialog.get_by_label("What it does").select_option(mode)
    dialog.get_by_role("button", name="Upload").click()
    return dialog


def test_a_list_is_uploaded_and_what_was_refused_is_told_row_by_row(edda: Console, page: Page, spare: Shop) -> None:
    segment_id = spare.make_list("Newsletter", ANA)
    edda.open(spare.partner_id, "segments", segment_id)

    dialog = _upload(page, f"name,email\nAna,{ANA}\nBen,{BEN}\nBen again,{BEN}\nNobody,no address\nCleo,{CLEO}\n")

    expect(dialog).to_contain_text("2 added, 1 as they were, 1 repeated, 1 refused.")
    refused = dialog.get_by_role("region", name="Refused rows").get_by_role("row")
    expect(refused).to_have_count(2)
    expect(refused.nth(1)).to_contain_text("5")
    expect(refused.nth(1)).to_contain_text("address")
    page.keyboard.press("Escape")
    for each in (ANA, BEN, CLEO):
        expect(page.get_by_role("link", name=each)).to_be_visible()


def test_a_list_is_replaced_by_a_file_and_emptied_of_another(edda: Console, page: Page, spare: Shop) -> None:
    segment_id = spare.make_list("VIP", ANA, BEN)
    edda.open(spare.partner_id, "segments", segment_id)

    replaced = _upload(page, f"email\n{BEN}\n{CLEO}\n", "replace")
    expect(replaced).to_contain_text("1 added, 1 taken off, 1 as they were")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=ANA)).to_have_count(0)
    expect(page.get_by_role("link", name=CLEO)).to_be_visible()
    removed = _upload(page, f"{CLEO}\n", "remove")

    expect(removed).to_contain_text("1 taken off")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=CLEO)).to_have_count(0)
    expect(page.get_by_role("link", name=BEN)).to_be_visible()


def test_a_contact_is_looked_up_with_traits_lists_and_messages_by_the_names_of_their_flows(
    ada: Console, page: Page, shop: Shop
) -> None:
    ada.open(shop.partner_id, "contacts")
    page.get_by_label("Address").fill(BEN.upper())
    page.get_by_role("button", name="Look up").click()

    expect(page.get_by_role("heading", name=BEN, level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Traits").first).to_contain_text("tier")
    expect(page.get_by_role("region", name="Traits").first).to_contain_text("gold")
    counted = page.get_by_role("region", name="Messages that count").first
    expect(counted.get_by_role("link", name="Cart reminder").first).to_be_visible()


def test_a_contact_is_suppressed_and_the_suppression_lifted(edda: Console, page: Page, spare: Shop) -> None:
    edda.open(spare.partner_id, "contacts", "quiet@example.org")

    page.get_by_role("button", name="Suppress…").click()
    dialog = page.get_by_role("dialog", name="Suppress an address")
    dialog.get_by_label("Keep from").select_option("email")
    dialog.get_by_role("button", name="Suppress").click()
    standing = page.get_by_role("region", name="Suppressions").first
    expect(standing).to_contain_text("added by hand")
    told = spare.do("GET", "/contacts/quiet@example.org")["suppressions"]
    page.get_by_role("button", name="Lift the suppression of quiet@example.org").click()
    page.get_by_role("dialog", name="Lift this suppression").get_by_role("button", name="Lift").click()

    expect(standing).to_have_count(0)
    assert [(each["scope"], each["by"]) for each in told] == [("email", "edda")]


def test_all_that_is_stored_about_a_person_is_downloaded(ada: Console, page: Page, shop: Shop, tmp_path: Path) -> None:
    ada.open(shop.partner_id, "contacts", BEN)

    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export").click()

    assert downloading.value.suggested_filename == f"{BEN}.json"
    downloading.value.save_as(tmp_path / "export.json")
    told: Any = json.loads((tmp_path / "export.json").read_text())
    assert (told["identity"], told["contact"]["traits"]["tier"]["value"]) == (BEN, "gold")
    assert {each["identity"] for each in told["events"]} == {BEN}
    assert "Cart reminder" in {each["flowName"] for each in told["decisions"]}
    assert "next" not in told


def test_the_parts_of_an_export_are_one_file(ada: Console, page: Page, shop: Shop, tmp_path: Path) -> None:
    lists: dict[str, list[Any]] = {
        name: [] for name in ("decisions", "events", "quarantined", "mappings", "heldEvents")
    }
    client = {"clientId": "phone"}

    def answer(route: Route) -> None:
        is_first = "cursor" not in route.request.url
        part = {
            "identity": ANA, "span": {"start": "a", "end": "b"} if is_first else {"start": "b", "end": "c"},
            "contact": {} if is_first else None, "next": "more" if is_first else None, **lists,
            "events": [{"eventId": "1" if is_first else "2"}], "mappings": [client],
        }  # fmt: skip
        route.fulfill(json=part)

    page.route("**/contacts/*/export*", answer)
    ada.open(shop.partner_id, "contacts", ANA)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export").click()

    downloading.value.save_as(tmp_path / "export.json")
    told: Any = json.loads((tmp_path / "export.json").read_text())
    assert [each["eventId"] for each in told["events"]] == ["1", "2"]
    assert (told["mappings"], told["contact"], told["span"]) == ([client], {}, {"start": "a", "end": "c"})


def test_a_person_is_erased_once_their_address_is_typed_and_what_is_kept_is_told(
    ada: Console, page: Page, spare: Shop
) -> None:
    spare.send("custom", {"eventName": "left", "properties": {}}, LEAVER)
    ada.open(spare.partner_id, "contacts", LEAVER)
    page.get_by_role("button", name="Erase…").click()
    dialog = page.get_by_role("dialog", name="Erase this person")
    erase = dialog.get_by_role("button", name="Erase", exact=True)
    expect(erase).to_be_disabled()
    dialog.get_by_label("Type the address to confirm").fill("somebody@example.org")
    expect(erase).to_be_disabled()

    dialog.get_by_label("Type the address to confirm").fill(LEAVER)
    erase.click()

    rights = page.get_by_role("region", name="This person's rights")
    expect(rights).to_contain_text("The erasure is under way.")
    expect(rights).to_contain_text("1events")
    expect(rights).to_contain_text("suppressions, under the address: so that nobody messages it again")
    page.reload()
    expect(rights).to_contain_text("The erasure is under way.")
    expect(rights.get_by_role("button", name="Erase…")).to_have_count(0)
    assert spare.do("GET", f"/contacts/{LEAVER}/export")["events"] == []

    def finish(route: Route) -> None:
        if route.request.method == "DELETE":
            standing = spare.do("GET", f"/contacts/{LEAVER}/erasure")
            route.fulfill(json=standing | {"isDone": True, "goesOnAt": None})
        else:
            route.continue_()

    page.route(f"**/contacts/{LEAVER.replace('@', '%40')}", finish)
    rights.get_by_role("button", name="Go on").click()
    expect(rights).to_contain_text("This person is erased.")
