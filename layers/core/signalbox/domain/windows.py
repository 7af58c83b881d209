"""Which span of events the next run covers, so that each lies in exactly one committed window; and where they lie.

    events    ──────●────────●──●─────────────●──────●───> received_at
    cursor             │                         │
    window             (=========================]  settle
                    cursor                      end  <----> now

An event is stored at most `settle` after its `received_at`, so all at or before `end` is visible by `now`.

    look-back     (- - - - - - - - - - - - - - - - (=====]
    hours      [ 11:00 )[ 12:00 )[ 13:00 )[ 14:00 …
    read from   history  history  history  events, from the hour on that the window begins in

What lies before a window has settled and never changes, so closed hours are read from files (`History`).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from signalbox.domain.queries import Window

MAX_STEP = timedelta(minutes=15)
"""The longest span one step covers while it catches up after an outage, oldest first."""
MIN_STEP = timedelta(seconds=1)
"""No step is cut shorter than this, however many events lie in it."""
IDLE_STEP = timedelta(minutes=5)
"""How far a cursor may stay behind while nothing happens: silence costs one write in five minutes, not one a run."""

_HOUR = timedelta(hours=1)
_INSTANT = timedelta(milliseconds=1)


def next_window(cursor: datetime, now: datetime, settle: timedelta) -> Window | None:
    """Give the next span to cover, None when all that has settled is covered already."""
    end = min(now - settle, cursor + MAX_STEP)
    return Window(cursor, end) if end > cursor else None


def halved(start: datetime, end: datetime) -> datetime | None:
    """Give the end of a step half as long, None when it would be too short to halve again."""
    half = (end - start) / 2
    return None if half < MIN_STEP else start + timedelta(milliseconds=half // _INSTANT)


def parted(reads_from: datetime, window: Window) -> tuple[Sequence[datetime], Window]:
    """Part `(reads_from, window.end]` into closed hours, named by their starts, and the rest.

    Without a look-back nothing is read twice, so all is the rest. The first hour may begin before `reads_from`.
    """
    opened = _hour_of(window.start)
    first = _hour_of(reads_from + _INSTANT)
    if first >= opened:
        return (), Window(reads_from, window.end)
    hours = [first + number * _HOUR for number in range((opened - first) // _HOUR)]
    return hours, Window(opened - _INSTANT, window.end)


def closed(span: Window) -> tuple[Sequence[datetime], Window]:
    """Part a span that has settled into the hours that are closed by its end and the rest, for who reads it once."""
    return parted(span.start, Window(span.end, span.end))


def steps(span: Window) -> Sequence[Window]:
    """Give the windows by which a run that catches up covers a span, oldest first."""
    starts = [span.start + number * MAX_STEP for number in range(-(-(span.end - span.start) // MAX_STEP))]
    return [Window(start, min(start + MAX_STEP, span.end)) for start in starts]


def hourly(span: Window) -> Iterator[Window]:
    """Part a span where hours end, oldest first: each part lies in one hour, that of `end`."""
    start = span.start
    while start < span.end:
        end = min(_hour_of(start + _INSTANT) + _HOUR - _INSTANT, span.end)
        yield Window(start, end)
        start = end


def hour_of(window: Window) -> datetime:
    """Name the hour that a part of `hourly` lies in, by its start."""
    return _hour_of(window.end)


def _hour_of(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
