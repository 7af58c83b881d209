"""Who must get nothing gets nothing, over random histories: whoever is suppressed, held out, filtered, capped or quiet.

Two partners' people visit, and unsubscribe by the links of what they got, bounce, complain, are put on lists; runs and
workers crash, the queue repeats and reorders, channels fail. The account judges each message as it leaves, and each
decision to send none.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import CLAIM_LEASE, Outcome, SkipReason
from signalbox.domain.errors import Ambiguous, Gone, Rejected, Throttled, Transient
from signalbox.domain.feedback import ProviderEvent, ProviderNews
from signalbox.domain.suppressions import Scope, SuppressionReason
from tests.fakes.others import CrashPlan, never
from tests.unit.accounts import HOUR, WAIT, Happened
from tests.unit.histories import GOLDEN, LISTED, RULES, SETTLE, STAFF, World
from tests.unit.makers import NOON
from tests.unit.witnesses import CONTACTS, PARTNERS, profile_of

partners, contacts = st.sampled_from(PARTNERS), st.sampled_from(CONTACTS)
somebody = st.tuples(partners, contacts)
some = st.sets(somebody)
seeds = st.integers(0, 2**32)
deaths = st.one_of(st.none(), st.none(), st.integers(0, 20))
"""At which call a run dies, None for never."""
FAULTS = [None, None, None, None, Transient, Throttled, Ambiguous, Rejected, Gone]
SPANS = [CLAIM_LEASE, HOUR, 9 * HOUR, 21 * HOUR]
AT_ONCE = 40
ROUNDS = 100
ENDS = {Outcome.SENT, Outcome.SKIPPED, Outcome.HELD_OUT, Outcome.FAILED, Outcome.UNKNOWN}

REASONS = {
    SkipReason.SUPPRESSED,
    SkipReason.SEGMENT_FILTER,
    SkipReason.EXITED,
    SkipReason.QUIET_HOURS,
    SkipReason.FREQUENCY_CAP,
    SkipReason.RE_ENTRY,
    SkipReason.TOO_OLD,
}
"""Why somebody may get nothing in these histories; each must come about, or it would not be tried."""


def dying(call: int | None) -> CrashPlan:
    """Let it die at so manieth a call."""
    calls = iter(range(1_000))
    return never if call is None else lambda _name, _point: next(calls) == call


def after_sending(name: str, point: str) -> bool:
    """Let it die with a message that left, and nothing written of it."""
    return (name, point) == ("send", "after")


class Histories(RuleBasedStateMachine):
    ends: ClassVar[Counter[tuple[Outcome, SkipReason | None]]] = Counter()
    """How many matches ended how, over all histories."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.account, self.house = self.world.account, self.world.house

    def tick(self) -> None:
        self.world.clock.pass_time(timedelta(milliseconds=1))

    @rule(identity=contacts)
    def somebody_visits_both_partners(self, identity: str) -> None:
        self.tick()
        event_id = f"event-{len(self.account.visits) // len(PARTNERS)}"
        for partner_id in PARTNERS:
            visit = Happened(partner_id, identity, self.world.clock.now())
            self.account.visits[partner_id, event_id] = visit
            self.world.receive(visit, event_id, "visited")

    @precondition(lambda self: self.account.visits)
    @rule(data=st.data())
    def an_event_comes_again(self, data: st.DataObject) -> None:
        """Receive it once more, as its sender repeats what it got no answer to; it occurred when it did."""
        self.tick()
        partner_id, event_id = data.draw(st.sampled_from(sorted(self.account.visits)))
        self.world.receive(self.account.visits[partner_id, event_id], event_id, "visited", self.world.clock.now())

    @rule(span=st.sampled_from(SPANS), seed=seeds)
    def time_passes(self, span: timedelta, seed: int) -> None:
        self.runs_are_made(None)
        self.matches_are_taken_from_the_queue(AT_ONCE, seed)
        self.world.clock.pass_time(span)

    @rule(death=deaths)
    def runs_are_made(self, death: int | None) -> None:
        self.world.clock.pass_time(SETTLE + timedelta(milliseconds=1))
        for partner_id in PARTNERS:
            self.world.run(partner_id, dying(death))

    @rule(times=st.integers(1, AT_ONCE), seed=seeds)
    def matches_are_taken_from_the_queue(self, times: int, seed: int) -> None:
        random, queue = Random(seed), self.world.handover.matches  # noqa: S311 - the same for each seed
        for _ in range(min(times, len(queue))):
            self.tick()
            match = queue.pop(random.randrange(len(queue)))
            fault, arrives = random.choice(FAULTS), random.random() < 0.5
            for witness in self.world.witnesses.values():
                witness.next_fault, witness.arrives = fault and fault("said so"), arrives
            plan = random.choice([never, never, never, never, after_sending, dying(random.randrange(24))])
            if not self.world.deliver(match, plan) or random.random() < 0.2:
                queue.append(match)

    @rule(
        partner_id=partners, identity=contacts, reason=st.sampled_from(SuppressionReason), scope=st.sampled_from(Scope)
    )
    def somebody_is_suppressed(self, partner_id: str, identity: str, reason: SuppressionReason, scope: Scope) -> None:
        self.world.suppressing.suppress(partner_id, identity, reason, by="an operator", scope=scope)
        self.account.standing.add((partner_id, identity, reason, scope))

    @precondition(lambda self: self.account.standing)
    @rule(data=st.data())
    def all_that_stands_against_somebody_is_lifted(self, data: st.DataObject) -> None:
        somebody = data.draw(st.sampled_from(sorted({each[:2] for each in self.account.standing})))
        for each in [each for each in self.account.standing if each[:2] == somebody]:
            self.world.suppressing.lift(*each)
            self.account.standing.remove(each)

    @precondition(lambda self: self.account.links)
    @rule(data=st.data())
    def somebody_uses_the_link_of_a_message(self, data: st.DataObject) -> None:
        """Unsubscribe, or take back that one did, whoever was told of it."""
        name, token = data.draw(st.sampled_from(self.account.links))
        visit = self.account.visit(name)
        wish = visit.partner_id, visit.identity, SuppressionReason.UNSUBSCRIBED
        if (*wish, Scope.EMAIL) in self.account.standing:
            assert self.world.preferences.resubscribe(token) is not None
            self.account.standing -= {(*wish, Scope.EMAIL), (*wish, Scope.ALL)}
        else:
            assert self.world.preferences.unsubscribe(token) is not None
            self.account.standing.add((*wish, Scope.EMAIL))

    @precondition(lambda self: self.account.emails)
    @rule(data=st.data(), news=st.sampled_from([ProviderNews.BOUNCED, ProviderNews.COMPLAINED]))
    def the_provider_tells_of_an_email(self, data: st.DataObject, news: ProviderNews) -> None:
        name = data.draw(st.sampled_from(self.account.emails))
        self.tick()
        visit, told = (
            self.account.visit(name),
            ProviderEvent(news, self.world.clock.now(), "p-1", DecisionName.of(*name)),
        )
        reason = SuppressionReason(news.value)
        if self.world.hears(told):
            self.account.standing.add((visit.partner_id, visit.identity, reason, Scope.EMAIL))

    @rule(partner_id=partners, identity=contacts)
    def somebody_buys(self, partner_id: str, identity: str) -> None:
        self.tick()
        purchase = Happened(partner_id, identity, self.world.clock.now())
        self.account.purchases.append(purchase)
        self.world.receive(purchase, f"purchase-{len(self.account.purchases)}", "bought")

    @initialize(on_list=some, golden=some)
    def some_are_in_segments(self, on_list: set[tuple[str, str]], golden: set[tuple[str, str]]) -> None:
        for each in on_list:
            self.a_segment_changes(each, STAFF, is_in=True)
        for each in golden:
            self.a_segment_changes(each, GOLDEN, is_in=True)

    @rule(somebody=somebody, segment_id=st.sampled_from(LISTED), is_in=st.booleans())
    def a_segment_changes(self, somebody: tuple[str, str], segment_id: str, *, is_in: bool) -> None:
        """Put somebody on the list or take them off it, or let the rule hold of them or not."""
        contacts_of, members = self.house.contacts, self.account.members[segment_id]
        if segment_id == STAFF:
            contacts_of.segment_ids[somebody] = frozenset({STAFF} if is_in else ())
        else:
            contacts_of.profiles[somebody] = profile_of(*somebody, "gold" if is_in else "silver")
        (members.add if is_in else members.discard)(somebody)

    def teardown(self) -> None:
        for _ in range(ROUNDS):
            self.world.clock.pass_time(HOUR)
            for partner_id in PARTNERS:
                self.world.run(partner_id)
            self._work_off()
            if not self.world.handover.matches and not self.house.deferrals.kept:
                break
        for name in self._names():
            decision = self.house.deliveries.find(*name)
            assert decision is not None, f"{name} has no outcome"
            assert decision.outcome in ENDS, f"{name} has no end"
            self.ends[decision.outcome, decision.reason] += 1

    def _work_off(self) -> None:
        for witness in self.world.witnesses.values():
            witness.next_fault = None
        queue = self.world.handover.matches
        for _ in range(len(queue)):
            self.tick()
            match = queue.pop(0)
            if not self.world.deliver(match):
                queue.append(match)

    def _names(self) -> Iterator[tuple[str, str, str]]:
        for partner_id, event_id in self.account.visits:
            for flow_id in RULES:
                yield partner_id, flow_id, event_id


