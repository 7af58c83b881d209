"""Section 3 of the spec, collect-api: bodies whose envelope is taken, and bodies refused with path and reason."""

from typing import Any

from signalbox.wire.json_body import UNSTORABLE
from tests.unit.wire.payloads import ABSENT, custom, identify

LONG = "x" * 101
TYPES = (
    "expected the name of a type of event: custom, page_view, product_view, add_to_cart, cart, update_cart, "
    "remove_from_cart, complete_transaction, registration, favorite, waitlist, authentication, search"
)

ACCEPTED: dict[str, dict[str, Any]] = {
    "no traits": custom(traits=ABSENT),
    "null for what may be absent": custom(traits=None, ipAddress=None, userId=None, timezone=None, messageId=None),
    "null inside": custom(
        traits={"email": None, "firstName": None}, context={"debug": None, "page": None, "url": None}
    ),
    "members nobody knows": custom(
        extra={"a": 1}, context={"library": []}, traits={"email": "a@example.org", "vip": True}
    ),
    "every trait": custom(
        traits={
            "email": "a@example.org",
            "firstName": "A",
            "lastName": "B",
            "name": "C",
            "userId": "u",
            "username": "n",
            "phone": "+49",
            "ARN": "arn:aws:sns:x",
            "properties": {},
        }
    ),
    "every member of context": custom(context={"debug": False, "name": "n", "version": "1", "userAgent": "ua"}),
    "shortest names": custom(clientId="c", properties={"eventName": "e", "properties": {}}),
    "longest names": custom(clientId="ü" * 45, properties={"eventName": "😀" * 38}, messageId="m" * 100),
    "a sender's clock at zero": custom(sentAt=0),
    "a sender's clock before 1970": custom(sentAt=-62135596800000),
    "a sender's clock far ahead": custom(sentAt=253402300799999),
    "userId on identify": identify(),
    "userId in traits": identify(userId=None, traits={"email": "a@example.org", "userId": "u"}),
    "search with its members at the top": custom(event="search", properties=ABSENT, term="shoes"),
}

