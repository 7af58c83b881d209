"""Scheduling: one evaluation for each partner with live flows."""

from signalbox.services.scheduling import Scheduling
from tests.fakes.others import FakeEvaluationRequests
from tests.fakes.stores import FakeCursors, FakePartners, FakeRegistry
from tests.unit import makers
from tests.unit.makers import NOON


def test_a_run_asks_for_one_evaluation_of_each_partner_with_live_flows() -> None:
    registry = FakeRegistry(FakePartners(), FakeCursors())
    for partner_id in ("partner_1", "partner_2"):
        registry.commit_trigger(makers.trigger(partner_id=partner_id))
        registry.launch(makers.flow(partner_id=partner_id), makers.cursor(partner_id=partner_id))
    requests = FakeEvaluationRequests()

    count = Scheduling(registry, requests).start_run(NOON)

    assert count == 2
    assert requests.asked == [("partner_1", NOON), ("partner_2", NOON)]
