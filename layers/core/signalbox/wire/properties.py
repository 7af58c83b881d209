"""The `properties` of each type of track event, one small table each (spec: collect-api, section 4)."""

from collections.abc import Mapping

from signalbox.domain.events import CUSTOM
from signalbox.wire.checks import OBJECT, TEXT, TRUE_OR_FALSE, ListOf, Required, Shape, text
from signalbox.wire.fields import ADDRESS, CATEGORY, NUMBER, OBJECTS

PRODUCT = Shape("Product", "One product: line P of the spec.", {
    "productId": TEXT,
    "variant": TEXT,
    "productImageUrl": TEXT,
    "productUrl": TEXT,
    "brand": TEXT,
    "category": CATEGORY,
    "color": TEXT,
    "productName": TEXT,
    "size": TEXT,
    "style": TEXT,
    "price": NUMBER,
    "properties": OBJECT,
})  # fmt: skip

CART_LINE = PRODUCT.but("CartLine", "One product and how many of it: line PQ of the spec.", {
    "productId": Required(TEXT),
    "variant": Required(TEXT),
    "quantity": Required(NUMBER),
})  # fmt: skip

PAGE_VIEW = Shape("PageView", "A page was seen.", {"title": TEXT, "language": TEXT, "referrer": TEXT})

NAMED_PRODUCT = PRODUCT.but("NamedProduct", "A product was viewed, or is a favorite.", {"productId": Required(TEXT)})

ADD_TO_CART = CART_LINE.but("AddToCart", "A product went into the cart, which may be given whole.", {
    "cartItems": ListOf(CART_LINE),
})  # fmt: skip

CART = Shape("Cart", "The whole cart.", {"cartItems": Required(ListOf(CART_LINE))})

UPDATE_CART = PRODUCT.but(
    "UpdateCart", "The quantity of a product in the cart went from `previousQuantity` to `quantity`.", {
        "quantity": NUMBER,
        "previousQuantity": NUMBER,
        "cartItems": ListOf(CART_LINE),
    },
)  # fmt: skip

COMPLETE_TRANSACTION = Shape("CompleteTransaction", "An order was placed.", {
    "transactionId": Required(TEXT),
    "revenue": Required(NUMBER),
    "cartItems": Required(ListOf(CART_LINE)),
    "shipping": NUMBER,
    "tax": NUMBER,
    "promotion": TEXT,
    "properties": OBJECT,
})  # fmt: skip

REGISTRATION = Shape("Registration", "Somebody registered; the address names them where the traits have none.", {
    "email": Required(ADDRESS),
    "username": TEXT,
    "userId": TEXT,
    "optIn": TRUE_OR_FALSE,
    "firstName": TEXT,
    "lastName": TEXT,
    "name": TEXT,
    "properties": OBJECT,
})  # fmt: skip

WAITLIST = PRODUCT.but("Waitlist", "Somebody waits for a product to be in stock.", {
    "productId": Required(TEXT),
    "variant": Required(TEXT),
    "quantity": NUMBER,
})  # fmt: skip

AUTHENTICATION = Shape(
    "Authentication", "Somebody signed in or out; `ARN` is where push messages go, for senders that have any.", {
        "userId": Required(TEXT),
        "isLoggedIn": Required(TRUE_OR_FALSE),
        "ARN": TEXT,
        "email": ADDRESS,
        "properties": OBJECT,
    },
)  # fmt: skip

SEARCH_TERMS = Shape(
    "SearchTerms",
    "What was searched for and found; published at the top level, so taken there and in `properties`.",
    {"term": TEXT, "searchItems": OBJECTS},
)

CUSTOM_PROPERTIES = Shape("Custom", "An event of the partner's own making.", {
    "eventName": Required(text(shortest=1, longest=38)),
    "properties": OBJECT,
    "requiresIdentity": TRUE_OR_FALSE,
})  # fmt: skip

PROPERTIES: Mapping[str, Shape] = {
    "page_view": PAGE_VIEW,
    "product_view": NAMED_PRODUCT,
    "add_to_cart": ADD_TO_CART,
    "cart": CART,
    "update_cart": UPDATE_CART,
    "remove_from_cart": CART_LINE,
    "complete_transaction": COMPLETE_TRANSACTION,
    "registration": REGISTRATION,
    "favorite": NAMED_PRODUCT,
    "waitlist": WAITLIST,
    "authentication": AUTHENTICATION,
    "search": SEARCH_TERMS,
    CUSTOM: CUSTOM_PROPERTIES,
}
"""By `event`."""
