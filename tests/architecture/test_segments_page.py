"""What docs/segments.md and the pages beside it promise is what the code does."""

from pathlib import Path

import pytest

from signalbox.domain.content_blocks import MAX_SOURCE_BYTES
from signalbox.domain.segments import MAX_LISTED, MAX_ROWS
from signalbox.domain.webhook_trials import TEST_TYPE
from signalbox.services import suppression_keeping
from signalbox.services.list_keeping import TAKEN_OFF_AT_ONCE

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("page", "promise"),
    [
        ("segments", f"up to {MAX_LISTED} segments"),
        ("segments", f"up to {MAX_ROWS:,} addresses"),
        ("segments", f"up to {MAX_ROWS:,} rows"),
        ("segments", f"100,000 rows are {100_000 // MAX_ROWS} parts"),
        ("segments", f"up to {TAKEN_OFF_AT_ONCE:,} of those"),
        ("unsubscribing", f"up to {suppression_keeping.MAX_ROWS:,} rows"),
        ("content", f"up to {MAX_SOURCE_BYTES:,} bytes"),
        ("webhooks", f"`{TEST_TYPE}`"),
    ],
)
def test_every_limit_is_the_codes(page: str, promise: str) -> None:
    assert promise in (DOCS / f"{page}.md").read_text()
