"""Event triggers on their way from a draft to a version in force, by one author or by several at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.errors import Conflict, Forbidden, Invalid
from signalbox.domain.flows import DEFAULT_MAX_EVENT_AGE, FlowStatus, Trigger
from signalbox.domain.partners import Environment
from signalbox.domain.recipes.forms import AbsenceRecipe, ClockEvents, EventSelector, Path
from signalbox.domain.recipes.writing import write
from tests.unit import makers
from tests.unit.authoring import CONTENT, House, LostAnswerError
from tests.unit.makers import NOON, PARTNER_ID

HOUR = timedelta(hours=1)
LEFT_CART = AbsenceRecipe(
    (ClockEvents(EventSelector(("add_to_cart",)), Path(("cartId",))),),
    (ClockEvents(EventSelector(("complete_transaction",)), Path(("cartId",))),),
    2 * HOUR,
)


@pytest.fixture
def house() -> House:
    return House()


def commit(house: House, draft: TriggerDraft, *, over_others: bool = False) -> Trigger:
    return house.triggers.commit(
        draft.partner_id, draft.trigger_id, draft.draft_id, draft.revision, over_others=over_others
    )


def test_half_written_sql_can_be_saved_and_is_found_again(house: House) -> None:
    draft = house.triggers.save(house.triggers.begin(PARTNER_ID, "Carts", "drop everyth"))

    assert draft.revision == 1
    assert house.triggers.edit(PARTNER_ID, draft.trigger_id) == draft
    assert list(house.registry.drafts(PARTNER_ID)) == [draft]
    assert list(house.registry.triggers(PARTNER_ID)) == []


def test_each_save_is_a_revision_and_one_who_has_not_seen_the_last_is_refused(house: House) -> None:
    first = house.triggers.save(house.triggers.begin(PARTNER_ID, "Carts"))
    mine = house.triggers.save(replace(first, sql="mine"))

    with pytest.raises(Conflict):
        house.triggers.save(replace(first, sql="theirs"))

    assert mine.revision == 2
    assert house.triggers.edit(PARTNER_ID, first.trigger_id) == mine


def test_a_save_that_is_repeated_is_the_same_save(house: House) -> None:
    first = house.triggers.save(house.triggers.begin(PARTNER_ID, "Carts"))

    saves = [house.triggers.save(replace(first, sql="mine")) for _ in range(2)]

    assert saves[0] == saves[1]


def test_an_editor_whose_draft_was_discarded_cannot_save_over_the_one_begun_after_it(house: House) -> None:
    trigger = house.commit()
    discarded = house.triggers.save(house.triggers.edit(PARTNER_ID, trigger.trigger_id))
    house.triggers.discard(discarded)
    begun = house.triggers.save(house.triggers.edit(PARTNER_ID, trigger.trigger_id))

    for change in (house.triggers.save, house.triggers.discard):
        with pytest.raises(Conflict):
            change(discarded)

    assert begun.revision == discarded.revision
    assert house.triggers.edit(PARTNER_ID, trigger.trigger_id) == begun


def test_a_discarded_draft_is_gone_and_discarding_it_again_is_no_fault(house: House) -> None:
    trigger = house.commit("select 1")
    draft = house.triggers.save(replace(house.triggers.edit(PARTNER_ID, trigger.trigger_id), sql="select 2"))

    for _ in range(2):
        house.triggers.discard(draft)

    assert house.triggers.edit(PARTNER_ID, trigger.trigger_id).sql == "select 1"


def test_a_commit_keeps_the_authors_words_and_the_engines_and_who_and_when_and_why(house: House) -> None:
    draft = house.triggers.save(house.triggers.begin(PARTNER_ID, "Carts", "select 1"))

    trigger = house.triggers.commit(
        PARTNER_ID, draft.trigger_id, draft.draft_id, 1, committed_by="Ana", note="for March"
    )

    assert (trigger.version, trigger.sql, trigger.compiled_sql) == (1, "select 1", "SELECT 1")
    assert (trigger.committed_at, trigger.committed_by, trigger.note) == (NOON, "Ana", "for March")
    assert house.registry.trigger(PARTNER_ID, trigger.trigger_id) == trigger
    assert house.registry.draft(PARTNER_ID, trigger.trigger_id) is None


def test_the_next_commit_of_a_trigger_is_its_next_version(house: House) -> None:
    first = house.commit("select 1")

    second = commit(house, house.triggers.save(replace(edited(house, first), sql="select 2")))

    assert (second.version, second.trigger_id) == (2, first.trigger_id)
    assert list(house.registry.trigger_versions(PARTNER_ID, first.trigger_id)) == [second, first]


def edited(house: House, trigger: Trigger) -> TriggerDraft:
    return house.triggers.edit(trigger.partner_id, trigger.trigger_id)


def test_a_commit_is_used_by_the_next_run_of_a_live_flow(house: House) -> None:
    flow = house.launch()
    first = house.registry.heads[PARTNER_ID, flow.trigger_id]

    second = commit(house, house.triggers.save(replace(edited(house, first), sql="select 2")))

    assert [(each.flow_id, trigger) for each, trigger in house.registry.of_partner(PARTNER_ID)] == [
        (flow.flow_id, second)
    ]


def test_what_is_refused_is_not_committed_and_all_that_is_wrong_is_named(house: House) -> None:
    draft = house.triggers.begin(PARTNER_ID, " ", "drop table events")
    wrong = replace(draft, lookback=timedelta(days=31), max_event_age=timedelta(0))
    saved = house.triggers.save(wrong)

    with pytest.raises(Invalid) as refusal:
        house.triggers.commit(PARTNER_ID, draft.trigger_id, draft.draft_id, 1, note="x" * 2001)

    paths = [reason.path for reason in refusal.value.reasons]
    assert paths == ["/name", "/lookback", "/max_event_age", "/note", "/sql"]
    assert house.registry.trigger(PARTNER_ID, draft.trigger_id) is None
    assert house.registry.draft(PARTNER_ID, draft.trigger_id) == saved


@pytest.mark.parametrize("lookback", [timedelta(seconds=-1), timedelta(days=30, seconds=1)])
def test_a_lookback_outside_thirty_days_is_refused(house: House, lookback: timedelta) -> None:
    draft = house.triggers.save(replace(house.triggers.begin(PARTNER_ID, "Carts"), lookback=lookback))

    with pytest.raises(Invalid, match="0 to 30 days"):
        commit(house, draft)


def test_a_revision_that_nobody_sees_any_more_cannot_be_committed(house: House) -> None:
    first = house.triggers.save(house.triggers.begin(PARTNER_ID, "Carts", "select 1"))
    house.triggers.save(replace(first, sql="select 2"))

    with pytest.raises(Conflict, match="read it again"):
        commit(house, first)

    assert house.registry.trigger(PARTNER_ID, first.trigger_id) is None


def test_what_was_committed_since_a_draft_began_is_overwritten_only_knowingly(house: House) -> None:
    first = house.commit("select 1")
    draft = house.triggers.save(replace(edited(house, first), sql="select 2"))
    restored = house.triggers.restore(PARTNER_ID, first.trigger_id, 1, over=1)

    with pytest.raises(Conflict, match="version 2 was committed since"):
        commit(house, draft)
    third = commit(house, draft, over_others=True)

    assert (restored.version, third.version, third.sql) == (2, 3, "select 2")


def test_a_draft_that_was_committed_or_discarded_cannot_be_committed(house: House) -> None:
    first = house.commit()
    draft = house.triggers.save(edited(house, first))
    house.triggers.discard(draft)

    with pytest.raises(Invalid, match="no such draft"):
        commit(house, draft)


def test_a_commit_whose_answer_was_lost_is_the_same_version_when_it_is_repeated(house: House) -> None:
    draft = house.triggers.save(house.triggers.begin(PARTNER_ID, "Carts", "select 1"))
    house.registry.loses_next = True
    with pytest.raises(LostAnswerError):
        commit(house, draft)
    house.clock.pass_time(HOUR)

    again = commit(house, draft)

    assert (again.version, again.committed_at) == (1, NOON)
    assert list(house.registry.trigger_versions(PARTNER_ID, draft.trigger_id)) == [again]


def test_an_earlier_version_is_restored_as_the_next_one_which_says_so(house: House) -> None:
    first = house.commit("select 1")
    commit(house, house.triggers.save(replace(edited(house, first), sql="select 2", name="Other", lookback=HOUR)))

    third = house.triggers.restore(PARTNER_ID, first.trigger_id, 1, over=2, committed_by="Ben", note="back")

    assert (third.version, third.restored_from, third.committed_by, third.note) == (3, 1, "Ben", "back")
    assert (third.name, third.sql, third.compiled_sql, third.lookback) == (
        "Carts",
        "select 1",
        "SELECT 1",
        timedelta(0),
    )
    assert house.registry.trigger(PARTNER_ID, first.trigger_id) == third


def test_a_restoration_whose_answer_was_lost_is_not_done_twice(house: House) -> None:
    first = house.commit()
    commit(house, house.triggers.save(replace(edited(house, first), sql="select 2")))
    house.registry.loses_next = True
    with pytest.raises(LostAnswerError):
        house.triggers.restore(PARTNER_ID, first.trigger_id, 1, over=2)

    again = house.triggers.restore(PARTNER_ID, first.trigger_id, 1, over=2)

    assert again.version == 3
    assert house.registry.trigger(PARTNER_ID, first.trigger_id) == again


def test_a_restoration_over_a_version_nobody_has_seen_is_a_conflict(house: House) -> None:
    first = house.commit()
    commit(house, house.triggers.save(replace(edited(house, first), sql="select 2")))

    with pytest.raises(Conflict, match="version 2 was committed meanwhile"):
        house.triggers.restore(PARTNER_ID, first.trigger_id, 1, over=1)


def test_what_no_longer_compiles_cannot_be_restored(house: House) -> None:
    first = house.commit()
    house.registry.committed[PARTNER_ID, first.trigger_id, 1] = replace(first, sql="drop it")

    with pytest.raises(Invalid, match="DROP"):
        house.triggers.restore(PARTNER_ID, first.trigger_id, 1, over=1)


def test_two_versions_are_compared_line_by_line_and_setting_by_setting(house: House) -> None:
    first = house.commit("select a\nfrom b\n")
    changed = replace(edited(house, first), sql="select c\nfrom b\n", lookback=HOUR, max_event_age=2 * HOUR)
    commit(house, house.triggers.save(changed))

    comparison = house.triggers.compare(PARTNER_ID, first.trigger_id, 1, 2)

    assert comparison.sql == (
        "--- version 1", "+++ version 2", "@@ -1,2 +1,2 @@", "-select a", "+select c", " from b"
    )  # fmt: skip
    assert comparison.settings == {
        "lookback": (timedelta(0), HOUR),
        "max_event_age": (DEFAULT_MAX_EVENT_AGE, 2 * HOUR),
    }


def test_versions_that_say_the_same_have_no_changes(house: House) -> None:
    first = house.commit("select a")
    house.triggers.restore(PARTNER_ID, first.trigger_id, 1, over=1)

    comparison = house.triggers.compare(PARTNER_ID, first.trigger_id, 1, 2)

    assert (comparison.sql, comparison.settings) == ((), {})


def test_a_recipe_writes_its_sql_its_look_back_and_the_age_of_its_events(house: House) -> None:
    begun = house.triggers.begin(PARTNER_ID, "Left carts", "-- mine\n")
    written = write(LEFT_CART)

    trigger = commit(house, house.triggers.save(begun.written_from(LEFT_CART)))

    assert (trigger.recipe, trigger.sql, trigger.dialect) == (LEFT_CART, written.sql, "duckdb")
    assert (trigger.lookback, trigger.max_event_age) == (3 * HOUR, timedelta(hours=74))


@pytest.mark.parametrize(
    "take_over",
    [
        lambda draft: replace(draft, sql=draft.sql + "LIMIT 5"),
        lambda draft: replace(draft, lookback=HOUR),
        lambda draft: replace(draft, dialect="postgres"),
    ],
)
def test_taking_over_what_a_recipe_wrote_drops_the_recipe(
    house: House, take_over: Callable[[TriggerDraft], TriggerDraft]
) -> None:
    first = commit(house, house.triggers.save(house.triggers.begin(PARTNER_ID, "Carts").written_from(LEFT_CART)))

    draft = house.triggers.save(take_over(edited(house, first)))

    assert first.recipe == LEFT_CART
    assert draft.recipe is None


def test_the_age_of_events_may_be_set_beside_a_recipe(house: House) -> None:
    begun = house.triggers.begin(PARTNER_ID, "Carts").written_from(LEFT_CART)

    draft = house.triggers.save(replace(begun, max_event_age=4 * HOUR))

    assert (draft.recipe, draft.max_event_age) == (LEFT_CART, 4 * HOUR)


def test_a_form_that_makes_no_sense_is_refused_by_its_paths(house: House) -> None:
    begun = house.triggers.begin(PARTNER_ID, "Carts")

    with pytest.raises(Invalid, match="/wait"):
        begun.written_from(replace(LEFT_CART, wait=timedelta(0)))


def test_nobody_edits_commits_restores_or_compares_another_partners_trigger(house: House) -> None:
    theirs = house.commit(partner_id="partner_2")
    draft = house.triggers.save(edited(house, theirs))
    attempts: list[Callable[[], object]] = [
        lambda: house.triggers.edit(PARTNER_ID, theirs.trigger_id),
        lambda: house.triggers.commit(PARTNER_ID, theirs.trigger_id, draft.draft_id, draft.revision),
        lambda: house.triggers.restore(PARTNER_ID, theirs.trigger_id, 1, over=1),
        lambda: house.triggers.compare(PARTNER_ID, theirs.trigger_id, 1, 1),
    ]

    for attempt in attempts:
        with pytest.raises(Invalid, match="no such"):
            attempt()

    assert house.registry.trigger("partner_2", theirs.trigger_id) == theirs


def test_staging_takes_partners_but_no_triggers_and_no_flows() -> None:
    house = House(Environment.STAGING)
    house.administration.create_partner("Shop")
    attempts: list[Callable[[], object]] = [
        lambda: house.triggers.save(house.triggers.begin(PARTNER_ID, "Carts", "select 1")),
        lambda: house.triggers.commit(PARTNER_ID, "trigger_1", "draft_1", 1),
        lambda: house.triggers.restore(PARTNER_ID, "trigger_1", 1, over=1),
        lambda: house.flows.create(PARTNER_ID, "Welcome", "trigger_1", CONTENT),
        lambda: house.flows.launch(makers.flow(status=FlowStatus.DRAFT)),
    ]

    for attempt in attempts:
        with pytest.raises(Forbidden, match="production only"):
            attempt()
