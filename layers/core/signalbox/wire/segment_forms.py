"""Which of our events each of Segment's calls is, and what its properties are called with us.

Sources: Segment's "Spec: Page", "Spec: Screen", "Spec: Group", "Spec: Alias" and "Spec: V2 Ecommerce Events", which
RudderStack and Customer.io share; ours is spec collect-api, section 4. Members are added under our names and none is
taken away. A call that lacks what our type requires stays what it was called: a custom event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from signalbox.domain.events import CUSTOM
from signalbox.wire.properties import PROPERTIES

type Members = Mapping[str, Any]
type Names = Mapping[str, tuple[str, ...]]
"""Our name to theirs, the preferred first; a member that has our name already stays."""

_PRODUCT: Names = {
    "productId": ("product_id", "sku"),
    "variant": ("sku",),
    "productName": ("name",),
    "productUrl": ("url",),
    "productImageUrl": ("image_url",),
}
_ORDER: Names = {"transactionId": ("order_id",), "revenue": ("total",), "promotion": ("coupon",)}
_PERSON: Names = {"firstName": ("first_name",), "lastName": ("last_name",)}
_IDS = ("productId", "variant", "transactionId")
"""Strings with us, often integers with them."""


@dataclass(frozen=True, slots=True)
class Form:
    """Our `event` and `properties` of a call."""

    event: str
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Rule:
    """How one of their events becomes one of ours; `products` become `cartItems` where there are any."""

    event: str
    names: Names = field(default_factory=dict)
    added: Members = field(default_factory=dict)


_E_COMMERCE: Mapping[str, _Rule] = {
    "Products Searched": _Rule("search", {"term": ("query",)}),
    "Product Viewed": _Rule("product_view", _PRODUCT),
    "Product Added": _Rule("add_to_cart", _PRODUCT),
    "Product Removed": _Rule("remove_from_cart", _PRODUCT),
    "Product Added to Wishlist": _Rule("favorite", _PRODUCT),
    "Cart Viewed": _Rule("cart"),
    "Order Completed": _Rule("complete_transaction", _ORDER),
    "Signed Up": _Rule("registration", _PERSON),
    "Signed In": _Rule("authentication", added={"isLoggedIn": True}),
    "Signed Out": _Rule("authentication", added={"isLoggedIn": False}),
}


def form_of(call: Members, *, user_id: str | None, email: str | None) -> Form:
    """Give our form of a track, page, screen, group or alias call, which is checked already."""
    kind, properties = call["type"], call.get("properties") or {}
    match kind:
        case "page" | "screen":
            return _predefined(_Rule("page_view", added=_page(call)), properties) or _custom(kind, properties)
        case "group":
            return _custom(kind, {"groupId": call.get("groupId"), "traits": call.get("traits") or {}, **properties})
        case "alias":
            return _custom(kind, {"previousId": call.get("previousId"), **properties})
        case _:
            rule = _E_COMMERCE.get(call["event"])
            person = {"userId": user_id, "email": email}
            return (rule and _predefined(rule, properties, person)) or _custom(call["event"], properties)


def _custom(name: str, properties: Members) -> Form:
    return Form(CUSTOM, {"eventName": name, "properties": dict(properties)})


def _predefined(rule: _Rule, properties: Members, person: Members | None = None) -> Form | None:
    """Give the predefined form, None where its type would refuse it."""
    if rule.event not in {"registration", "authentication"}:
        person = None
    ours = _filled(_renamed(properties, rule.names), {**rule.added, **(person or {})})
    products = ours.get("products")
    if isinstance(products, list) and all(isinstance(each, dict) for each in products):
        ours = _filled(ours, {"cartItems": [_renamed(each, _PRODUCT) for each in products]})
    return None if PROPERTIES[rule.event].faults(ours) else Form(rule.event, ours)


def _page(call: Members) -> Members:
    context = call.get("context") or {}
    page = context.get("page")
    properties = call.get("properties") or {}
    return {
        "title": properties.get("name") or call.get("name"),
        "language": context.get("locale"),
        "referrer": page.get("referrer") if isinstance(page, dict) else None,
    }


def _renamed(theirs: Members, names: Names) -> dict[str, Any]:
    found = {
        ours: next((theirs[name] for name in spelt if theirs.get(name) is not None), None)
        for ours, spelt in names.items()
    }
    texts = {name: str(found[name]) for name in _IDS if type(found.get(name)) is int}
    return _filled(theirs, {**found, **texts})


def _filled(members: Members, added: Members) -> dict[str, Any]:
    """Add what is missing or null, as far as there is anything to add."""
    return {
        **members,
        **{name: value for name, value in added.items() if value is not None and members.get(name) is None},
    }
