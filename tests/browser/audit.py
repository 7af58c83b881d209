"""What axe-core finds on a page."""

from typing import Any

from playwright.sync_api import Page

WIDE, NARROW, HEIGHT = 1280, 420, 860
_GRAVE = {"serious", "critical"}
_RUN_AXE = "async () => (await axe.run()).violations"


def look(page: Page, scheme: Any, width: int) -> None:
    """Show the page light or dark, this wide."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": HEIGHT})


def grave_faults(page: Page, axe: str) -> list[str]:
    """Give the faults that keep somebody from using the page as it is seen now; `axe` is axe-core's source."""
    page.evaluate(axe)
    violations: list[dict[str, Any]] = page.evaluate(_RUN_AXE)
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in violations
        if each["impact"] in _GRAVE
        for node in each["nodes"]
    ]
