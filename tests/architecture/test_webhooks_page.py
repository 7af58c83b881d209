"""What docs/webhooks.md promises to receivers is what the code does; its sample is run in tests/contract."""

import re
from pathlib import Path

import pytest

from signalbox.adapters.webhook.channel import TIMEOUT_S
from signalbox.adapters.webhook.excerpts import MAX_CHARACTERS
from signalbox.domain.errors import Gone, SignalboxError, Transient
from signalbox.domain.webhooks import DELAYS, MAX_BATCH, MAX_BODY_BYTES, PAYLOAD_TYPE, error_of
from tests.unit.webhooks import message

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()


@pytest.mark.parametrize(
    "promise",
    [
        f"{MAX_BATCH:,} at most",
        f"at most {MAX_BODY_BYTES:,} bytes",
        f"within {TIMEOUT_S:.0f} seconds",
        f"first {MAX_CHARACTERS} characters",
        f"`{PAYLOAD_TYPE}`",
    ],
)
def test_every_limit_is_the_codes(promise: str) -> None:
    assert promise in PAGE


@pytest.mark.parametrize(("says", "error"), [("disabled", Gone), ("`Retry-After`", Transient)])
def test_every_status_means_what_the_page_says(says: str, error: type[SignalboxError]) -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and says in line]

    statuses = [int(status.replace("xx", "00")) for status in re.findall(r"\d(?:\d\d|xx)", rows[0].split("|")[1])]

    assert statuses
    for status in statuses:
        meant = error_of(status)
        assert meant is not None
        assert issubclass(meant, error)


def test_the_schedule_is_the_codes() -> None:
    (told,) = re.findall(r"^It is sent at once, .*$", PAGE, re.MULTILINE)

    numbers = [int(number) for number in re.findall(r"\d+", told)]

    minutes = [delay.total_seconds() / 60 for delay in DELAYS]
    assert numbers == [5, 5, 30, *(int(each / 60) for each in minutes[4:])]
    assert len(DELAYS) == 10
    assert "ten times" in told


def test_every_member_of_a_payload_is_explained() -> None:
    members = re.findall(r'"(\w+)":', message(content="{}").body)

    assert members
    for member in members:
        assert f"| `{member}` |" in PAGE
