"""The console as a person uses it: signing in, going to a page; and all that goes wrong in it unseen."""

import json
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from playwright.sync_api import ConsoleMessage, Dialog, Page, Response, expect

from local.deployment import Deployment

PATIENCE_MS = 60_000
"""Room for a cold start on a slow machine."""

_TELL_OF_THE_POLICY = """
addEventListener("securitypolicyviolation", (event) => console.error(
  `policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`
));
"""
_ENTER = """
if (self === top && !sessionStorage["tests.entered"]) {  // frames of messages have no storage
  sessionStorage["tests.entered"] = "once";
  sessionStorage["signalbox.session"] = KEPT;
}
"""
_REFUSED = "Failed to load resource"  # an answer of 4xx, which the page shows in words of its own


class Console:
    """One tab with the console in it."""

    def __init__(self, page: Page, deployed: Deployment) -> None:
        """Listen to the tab; nothing is opened yet."""
        self.page = page
        self.address = deployed.console
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        page.add_init_script(_TELL_OF_THE_POLICY)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", self._refuse)
        page.on("response", self._look_at)

    def sign_in(self, name: str, password: str) -> None:
        """Sign in by the form."""
        self.page.goto(self.address)
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("navigation", name="Pages")).to_be_visible()

    def enter(self, session: dict[str, Any]) -> None:
        """Be signed in as if by the form, with what the API answered to that; from the next page that is opened on."""
        ends_at = time.time() * 1000 + session["expiresInSeconds"] * 1000
        kept = {name: session[name] for name in ("accessToken", "refreshToken")} | {"endsAt": ends_at}
        self.page.add_init_script(_ENTER.replace("KEPT", json.dumps(json.dumps(kept))))

    def open(self, *parts: str, query: str = "") -> None:
        """Open a page by its address, and wait until it shows what it has loaded."""
        self.page.goto("/".join([self.address, *(quote(part, safe="") for part in parts)]) + query)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing on the page is being loaded."""
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        expect(self.page.locator(".spinner")).to_have_count(0)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(_REFUSED):
            self.faults.append(f"{message.type}: {message.text}")

    def _refuse(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _look_at(self, response: Response) -> None:
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.faults.append(f"{response.status}: {response.url}")
