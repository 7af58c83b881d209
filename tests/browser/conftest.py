"""The console in Debian's Chromium, on the deployed stack of the tests' own."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from local.deployment import Deployment
from local.places import LOCAL
from local.users import ensure_user
from tests.admin_api import PASSWORD, AdminApi
from tests.browser.console import Console
from tests.browser.shop import Shop, fill, stock

PINS = Path(__file__).with_name("package.json")
PATIENCE_S = 300


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests in this folder as needing Chromium."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    # Without a sandbox of its own, for CI runs as root.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def axe() -> str:
    """Give the source of axe-core."""
    home = LOCAL / "axe"
    source = home / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists() or PINS.read_text() != (home / PINS.name).read_text():
        if shutil.which("npm") is None:
            pytest.skip("npm is not installed")
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(PINS, home)
        quietly = ("--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund")
        command: list[str | Path] = ["npm", "install", "--prefix", home, *quietly]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
    return source.read_text()


@pytest.fixture(scope="package")
def api(deployed: Deployment) -> AdminApi:
    """Give the admin API as an administrator."""
    ensure_user(deployed, "ada", "admin", password=PASSWORD)
    return AdminApi(deployed).signed_in("ada")


@pytest.fixture(scope="package")
def spare(deployed: Deployment, api: AdminApi) -> Shop:
    """Give a shop for tests that change things; opened first, as its flows take some minutes to be held."""
    return stock(Shop.opened(deployed, api, "Spare shop"))


@pytest.fixture(scope="package")
def shop(deployed: Deployment, api: AdminApi, spare: Shop) -> Shop:
    """Give a shop that has something to show on every page."""
    return fill(Shop.opened(deployed, api, "Example Shop"))


@pytest.fixture(scope="package")
def story_shop(shop: Shop) -> Shop:
    """Give a shop in which nothing has happened yet."""
    return Shop.opened(shop.deployed, shop.api, "Story shop")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def console(page: Page, deployed: Deployment) -> Iterator[Console]:
    """Give the console before anybody has signed in; what goes wrong in it unseen fails the test."""
    console = Console(page, deployed)
    yield console
    assert console.faults == []


@pytest.fixture(scope="package")
def sessions(deployed: Deployment, api: AdminApi, spare: Shop) -> dict[str, Any]:
    """Give what signing in answered to an administrator, an editor and a viewer of the spare shop, by their names."""
    for name, role in (("edda", "editor"), ("vera", "viewer")):
        ensure_user(deployed, name, role, spare.partner_id, PASSWORD)
    names = ("ada", "edda", "vera")
    return {name: api.do("POST", "/session", {"username": name, "password": PASSWORD}) for name in names}


@pytest.fixture
def ada(console: Console, sessions: dict[str, Any], shop: Shop) -> Console:
    """Give the console with an administrator signed in."""
    console.enter(sessions["ada"])
    return console


@pytest.fixture
def edda(console: Console, sessions: dict[str, Any]) -> Console:
    """Give the console with an editor of the spare shop signed in."""
    console.enter(sessions["edda"])
    return console


@pytest.fixture
def vera(console: Console, sessions: dict[str, Any]) -> Console:
    """Give the console with a viewer of the spare shop signed in."""
    console.enter(sessions["vera"])
    return console