REFUSED: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "no clientId": (custom(clientId=ABSENT), [("/clientId", "required")]),
    "null clientId": (custom(clientId=None), [("/clientId", "expected a string")]),
    "a number as clientId": (custom(clientId=5), [("/clientId", "expected a string")]),
    "an empty clientId": (custom(clientId=""), [("/clientId", "expected at least 1 character")]),
    "a long clientId": (custom(clientId="x" * 46), [("/clientId", "expected at most 45 characters")]),
    "no sentAt": (custom(sentAt=ABSENT), [("/sentAt", "required")]),
    "text as sentAt": (custom(sentAt="1524776691259"), [("/sentAt", "expected an integer")]),
    "true as sentAt": (custom(sentAt=True), [("/sentAt", "expected an integer")]),
    "a fraction as sentAt": (custom(sentAt=1524776691259.5), [("/sentAt", "expected an integer")]),
    "the year 10000": (
        custom(sentAt=253402300800000),
        [("/sentAt", "expected epoch milliseconds of a year up to 9999")],
    ),
    "over 64 bits": (custom(sentAt=2**70), [("/sentAt", "expected epoch milliseconds of a year up to 9999")]),
    "over 38 digits": (
        custom(sentAt=10**40 + 1),
        [("/sentAt", UNSTORABLE), ("/sentAt", "expected epoch milliseconds of a year up to 9999")],
    ),
    "no type": (custom(type=ABSENT), [("/type", "required")]),
    "another type": (custom(type="screen"), [("/type", "expected 'track' or 'identify'")]),
    "a list as type": (custom(type=["track"]), [("/type", "expected 'track' or 'identify'")]),
    "no context": (custom(context=ABSENT), [("/context", "required")]),
    "null context": (custom(context=None), [("/context", "expected an object")]),
    "text as debug": (custom(context={"debug": "true"}), [("/context/debug", "expected true or false")]),
    "one as debug": (custom(context={"debug": 1}), [("/context/debug", "expected true or false")]),
    "a number in context": (custom(context={"userAgent": 1}), [("/context/userAgent", "expected a string")]),
    "text as page": (custom(context={"page": "x"}), [("/context/page", "expected an object")]),
    "a number as page.url": (custom(context={"page": {"url": 1}}), [("/context/page/url", "expected a string")]),
    "a number as dotted url": (custom(context={"page.url": 1}), [("/context/page.url", "expected a string")]),
    "a number as bare url": (custom(context={"url": 1}), [("/context/url", "expected a string")]),
    "a number as device type": (
        custom(context={"device": {"type": 1}}),
        [("/context/device/type", "expected a string")],
    ),
    "a number as ipAddress": (custom(ipAddress=1), [("/ipAddress", "expected a string")]),
    "text as timezone": (custom(timezone="-60"), [("/timezone", "expected an integer")]),
    "a number as userId": (custom(userId=7), [("/userId", "expected a string")]),
    "no event": (custom(event=ABSENT), [("/event", "required")]),
    "another event": (custom(event="custom_x"), [("/event", TYPES)]),
    "a list as event": (custom(event=["custom"]), [("/event", "expected a string")]),
    "no properties": (custom(properties=ABSENT), [("/properties", "required")]),
    "null properties": (custom(properties=None), [("/properties", "expected an object")]),
    "no properties of a page view": (custom(event="page_view", properties=ABSENT), [("/properties", "required")]),
    "a list as properties": (custom(event="page_view", properties=[]), [("/properties", "expected an object")]),
    "no eventName": (custom(properties={}), [("/properties/eventName", "required")]),
    "an empty eventName": (
        custom(properties={"eventName": ""}),
        [("/properties/eventName", "expected at least 1 character")],
    ),
    "a long eventName": (
        custom(properties={"eventName": "x" * 39}),
        [("/properties/eventName", "expected at most 38 characters")],
    ),
    "text as inner properties": (
        custom(properties={"eventName": "e", "properties": "x"}),
        [("/properties/properties", "expected an object")],
    ),
    "text as requiresIdentity": (
        custom(properties={"eventName": "e", "requiresIdentity": "false"}),
        [("/properties/requiresIdentity", "expected true or false")],
    ),
    "text as traits": (custom(traits="x"), [("/traits", "expected an object")]),
    "no address": (custom(traits={"email": "ana"}), [("/traits/email", "expected an e-mail address")]),
    "an empty address": (custom(traits={"email": ""}), [("/traits/email", "expected an e-mail address")]),
    "a number as address": (custom(traits={"email": 1}), [("/traits/email", "expected a string")]),
    "a number as phone": (custom(traits={"phone": 49}), [("/traits/phone", "expected a string")]),
    "a number as ARN": (custom(traits={"ARN": 1}), [("/traits/ARN", "expected a string")]),
    "a list as trait properties": (custom(traits={"properties": []}), [("/traits/properties", "expected an object")]),
    "identify without traits": (identify(traits=ABSENT), [("/traits", "required")]),
    "identify without e-mail": (identify(traits={}), [("/traits/email", "required")]),
    "identify with null e-mail": (identify(traits={"email": None}), [("/traits/email", "expected a string")]),
    "identify without userId": (
        identify(userId=ABSENT),
        [("/userId", "required on identify, here or as traits.userId")],
    ),
    "a messageId of a number": (custom(messageId=1), [("/messageId", "expected a string")]),
    "an empty messageId": (custom(messageId=""), [("/messageId", "expected at least 1 character")]),
    "a long messageId": (custom(messageId=LONG), [("/messageId", "expected at most 100 characters")]),
    "several faults": (
        custom(clientId=ABSENT, sentAt="x", properties={}),
        [("/properties/eventName", "required"), ("/clientId", "required"), ("/sentAt", "expected an integer")],
    ),
    "an empty object": (
        {},
        [("/clientId", "required"), ("/sentAt", "required"), ("/type", "required"), ("/context", "required")],
    ),
    "a number as partnerId beside a header": (custom(partnerId=5), [("/partnerId", "expected a string")]),
    "a list as body context": (custom(context=[]), [("/context", "expected an object")]),
    "a number as messageId of an identify": (identify(messageId=5), [("/messageId", "expected a string")]),
    "null traits on identify": (identify(traits=None), [("/traits", "expected an object")]),
    "null sentAt": (custom(sentAt=None), [("/sentAt", "expected an integer")]),
}
