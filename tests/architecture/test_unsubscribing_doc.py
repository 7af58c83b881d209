"""What docs/unsubscribing.md names is what there is."""

from pathlib import Path

import pytest

from signalbox.domain.feedback import ProviderNews
from signalbox.domain.suppressions import SuppressionReason
from signalbox.wire.ses_events import read_event
from tests import ses

TEXT = (Path(__file__).parents[2] / "docs" / "unsubscribing.md").read_text()


@pytest.mark.parametrize("reason", SuppressionReason)
def test_every_reason_to_suppress_is_described(reason: SuppressionReason) -> None:
    assert f"| `{reason.value}` |" in TEXT


@pytest.mark.parametrize("kind", ses.MEMBERS)
def test_every_kind_of_event_is_described_with_what_is_kept_of_it(kind: str) -> None:
    read = read_event(ses.text(kind))

    (row,) = [row for row in TEXT.split("What SES tells")[1].splitlines() if row.startswith("|") and kind in row][:1]
    if read is not None and read.news not in {ProviderNews.SENT, ProviderNews.REJECTED}:
        assert f"`{read.news.value}`" in row
