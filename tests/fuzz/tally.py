"""Counts what the fuzz tests sent, so that a run can show it."""

from collections import Counter

ANSWERED: Counter[int] = Counter()
"""Requests by the status of their answer."""
EVENTS: Counter[str] = Counter()
"""Events answered 200, by where they are."""
