"""Which span of events the next run covers, so that each lies in exactly one committed window.

    events    ──────●────────●──●─────────────●──────●───> received_at
    cursor             │                         │
    window             (=========================]  settle
                    cursor                      end  <----> now

An event is stored at most `settle` after its `received_at`, so all at or before `end` is visible by `now`.
"""

from datetime import datetime, timedelta

from signalbox.domain.queries import Window

MAX_STEP = timedelta(minutes=15)
"""The longest span one step covers while it catches up after an outage, oldest first."""


def next_window(cursor: datetime, now: datetime, settle: timedelta) -> Window | None:
    """Give the next span to cover, None when all that has settled is covered already."""
    end = min(now - settle, cursor + MAX_STEP)
    return Window(cursor, end) if end > cursor else None


MIN_STEP = timedelta(seconds=1)
"""No step is cut shorter than this, however many events lie in it."""


def halved(start: datetime, end: datetime) -> datetime | None:
    """Give the end of a step half as long, None when it would be too short to halve again."""
    half = (end - start) / 2
    return None if half < MIN_STEP else start + timedelta(milliseconds=half // timedelta(milliseconds=1))
