"""Telling all that is stored about a person, in parts."""

from datetime import datetime, timedelta

import pytest

from signalbox.domain.decisions import Outcome
from signalbox.domain.subject_exports import SubjectPart
from signalbox.services.subject_exporting import CALL_TIME
from tests.contract.conftest import fake_stores
from tests.unit.erasing import ANA, BEN, HOUR, MINUTE, Shop
from tests.unit.makers import NOON

BEN_TELLS = {"identity": BEN, "email": BEN}


@pytest.fixture
def shop() -> Shop:
    """Ana's and Ben's facts, three events of hers, a decision about each, and one bad event."""
    shop = Shop(fake_stores())
    shop.name_segment()
    for person in (ANA, BEN):
        shop.know(person)
        shop.suppress(person)
    for number in range(3):
        at = NOON - (number + 1) * HOUR
        shop.receive(number, at)
        shop.decide(number, at + MINUTE, Outcome.SENT)
        shop.receive(10 + number, at, **BEN_TELLS)
        shop.decide(10 + number, at, Outcome.SENT, BEN)
    shop.map_client(0, ANA)
    shop.map_client(1, BEN)
    shop.hold(0)
    shop.quarantine(1, NOON - MINUTE, f'{{"email":"{ANA}"}}')
    shop.quarantine(2, NOON - MINUTE, f'{{"email":"{BEN}"}}')
    return shop


def _parts(shop: Shop, part_bytes: int) -> list[SubjectPart]:
    exporting, parts, after = shop.exporting(part_bytes), list[SubjectPart](), None
    while after is None or after < NOON:
        parts.append(exporting.part(shop.partner, ANA, NOON, after))
        after = parts[-1].until
    return parts


def _events(part: SubjectPart) -> list[str]:
    return [row[0] for row in part.events]


def test_one_part_tells_all_of_the_person_and_nothing_of_others(shop: Shop) -> None:
    [part] = _parts(shop, 10**6)

    assert part.facts is not None
    assert [each.name for each in part.facts.segments] == ["Regulars"]
    assert [each.identity for each in part.facts.suppressions] == [ANA]
    assert part.facts.view.contact.identity == ANA
    assert _events(part) == ["event-2", "event-1", "event-0"]
    told = [(each.decision.event_id, each.message and each.message.parts["text"]) for each in part.decisions]
    assert told == [(f"event-{number}", f"Hello {ANA}") for number in (2, 1, 0)]
    assert [each.event_id for each in part.quarantined] == ["bad-1"]
    assert [each.client_id for each in part.mappings] == ["client-0"]
    assert [each.event.event_id for each in part.held] == ["held-0"]


@pytest.mark.parametrize("part_bytes", [1, 3_000, 5_000])
def test_parts_tell_each_thing_once_however_little_fits(shop: Shop, part_bytes: int) -> None:
    parts = _parts(shop, part_bytes)

    assert len(parts) > 1
    assert [each for part in parts for each in _events(part)] == ["event-2", "event-1", "event-0"]
    decided = [each.decision.event_id for part in parts for each in part.decisions]
    assert decided == ["event-2", "event-1", "event-0"]
    assert [each.event_id for part in parts for each in part.quarantined] == ["bad-1"]
    assert [part.facts is not None for part in parts] == [True] + [False] * (len(parts) - 1)
    assert [part.since for part in parts[1:]] == [part.until for part in parts[:-1]]


def test_decisions_are_told_that_are_older_than_any_event_kept(shop: Shop) -> None:
    shop.decide(99, NOON - timedelta(days=1000), Outcome.SENT)

    [part] = _parts(shop, 10**6)

    oldest = part.decisions[0]
    assert (oldest.decision.event_id, oldest.message) == ("event-99", None)


def test_a_part_ends_when_its_time_is_up_and_the_next_goes_on(shop: Shop) -> None:
    class Ticking:
        """Every look at the clock takes six seconds."""

        def __init__(self) -> None:
            self.instant = NOON

        def now(self) -> datetime:
            self.instant += CALL_TIME / 2.5
            return self.instant

    shop.clock = Ticking()  # type: ignore[assignment]  # a clock all the same

    first = shop.exporting(10**6).part(shop.partner, ANA, NOON)

    assert first.until < NOON
    assert _events(first) == []
