"""Our signatures are the ones that AWS's own signer makes."""

import random
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from signalbox.adapters.dynamodb.signing import Signer
from signalbox.config import AwsKeys

REQUESTS = 10_000
REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-7", "cn-north-1", "us-gov-west-1")
HOSTS = ("dynamodb.{region}.amazonaws.com", "localhost:8000", "127.0.0.1:65535", "abc.ddb.{region}.amazonaws.com")
OPERATIONS = ("GetItem", "PutItem", "Query", "BatchWriteItem", "TransactWriteItems")
SECRET_LETTERS = string.ascii_letters + string.digits + "/+="


def random_keys(chance: random.Random) -> AwsKeys:
    token = "".join(chance.choices(SECRET_LETTERS, k=chance.randrange(1, 1500)))
    return AwsKeys(
        access_key_id="".join(chance.choices(string.ascii_uppercase + string.digits, k=20)),
        secret_access_key="".join(chance.choices(SECRET_LETTERS, k=40)),
        session_token=chance.choice([None, token]),
    )


def authorization_by_botocore(url: str, region: str, headers: dict[str, str], body: bytes, keys: AwsKeys) -> str:
    signer = SigV4Auth(Credentials(keys.access_key_id, keys.secret_access_key), "dynamodb", region)
    request = AWSRequest(method="POST", url=url, headers=headers, data=body)
    request.context["timestamp"] = headers["x-amz-date"]
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    signed = signer.signed_headers(signer.headers_to_sign(request))
    return f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={signed}, Signature={signature}"


def requests() -> Iterator[tuple[str, str, AwsKeys, str, str, bytes]]:
    """Give random hosts, regions, keys, instants, operations and bodies; three requests for each set of keys."""
    chance = random.Random(20261123)  # noqa: S311 - must be the same each time
    keys = random_keys(chance)
    for number in range(REQUESTS):
        keys = keys if number % 3 else random_keys(chance)
        region = chance.choice(REGIONS)
        stamp = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(10**9))
        body = chance.randbytes(chance.randrange(2000))
        host = chance.choice(HOSTS).format(region=region)
        yield host, region, keys, f"{stamp:%Y%m%dT%H%M%SZ}", f"DynamoDB_20120810.{chance.choice(OPERATIONS)}", body


def test_ten_thousand_random_requests_are_signed_as_botocore_signs_them() -> None:
    signers: dict[tuple[str, str], Signer] = {}
    for host, region, keys, stamp, target, body in requests():
        signer = signers.setdefault((host, region), Signer(host, region))

        headers = signer.signed(target, body, keys, stamp)

        authorization = headers.pop("authorization")
        assert headers.pop("host") == host
        assert authorization == authorization_by_botocore(f"https://{host}/", region, headers, body, keys)
        assert headers.get("x-amz-security-token") == keys.session_token
        assert headers["x-amz-target"] == target
