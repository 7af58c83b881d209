"""The `Definitions` port: the flows of a partner and their versions."""

import pytest

from signalbox.domain.errors import Conflict
from signalbox.domain.flows import FlowStatus
from tests.contract.conftest import Stores
from tests.unit.makers import cursor, flow


def test_every_version_of_a_flow_stays_and_they_are_given_the_newest_first(stores: Stores, partner_id: str) -> None:
    versions = [flow(partner_id=partner_id, version=number, name=f"Version {number}") for number in range(1, 13)]
    for each in versions:
        stores.definitions.save_flow(each)
    stores.definitions.save_flow(flow(partner_id=partner_id, flow_id="flow_10"))

    assert list(stores.definitions.flow_versions(partner_id, "flow_1")) == versions[::-1]
    assert list(stores.definitions.flow_versions(f"{partner_id}0", "flow_1")) == []


def test_a_partners_flows_are_given_as_they_stand_whatever_their_state(stores: Stores, partner_id: str) -> None:
    flows = [
        flow(partner_id=partner_id, flow_id=f"flow_{status.value}", status=status) for status in sorted(FlowStatus)
    ]
    for each in flows:
        stores.definitions.save_flow(each)
    edited = flow(partner_id=partner_id, flow_id=flows[0].flow_id, version=2, status=flows[0].status)
    stores.definitions.save_flow(edited)

    assert list(stores.definitions.flows_of(partner_id)) == [edited, *flows[1:]]
    assert list(stores.definitions.flows_of(f"{partner_id}0")) == []


def test_a_version_that_lost_is_none(stores: Stores, partner_id: str) -> None:
    launched = flow(partner_id=partner_id)
    stores.definitions.launch(launched, cursor(partner_id=partner_id))
    moved = cursor(partner_id=partner_id, position=cursor().position.replace(hour=13))

    with pytest.raises(Conflict):
        stores.definitions.resume(flow(partner_id=partner_id, version=2), moved, moved)

    assert list(stores.definitions.flow_versions(partner_id, "flow_1")) == [launched]
