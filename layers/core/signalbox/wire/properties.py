"""The `properties` of each type of track event, one small class each (spec: collect-api, section 4).

A field without a default is required, every other may be absent or null.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from signalbox.domain.events import CUSTOM
from signalbox.wire.fields import Address, Category, Number, Objects, Properties, Shape, Text


class Product(Shape):
    """One product: line P of the spec."""

    product_id: Text = None
    variant: Text = None
    product_image_url: Text = None
    product_url: Text = None
    brand: Text = None
    category: Category | None = None
    color: Text = None
    product_name: Text = None
    size: Text = None
    style: Text = None
    price: Number | None = None
    properties: Properties | None = None


class CartLine(Product):
    """One product and how many of it: line PQ of the spec."""

    product_id: str
    variant: str
    quantity: Number


class PageView(Shape):
    """A page was seen."""

    title: Text = None
    language: Text = None
    referrer: Text = None


class NamedProduct(Product):
    """A product was viewed, or is a favorite."""

    product_id: str


class AddToCart(CartLine):
    """A product went into the cart, which may be given whole."""

    cart_items: list[CartLine] | None = None


class Cart(Shape):
    """The whole cart."""

    cart_items: list[CartLine]


class UpdateCart(Product):
    """The quantity of a product in the cart went from `previousQuantity` to `quantity`."""

    quantity: Number | None = None
    previous_quantity: Number | None = None
    cart_items: list[CartLine] | None = None


class CompleteTransaction(Shape):
    """An order was placed."""

    transaction_id: str
    revenue: Number
    cart_items: list[CartLine]
    shipping: Number | None = None
    tax: Number | None = None
    promotion: Text = None
    properties: Properties | None = None


class Registration(Shape):
    """Somebody registered; the address names them where the traits have none."""

    email: Address
    username: Text = None
    user_id: Text = None
    opt_in: bool | None = None
    first_name: Text = None
    last_name: Text = None
    name: Text = None
    properties: Properties | None = None


class Waitlist(Product):
    """Somebody waits for a product to be in stock."""

    product_id: str
    variant: str
    quantity: Number | None = None


class Authentication(Shape):
    """Somebody signed in or out; `ARN` is where push messages go, for senders that have any."""

    user_id: str
    is_logged_in: bool
    arn: Annotated[str | None, Field(alias="ARN")] = None
    email: Address | None = None
    properties: Properties | None = None


class SearchTerms(Shape):
    """What was searched for and found; published at the top level, so taken there and in `properties`."""

    term: Text = None
    search_items: Objects | None = None


class Custom(Shape):
    """An event of the partner's own making."""

    event_name: Annotated[str, Field(min_length=1, max_length=38)]
    properties: Properties | None = None
    requires_identity: bool | None = None


PROPERTIES: Mapping[str, type[Shape]] = {
    "page_view": PageView,
    "product_view": NamedProduct,
    "add_to_cart": AddToCart,
    "cart": Cart,
    "update_cart": UpdateCart,
    "remove_from_cart": CartLine,
    "complete_transaction": CompleteTransaction,
    "registration": Registration,
    "favorite": NamedProduct,
    "waitlist": Waitlist,
    "authentication": Authentication,
    "search": SearchTerms,
    CUSTOM: Custom,
}
"""By `event`."""
