"""Fakes of what is not a store: the clock, the queues, the engine, the renderer, the channel; and a crash anywhere."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from signalbox.domain.content import NO_BLOCKS, Blocks, ConditionAnswer, ContentProblem, Names, Parts, email_parts
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import Match
from signalbox.domain.errors import Reason
from signalbox.domain.events import Event, to_ms
from signalbox.domain.messages import EmailMessage
from signalbox.domain.queries import EventRow, Loaded, Query, QueryAnswer, QueryRows
from tests.fakes.rows import event_of


class FakeClock:
    """Time that passes only when told to."""

    def __init__(self, start: datetime) -> None:
        self.instant = start

    def now(self) -> datetime:
        return self.instant

    def pass_time(self, span: timedelta) -> None:
        self.instant += span


class FakeEvaluationRequests:
    def __init__(self) -> None:
        self.asked: list[tuple[str, datetime]] = []

    def request(self, partner_ids: Iterable[str], scheduled_at: datetime) -> None:
        self.asked += [(partner_id, scheduled_at) for partner_id in partner_ids]


class FakeHandover:
    def __init__(self) -> None:
        self.matches: list[Match] = []

    def hand_over(self, matches: Sequence[Match]) -> None:
        self.matches += matches


class FakeEngine:
    """Answers every query with the events in its window; a `refused` SQL gets the failure given for it.

    A SQL that `event_types` names finds events of that type alone. `events_of` tells what a file of history holds;
    files that nobody reads need none.
    """

    def __init__(self, events_of: Callable[[Path], Iterable[EventRow]] = lambda file: ()) -> None:
        self.refused: dict[str, QueryAnswer] = {}
        self.event_types: dict[str, str] = {}
        self.asked: list[Query] = []
        self.traits: Mapping[str, str] = {}
        self._events_of = events_of

    def run(
        self,
        loaded: Loaded,
        traits_of: Callable[[Iterable[str]], Mapping[str, str]],
        queries: Sequence[Query],
    ) -> Iterator[QueryAnswer]:
        rows = [*loaded.events, *(row for file in loaded.history for row in self._events_of(file))]
        events = [event_of("", row) for row in rows]
        if any("contacts" in query.sql for query in queries):
            self.traits = traits_of({event.identity for event in events if event.identity})
        for query in queries:
            self.asked.append(query)
            refused = self.refused.get(query.sql)
            wanted = self.event_types.get(query.sql)
            yield _within(query, events, wanted) if refused is None else replace(refused, key=query.key)


def _within(query: Query, events: Sequence[Event], wanted: str | None) -> QueryRows:
    rows = [
        {"identity": each.identity, "event_id": each.event_id, "client_id": each.client_id, "event_raw": each.body}
        for each in events
        if query.window.start < each.received_at <= query.window.end and wanted in {None, each.event_type}
    ]
    return QueryRows(query.key, rows, elapsed_ms=1, received_ms=_first_receipts(query, events))


def _first_receipts(query: Query, events: Iterable[Event]) -> Mapping[str, int]:
    """Tell when each event that the query may read was received first."""
    first: dict[str, int] = {}
    for event in events:
        if query.reads_from < event.received_at <= query.window.end:
            received_ms = to_ms(event.received_at)
            first[event.event_id] = min(received_ms, first.get(event.event_id, received_ms))
    return first


class FakeRenderer:
    """Says the subject template as it is; a `problem` is given instead where one is set."""

    def __init__(self) -> None:
        self.problem: ContentProblem | None = None

    def render(
        self, content: EmailContent, names: Names, to: str, blocks: Blocks = NO_BLOCKS
    ) -> EmailMessage | ContentProblem:
        return self.problem or EmailMessage(to, content.subject, content.text, content.html, content.from_name)

    def render_parts(
        self, parts: Parts, names: Names, blocks: Blocks = NO_BLOCKS
    ) -> Mapping[str, str] | ContentProblem:
        return self.problem or {name: part.source for name, part in parts.items()}

    def faults(self, content: EmailContent, blocks: Blocks = NO_BLOCKS) -> Sequence[Reason]:
        faults = [] if content.text or content.html else [Reason("", "expected a text or an html body")]
        return [*faults, *self.faults_of_parts(email_parts(content))]

    def faults_of_parts(self, parts: Parts, blocks: Blocks = NO_BLOCKS) -> Sequence[Reason]:
        unclosed = [name for name, part in parts.items() if "{{" in part.source and "}}" not in part.source]
        return [Reason(f"/{name}", "unclosed") for name in unclosed]

    def includes(self, source: str) -> frozenset[str]:
        return frozenset(word.removeprefix("include:") for word in source.split() if word.startswith("include:"))

    def names_in_parts(self, parts: Parts, blocks: Blocks = NO_BLOCKS) -> frozenset[str]:
        return _words_in(" ".join(part.source for part in parts.values()))


class FakeConditions:
    """Knows the names that hold and those that lack a value; `?` is no expression."""

    def __init__(self) -> None:
        self.holding: set[str] = set()
        self.missing: set[str] = set()
        self.problem: ContentProblem | None = None
        self.asked: list[Names] = []

    def holds(self, expression: str, names: Names) -> ConditionAnswer | ContentProblem:
        self.asked.append(names)
        if expression in self.missing:
            return ConditionAnswer(holds=False, missing=expression)
        return self.problem or ConditionAnswer(holds=expression in self.holding)

    def fault(self, expression: str) -> str | None:
        return "line 1: it is no expression" if expression == "?" else None

    def names_in(self, expression: str) -> frozenset[str]:
        return _words_in(expression)


def _words_in(source: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w.]+", source))


class FakeChannel[M = EmailMessage]:
    """Keeps what it was given to send; each call first does what the next of `faults` says, if any is left."""

    def __init__(self) -> None:
        self.sent: list[M] = []
        self.faults: list[Exception | None] = []

    def send(self, message: M) -> str:
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        self.sent.append(message)
        return f"provider-{len(self.sent)}"


class FakeIds:
    """Counts: flow_1, then flow_2 and so on."""

    def __init__(self) -> None:
        self.count = 0

    def new_id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_{self.count}"

    def new_secret(self) -> str:
        return f"secret-{self.new_id('s')}"

    def new_key(self) -> bytes:
        return self.new_id("key").encode()


class Crash(BaseException):
    """The process dies; not an Exception, so that nothing in the product can catch it."""


type CrashPlan = Callable[[str, str], bool]
"""Asked with a method's name and "before" or "after": shall the process die here?"""


def never(_name: str, _point: str) -> bool:
    """Let nothing die."""
    return False


class Crashing:
    """Stands before a port and lets the process die before or after one of its calls, as `plan` says."""

    def __init__(self, port: Any, plan: CrashPlan) -> None:
        self._port = port
        self._plan = plan

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            if self._plan(name, "before"):
                raise Crash(f"before {name}")
            answer = method(*args, **kwargs)
            if self._plan(name, "after"):
                raise Crash(f"after {name}")
            return answer

        return call


class Delayed:
    """Stands before a port and pauses before each of its calls."""

    def __init__(self, port: Any, pause: Callable[[], None]) -> None:
        self._port = port
        self._pause = pause

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._pause()
            return method(*args, **kwargs)

        return call
