"""One form of each kind, as somebody would fill it in; beside each in this folder stands the SQL it must make."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from signalbox.domain.recipes.forms import (
    AbsenceRecipe,
    AnyItem,
    ClockEvents,
    Comparison,
    Condition,
    EventRecipe,
    EventSelector,
    Group,
    Joint,
    Path,
    Recipe,
    RepetitionRecipe,
    Root,
)


def item(*names: str) -> Path:
    return Path(names, Root.ITEM)


BIG_OR_ACME = Group(
    (
        Condition(Path(("price",)), Comparison.AT_LEAST, Decimal("99.50")),
        Group(
            (
                Condition(Path(("brand",)), Comparison.EQUALS, "Acme"),
                Condition(Path(("category",)), Comparison.STARTS_WITH, "Men's/"),
            )
        ),
        AnyItem(
            Path(("cartItems",)),
            Group(
                (
                    Condition(item("brand"), Comparison.EQUALS, "Acme"),
                    Condition(item("quantity"), Comparison.GREATER_THAN, 1),
                    AnyItem(item("properties", "tags"), Group((Condition(item(), Comparison.EQUALS, "sale"),))),
                )
            ),
        ),
    ),
    Joint.ANY,
)
EVERY_COMPARISON = Group(
    (
        Condition(Path(("color",)), Comparison.NOT_EQUALS, "red"),
        Condition(Path(("size",)), Comparison.ONE_OF, ("S", "M")),
        Condition(Path(("variant",)), Comparison.ONE_OF, (1, 2)),
        Condition(Path(("title",)), Comparison.CONTAINS, "it's new"),
        Condition(Path(("price",)), Comparison.LESS_THAN, 100),
        Condition(Path(("quantity",)), Comparison.AT_MOST, 3),
        Condition(Path(("releasedAt",)), Comparison.LESS_THAN, datetime(2026, 3, 1, tzinfo=UTC)),
        Condition(Path(("details", "gift note")), Comparison.EXISTS),
        Condition(Path(("coupon",)), Comparison.MISSING),
        Condition(Path(("inStock",)), Comparison.IS_TRUE),
        Condition(Path(("preorder",)), Comparison.IS_FALSE),
        Condition(Path(("page", "url"), Root.CONTEXT), Comparison.STARTS_WITH, "https://"),
    )
)
CART_CHANGED = ClockEvents(EventSelector(("add_to_cart", "update_cart")), Path(("cartId",)))
BOUGHT = ClockEvents(EventSelector(("complete_transaction",)), Path(("properties", "cartId")))
VIEWED = ClockEvents(EventSelector(("product_view",)), Path(("productId",)))
ADDED = ClockEvents(
    EventSelector(("add_to_cart",), Group((Condition(Path(("quantity",)), Comparison.GREATER_THAN, 0),))),
    Path(("productId",)),
)

FORMS: dict[str, Recipe] = {
    "event_of_a_type": EventRecipe(EventSelector(("custom_some_event",))),
    "event_with_groups_and_items": EventRecipe(EventSelector(("add_to_cart", "update_cart"), BIG_OR_ACME)),
    "event_with_every_comparison": EventRecipe(EventSelector(("product_view",), EVERY_COMPARISON)),
    "three_times_in_seven_days": RepetitionRecipe(EventSelector(("page_view",)), 3, timedelta(days=7)),
    "twice_in_ninety_minutes_with_groups": RepetitionRecipe(
        EventSelector(("add_to_cart",), BIG_OR_ACME), 2, timedelta(minutes=90)
    ),
    "cart_left_for_two_hours": AbsenceRecipe((CART_CHANGED,), (BOUGHT,), timedelta(hours=2)),
    "product_viewed_and_not_added_within_a_day": AbsenceRecipe(
        (VIEWED,), (ADDED,), timedelta(days=1), restarts=False, per_person=True
    ),
    "gone_for_two_weeks": AbsenceRecipe(
        (ClockEvents(EventSelector(("page_view", "authentication"))),), (), timedelta(days=14), per_person=True
    ),
}