RUNS = settings(max_examples=120, stateful_step_count=40, deadline=None)


def test_whoever_must_get_nothing_gets_nothing_and_nothing_is_kept_from_anybody_else() -> None:
    Histories.ends.clear()

    run_state_machine_as_test(Histories, settings=RUNS)

    assert {outcome for outcome, _ in Histories.ends} == ENDS
    assert {reason for outcome, reason in Histories.ends if outcome is Outcome.SKIPPED} == REASONS


def test_an_event_that_comes_again_does_not_let_its_wait_begin_anew() -> None:
    world, waited = World(), (PARTNERS[0], "waiting", "event-1")
    visit = Happened(PARTNERS[0], CONTACTS[0], NOON + HOUR)
    world.account.visits[PARTNERS[0], "event-1"] = visit
    for minutes, event_type in enumerate(("visited", "bought", "visited")):
        world.clock.instant = visit.at + timedelta(minutes=minutes)
        if event_type == "bought":
            world.account.purchases.append(replace(visit, at=world.clock.now()))
        event_id = "purchase" if event_type == "bought" else "event-1"
        world.receive(visit, event_id, event_type, world.clock.now())
        find(world)

    world.clock.instant = visit.at + WAIT
    find(world)

    decision = world.house.deliveries.find(*waited)
    assert decision is not None
    assert decision.reason is SkipReason.EXITED


def find(world: World) -> None:
    """Let what has come be found and decided about."""
    world.clock.pass_time(SETTLE + timedelta(seconds=1))
    world.run(PARTNERS[0])
    while world.handover.matches:
        world.clock.pass_time(timedelta(milliseconds=1))
        world.deliver(world.handover.matches.pop())
