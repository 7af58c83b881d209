"""What one plain e-mail costs in the store, over all that sending does with it."""

from collections import Counter
from datetime import timedelta

from signalbox.domain.decisions import Outcome
from signalbox.domain.flows import FilterMode, SegmentFilter
from tests.contract.backends import DATABASES
from tests.contract.conftest import Database
from tests.unit import makers
from tests.unit.makers import NOON
from tests.unit.sending import House

SHARED = {"Registry"}
"""What the matches of one invocation have in common: the partner and the flow."""


def costs(database: Database, partner_id: str, **changes: object) -> tuple[Counter[str], Outcome]:
    """Send one message about a stored event, and count the calls by operation and table."""
    stores = database.stores()
    stores.definitions.create_partner(makers.partner(partner_id=partner_id))
    stores.definitions.save_flow(makers.flow(partner_id=partner_id, **changes))
    stores.events.append(makers.event(partner_id=partner_id), 1)
    house = House()
    house.clock.instant = NOON + timedelta(minutes=1)
    names = ("partners", "live_flows", "events", "contacts", "places", "deliveries", "deferrals", "messages")
    service = house.service_with(**{name: getattr(stores, name) for name in names})
    database.client.noted.clear()

    decision = service.send(makers.match(partner_id=partner_id))

    called = Counter(f"{operation} {request['TableName']}" for operation, request in database.client.noted)
    return Counter({call: count for call, count in called.items() if call.split()[1] not in SHARED}), decision.outcome


@DATABASES
def test_a_plain_e_mail_costs_three_writes_and_two_reads(database: Database, partner_id: str) -> None:
    called, outcome = costs(database, partner_id)

    assert outcome is Outcome.SENT
    assert called == {"GetItem Events": 1, "Query Contacts": 1, "PutItem Deliveries": 2, "PutItem Messages": 1}


@DATABASES
def test_what_is_skipped_costs_one_write(database: Database, partner_id: str) -> None:
    called, outcome = costs(database, partner_id, segment_filter=SegmentFilter(("vip",), FilterMode.INCLUDE_ANY))

    assert outcome is Outcome.SKIPPED
    assert called == {"GetItem Events": 1, "Query Contacts": 1, "PutItem Deliveries": 1}
