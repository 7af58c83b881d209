"""Segment's names for things become ours, and what does not fit keeps its name."""

from decimal import Decimal
from typing import Any

import pytest

from signalbox.wire.segment_forms import Form, form_of

SHIRT = {
    "product_id": "p-1",
    "sku": "p-1-red",
    "name": "Shirt",
    "price": Decimal("19.5"),
    "image_url": "https://s/i",
    "url": "https://s",
}
OUR_SHIRT = {
    **SHIRT,
    "productId": "p-1",
    "variant": "p-1-red",
    "productName": "Shirt",
    "productUrl": "https://s",
    "productImageUrl": "https://s/i",
}


def form(event: str, properties: dict[str, Any] | None, **person: str | None) -> Form:
    call = {"type": "track", "event": event, "properties": properties}
    return form_of(call, user_id=person.get("user_id"), email=person.get("email"))


def custom(name: str, properties: dict[str, Any]) -> Form:
    return Form("custom", {"eventName": name, "properties": properties})


@pytest.mark.parametrize(
    ("name", "properties", "event", "ours"),
    [
        ("Products Searched", {"query": "red"}, "search", {"query": "red", "term": "red"}),
        ("Product Viewed", SHIRT, "product_view", OUR_SHIRT),
        ("Product Added", {**SHIRT, "quantity": 2}, "add_to_cart", {**OUR_SHIRT, "quantity": 2}),
        ("Product Removed", {**SHIRT, "quantity": 2}, "remove_from_cart", {**OUR_SHIRT, "quantity": 2}),
        ("Product Added to Wishlist", SHIRT, "favorite", OUR_SHIRT),
        ("Signed In", {}, "authentication", {"isLoggedIn": True, "userId": "u-1", "email": "ana@example.org"}),
        ("Signed Out", None, "authentication", {"isLoggedIn": False, "userId": "u-1", "email": "ana@example.org"}),
        (
            "Signed Up",
            {"first_name": "Ana", "username": "ana"},
            "registration",
            {"first_name": "Ana", "username": "ana", "firstName": "Ana", "userId": "u-1", "email": "ana@example.org"},
        ),
        (
            "Cart Viewed",
            {"cart_id": "c", "products": [{**SHIRT, "quantity": 1}]},
            "cart",
            {"cart_id": "c", "products": [{**SHIRT, "quantity": 1}], "cartItems": [{**OUR_SHIRT, "quantity": 1}]},
        ),
        (
            "Order Completed",
            {"order_id": 17, "total": Decimal("44.8"), "coupon": "MAY", "tax": 5, "products": []},
            "complete_transaction",
            {
                "order_id": 17, "total": Decimal("44.8"), "coupon": "MAY", "tax": 5, "products": [],
                "transactionId": "17", "revenue": Decimal("44.8"), "promotion": "MAY", "cartItems": [],
            },
        ),
    ],
)  # fmt: skip
def test_an_e_commerce_event_is_our_predefined_one_with_our_names_beside_theirs(
    name: str, properties: dict[str, Any], event: str, ours: dict[str, Any]
) -> None:
    assert form(name, properties, user_id="u-1", email="ana@example.org") == Form(event, ours)


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("Product Added", SHIRT),  # no quantity
        ("Product Added", {"quantity": 1, "product_id": "p-1"}),  # no variant
        ("Product Viewed", {"name": "Shirt"}),
        ("Product Viewed", {**SHIRT, "price": "19.5"}),
        ("Cart Viewed", {"products": ["p-1"]}),
        ("Cart Viewed", {"products": "p-1"}),
        ("Order Completed", {"order_id": "o", "products": []}),
        ("Product Viewed", {"product_id": True}),
        ("Products Searched", {"query": 5}),
        ("Signed In", {}),  # nobody
        ("Signed Up", {}),
        ("product viewed", SHIRT),
        ("Coupon Entered", {"coupon": "MAY"}),
        ("x" * 300, {}),
    ],
)
def test_what_our_type_would_refuse_stays_a_custom_event_of_its_name(name: str, properties: dict[str, Any]) -> None:
    assert form(name, properties) == custom(name, properties)


def test_a_member_of_our_name_stays_as_it_is() -> None:
    ours = form("Product Viewed", {**SHIRT, "productId": "mine", "variant": None}).properties

    assert (ours["productId"], ours["variant"]) == ("mine", "p-1-red")


def test_integers_that_name_things_are_text_with_us() -> None:
    ours = form("Product Viewed", {"product_id": 12, "sku": 7}).properties

    assert (ours["productId"], ours["product_id"], ours["variant"]) == ("12", 12, "7")


def test_a_product_that_has_only_its_stock_unit_is_named_by_it() -> None:
    ours = form("Product Viewed", {"sku": "p-1-red"}).properties

    assert (ours["productId"], ours["variant"]) == ("p-1-red", "p-1-red")


def test_revenue_goes_before_total() -> None:
    ours = form("Order Completed", {"order_id": "o", "revenue": 1, "total": 2, "products": []}).properties

    assert ours["revenue"] == 1


@pytest.mark.parametrize("kind", ["page", "screen"])
def test_a_page_is_a_page_view(kind: str) -> None:
    call = {
        "type": kind,
        "name": "Home",
        "properties": {"path": "/"},
        "context": {"locale": "en-GB", "page": {"referrer": "https://search"}},
    }

    assert form_of(call, user_id=None, email=None) == Form(
        "page_view", {"path": "/", "title": "Home", "language": "en-GB", "referrer": "https://search"}
    )


def test_a_page_keeps_its_own_title_and_needs_none() -> None:
    titled = form_of({"type": "page", "name": "n", "properties": {"title": "t", "name": "p"}}, user_id=None, email=None)
    bare = form_of({"type": "page", "context": {"page": "odd"}}, user_id=None, email=None)

    assert titled.properties == {"title": "t", "name": "p"}
    assert bare == Form("page_view", {})


def test_a_page_with_an_odd_title_stays_what_it_was_called() -> None:
    assert form_of({"type": "page", "properties": {"title": 5}}, user_id=None, email=None) == custom(
        "page", {"title": 5}
    )


def test_a_group_and_an_alias_are_custom_events_that_hold_all_they_said() -> None:
    group = form_of({"type": "group", "groupId": "g", "traits": {"email": "g@x.org"}}, user_id="u", email=None)
    alias = form_of({"type": "alias", "previousId": "p"}, user_id="u", email=None)

    assert group == custom("group", {"groupId": "g", "traits": {"email": "g@x.org"}})
    assert alias == custom("alias", {"previousId": "p"})
