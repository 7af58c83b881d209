"""What DynamoDB and the way to it can do wrong, and which of the product's errors each becomes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session
from botocore.stub import Stubber

from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.domain.decisions import Decision, Outcome
from signalbox.domain.errors import Conflict, Misconfigured, Throttled, Transient
from signalbox.domain.events import HeldEvent
from tests.contract.backends import DYNAMODB_LOCAL
from tests.contract.conftest import Database
from tests.unit.makers import NOON, event

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PERSONAL = "ana@example.org"


def client(**settings: Any) -> "DynamoDBClient":
    settings = {"aws_access_key_id": "local", "aws_secret_access_key": "local"} | settings
    return boto3.client("dynamodb", region_name="eu-west-1", **settings)


@contextmanager
def answering(*answers: tuple[str, str, int, list[dict[str, str]]]) -> Iterator["DynamoDBClient"]:
    """Give a client whose calls are answered with these errors: operation, code, status, cancellation reasons."""
    stubbed = client()
    with Stubber(stubbed) as stubber:
        for operation, code, status, reasons in answers:
            fields = {"CancellationReasons": reasons} if reasons else None
            stubber.add_client_error(operation, code, PERSONAL, status, modeled_fields=fields)
        yield stubbed


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
    with answering(("get_item", code, status, [])) as stubbed, pytest.raises(Exception, match=code) as raised:
        DynamoPartners(stubbed, "Registry").find("partner_1")

    assert raised.type is kind or (code == "TransactionConflictException" and raised.type.__base__ is kind)
    assert PERSONAL not in str(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("reason", "kind"),
    [("ThrottlingError", Throttled), ("ProvisionedThroughputExceeded", Throttled), ("ValidationError", Misconfigured)],
)
def test_a_cancelled_transaction_is_judged_by_its_reasons(reason: str, kind: type[Exception]) -> None:
    cancelled = ("transact_write_items", "TransactionCanceledException", 400, [{"Code": "None"}, {"Code": reason}])

    with answering(cancelled) as stubbed, pytest.raises(kind, match=reason):
        release(stubbed)


def test_a_release_whose_condition_fails_is_no_release() -> None:
    reasons = [{"Code": "TransactionConflict"}, {"Code": "ConditionalCheckFailed"}]

    with answering(("transact_write_items", "TransactionCanceledException", 400, reasons)) as stubbed:
        assert release(stubbed) is False


def test_a_transaction_that_met_another_is_tried_again() -> None:
    met = ("transact_write_items", "TransactionCanceledException", 400, [{"Code": "TransactionConflict"}])
    refused = ("transact_write_items", "TransactionCanceledException", 400, [{"Code": "ConditionalCheckFailed"}])

    with answering(met, met, refused) as stubbed:
        assert release(stubbed) is False


def test_a_transaction_that_always_meets_another_is_given_up() -> None:
    met = ("transact_write_items", "TransactionCanceledException", 400, [{"Code": "TransactionConflict"}])

    with answering(*[met] * 1000) as stubbed, pytest.raises(Transient):
        release(stubbed)


def test_a_batch_of_which_nothing_is_answered_is_throttled() -> None:
    stubbed = client()
    unprocessed = {"Contacts": {"Keys": [{"pk": {"S": "partner_1#a"}, "sk": {"S": "profile"}}]}}

    stubber = Stubber(stubbed)
    stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": unprocessed})

    with stubber, pytest.raises(Throttled):
        DynamoContacts(stubbed, "Contacts").traits_of("partner_1", ["a"])


def test_a_store_that_is_not_reachable_is_transient() -> None:
    unreachable = client(endpoint_url="http://127.0.0.1:1", config=Config(retries={"total_max_attempts": 1}))

    with pytest.raises(Transient):
        DynamoPartners(unreachable, "Registry").find("partner_1")


def test_a_call_that_cannot_be_made_is_for_a_person_to_mend() -> None:
    with pytest.raises(Misconfigured) as raised:
        DynamoPartners(client(), "").find(PERSONAL)

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


def release(stubbed: "DynamoDBClient") -> bool:
    held = HeldEvent(event(identity=None, email=None), NOON + timedelta(days=7))
    return DynamoHeldEvents(stubbed, "Unidentified", DynamoEvents(stubbed, "Events", 45)).release(held, event(), 1)


def decision(partner_id: str) -> Decision:
    return Decision(partner_id, "flow_1", 1, "trigger_1", 1, "event-1", PERSONAL, Outcome.IN_FLIGHT, NOON, NOON)


def losing_the_first_answer[T](database: Database, store: Callable[["DynamoDBClient", str], T]) -> T:
    """Give the store over a connection that breaks once the first write has arrived."""
    breaking = client(endpoint_url=database.client.meta.endpoint_url)
    arrived: list[int] = []

    def break_off(request: AWSPreparedRequest, **_: object) -> None:
        if not arrived:
            arrived.append(URLLib3Session().send(request).status_code)
            raise ReadTimeoutError(endpoint_url=request.url)

    breaking.meta.events.register("before-send.dynamodb.PutItem", break_off)
    return store(breaking, "Deliveries")
