"""Signatures of requests to DynamoDB (AWS: "Create a signed AWS API request", Signature Version 4).

AWS's own signer is part of botocore, whose import costs more than all else that collect does when it starts; a test
holds these signatures equal to its.
"""

import hashlib
import hmac

from signalbox.config import AwsKeys

CONTENT_TYPE = "application/x-amz-json-1.0"

_ALGORITHM = "AWS4-HMAC-SHA256"
_SERVICE = "dynamodb"


class Signer:
    """Signs for one address in one region; safe to share between threads."""

    def __init__(self, host: str, region: str) -> None:
        self._host = host
        self._region = region
        self._day_key: tuple[tuple[str, str], bytes] = (("", ""), b"")

    def signed(self, target: str, body: bytes, keys: AwsKeys, stamp: str) -> dict[str, str]:
        """Give the headers of a POST to `/`; `stamp` is now, as in 20261123T090000Z."""
        headers = {"content-type": CONTENT_TYPE, "host": self._host, "x-amz-date": stamp}
        if keys.session_token is not None:
            headers["x-amz-security-token"] = keys.session_token
        headers["x-amz-target"] = target
        names = ";".join(headers)
        listed = "".join(f"{name}:{value}\n" for name, value in headers.items())
        canonical = f"POST\n/\n\n{listed}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        scope = f"{stamp[:8]}/{self._region}/{_SERVICE}/aws4_request"
        to_sign = f"{_ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = _hmac(self._key(keys.secret_access_key, stamp[:8]), to_sign).hex()
        headers["authorization"] = (
            f"{_ALGORITHM} Credential={keys.access_key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
        )
        return headers

    def _key(self, secret: str, day: str) -> bytes:
        """Derive the day's key, or give the one derived last; two threads may both derive it, to the same end."""
        known_for, key = self._day_key
        if known_for != (secret, day):
            key = f"AWS4{secret}".encode()
            for part in (day, self._region, _SERVICE, "aws4_request"):
                key = _hmac(key, part)
            self._day_key = (secret, day), key
        return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), hashlib.sha256)
