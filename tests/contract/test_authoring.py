"""The use cases of authors over every registry: a trigger and a flow on their whole way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.domain.errors import Conflict, Invalid
from signalbox.domain.flows import FlowStatus, LiveFlow, PauseMode
from signalbox.domain.partners import Environment
from signalbox.services.flow_authoring import FlowAuthoring
from signalbox.services.trigger_authoring import TriggerAuthoring
from tests.contract.conftest import Stores
from tests.fakes.destinations import FakeDestinations
from tests.fakes.others import FakeClock, FakeConditions, FakeIds, FakeRenderer
from tests.triggers.recipes.forms import FORMS
from tests.unit.makers import NOON, flow

HOUR = timedelta(hours=1)
FORM = FORMS["cart_left_for_two_hours"]


class Authors:
    def __init__(self, stores: Stores) -> None:
        self.clock = FakeClock(NOON)
        ids, environment = FakeIds(), Environment.PRODUCTION
        self.triggers = TriggerAuthoring(
            clock=self.clock,
            ids=ids,
            definitions=stores.definitions,
            compiler=QueryCompiler(),
            environment=environment,
        )
        self.flows = FlowAuthoring(
            clock=self.clock,
            ids=ids,
            definitions=stores.definitions,
            live_flows=stores.live_flows,
            cursors=stores.cursors,
            segments=stores.segments,
            blocks=stores.blocks,
            destinations=FakeDestinations(),
            renderer=FakeRenderer(),
            conditions=FakeConditions(),
            compiler=QueryCompiler(),
            environment=environment,
        )


@pytest.fixture
def authors(stores: Stores) -> Authors:
    return Authors(stores)


def test_a_recipe_is_drafted_committed_taken_over_compared_and_restored(
    stores: Stores, authors: Authors, partner_id: str
) -> None:
    begun = authors.triggers.save(authors.triggers.begin(partner_id, "Left carts").written_from(FORM))
    first = authors.triggers.commit(partner_id, begun.trigger_id, begun.draft_id, begun.revision)
    edited = authors.triggers.edit(partner_id, begun.trigger_id)
    taken_over = authors.triggers.save(replace(edited, sql=edited.sql + "LIMIT 5\n"))
    second = authors.triggers.commit(partner_id, begun.trigger_id, taken_over.draft_id, taken_over.revision)

    third = authors.triggers.restore(partner_id, begun.trigger_id, 1, over=2)

    comparison = authors.triggers.compare(partner_id, begun.trigger_id, 1, 2)
    assert (first.recipe, second.recipe, third.recipe) == (FORM, None, FORM)
    assert list(comparison.sql)[-1] == "+LIMIT 5"
    assert list(stores.definitions.trigger_versions(partner_id, begun.trigger_id)) == [third, second, first]
    assert stores.definitions.draft(partner_id, begun.trigger_id) is None


def test_sql_that_does_not_compile_stays_a_draft(stores: Stores, authors: Authors, partner_id: str) -> None:
    draft = authors.triggers.save(authors.triggers.begin(partner_id, "Carts", "SELECT identity FROM orders"))

    with pytest.raises(Invalid, match="/sql"):
        authors.triggers.commit(partner_id, draft.trigger_id, draft.draft_id, draft.revision)

    assert list(stores.definitions.drafts(partner_id)) == [draft]
    assert list(stores.definitions.triggers(partner_id)) == []


def test_a_flow_is_launched_paused_resumed_and_ended(stores: Stores, authors: Authors, partner_id: str) -> None:
    draft = authors.triggers.save(authors.triggers.begin(partner_id, "Left carts").written_from(FORM))
    trigger = authors.triggers.commit(partner_id, draft.trigger_id, draft.draft_id, draft.revision)
    created = authors.flows.create(partner_id, "Remind", trigger.trigger_id, flow().content)
    live = authors.flows.launch(created, since=NOON - HOUR)
    paused = authors.flows.pause(live, PauseMode.DROP)
    authors.clock.pass_time(HOUR)

    resumed = authors.flows.resume(paused)

    assert stores.live_flows.of_partner(partner_id) == [
        (LiveFlow(partner_id, resumed.flow_id, trigger.trigger_id), trigger)
    ]
    assert stores.cursors.of_partner(partner_id)[live.flow_id].position == NOON + HOUR
    assert authors.flows.resume(paused) == resumed  # the answer to the first may have been lost
    with pytest.raises(Conflict):
        authors.flows.end(live)
    edited = authors.flows.edit(resumed, name="Remind again")
    assert stores.live_flows.flow(partner_id, live.flow_id) == edited
    resumed = edited
    assert authors.flows.end(resumed).status is FlowStatus.ENDED
    assert stores.live_flows.of_partner(partner_id) == []
