"""Section 4 of the spec, collect-api, as a table: what each type requires of `properties` and what it may have.

Written from the spec and not from the code; `test_types` makes accepted and refused bodies of every row and column.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kind:
    """What a member may hold: examples that are taken, and what is said of those that are not."""

    expected: str
    taken: tuple[Any, ...]
    refused: tuple[Any, ...]


type Members = Mapping[str, Kind]


@dataclass(frozen=True)
class Row:
    """One type."""

    required: Members = field(default_factory=dict)
    optional: Members = field(default_factory=dict)


STRING = Kind("expected a string", ("text", "", "ü😀", "5"), (5, 1.5, True, [], {}))
NUMBER = Kind("expected a number", (0, -1, 19.90, 9007199254740993, 1e5), ("3", "", True, False, [], {}))
BOOLEAN = Kind("expected true or false", (True, False), ("true", 1, 0, [], {}))
OBJECT = Kind("expected an object", ({}, {"a": [{"b": None}]}), ("x", 5, True, [], [{}]))
ADDRESS = Kind("expected an e-mail address", ("ana@example.org", " Ana@EXAMPLE.org "), ("", "ana", "ana@localhost"))
OBJECTS = Kind(
    "expected an object or an array of objects", ({}, {"a": 1}, [], [{}, {"a": 1}]), ("x", 5, [1], [{}, "x"])
)

LINE = {"productId": "p-1", "variant": "red", "quantity": 2}
LINES = Kind(
    "expected an array",
    ([], [LINE], [LINE, {**LINE, "price": 1.5, "quantity": 0.5, "extra": []}]),
    ("x", 5, True, {}, LINE),
)

TEXTS = ("variant", "productImageUrl", "productUrl", "brand", "category", "color", "productName", "size", "style")
PRODUCT_ID: Members = {"productId": STRING}
REST: Members = {**dict.fromkeys(TEXTS, STRING), "price": NUMBER, "properties": OBJECT}
P: Members = {**PRODUCT_ID, **REST}
QUANTIFIED: Members = {"productId": STRING, "variant": STRING, "quantity": NUMBER}
REST_OF_P: Members = {name: kind for name, kind in REST.items() if name != "variant"}

TYPES: Mapping[str, Row] = {
    "page_view": Row({}, {"title": STRING, "language": STRING, "referrer": STRING}),
    "product_view": Row(PRODUCT_ID, REST),
    "add_to_cart": Row(QUANTIFIED, {**REST_OF_P, "cartItems": LINES}),
    "cart": Row({"cartItems": LINES}),
    "update_cart": Row({}, {**P, "quantity": NUMBER, "previousQuantity": NUMBER, "cartItems": LINES}),
    "remove_from_cart": Row(QUANTIFIED, REST_OF_P),
    "complete_transaction": Row(
        {"transactionId": STRING, "revenue": NUMBER, "cartItems": LINES},
        {"shipping": NUMBER, "tax": NUMBER, "promotion": STRING, "properties": OBJECT},
    ),
    "registration": Row(
        {"email": ADDRESS},
        {
            **dict.fromkeys(("username", "userId", "firstName", "lastName", "name"), STRING),
            "optIn": BOOLEAN,
            "properties": OBJECT,
        },
    ),
    "favorite": Row(PRODUCT_ID, REST),
    "waitlist": Row({"productId": STRING, "variant": STRING}, {**REST_OF_P, "quantity": NUMBER}),
    "authentication": Row(
        {"userId": STRING, "isLoggedIn": BOOLEAN}, {"ARN": STRING, "email": ADDRESS, "properties": OBJECT}
    ),
    "search": Row({}, {"term": STRING, "searchItems": OBJECTS}),
    "custom": Row(
        {"eventName": Kind("expected a string", ("e", "e" * 38, "5"), (5, True, [], {}))},
        {"properties": OBJECT, "requiresIdentity": BOOLEAN},
    ),
}
