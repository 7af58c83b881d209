"""The least that taking an event can cost: parse JSON, sign, put. It checks nothing."""

import json
import time
from typing import Any

from signalbox.adapters.dynamodb.connections import Address, Connection
from signalbox.adapters.dynamodb.signing import Signer
from signalbox.config import ENVIRONMENT, DynamoDbSettings

settings = DynamoDbSettings.from_env(ENVIRONMENT)
address = Address(settings.url, settings.ca_bundle)
signer = Signer(address.host, settings.region)
connection = Connection(address, 1)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Store the body as it is."""
    assert settings.keys
    received = json.loads(event["body"])
    item = {"pk": {"S": received["partnerId"]}, "sk": {"S": str(time.time_ns())}, "body": {"S": event["body"]}}
    body = json.dumps({"TableName": ENVIRONMENT["EVENTS_TABLE"], "Item": item}).encode()
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    headers = signer.signed("DynamoDB_20120810.PutItem", body, settings.keys, stamp)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST / HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n"
    return {"statusCode": connection.exchange(head.encode() + body, 1).status, "body": ""}
