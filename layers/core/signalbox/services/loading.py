"""Load what the queries of one step read: new events from their store, the look-back's closed hours from history.

Where that is more than a run can take, the step gets shorter; where a look-back is too much, its flow fails alone.
Exit conditions read further than a step: up to now, settled or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from signalbox.domain.errors import TooLarge, Transient
from signalbox.domain.events import to_ms
from signalbox.domain.partners import Partner
from signalbox.domain.queries import Loaded, QueryFailure, QueryFault, Window
from signalbox.domain.windows import halved, parted
from signalbox.ports import Events, History
from signalbox.services.steps import FlowWindow

MAX_EVENTS = 200_000
"""How many events one step loads before it takes a shorter one; at 1 KB each they fit the function's memory."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was loaded for which flows, and those whose look-back is too much to load."""

    group: Sequence[FlowWindow]
    loaded: Loaded
    refused: Sequence[tuple[FlowWindow, QueryFailure]]


class _StepTooLong(Exception):
    """The step's own windows hold too many events, and it can be shortened to `end`."""

    def __init__(self, end: datetime) -> None:
        super().__init__()
        self.end = end


class LookBackFails(Exception):
    """The longest look-back of a group cannot be loaded; its flows fail and the others go on."""

    def __init__(self, fault: QueryFault, words: str) -> None:
        super().__init__(words)
        self.fault = fault


class Loading:
    """Reads for the steps of one run."""

    def __init__(self, events: Events, history: History) -> None:
        self._events = events
        self._history = history

    def load(self, partner: Partner, group: Sequence[FlowWindow]) -> Load:
        """Read for flows whose windows end together; those that a shortened step does not reach are left out."""
        refused: list[tuple[FlowWindow, QueryFailure]] = []
        while group:
            try:
                return Load(group, self._read(partner, group), refused)
            except _StepTooLong as step:
                group = _ending_at(step.end, group)
            except LookBackFails as failing:
                widest = max(each.trigger.lookback for each in group)
                refused += [
                    (each, QueryFailure(each.query_key, failing.fault, str(failing)))
                    for each in group
                    if each.trigger.lookback == widest
                ]
                group = [each for each in group if each.trigger.lookback < widest]
        return Load((), Loaded(()), refused)

    def load_since(self, partner: Partner, reads_from: datetime, settled: datetime, up_to: datetime) -> Loaded:
        """Read all that was received in `(reads_from, up_to]`, settled or not; raises LookBackFails."""
        hours, rest = parted(reads_from, Window(settled, up_to))
        files = self._files(partner, hours)
        events = list(islice(self._events.read(partner.partner_id, partner.shards, rest), MAX_EVENTS + 1))
        if len(events) > MAX_EVENTS:
            raise LookBackFails(QueryFault.TOO_MUCH_HISTORY, f"over {MAX_EVENTS:,} events came in the last hour")
        return Loaded(events, files)

    def _read(self, partner: Partner, group: Sequence[FlowWindow]) -> Loaded:
        """Read all that the group may see; raises LookBackFails or _StepTooLong."""
        span = Window(min(each.window.start for each in group), group[0].window.end)
        hours, rest = parted(min(each.reads_from for each in group), span)
        files = self._files(partner, hours)
        events = list(islice(self._events.read(partner.partner_id, partner.shards, rest), MAX_EVENTS + 1))
        if len(events) <= MAX_EVENTS:
            return Loaded(events, files)
        start_ms = to_ms(span.start)
        if sum(received_ms <= start_ms for _, received_ms, *_ in events) > MAX_EVENTS / 2:
            words = f"the look-back holds over {MAX_EVENTS / 2:,.0f} events of one hour; shorten it"
            raise LookBackFails(QueryFault.TOO_MUCH_HISTORY, words)
        if (end := halved(span.start, span.end)) is not None:
            raise _StepTooLong(end)
        return Loaded(list(self._events.read(partner.partner_id, partner.shards, rest)), files)  # a second is never cut

    def _files(self, partner: Partner, hours: Sequence[datetime]) -> Sequence[Path]:
        """Give the look-back's closed hours; one that is long is written over several runs when it is first read."""
        try:
            return self._history.of_hours(partner.partner_id, partner.shards, hours) if hours else ()
        except TooLarge as error:
            raise LookBackFails(QueryFault.TOO_MUCH_HISTORY, str(error)) from error
        except Transient as error:
            raise LookBackFails(QueryFault.HISTORY_NOT_READY, str(error)) from error


def _ending_at(end: datetime, group: Sequence[FlowWindow]) -> Sequence[FlowWindow]:
    return [replace(each, window=Window(each.window.start, end)) for each in group if each.window.start < end]
