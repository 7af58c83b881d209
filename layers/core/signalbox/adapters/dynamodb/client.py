"""DynamoDB over HTTP: the client every store is given, and how long one of its calls can take."""

import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

from signalbox import config
from signalbox.adapters.dynamodb.connections import Address, Answer, Broken, Connection
from signalbox.adapters.dynamodb.credentials import keys_of
from signalbox.adapters.dynamodb.faults import Fault, Refused, Unanswered
from signalbox.adapters.dynamodb.signing import Signer

CONNECT_TIMEOUT_S = 1.0
READ_TIMEOUT_S = 1.5
ATTEMPTS = 2
RETRY_PAUSE_S = 0.05

PATIENCE = timedelta(seconds=0.5)
"""How long a transaction that met another, and what is left over of a batch, is sent again; see `table`."""

PUT_DEADLINE = (
    timedelta(seconds=ATTEMPTS * (CONNECT_TIMEOUT_S + READ_TIMEOUT_S) + (ATTEMPTS - 1) * RETRY_PAUSE_S) + PATIENCE
)
"""The longest a write takes, 5.55 s; `settle` must be longer, or a run could pass by an event still on its way."""

IDLE_CONNECTIONS = 32  # as many as ingestion uses at once; beyond that they are closed after use

_OK = 200

_encoded = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class Client(Protocol):
    """DynamoDB's operations as its API defines them (AWS: "Amazon DynamoDB API Reference"), bytes as base64 text."""

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do it and give the answer; raises `faults.Fault` and Transient."""


class HttpClient:
    """A Client for one address, for any number of threads.

    A call that was not answered, or for reasons that pass, is made once more over a new connection; so a write may
    be done twice, which all of the stores' writes can bear.
    """

    def __init__(self, address: Address, signer: Signer, keys: Callable[[], config.AwsKeys]) -> None:
        self.address = address
        self._signer = signer
        self._keys = keys
        self._idle: list[Connection] = []

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Make the call within ATTEMPTS times the timeouts."""
        if operation == "TransactWriteItems":  # done once, however often it is sent
            request = {**request, "ClientRequestToken": os.urandom(16).hex()}
        body = _encoded(request).encode()
        fault = Fault()
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(RETRY_PAUSE_S)
            try:
                answer = self._exchanged(operation, body, anew=attempt > 0)
            except Broken as broken:
                fault = Unanswered(f"DynamoDB did not answer {operation}: {broken}")
                continue
            if answer.status == _OK:
                content: dict[str, Any] = json.loads(answer.body)
                return content
            refused = _refused(operation, answer)
            if not refused.may_pass:
                raise refused
            fault = refused
        raise fault

    def _exchanged(self, operation: str, body: bytes, *, anew: bool) -> Answer:
        target = f"DynamoDB_20120810.{operation}"
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = self._signer.signed(target, body, self._keys(), stamp)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST / HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n"
        connection = None if anew else self._idle_one()
        connection = connection or Connection(self.address, CONNECT_TIMEOUT_S)
        answer = connection.exchange(head.encode() + body, READ_TIMEOUT_S)
        if len(self._idle) < IDLE_CONNECTIONS and not answer.is_last:
            self._idle.append(connection)
        return answer

    def _idle_one(self) -> Connection | None:
        """Take the one used last, if the other side has not closed it."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.is_usable():
                return connection


def dynamodb_client(environ: config.Variables = config.ENVIRONMENT) -> HttpClient:
    """Make the client that the environment asks for; raises Misconfigured."""
    settings = config.DynamoDbSettings.from_env(environ)
    address = Address(settings.url, settings.ca_bundle)
    return HttpClient(address, Signer(address.host, settings.region), keys_of(settings))


def _refused(operation: str, answer: Answer) -> Refused:
    try:
        told = json.loads(answer.body)
        code = str(told["__type"]).rpartition("#")[2]
    except (ValueError, KeyError, TypeError):  # it is not DynamoDB that answered
        return Refused(operation, f"status {answer.status}", answer.status)
    reasons = [str(each.get("Code")) for each in told.get("CancellationReasons") or ()]
    return Refused(operation, code, answer.status, told.get("Item"), reasons)
