"""Frequency caps and re-entry under any interleaving, repetition, death and refusal: no race gets past them."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from signalbox.domain.errors import Conflict
from signalbox.domain.frequency import Entry, ReEntry, Touches
from signalbox.domain.partners import FrequencyCap
from tests.unit.makers import NOON, PARTNER_ID

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOBODY_YET = Touches(PARTNER_ID, "ana@example.org")
TWO_A_DAY, FIVE_A_WEEK = FrequencyCap("email", 2, DAY), FrequencyCap("email", 5, 7 * DAY)


class TouchStore:
    """The contact's facet: a save is taken when the version is still the one that was read."""

    def __init__(self) -> None:
        self.stored = NOBODY_YET

    def save(self, touches: Touches) -> None:
        if touches.version != self.stored.version:
            raise Conflict("somebody was first")
        self.stored = replace(touches, version=touches.version + 1)


NAMES = st.sampled_from([f"flow_{flow} event-{event}" for flow in (1, 2) for event in range(5)])


def message(name: str) -> Entry:
    """Give the message of a name, of the flow it begins with."""
    caps, re_entry = [TWO_A_DAY, FIVE_A_WEEK], ReEntry.cool_down(20 * HOUR)
    return Entry(name.partition(" ")[0], name, "email", caps, re_entry)


class Senders(RuleBasedStateMachine):
    """Three workers at one contact's messages, a step of one at a time: read, take a place, decide and hand over."""

    def __init__(self) -> None:
        super().__init__()
        self.store = TouchStore()
        self.now = NOON
        self.read: dict[int, tuple[Touches, Entry]] = {}
        self.placed: dict[int, str] = {}
        self.left: dict[str, datetime] = {}
        self.failed: set[str] = set()

    @rule(hours=st.sampled_from([1, 5, 19, 20]))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR
        # Nobody works for hours: whoever was at it has died, and the place it took stays taken.
        self.read.clear()
        self.placed.clear()

    @rule(worker=st.integers(0, 2), name=NAMES, refused=st.booleans())
    def does_a_step(self, worker: int, name: str, *, refused: bool) -> None:
        if worker in self.placed:
            self.decides(self.placed.pop(worker), refused=refused)
        elif worker in self.read:
            self.takes_a_place(worker, *self.read.pop(worker))
        else:
            self.read[worker] = (self.store.stored, message(name))

    @rule(name=NAMES)
    def does_all_steps(self, name: str) -> None:
        for _ in range(3):
            self.does_a_step(3, name, refused=False)
        self.read.pop(3, None)

    def takes_a_place(self, worker: int, touches: Touches, asked: Entry) -> None:
        if touches.refusal(asked, self.now):
            return
        with suppress(Conflict):
            self.store.save(touches.after(asked, self.now))
            self.placed[worker] = asked.event_id

    def decides(self, name: str, *, refused: bool) -> None:
        """Claim the decision, which only the first can, and hand over; give the place back if that ended unsent."""
        if name not in self.left and name not in self.failed:
            if refused:
                self.failed.add(name)
            else:
                self.left[name] = self.now
        if name in self.failed:
            self.store.save(self.store.stored.without(name.partition(" ")[0], name))

    @invariant()
    def no_period_holds_more_than_its_cap(self) -> None:
        for cap in (TWO_A_DAY, FIVE_A_WEEK):
            for end in self.left.values():
                assert sum(end - cap.period < each <= end for each in self.left.values()) <= cap.messages

    @invariant()
    def nobody_enters_a_flow_before_it_has_cooled_down(self) -> None:
        for flow in ("flow_1", "flow_2"):
            times = sorted(at for name, at in self.left.items() if name.startswith(flow))
            assert all(second - first >= 20 * HOUR for first, second in pairwise(times))


def test_no_interleaving_of_workers_gets_past_a_limit() -> None:
    run_state_machine_as_test(Senders, settings=settings(max_examples=150, stateful_step_count=40, deadline=None))
