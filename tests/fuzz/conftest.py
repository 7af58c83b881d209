"""How many cases there are, and the line that tells how many there were.

`make fuzz` loads the profile that is registered here; without it the same tests try a few thousand.
"""

import pytest
from hypothesis import settings

from tests.fuzz.tally import ANSWERED, EVENTS

settings.register_profile("fuzz", max_examples=2_500)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tally."""
    if ANSWERED:
        by_status = ", ".join(f"{status}: {count:,}" for status, count in sorted(ANSWERED.items()))
        by_place = ", ".join(f"{place} {count:,}" for place, count in sorted(EVENTS.items()))
        terminalreporter.write_line(f"fuzzed with {ANSWERED.total():,} requests ({by_status}); events {by_place}")
