"""Many matches at once: which go beside each other, which after each other, and how the flows share the threads."""

import time
from collections import Counter
from threading import Barrier, Event, Lock

import pytest

from signalbox.domain.decisions import Match
from signalbox.services.lanes import AT_ONCE, do_all
from tests.fakes.others import Crash
from tests.unit import makers

WAIT_S = 10


def match(event_id: str, identity: str | None = None, **changes: str) -> Match:
    return makers.match(event_id=event_id, identity=identity, **changes)


def test_each_match_is_done_once_and_answers_come_in_the_order_of_the_matches() -> None:
    matches = [match(str(number), f"{number % 7}@example.org") for number in range(100)]
    done = Counter[str]()

    def act(each: Match) -> bool:
        done[each.event_id] += 1
        return int(each.event_id) % 3 == 0

    answers = do_all(matches, act)

    assert done == {each.event_id: 1 for each in matches}
    assert answers == [number % 3 == 0 for number in range(100)]


def test_no_matches_have_no_answers() -> None:
    assert do_all([], lambda _: True) == []


@pytest.mark.parametrize("identity", ["{}@example.org", None])
def test_matches_of_different_people_and_of_nobody_go_beside_each_other(identity: str | None) -> None:
    matches = [match(str(number), identity and identity.format(number)) for number in range(AT_ONCE)]
    all_at_work = Barrier(AT_ONCE)

    answers = do_all(matches, lambda _: all_at_work.wait(WAIT_S) >= 0)

    assert all(answers)


def test_no_more_go_beside_each_other_than_are_asked_for() -> None:
    at_work, most, lock = [0], [0], Lock()
    pair = Barrier(2)

    def act(_: Match) -> bool:
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        pair.wait(WAIT_S)
        with lock:
            at_work[0] -= 1
        return True

    do_all([match(str(number)) for number in range(6)], act, at_once=2)

    assert most == [2]


def test_matches_of_one_contact_go_one_after_another_in_their_order_whatever_their_flows() -> None:
    matches = [
        match(str(number), ["ana@example.org", "ben@example.org"][number % 2], flow_id=f"flow_{number % 3}")
        for number in range(40)
    ]
    at_work, order = set[str | None](), dict[str | None, list[int]]()

    def act(each: Match) -> bool:
        assert each.identity not in at_work
        at_work.add(each.identity)
        order.setdefault(each.identity, []).append(int(each.event_id))
        time.sleep(0.001)
        at_work.remove(each.identity)
        return True

    do_all(matches, act)

    assert order == {"ana@example.org": [*range(0, 40, 2)], "ben@example.org": [*range(1, 40, 2)]}


def test_people_of_one_address_at_two_partners_do_not_wait_for_each_other() -> None:
    both = Barrier(2)
    matches = [match("1", "ana@example.org", partner_id=partner_id) for partner_id in ("partner_1", "partner_2")]

    assert all(do_all(matches, lambda _: both.wait(WAIT_S) >= 0))


def test_a_contacts_next_match_goes_before_those_of_people_who_wait() -> None:
    order = []

    def act(each: Match) -> bool:
        order.append(each.event_id)
        return True

    do_all([match("a1", "ana@example.org"), match("b1"), match("a2", "ana@example.org")], act, at_once=1)

    assert order == ["a1", "a2", "b1"]


def test_a_contacts_next_match_goes_on_after_one_that_failed() -> None:
    answers = do_all([match("1", "ana@example.org"), match("2", "ana@example.org")], lambda each: each.event_id == "2")

    assert answers == [False, True]


def test_a_flow_that_hangs_leaves_threads_to_the_others_until_they_are_done() -> None:
    hanging = [match(f"h{number}", flow_id="hanging") for number in range(50)]
    others = [match(f"o{number}", flow_id=f"flow_{number % 2}") for number in range(50)]
    others_are_done, left, lock = Event(), [len(others)], Lock()

    def act(each: Match) -> bool:
        if each.flow_id == "hanging":
            return others_are_done.wait(WAIT_S)
        with lock:
            left[0] -= 1
        if not left[0]:
            others_are_done.set()
        return True

    assert all(do_all([*hanging, *others], act, at_once=4))


def test_a_flow_that_is_alone_has_all_threads() -> None:
    all_at_work = Barrier(AT_ONCE)

    assert all(do_all([match(str(number)) for number in range(AT_ONCE)], lambda _: all_at_work.wait(WAIT_S) >= 0))


def test_what_ends_one_thread_is_raised_when_the_others_are_done() -> None:
    done = set[str]()

    def act(each: Match) -> bool:
        if each.event_id == "0":
            raise Crash
        done.add(each.event_id)
        return True

    with pytest.raises(Crash):
        do_all([match(str(number)) for number in range(20)], act, at_once=2)

    assert done == {str(number) for number in range(1, 20)}
