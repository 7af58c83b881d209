"""Exit conditions as a run judges them: who has left a wait, who stays, and what cannot be judged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from signalbox.domain.decisions import Deferral, ExitVerdict, Match
from signalbox.domain.errors import TooLarge, Transient
from signalbox.domain.events import to_ms
from signalbox.domain.flows import FlowStatus
from signalbox.domain.queries import QueryFailure, QueryFault, QueryRows
from signalbox.domain.waits import ExitCondition, Wait
from signalbox.services import loading, taking_up
from tests.fakes.others import Crash, Crashing, FakeHandover
from tests.fakes.stores import FakeHistory
from tests.unit import makers
from tests.unit.evaluating import SETTLE, House
from tests.unit.makers import NOON, PARTNER_ID

HOUR, INSTANT = timedelta(hours=1), timedelta(milliseconds=1)
DELAY = 30 * timedelta(minutes=1)
DUE = NOON + DELAY
BOUGHT = "BOUGHT"
BROKEN = QueryFailure("", QueryFault.CPU_LIMIT, "it takes longer than 5 s")


class Shop(House):
    """A house whose flow waits half an hour and is left by a purchase of the same cart, its client here."""

    def __init__(self) -> None:
        super().__init__()
        self.engine.event_types[BOUGHT] = "bought"
        self.waits("flow_1", ExitCondition(BOUGHT, "client_id", compiled_sql=BOUGHT), delay=DELAY)
        self.clock.instant = DUE + SETTLE

    def waits(self, flow_id: str, condition: ExitCondition, delay: timedelta, **changes: object) -> None:
        flow = self.registry.flows[PARTNER_ID, flow_id]
        self.registry.save_flow(replace(flow, version=flow.version + 1, wait=Wait(delay, condition), **changes))  # type: ignore[arg-type]  # by name

    def defer(self, event_id: str, cart: str, due_at: datetime = DUE, **changes: object) -> Deferral:
        row = {"client_id": cart, "identity": "ana@example.org", "event_id": event_id}
        values = {"event_id": event_id, "row": row, "matched_at": NOON + timedelta(minutes=2)}
        deferral = Deferral(makers.match(**values | changes), due_at)
        self.deferrals.keep(deferral)
        return deferral

    def buy(self, cart: str, received_at: datetime, event_id: str = "purchase") -> None:
        bought = makers.event(event_id=event_id, event_type="bought", client_id=cart, received_at=received_at)
        self.events.append(bought, 1)

    @property
    def verdicts(self) -> dict[str, str | None]:
        """Tell by what each match that was handed over with a verdict has left."""
        deferred = {match.event_id: match.exit for match in self.handover.matches if match.exit}
        return {event_id: verdict.left_by for event_id, verdict in deferred.items()}


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_who_bought_while_waiting_has_left_and_who_did_not_stays(shop: Shop) -> None:
    shop.defer("event-1", "cart-1")
    shop.defer("event-2", "cart-2")
    shop.buy("cart-1", NOON + timedelta(minutes=1))

    report = shop.evaluate()

    assert shop.verdicts == {"event-1": "purchase", "event-2": None}
    assert shop.handover.matches[0].exit == ExitVerdict(shop.clock.now(), DUE, "purchase")
    assert (report.taken_up, shop.deferrals.kept) == (2, {})


@pytest.mark.parametrize(
    ("bought_at", "left"),
    [
        (NOON, False),
        (NOON + INSTANT, True),
        (DUE, True),
        (DUE + SETTLE, True),
        (DUE + SETTLE + INSTANT, False),
    ],
)
def test_a_purchase_counts_from_after_the_event_that_began_the_wait_up_to_this_moment(
    shop: Shop, bought_at: datetime, *, left: bool
) -> None:
    shop.defer("event-1", "cart-1")
    shop.buy("cart-1", bought_at)

    shop.evaluate()

    assert (shop.verdicts["event-1"] is not None) is left


def test_nobody_is_judged_before_all_that_was_received_in_the_wait_is_in_the_store(shop: Shop) -> None:
    kept = shop.defer("event-1", "cart-1")
    shop.clock.instant -= INSTANT

    shop.evaluate()

    assert list(shop.deferrals.kept.values()) == [kept]
    assert shop.verdicts == {}


def test_everybody_due_is_judged_by_one_query_that_reads_from_the_first_start(shop: Shop) -> None:
    for number in range(5):
        shop.defer(f"event-{number}", f"cart-{number}", received_at=NOON + timedelta(seconds=number))

    shop.evaluate()

    (query,) = [query for query in shop.engine.asked if query.sql == BOUGHT]
    assert (query.reads_from, query.window.start, query.window.end) == (NOON, NOON, shop.clock.now())
    assert len(shop.verdicts) == 5


def test_a_long_wait_reads_its_closed_hours_from_history(shop: Shop) -> None:
    shop.defer("event-1", "cart-1", received_at=NOON - 3 * HOUR + INSTANT)
    shop.defer("event-2", "cart-2", received_at=NOON - 3 * HOUR + INSTANT)
    shop.buy("cart-1", NOON - 2 * HOUR)
    shop.buy("cart-2", NOON + INSTANT, event_id="late purchase")

    shop.evaluate()

    assert shop.history.asked == [NOON - hours * HOUR for hours in (3, 2, 1)]
    assert shop.verdicts == {"event-1": "purchase", "event-2": "late purchase"}


def test_an_hour_that_has_not_settled_is_not_read_from_history(shop: Shop) -> None:
    shop.defer("event-1", "cart-1", received_at=NOON - HOUR)
    shop.clock.instant = NOON + HOUR + SETTLE - INSTANT

    shop.evaluate()
    assert shop.history.asked == [NOON - HOUR]

    shop.defer("event-2", "cart-1", received_at=NOON - HOUR)
    shop.clock.instant += INSTANT
    shop.evaluate()
    assert shop.history.asked == [NOON - HOUR, NOON - HOUR, NOON]


def test_a_wait_that_no_known_event_began_is_left_by_what_came_after_it_was_found(shop: Shop) -> None:
    for event_id, cart in (("event-1", "cart-1"), ("event-2", "cart-2")):
        shop.defer(event_id, cart, received_at=None, matched_at=NOON + timedelta(minutes=2))
    shop.buy("cart-1", NOON + timedelta(minutes=2))
    shop.buy("cart-2", NOON + timedelta(minutes=2) + INSTANT, event_id="later purchase")

    shop.evaluate()

    assert shop.verdicts == {"event-1": None, "event-2": "later purchase"}


def test_a_failing_exit_condition_messages_nobody_and_loses_nobody_and_is_asked_again(shop: Shop) -> None:
    kept = shop.defer("event-1", "cart-1")
    shop.engine.refused[BOUGHT] = BROKEN
    shop.receive("event-2", seconds=1_700)

    first = shop.evaluate()

    assert list(shop.deferrals.kept.values()) == [kept]
    assert [match.event_id for match in shop.handover.matches] == ["event-2"]
    assert [(trigger_id, failure.fault) for trigger_id, failure in first.failures] == [("trigger_1", BROKEN.fault)]
    shop.engine.refused.clear()
    shop.evaluate()
    assert shop.verdicts == {"event-1": None}


def test_health_tells_since_when_an_exit_condition_fails_until_it_works(shop: Shop) -> None:
    failing_since = shop.clock.now()
    shop.defer("event-1", "cart-1")
    shop.engine.refused[BOUGHT] = BROKEN
    for _ in range(2):
        shop.receive(f"event at {shop.clock.now()}", seconds=(shop.clock.now() - NOON).total_seconds() - 20)
        shop.evaluate()
        fault = shop.health().exit_fault
        assert fault is not None
        assert (fault.since, fault.fault, fault.detail) == (failing_since, BROKEN.fault, BROKEN.detail)
        shop.clock.pass_time(timedelta(minutes=1))
    assert shop.health().failing_since is None

    shop.engine.refused.clear()
    shop.evaluate()

    assert shop.health().exit_fault is None


def test_an_exit_condition_that_does_not_return_the_key_is_a_fault_by_name(shop: Shop) -> None:
    shop.defer("event-1", "cart-1")
    row = {"identity": "ana@example.org", "event_id": "event-9"}
    shop.engine.refused[BOUGHT] = QueryRows("", [row], elapsed_ms=1, received_ms={"event-9": to_ms(NOON)})

    report = shop.evaluate()

    assert [(failure.fault, failure.detail) for _, failure in report.failures] == [
        (QueryFault.COLUMNS_MISSING, "exit condition of flow_1: it does not return the column client_id")
    ]
    assert len(shop.deferrals.kept) == 1


def test_a_match_without_the_key_stays_and_is_told_of_and_holds_up_no_other(shop: Shop) -> None:
    lacking = shop.defer("event-1", "cart-1", row={})
    shop.defer("event-2", "cart-2")

    report = shop.evaluate()

    assert [failure.detail for _, failure in report.failures] == [
        "exit condition of flow_1: the trigger does not return the column client_id"
    ]
    assert list(shop.deferrals.kept.values()) == [lacking]
    assert shop.verdicts == {"event-2": None}


@pytest.mark.parametrize(
    ("event_id", "words"),
    [("event-9", "a row's event_id is that of no event since the wait began"), (None, "a row has no event_id")],
)
def test_an_exit_that_is_no_event_of_the_wait_is_a_fault_by_name(shop: Shop, event_id: str | None, words: str) -> None:
    shop.defer("event-1", "cart-1")
    row = {"identity": None, "event_id": event_id, "client_id": "cart-1"}
    shop.engine.refused[BOUGHT] = QueryRows("", [row], elapsed_ms=1)

    report = shop.evaluate()

    assert [(failure.fault, failure.detail) for _, failure in report.failures] == [
        (QueryFault.UNUSABLE_ROW, f"exit condition of flow_1: {words}")
    ]
    assert shop.verdicts == {}


def test_by_identity_people_leave_whatever_the_case_of_their_address(shop: Shop) -> None:
    shop.waits("flow_1", ExitCondition(BOUGHT, compiled_sql=BOUGHT), delay=DELAY)
    shop.defer("event-1", "cart-1", row={"identity": "Ana@Example.org"})
    shop.defer("event-2", "cart-1", identity="bo@example.org", row={})
    shop.events.append(
        makers.event(event_type="bought", identity="ANA@example.org", received_at=NOON + HOUR / 4), shards=1
    )

    shop.evaluate()

    assert shop.verdicts == {"event-1": "event-1", "event-2": None}


def test_a_match_that_was_put_off_for_another_reason_after_its_wait_is_judged_again(shop: Shop) -> None:
    morning = DUE + 9 * HOUR
    verdict = ExitVerdict(DUE, DUE)
    shop.defer("event-1", "cart-1", due_at=morning, exit=verdict)
    shop.buy("cart-1", morning - HOUR)
    shop.clock.instant = morning + SETTLE

    shop.evaluate()

    assert shop.verdicts == {"event-1": "purchase"}


def test_a_match_that_is_too_old_goes_to_its_end_whether_it_can_be_judged_or_not(shop: Shop) -> None:
    shop.engine.refused[BOUGHT] = BROKEN
    shop.defer("event-1", "cart-1", max_event_age=SETTLE)
    shop.defer("event-2", "cart-2", max_event_age=SETTLE - INSTANT)

    shop.evaluate()

    assert [match.event_id for match in shop.handover.matches] == ["event-2"]
    assert [each.match.event_id for each in shop.deferrals.kept.values()] == ["event-1"]


def test_what_a_flow_that_is_not_live_has_put_off_is_not_judged(shop: Shop) -> None:
    flow = shop.registry.flows[PARTNER_ID, "flow_1"]
    shop.registry.save_flow(replace(flow, version=flow.version + 1, status=FlowStatus.PAUSED))
    shop.defer("event-1", "cart-1")

    shop.evaluate()

    assert [match.exit for match in shop.handover.matches] == [None]


def test_of_two_waits_the_one_that_reads_too_far_fails_alone(shop: Shop) -> None:
    class Small(FakeHistory):
        def of_hours(self, partner_id: str, shards: int, hours: Sequence[datetime]) -> Sequence[Path]:
            if len(hours) > 24:
                raise TooLarge("over 400 MB of events")
            return super().of_hours(partner_id, shards, hours)

    shop.add_flow("flow_2", "trigger_2", "OTHER")
    shop.waits("flow_2", ExitCondition(BOUGHT, "client_id", compiled_sql=BOUGHT), delay=48 * HOUR)
    shop.defer("event-1", "cart-1")
    shop.defer("event-2", "cart-2", flow_id="flow_2", received_at=NOON - 48 * HOUR)

    report = shop.evaluate(history=Small())

    assert shop.verdicts == {"event-1": None}
    assert [(trigger_id, failure.fault) for trigger_id, failure in report.failures] == [
        ("trigger_2", QueryFault.TOO_MUCH_HISTORY)
    ]
    assert shop.health("flow_2").exit_fault is not None
    assert shop.health("flow_1").exit_fault is None


def test_an_hour_that_is_too_busy_to_be_read_leaves_people_waiting(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MAX_EVENTS", 10)
    for number in range(11):
        shop.receive(f"event-{number}", seconds=number + 1)
    shop.defer("event-x", "cart-1")

    report = shop.evaluate()

    assert [failure.fault for _, failure in report.failures] == [QueryFault.TOO_MUCH_HISTORY]
    assert len(shop.deferrals.kept) == 1


def test_more_people_than_a_run_judges_are_left_for_the_next(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_up, "JUDGED_AT_ONCE", 2)
    for number in range(3):
        shop.defer(f"event-{number}", f"cart-{number}", due_at=DUE - number * INSTANT)

    shop.evaluate()
    assert set(shop.verdicts) == {"event-2", "event-1"}

    shop.evaluate()
    assert set(shop.verdicts) == {"event-0", "event-1", "event-2"}


def test_those_whose_condition_fails_hold_up_no_other_flows_matches(shop: Shop) -> None:
    shop.engine.refused[BOUGHT] = BROKEN
    for number in range(taking_up.TAKEN_UP_AT_ONCE + 1):
        shop.defer(f"event-{number}", "cart-1", due_at=DUE - HOUR)
    shop.defer("event-x", "cart-1", flow_id="flow_2")

    shop.evaluate()

    assert [match.event_id for match in shop.handover.matches] == ["event-x"]


def test_a_run_that_dies_before_it_took_them_out_hands_them_over_again(shop: Shop) -> None:
    shop.defer("event-1", "cart-1")

    with pytest.raises(Crash):
        shop.evaluate(deferrals=Crashing(shop.deferrals, lambda name, _: name == "remove_all" and bool(shop.verdicts)))
    shop.evaluate()

    assert [match.event_id for match in shop.handover.matches] == ["event-1", "event-1"]


def test_those_that_could_not_be_handed_over_stay(shop: Shop) -> None:
    class Full(FakeHandover):
        def hand_over(self, matches: Sequence[Match]) -> None:
            if matches:
                raise Transient("full")

    shop.defer("event-1", "cart-1")

    with pytest.raises(Transient):
        shop.evaluate(handover=Full())

    assert len(shop.deferrals.kept) == 1
