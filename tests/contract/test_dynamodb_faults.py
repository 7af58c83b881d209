"""What DynamoDB and the way to it can do wrong, and which of the product's errors each becomes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.adapters.dynamodb.client import Client, dynamodb_client
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.domain.decisions import Decision, Outcome
from signalbox.domain.errors import Conflict, Misconfigured, Throttled, Transient
from signalbox.domain.events import HeldEvent
from tests.contract import scripted
from tests.contract.backends import DYNAMODB_LOCAL
from tests.contract.conftest import ENVIRONMENT, URL, Database
from tests.contract.loopback import closed_port
from tests.unit.makers import NOON, event

PERSONAL = "ana@example.org"
CANCELLED = "TransactionCanceledException"


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ProvisionedThroughputExceededException", 400, Throttled),
        ("ThrottlingException", 400, Throttled),
        ("Throttling", 400, Throttled),
        ("RequestLimitExceeded", 400, Throttled),
        ("InternalServerError", 500, Transient),
        ("ServiceUnavailable", 503, Transient),
        ("RequestTimeout", 408, Transient),
        ("TransactionConflictException", 400, Transient),
        ("SomethingNew", 502, Transient),
        ("SomethingNew", 400, Misconfigured),
        ("ResourceNotFoundException", 400, Misconfigured),
        ("AccessDeniedException", 400, Misconfigured),
        ("UnrecognizedClientException", 400, Misconfigured),
        ("ValidationException", 400, Misconfigured),
        ("ConditionalCheckFailedException", 400, Conflict),
    ],
)
def test_each_code_becomes_the_error_that_tells_what_to_do(code: str, status: int, kind: type[Exception]) -> None:
    with scripted.dynamodb(scripted.error(status, code)) as script, pytest.raises(Exception, match=code) as raised:
        DynamoPartners(script.client(), "Registry").find("partner_1")

    assert raised.type is kind or (code == "TransactionConflictException" and raised.type.__base__ is kind)
    assert PERSONAL not in str(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("reason", "kind"),
    [("ThrottlingError", Throttled), ("ProvisionedThroughputExceeded", Throttled), ("ValidationError", Misconfigured)],
)
def test_a_cancelled_transaction_is_judged_by_its_reasons(reason: str, kind: type[Exception]) -> None:
    with scripted.dynamodb(cancelled("None", reason)) as script, pytest.raises(kind, match=reason):
        release(script.client())


def test_a_release_whose_condition_fails_is_no_release() -> None:
    with scripted.dynamodb(cancelled("TransactionConflict", "ConditionalCheckFailed")) as script:
        assert release(script.client()) is False


def test_a_transaction_that_met_another_is_tried_again() -> None:
    met, refused = cancelled("TransactionConflict"), cancelled("ConditionalCheckFailed")

    with scripted.dynamodb(met, met, refused) as script:
        assert release(script.client()) is False

    assert len({content["ClientRequestToken"] for _, content, _ in script.asked}) == 3


def test_a_transaction_that_always_meets_another_is_given_up() -> None:
    with scripted.dynamodb(cancelled("TransactionConflict")) as script, pytest.raises(Transient):
        release(script.client())


def test_a_batch_of_which_nothing_is_answered_is_throttled() -> None:
    unprocessed = {"Contacts": {"Keys": [{"pk": {"S": "partner_1#a"}, "sk": {"S": "profile"}}]}}
    answer = (200, {"Responses": {}, "UnprocessedKeys": unprocessed})

    with scripted.dynamodb(answer) as script, pytest.raises(Throttled):
        DynamoContacts(script.client(), "Contacts").traits_of("partner_1", ["a"])


def test_a_store_that_is_not_reachable_is_transient() -> None:
    unreachable = dynamodb_client(ENVIRONMENT | {URL: closed_port()})

    with pytest.raises(Transient):
        DynamoPartners(unreachable, "Registry").find("partner_1")


@DYNAMODB_LOCAL
def test_a_call_that_cannot_be_made_is_for_a_person_to_mend(database: Database) -> None:
    with pytest.raises(Misconfigured) as raised:
        DynamoPartners(database.client, "").find(PERSONAL)

    assert PERSONAL not in str(raised.value)


@DYNAMODB_LOCAL
def test_a_claim_whose_answer_was_lost_is_still_the_callers(database: Database, partner_id: str) -> None:
    claimed = decision(partner_id)
    deliveries = losing_the_first_answer(database, DynamoDeliveries)

    assert deliveries.claim(claimed) is None

    assert database.stores().deliveries.find(partner_id, "flow_1", "event-1") == claimed


@DYNAMODB_LOCAL
def test_an_end_whose_answer_was_lost_is_no_conflict(database: Database, partner_id: str) -> None:
    claimed = decision(partner_id)
    database.stores().deliveries.claim(claimed)

    losing_the_first_answer(database, DynamoDeliveries).settle(claimed, replace(claimed, outcome=Outcome.SENT))

    found = database.stores().deliveries.find(partner_id, "flow_1", "event-1")
    assert found == replace(claimed, outcome=Outcome.SENT)


def release(client: Client) -> bool:
    held = HeldEvent(event(identity=None, email=None), NOON + timedelta(days=7))
    return DynamoHeldEvents(client, "Unidentified", DynamoEvents(client, "Events", 45)).release(held, event(), 1)


def cancelled(*reasons: str) -> scripted.Reply:
    return scripted.error(400, CANCELLED, CancellationReasons=[{"Code": reason} for reason in reasons])


def decision(partner_id: str) -> Decision:
    return Decision(partner_id, "flow_1", 1, "trigger_1", 1, "event-1", PERSONAL, Outcome.IN_FLIGHT, NOON, NOON)


def losing_the_first_answer[T](database: Database, store: Callable[[Client, str], T]) -> T:
    """Give the store over a connection that breaks once the first write has arrived."""
    return store(scripted.RepeatingClient(database.client), "Deliveries")
