"""The ports over definitions: `Definitions`, `Partners`, `LiveFlows` and `Cursors`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.contents import Content, EmailContent, PushContent, SmsContent, WebhookContent
from signalbox.domain.errors import Conflict
from signalbox.domain.experiments import Experiment, Goal, Variant
from signalbox.domain.flows import FilterMode, FlowRules, FlowStatus, PauseMode, SegmentFilter
from signalbox.domain.frequency import ReEntry
from signalbox.domain.partners import FrequencyCap, LiveSecret
from signalbox.domain.quiet_hours import QuietHours, QuietMode
from signalbox.domain.waits import ExitCondition, Wait
from tests.contract.backends import ATOMIC, CALLERS, DYNAMODB_LOCAL, at_once
from tests.contract.conftest import Stores
from tests.unit.makers import NOON, cursor, flow, live_flow, partner, secret, trigger, trigger_draft

MS = timedelta(milliseconds=1)

type Write = Callable[[], None]


@pytest.mark.parametrize("secrets", [(), (secret("a"), replace(secret("b"), issued_at=NOON + MS))])
@pytest.mark.parametrize(("enabled", "lenient"), [(True, False), (False, True)])
def test_a_partner_comes_back_as_it_was_created(
    stores: Stores, partner_id: str, secrets: tuple[LiveSecret, ...], *, enabled: bool, lenient: bool
) -> None:
    created = partner(partner_id=partner_id, secrets=secrets, enabled=enabled, lenient=lenient, shards=7)

    stores.definitions.create_partner(created)

    assert stores.partners.find(partner_id) == stores.definitions.partner(partner_id) == created


def test_a_partner_comes_back_with_its_push_applications(stores: Stores, partner_id: str) -> None:
    created = partner(partner_id=partner_id, push_applications=("arn:a", "arn:b"))

    stores.definitions.create_partner(created)

    assert stores.partners.find(partner_id) == created


def test_a_partner_comes_back_with_its_caps_and_its_time(stores: Stores, partner_id: str) -> None:
    caps = (FrequencyCap("email", 2, timedelta(days=1)), FrequencyCap("sms", 5, timedelta(days=7, milliseconds=1)))
    created = partner(partner_id=partner_id, timezone="Europe/Rome", caps=caps)

    stores.definitions.create_partner(created)

    assert stores.partners.find(partner_id) == created


def test_a_partner_id_is_given_once(stores: Stores, partner_id: str) -> None:
    first = partner(partner_id=partner_id)
    stores.definitions.create_partner(first)

    with pytest.raises(Conflict):
        stores.definitions.create_partner(replace(first, name="Other"))

    assert stores.partners.find(partner_id) == first


def test_every_partner_is_listed_as_it_stands(stores: Stores, partner_id: str) -> None:
    for name in ("a", "b"):
        stores.definitions.create_partner(partner(partner_id=partner_id + name))
    changed = partner(partner_id=partner_id + "a", version=2, name="Other")
    stores.definitions.save_partner(changed)

    listed = [each for each in stores.definitions.partners() if each.partner_id.startswith(partner_id)]

    assert listed == [changed, partner(partner_id=partner_id + "b")]


def test_flows_are_listed_as_they_stand_and_with_all_their_versions(stores: Stores, partner_id: str) -> None:
    first = flow(partner_id=partner_id, status=FlowStatus.DRAFT)
    second = replace(first, version=2, name="Other")
    for each in (first, second, replace(first, flow_id="flow_2"), replace(first, flow_id="flow_10")):
        stores.definitions.save_flow(each)

    assert stores.definitions.flow(partner_id, "flow_1") == second
    assert stores.definitions.flow(partner_id, "flow_3") is None
    assert [each.flow_id for each in stores.definitions.flows_of(partner_id)] == ["flow_1", "flow_10", "flow_2"]
    assert list(stores.definitions.flow_versions(partner_id, "flow_1")) == [second, first]
    assert list(stores.definitions.flows_of(f"{partner_id}0")) == []


def test_a_partner_is_changed_from_the_version_that_was_read(stores: Stores, partner_id: str) -> None:
    stores.definitions.create_partner(partner(partner_id=partner_id))
    changed = partner(partner_id=partner_id, version=2, secrets=(), enabled=False, lenient=True)

    stores.definitions.save_partner(changed)

    assert stores.partners.find(partner_id) == stores.definitions.partner(partner_id) == changed


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_change_of_a_partner_that_was_changed_meanwhile_is_a_conflict(
    stores: Stores, partner_id: str, version: int
) -> None:
    second = partner(partner_id=partner_id, version=2, name="Second")
    stores.definitions.create_partner(partner(partner_id=partner_id))
    stores.definitions.save_partner(second)

    with pytest.raises(Conflict):
        stores.definitions.save_partner(partner(partner_id=partner_id, version=version, name="Other"))

    assert stores.definitions.partner(partner_id) == second


@pytest.mark.parametrize("version", [1, 2])
def test_a_partner_that_never_was_cannot_be_changed(stores: Stores, partner_id: str, version: int) -> None:
    with pytest.raises(Conflict):
        stores.definitions.save_partner(partner(partner_id=partner_id, version=version))

    assert stores.definitions.partner(partner_id) is None


@ATOMIC
def test_of_many_changes_of_a_partner_at_once_one_wins(stores: Stores, partner_id: str) -> None:
    stores.definitions.create_partner(partner(partner_id=partner_id))

    answers = at_once(
        lambda number: stores.definitions.save_partner(partner(partner_id=partner_id, version=2, name=str(number)))
    )

    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1
    assert stores.definitions.partner(partner_id) == partner(
        partner_id=partner_id, version=2, name=str(answers.index(None))
    )


@pytest.mark.parametrize(
    "stranger", ["", "#", "live_partners", "partner", "~", "{}#x", "{}\0", "é" * 3000, "x" * 99999]
)
def test_whatever_a_stranger_calls_himself_he_is_not_found(stores: Stores, partner_id: str, stranger: str) -> None:
    stores.definitions.create_partner(partner(partner_id=partner_id))
    stores.definitions.save_flow(flow(partner_id=partner_id))

    assert stores.partners.find(stranger.replace("{}", partner_id)) is None


def test_the_first_version_is_the_first(stores: Stores, partner_id: str) -> None:
    with pytest.raises(Conflict):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id, version=2))
    with pytest.raises(Conflict):
        stores.definitions.save_flow(flow(partner_id=partner_id, version=2))

    assert stores.definitions.trigger(partner_id, "trigger_1") is None
    assert stores.live_flows.flow(partner_id, "flow_1") is None


def test_what_is_written_again_because_its_answer_was_lost_is_no_conflict(stores: Stores, partner_id: str) -> None:
    created, written = partner(partner_id=partner_id), trigger_draft(partner_id=partner_id)
    changed, committed = replace(created, version=2, name="Other"), trigger(partner_id=partner_id)
    start = cursor(partner_id=partner_id)
    drafted = flow(partner_id=partner_id, status=FlowStatus.DRAFT)
    launched = flow(partner_id=partner_id, version=2)
    paused = flow(partner_id=partner_id, version=3, status=FlowStatus.PAUSED, pause_mode=PauseMode.HOLD)
    resumed = flow(partner_id=partner_id, version=4)
    moved = replace(start, position=NOON - MS)
    writes: tuple[Write, ...] = (
        lambda: stores.definitions.create_partner(created),
        lambda: stores.definitions.save_partner(changed),
        lambda: stores.definitions.save_draft(written),
        lambda: stores.definitions.save_draft(replace(written, revision=2)),
        lambda: stores.definitions.commit_trigger(committed, replace(written, revision=2)),
        lambda: stores.definitions.save_flow(drafted),
        lambda: stores.definitions.launch(launched, start),
        lambda: stores.definitions.save_flow(paused),
        lambda: stores.definitions.resume(resumed, start, moved),
    )

    for write in writes:
        write()
        write()

    assert stores.definitions.partner(partner_id) == changed
    assert list(stores.definitions.trigger_versions(partner_id, "trigger_1")) == [committed]
    assert stores.live_flows.flow(partner_id, "flow_1") == resumed
    assert stores.cursors.of_partner(partner_id) == {"flow_1": moved}


def test_a_launch_that_is_repeated_leaves_the_cursor_where_it_has_got_to(stores: Stores, partner_id: str) -> None:
    launched, start = flow(partner_id=partner_id), cursor(partner_id=partner_id)
    stores.definitions.launch(launched, start)
    moved = replace(start, position=NOON + MS)
    stores.cursors.advance(start, moved)

    stores.definitions.launch(launched, start)

    assert stores.cursors.of_partner(partner_id) == {"flow_1": moved}


def test_a_flow_that_is_resumed_goes_back_to_where_it_is_told(stores: Stores, partner_id: str) -> None:
    start = cursor(partner_id=partner_id)
    stores.definitions.commit_trigger(trigger(partner_id=partner_id))
    stores.definitions.launch(flow(partner_id=partner_id), start)
    stores.definitions.save_flow(flow(partner_id=partner_id, version=2, status=FlowStatus.PAUSED))
    resumed, back = flow(partner_id=partner_id, version=3), replace(start, position=NOON - MS)

    stores.definitions.resume(resumed, start, back)

    assert stores.live_flows.of_partner(partner_id) == [
        (live_flow(partner_id=partner_id), trigger(partner_id=partner_id))
    ]
    assert stores.cursors.of_partner(partner_id) == {"flow_1": back}


@pytest.mark.parametrize(("version", "position"), [(2, NOON), (4, NOON), (3, NOON + MS)])
def test_a_resumption_that_loses_changes_nothing(
    stores: Stores, partner_id: str, version: int, position: datetime
) -> None:
    start = cursor(partner_id=partner_id)
    paused = flow(partner_id=partner_id, version=2, status=FlowStatus.PAUSED)
    stores.definitions.launch(flow(partner_id=partner_id), start)
    stores.definitions.save_flow(paused)

    with pytest.raises(Conflict):
        stores.definitions.resume(
            flow(partner_id=partner_id, version=version),
            replace(start, position=position),
            replace(start, position=NOON + 2 * MS),
        )

    assert stores.live_flows.flow(partner_id, "flow_1") == paused
    assert stores.cursors.of_partner(partner_id) == {"flow_1": start}


@DYNAMODB_LOCAL
def test_of_many_launches_at_once_one_wins(stores: Stores, partner_id: str) -> None:
    answers = at_once(
        lambda number: stores.definitions.launch(
            flow(partner_id=partner_id, name=str(number)), cursor(partner_id=partner_id, position=NOON + number * MS)
        )
    )

    [winner] = [number for number, answer in enumerate(answers) if answer is None]
    launched = stores.live_flows.flow(partner_id, "flow_1")
    assert launched is not None
    assert launched.name == str(winner)
    assert stores.cursors.of_partner(partner_id)["flow_1"].position == NOON + winner * MS


@pytest.mark.parametrize(
    "content",
    [
        EmailContent("Hi", "Hi"),
        EmailContent("", None, "<p>", "Shop"),
        EmailContent("", ""),
        WebhookContent("destination_1", "{}"),
        SmsContent("Hi"),
        SmsContent("", "mobile"),
        PushContent("Hi", "Hi"),
        PushContent("", "", {"": "", "a/b ~": "c"}, "phone arn"),
    ],
)
@pytest.mark.parametrize("segment_filter", [SegmentFilter(), SegmentFilter(("a#b", "c"), FilterMode.INCLUDE_ALL)])
def test_a_flow_comes_back_as_it_was_saved(
    stores: Stores, partner_id: str, content: Content, segment_filter: SegmentFilter
) -> None:
    saved = flow(partner_id=partner_id, content=content, segment_filter=segment_filter, status=FlowStatus.DRAFT)

    stores.definitions.save_flow(saved)

    assert stores.live_flows.flow(partner_id, "flow_1") == saved


RULES: dict[str, FlowRules] = {
    "contents": {"contents": {"a/b ": EmailContent("A", "a"), "": EmailContent("", None, "<p>", "Shop")}},
    "contents over several channels": {
        "contents": {"a": WebhookContent("destination_1", "{}"), "b": SmsContent("B"), "c": PushContent("C", "c")}
    },
    "a wait": {"wait": Wait(timedelta(days=30))},
    "a wait that is left": {"wait": Wait(MS, ExitCondition("SELECT", "cartId", "postgres", "COMPILED"))},
    "a safety limit": {"safety_limit": 1_000},
    "once ever": {"re_entry": ReEntry.once()},
    "a number in a period": {"re_entry": ReEntry.at_most(3, timedelta(days=1, microseconds=1000))},
    "quiet hours": {"quiet_hours": QuietHours(time(22), time(8, 30), QuietMode.DROP, frozenset({5, 6}))},
    "branches": {"branches": Branches((Branch("Gold", "contact.tier == 'gold'", "gold"),), DefaultBranch("Rest", "r"))},
    "branches without a default": {"branches": Branches((Branch("Gold", "contact.gold"),))},
    "an experiment": {"experiment": Experiment("experiment_1", (Variant("a", 1), Variant("b", 0, "gold")), 10)},
    "an experiment with a goal": {
        "experiment": Experiment("experiment_1", (Variant("a", 1),), goal=Goal("custom_buy", timedelta(days=7)))
    },
    "a transactional flow": {"is_transactional": True},
}


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES.keys())
def test_a_flow_comes_back_with_its_rules(stores: Stores, partner_id: str, rules: FlowRules) -> None:
    saved = flow(partner_id=partner_id, **rules)

    stores.definitions.save_flow(saved)

    assert stores.live_flows.flow(partner_id, "flow_1") == saved


@pytest.mark.parametrize("mode", PauseMode)
def test_a_flow_remembers_how_it_is_paused_and_where_it_began(stores: Stores, partner_id: str, mode: PauseMode) -> None:
    saved = flow(partner_id=partner_id, status=FlowStatus.PAUSED, pause_mode=mode, starts_after=NOON - MS)

    stores.definitions.save_flow(saved)

    assert stores.live_flows.flow(partner_id, "flow_1") == saved


@pytest.mark.parametrize("flow_id", ["", "#", "flow_1#1", "flow_", "~"])
def test_a_flow_that_is_not_there_is_not_found(stores: Stores, partner_id: str, flow_id: str) -> None:
    stores.definitions.save_flow(flow(partner_id=partner_id))

    assert stores.live_flows.flow(partner_id, flow_id) is None
    assert stores.definitions.trigger(partner_id, flow_id) is None


def test_a_launch_makes_the_flow_live_with_its_cursor_and_its_partner_listed(stores: Stores, partner_id: str) -> None:
    stores.definitions.commit_trigger(trigger(partner_id=partner_id))
    stores.definitions.save_flow(flow(partner_id=partner_id, status=FlowStatus.DRAFT))

    stores.definitions.launch(flow(partner_id=partner_id, version=2), cursor(partner_id=partner_id))

    assert stores.live_flows.of_partner(partner_id) == [
        (live_flow(partner_id=partner_id), trigger(partner_id=partner_id))
    ]
    assert stores.cursors.of_partner(partner_id) == {"flow_1": cursor(partner_id=partner_id)}
    assert list(stores.live_flows.partner_ids()).count(partner_id) == 1


def test_what_a_run_needs_to_know_of_a_flow_follows_its_edits(stores: Stores, partner_id: str) -> None:
    stores.definitions.commit_trigger(trigger(partner_id=partner_id))
    rules: list[FlowRules] = [{}, RULES["a wait that is left"], RULES["a safety limit"]]
    for version, each in enumerate(rules, 1):
        stores.definitions.save_flow(flow(partner_id=partner_id, version=version, **each))

        [(live, _)] = stores.live_flows.of_partner(partner_id)

        assert live == live_flow(partner_id=partner_id, **each)


def test_a_launch_that_loses_leaves_nothing(stores: Stores, partner_id: str) -> None:
    stores.definitions.save_flow(flow(partner_id=partner_id, status=FlowStatus.DRAFT))

    with pytest.raises(Conflict):
        stores.definitions.launch(flow(partner_id=partner_id, version=1), cursor(partner_id=partner_id))

    assert stores.live_flows.of_partner(partner_id) == []
    assert stores.cursors.of_partner(partner_id) == {}
    assert partner_id not in stores.live_flows.partner_ids()


def test_only_live_flows_run_each_with_the_committed_version_of_its_trigger(stores: Stores, partner_id: str) -> None:
    for number in (1, 2):
        stores.definitions.commit_trigger(trigger(partner_id=partner_id, version=number))
    stores.definitions.commit_trigger(trigger(partner_id=partner_id, trigger_id="trigger_2"))
    for status in FlowStatus:
        stores.definitions.save_flow(flow(partner_id=partner_id, flow_id=f"flow_{status}", status=status))
    stores.definitions.save_flow(flow(partner_id=partner_id, flow_id="flow_other", trigger_id="trigger_2"))

    running = stores.live_flows.of_partner(partner_id)

    assert {(each.flow_id, its_trigger.trigger_id, its_trigger.version) for each, its_trigger in running} == {
        ("flow_live", "trigger_1", 2),
        ("flow_other", "trigger_2", 1),
    }


def test_a_flow_that_is_paused_runs_no_longer(stores: Stores, partner_id: str) -> None:
    stores.definitions.commit_trigger(trigger(partner_id=partner_id))
    stores.definitions.launch(flow(partner_id=partner_id), cursor(partner_id=partner_id))

    stores.definitions.save_flow(flow(partner_id=partner_id, version=2, status=FlowStatus.PAUSED))

    assert stores.live_flows.of_partner(partner_id) == []


def test_a_partner_sees_its_own_definitions_only(stores: Stores, partner_id: str) -> None:
    other = f"{partner_id}0"
    stores.definitions.create_partner(partner(partner_id=other))
    stores.definitions.commit_trigger(trigger(partner_id=other))
    stores.definitions.launch(flow(partner_id=other), cursor(partner_id=other))
    stores.definitions.save_draft(trigger_draft(partner_id=other))

    assert list(stores.definitions.triggers(partner_id)) == []
    assert list(stores.definitions.drafts(partner_id)) == []
    assert list(stores.definitions.trigger_versions(partner_id, "trigger_1")) == []
    assert stores.partners.find(partner_id) is None
    assert stores.live_flows.of_partner(partner_id) == []
    assert stores.live_flows.flow(partner_id, "flow_1") is None
    assert stores.definitions.trigger(partner_id, "trigger_1") is None
    assert stores.cursors.of_partner(partner_id) == {}


@pytest.mark.parametrize("status", [FlowStatus.PAUSED, FlowStatus.ENDED, FlowStatus.ARCHIVED])
def test_a_flow_that_is_live_no_longer_is_run_no_longer(stores: Stores, partner_id: str, status: FlowStatus) -> None:
    stores.definitions.commit_trigger(trigger(partner_id=partner_id))
    for flow_id in ("flow_1", "flow_2"):
        live, start = flow(partner_id=partner_id, flow_id=flow_id), cursor(partner_id=partner_id, flow_id=flow_id)
        stores.definitions.launch(live, start)

    stores.definitions.save_flow(flow(partner_id=partner_id, version=2, status=status))

    assert [each.flow_id for each, _ in stores.live_flows.of_partner(partner_id)] == ["flow_2"]
