"""Judge exit conditions: who has left the wait that is over now, by all that was received up to this moment.

One query a flow, however many people are due. What cannot be judged is left as it is, and says why.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from signalbox.domain.decisions import Deferral, ExitVerdict, Match
from signalbox.domain.events import from_ms
from signalbox.domain.flows import LiveFlow, Trigger
from signalbox.domain.matching import usable
from signalbox.domain.partners import Partner
from signalbox.domain.queries import Loaded, Query, QueryAnswer, QueryFailure, QueryFault, QueryRows, Window
from signalbox.domain.waits import BY_IDENTITY, Exit, ExitCondition, Exits, Wait, column_of, key_of
from signalbox.ports import Clock, Contacts, QueryEngine
from signalbox.services.loading import Loading, LookBackFails


@dataclass(frozen=True, slots=True)
class Waiters:
    """Those of one live flow whose wait is over, to be judged by its exit condition."""

    flow: LiveFlow
    trigger: Trigger
    wait: Wait
    condition: ExitCondition
    deferrals: list[Deferral] = field(default_factory=list)

    @property
    def began_after(self) -> datetime:
        """Give when the first of them began to wait."""
        return min(self.began_at(each) for each in self.deferrals)

    def began_at(self, deferral: Deferral) -> datetime:
        """Give when its event was received, or it was found where no event is known."""
        match = deferral.match
        return match.received_at or match.matched_at or deferral.due_at - self.wait.delay

    def query(self, up_to: datetime) -> Query:
        """Ask who has left; the placeholders stand for the time since the first of them began to wait."""
        window = Window(self.began_after, up_to)
        return Query(self.flow.flow_id, self.condition.compiled_sql, window, window.start)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found about some of a flow's: their matches with a verdict each, and why the others have none."""

    waiters: Waiters
    deferrals: Sequence[Deferral] = ()
    matches: Sequence[Match] = ()
    failure: QueryFailure | None = None


class Leaving:
    """Asks the exit conditions of one run."""

    def __init__(
        self, *, clock: Clock, loading: Loading, contacts: Contacts, engine: QueryEngine, settle: timedelta
    ) -> None:
        self._clock = clock
        self._loading = loading
        self._contacts = contacts
        self._engine = engine
        self._settle = settle

    def judge(self, partner: Partner, waiting: Sequence[Waiters]) -> Generator[Judged]:
        """Judge everybody by one load of events; where that is too much, the longest wait fails alone.

        Whoever wants no more closes it, which ends the queries.
        """
        judged_at = self._clock.now()
        waiting = sorted(waiting, key=lambda each: each.began_after)
        settled = judged_at - self._settle
        while waiting:
            try:
                loaded = self._loading.load_since(partner, waiting[0].began_after, settled, judged_at)
            except LookBackFails as failing:
                first, *waiting = waiting
                yield Judged(first, failure=QueryFailure(first.flow.flow_id, failing.fault, str(failing)))
            else:
                yield from self._judged(partner, waiting, loaded, Window(settled, judged_at))
                return

    def _judged(
        self, partner: Partner, waiting: Sequence[Waiters], loaded: Loaded, unsettled: Window
    ) -> Iterator[Judged]:
        """Ask once for each flow; what lies in `unsettled` may not all be there yet."""
        queries = [each.query(unsettled.end) for each in waiting]
        traits_of = partial(self._contacts.traits_of, partner.partner_id)
        answers = self._engine.run(loaded, traits_of, queries)
        for waiters, answer in zip(waiting, answers, strict=True):
            exits = _exits(waiters.condition, usable(answer))
            if isinstance(exits, QueryFailure):
                yield Judged(waiters, failure=exits)
            else:
                yield _verdicts(waiters, exits, unsettled)


def _exits(condition: ExitCondition, answer: QueryAnswer) -> Exits | QueryFailure:
    """Read the rows as exits; one without the key's column, or about no event, makes the whole answer useless."""
    if isinstance(answer, QueryFailure):
        return answer
    if not answer.rows:
        return Exits({})
    column = column_of(answer.rows[0], condition.key)
    if column is None:
        return _no_column(answer.key, "it does not return", condition)
    if any(str(row["event_id"]) not in answer.received_ms for row in answer.rows):
        words = "a row's event_id is that of no event since the wait began"
        return QueryFailure(answer.key, QueryFault.UNUSABLE_ROW, words)
    return Exits.of(_found(answer, column))


def _found(answer: QueryRows, column: str) -> Iterator[tuple[str, Exit]]:
    for row in answer.rows:
        if (key := key_of(row, column)) is not None:
            event_id = str(row["event_id"])
            yield key, Exit(event_id, from_ms(answer.received_ms[event_id]))


def _verdicts(waiters: Waiters, exits: Exits, unsettled: Window) -> Judged:
    """Give each its verdict; those whose row lacks the key's column have none."""
    condition = waiters.condition
    with_key = [each for each in waiters.deferrals if _has_key(each.match, condition)]
    matches = []
    for each in with_key:
        left_by = exits.left_by(_key(each.match, condition), waiters.began_at(each))
        matches.append(replace(each.match, exit=ExitVerdict(unsettled.end, unsettled.start, left_by)))
    is_whole = len(with_key) == len(waiters.deferrals)
    lacking = None if is_whole else _no_column(waiters.flow.flow_id, "the trigger does not return", condition)
    return Judged(waiters, with_key, matches, lacking)


def _has_key(match: Match, condition: ExitCondition) -> bool:
    return condition.key.lower() == BY_IDENTITY or column_of(match.row, condition.key) is not None


def _key(match: Match, condition: ExitCondition) -> str | None:
    column = column_of(match.row, condition.key)
    return match.identity if column is None or column.lower() == BY_IDENTITY else key_of(match.row, column)


def _no_column(key: str, words: str, condition: ExitCondition) -> QueryFailure:
    return QueryFailure(key, QueryFault.COLUMNS_MISSING, f"{words} the column {condition.key}")
