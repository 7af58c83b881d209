"""Replaying: what quarantine holds is taken in after a fix, once by its name, as of when it came."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from signalbox.domain.contacts import Trait
from signalbox.domain.errors import Forbidden, Reason, TooLarge, Transient
from signalbox.domain.events import Event
from signalbox.domain.identities import Mapping
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.submissions import EventDraft, Submission
from signalbox.ports import Events
from signalbox.services.replaying import Replaying, ReplayReport
from tests.fakes.others import Crash, Crashing, never
from tests.fakes.stores import FakeEvents
from tests.unit import makers
from tests.unit.ingesting import Door
from tests.unit.makers import NOON, PARTNER_ID

MS = timedelta(milliseconds=1)
DAY = timedelta(days=1)
TODAY = NOON.date()
WHY = (Reason("/sentAt", "required"),)
IDENTIFY = makers.draft(event_type="identify", event_name="identify", traits={"name": '"Ana"'})


def told(report: ReplayReport) -> tuple[int, int]:
    return report.accepted, report.still_invalid


class Shelf:
    """A quarantine with events in it and rules by which they are read: all valid once `are_fixed`."""

    def __init__(self) -> None:
        self.door = Door()
        self.draft_by_name: dict[str, EventDraft] = {}
        self.coercible: set[str] = set()
        self.are_fixed = True

    def keep(self, *drafts: EventDraft, accepted: bool = False) -> None:
        """Put invalid events into quarantine, as of now."""
        for draft in drafts:
            self.draft_by_name[draft.event_id] = draft
            self.door.quarantine.keep(
                QuarantinedEvent(PARTNER_ID, draft.event_id, self.door.clock.now(), WHY, "{}", accepted=accepted)
            )

    def read(self, quarantined: QuarantinedEvent) -> Submission:
        draft = self.draft_by_name[quarantined.event_id]
        leniently = (lambda: makers.submission(draft=draft)) if draft.event_id in self.coercible else None
        strictly = draft if self.are_fixed and not leniently else None
        return makers.submission(secret="", draft=strictly, reasons=WHY, leniently=leniently)

    def replay(self, day: date = TODAY, events: Events | None = None) -> ReplayReport:
        return self.service(events).replay_day(PARTNER_ID, day)

    def replay_crashing(self, name: str, point: str) -> None:
        def dies(method: str, where: str) -> bool:
            return (method, where) == (name, point)

        service = Replaying(
            clock=self.door.clock,
            partners=self.door.partners,
            quarantine=Crashing(self.door.quarantine, dies),
            ingestion=self.door.crashing(dies if name == "append" else never),
            read=self.read,
        )
        with pytest.raises(Crash):
            service.replay_day(PARTNER_ID, TODAY)

    def left(self) -> list[str]:
        return [each.event_id for each in self.door.quarantine.kept.values()]

    def service(self, events: Events | None = None) -> Replaying:
        return Replaying(
            clock=self.door.clock,
            partners=self.door.partners,
            quarantine=self.door.quarantine,
            ingestion=self.door.service(events=events or self.door.events),
            read=self.read,
        )


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_those_that_are_named_are_replayed_and_the_reasons_of_the_others_told() -> None:
    shelf = Shelf()
    shelf.are_fixed = False
    shelf.keep(makers.draft(event_id="a"), makers.draft(event_id="b"))

    refused = shelf.service().replay_day(PARTNER_ID, TODAY, frozenset({"b"}))
    shelf.are_fixed = True
    taken = shelf.service().replay_day(PARTNER_ID, TODAY, frozenset({"b", "c"}))

    assert refused.refused == [("b", WHY)]
    assert (told(taken), shelf.left()) == ((1, 0), ["a"])


def test_after_a_fix_an_event_is_taken_in_and_leaves_quarantine(shelf: Shelf) -> None:
    shelf.keep(makers.draft())

    report = shelf.replay()

    assert told(report) == (1, 0)
    assert shelf.door.stored() == [("event-1", "ana@example.org")]
    assert shelf.left() == []


def test_what_is_still_invalid_stays(shelf: Shelf) -> None:
    shelf.are_fixed = False
    shelf.keep(makers.draft())

    report = shelf.replay()

    assert told(report) == (0, 1)
    assert shelf.door.stored() == []
    assert shelf.left() == ["event-1"]


def test_replaying_twice_is_harmless(shelf: Shelf) -> None:
    shelf.keep(makers.draft())

    reports = [shelf.replay() for _ in range(2)]

    assert [report.accepted for report in reports] == [1, 0]
    assert shelf.door.stored() == [("event-1", "ana@example.org")]


@pytest.mark.parametrize(
    "where", [("append", "before"), ("append", "after"), ("remove", "before"), ("remove", "after")]
)
def test_a_replay_that_dies_is_finished_by_the_next_under_the_same_name(shelf: Shelf, where: tuple[str, str]) -> None:
    shelf.keep(makers.draft())
    shelf.replay_crashing(*where)
    shelf.door.clock.pass_time(MS)

    shelf.replay()

    assert set(shelf.door.stored()) == {("event-1", "ana@example.org")}
    assert shelf.left() == []


def test_what_a_store_fails_to_take_stays_in_quarantine(shelf: Shelf) -> None:
    class Away(FakeEvents):
        def append(self, event: Event, shards: int) -> None:
            raise Transient

    shelf.keep(makers.draft())

    with pytest.raises(Transient):
        shelf.replay(events=Away())

    assert shelf.left() == ["event-1"]


@pytest.mark.parametrize(("age", "replayed"), [(14 * DAY - MS, 1), (14 * DAY, 0)])
def test_an_event_is_not_replayed_after_fourteen_days(shelf: Shelf, age: timedelta, replayed: int) -> None:
    shelf.keep(makers.draft())
    shelf.door.clock.pass_time(age)

    report = shelf.replay()

    assert told(report) == (replayed, 0)
    assert len(shelf.door.stored()) == replayed


def test_only_the_day_that_was_asked_for_is_replayed(shelf: Shelf) -> None:
    shelf.keep(makers.draft(event_id="today"))
    shelf.door.clock.pass_time(DAY)
    shelf.keep(makers.draft(event_id="tomorrow"))

    shelf.replay(TODAY + DAY)

    assert shelf.left() == ["today"]


def test_a_warning_is_about_an_event_that_was_taken_and_is_not_replayed(shelf: Shelf) -> None:
    shelf.keep(makers.draft(), accepted=True)

    report = shelf.replay()

    assert told(report) == (0, 0)
    assert shelf.door.stored() == []
    assert shelf.left() == ["event-1"]


def test_an_event_that_can_be_coerced_is_taken_once_its_partner_is_lenient_and_stays_as_a_warning(
    shelf: Shelf,
) -> None:
    shelf.coercible = {"event-1"}
    shelf.keep(makers.draft())
    strictly = shelf.replay()
    shelf.door.partners.by_id[PARTNER_ID] = makers.partner(lenient=True)

    leniently = [shelf.replay() for _ in range(2)]

    assert told(strictly) == (0, 1)
    assert [told(each) for each in leniently] == [(1, 0), (0, 0)]
    assert [name for name, _ in shelf.door.stored()] == ["event-1"]
    assert [(each.accepted, each.reasons) for each in shelf.door.quarantine.kept.values()] == [(True, WHY)]


def test_an_event_that_is_too_large_does_not_keep_the_others_waiting(shelf: Shelf) -> None:
    class Small(FakeEvents):
        def append(self, event: Event, shards: int) -> None:
            if event.event_id == "large":
                raise TooLarge
            shelf.door.events.append(event, shards)

    shelf.keep(makers.draft(event_id="large"))
    shelf.door.clock.pass_time(MS)
    shelf.keep(makers.draft(event_id="small"))

    report = shelf.replay(events=Small())

    assert told(report) == (1, 1)
    assert shelf.left() == ["large"]


@pytest.mark.parametrize("partners", [{}, {PARTNER_ID: makers.partner(enabled=False)}])
def test_a_partner_that_may_not_send_may_not_replay(shelf: Shelf, partners: dict[str, object]) -> None:
    shelf.keep(makers.draft())
    shelf.door.partners.by_id = partners  # type: ignore[assignment]  # narrower than what the fake takes

    with pytest.raises(Forbidden):
        shelf.replay()

    assert shelf.left() == ["event-1"]


def test_a_replayed_event_is_received_now_and_occurred_when_it_came(shelf: Shelf) -> None:
    sent_at = NOON - timedelta(days=3000)
    shelf.keep(
        makers.draft(event_id="a", sent_at=sent_at),
        makers.draft(event_id="b", sent_at=sent_at, happened_at=sent_at - timedelta(minutes=5)),
    )
    shelf.door.clock.pass_time(10 * DAY)

    shelf.replay()

    assert {each.event_id: (each.received_at, each.occurred_at) for each in shelf.door.events.stored.values()} == {
        "a": (NOON + 10 * DAY, NOON),
        "b": (NOON + 10 * DAY, NOON - timedelta(minutes=5)),
    }


def test_a_replayed_identify_does_not_take_the_client_from_whoever_was_identified_since(shelf: Shelf) -> None:
    shelf.keep(replace(IDENTIFY, email="ana@example.org"))
    shelf.door.clock.pass_time(DAY)
    since = Mapping(PARTNER_ID, "client-1", "ben@example.org", None, NOON + 8 * DAY)
    shelf.door.identities.put(since)

    shelf.replay()

    assert shelf.door.identities.find(PARTNER_ID, "client-1") == since


def test_a_replayed_identify_maps_for_seven_days_from_when_it_came(shelf: Shelf) -> None:
    shelf.keep(IDENTIFY)
    shelf.door.clock.pass_time(DAY)

    shelf.replay()

    mapping = shelf.door.identities.find(PARTNER_ID, "client-1")
    assert mapping is not None
    assert mapping.expires_at == NOON + 7 * DAY


def test_a_replayed_identify_of_over_seven_days_ago_maps_nobody_and_releases_nothing(shelf: Shelf) -> None:
    shelf.keep(IDENTIFY)
    shelf.door.clock.pass_time(7 * DAY)
    shelf.door.service().accept(makers.submission(draft=makers.draft(event_id="held", email=None)))

    shelf.replay()

    assert shelf.door.identities.find(PARTNER_ID, "client-1") is None
    assert shelf.door.stored() == [("event-1", "ana@example.org")]
    assert len(shelf.door.held_events.held) == 1


def test_the_traits_of_a_replayed_identify_are_as_old_as_it_is(shelf: Shelf) -> None:
    shelf.keep(replace(IDENTIFY, traits={"name": '"Ana"', "city": '"Rome"'}))
    shelf.door.clock.pass_time(DAY)
    newer = replace(IDENTIFY, event_id="event-2", traits={"name": '"Anne"'})
    shelf.door.service().accept(makers.submission(draft=newer))

    shelf.replay()

    profile = shelf.door.contacts.profiles[PARTNER_ID, "ana@example.org"]
    assert profile.traits == {"name": Trait('"Anne"', NOON + DAY), "city": Trait('"Rome"', NOON)}
