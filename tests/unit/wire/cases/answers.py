"""Section 2 of the spec, collect-api: what is sent, the answer's status, and what of it is kept.

The partner is a known one unless the body says otherwise; `debug` is whether `context.debug` is true.
"""

import gzip
from dataclasses import dataclass
from typing import Any

from tests.fakes.door import KNOWN_CLIENT, LENIENT_ID, Kept
from tests.unit import makers
from tests.unit.wire.payloads import ABSENT, as_bytes, custom, identify

KNOWN = {"partnerId": makers.PARTNER_ID, "partnerSecret": makers.SECRET}
LENIENT = {**KNOWN, "partnerId": LENIENT_ID}

NOTHING = Kept()
STORED = Kept(stored=1)
HELD = Kept(held=1)
QUARANTINED = Kept(quarantined=1)
WARNED = Kept(stored=1, warned=1)

LARGEST = 102_400


@dataclass(frozen=True)
class Row:
    """One request and what becomes of it without and with debug; `error` is the answer's, when there is one."""

    body: dict[str, Any] | bytes
    status: int
    kept: Kept
    debug_status: int
    debug_kept: Kept = NOTHING
    debug_error: str | None = None

    def sent(self, *, debug: bool) -> bytes:
        """Write the body."""
        if isinstance(self.body, bytes):
            return self.body
        context = self.body.get("context")
        return as_bytes(
            {**self.body, "context": {**context, "debug": debug}} if isinstance(context, dict) else self.body
        )


def padded(size: int) -> bytes:
    """Make a well-formed event of exactly so many bytes."""
    body = as_bytes(custom(**KNOWN, ipAddress=""))
    return body.replace(b'"ipAddress": ""', b'"ipAddress": "' + b"x" * (size - len(body)) + b'"')


ROWS: dict[str, Row] = {
    "a custom event": Row(custom(**KNOWN), 200, STORED, 200, STORED),
    "an identify": Row(identify(**KNOWN), 200, STORED, 200, STORED),
    "an event of a client that identified": Row(
        custom(**KNOWN, traits=ABSENT, clientId=KNOWN_CLIENT), 200, STORED, 200, STORED
    ),
    "an event that needs nobody": Row(
        custom(**KNOWN, traits=ABSENT, properties={"eventName": "e", "requiresIdentity": False}),
        200,
        STORED,
        200,
        STORED,
    ),
    "an event of nobody": Row(
        custom(**KNOWN, traits=ABSENT),
        200,
        HELD,
        412,
        NOTHING,
        "/traits/email: expected an e-mail address here, or an identify of this clientId within 7 days",
    ),
    "a registration of somebody unknown": Row(
        custom(**KNOWN, traits=ABSENT, event="registration", properties={"email": "ana@example.org"}),
        200,
        STORED,
        200,
        STORED,
    ),
    "a fault": Row(custom(**KNOWN, properties={}), 200, QUARANTINED, 412, NOTHING, "/properties/eventName: required"),
    "a number the store cannot hold": Row(
        custom(**KNOWN, properties={"eventName": "e", "properties": {"n": 10**40 + 1}}),
        200,
        QUARANTINED,
        412,
        NOTHING,
        "/properties/properties/n: expected a number of at most 38 significant digits between 1e-130 and 1e125",
    ),
    "no context": Row(custom(**KNOWN, context=ABSENT), 200, QUARANTINED, 200, QUARANTINED),
    "a lenient partner's number for text": Row(custom(**LENIENT, clientId=5), 200, WARNED, 200, WARNED),
    "a lenient partner's fault": Row(
        custom(**LENIENT, clientId={}), 200, QUARANTINED, 412, NOTHING, "/clientId: expected a string"
    ),
    "no JSON": Row(b"no json", 400, NOTHING, 400),
    "no object": Row(b"[]", 400, NOTHING, 400),
    "nothing": Row(b"", 400, NOTHING, 400),
    "no UTF-8": Row(as_bytes(custom(**KNOWN)).replace(b"some_event", b"\xff"), 400, NOTHING, 400),
    "half a surrogate pair": Row(as_bytes(custom(**KNOWN, ipAddress="\ud800")), 400, NOTHING, 400),
    "NaN": Row(as_bytes(custom(**KNOWN, extra=float("nan"))), 400, NOTHING, 400),
    "Infinity": Row(as_bytes(custom(**KNOWN, extra=float("inf"))), 400, NOTHING, 400),
    "a name twice": Row(as_bytes(custom(**KNOWN)).replace(b'"type"', b'"type": "track", "type"'), 400, NOTHING, 400),
    "nesting over what the store holds": Row(
        as_bytes(custom(**KNOWN)).replace(b'"some_event"', b'"e", "x": ' + b"[" * 40 + b"]" * 40), 400, NOTHING, 400
    ),
    "broken gzip": Row(b"\x1f\x8b" + as_bytes(custom(**KNOWN)), 400, NOTHING, 400),
    "an unknown partner": Row(custom(partnerId="nobody", partnerSecret=makers.SECRET), 401, NOTHING, 401),
    "a wrong secret": Row(custom(partnerId=makers.PARTNER_ID, partnerSecret="wrong"), 401, NOTHING, 401),
    "no credentials": Row(custom(partnerId=ABSENT, partnerSecret=ABSENT), 401, NOTHING, 401),
    "a fault of a stranger": Row(custom(partnerId="nobody", clientId=ABSENT), 401, NOTHING, 401),
    "a disabled partner": Row(custom(partnerId="disabled", partnerSecret=makers.SECRET), 403, NOTHING, 403),
    "the largest body": Row(padded(LARGEST), 200, STORED, 200, STORED),
    "a larger body": Row(padded(LARGEST + 1), 413, NOTHING, 413),
    "the largest body compressed": Row(gzip.compress(padded(LARGEST)), 200, STORED, 200, STORED),
    "a larger body compressed": Row(gzip.compress(padded(LARGEST + 1)), 413, NOTHING, 413),
}
