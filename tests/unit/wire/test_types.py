"""The types of track event, row by row of the spec's table (collect-api, section 4)."""

import json
from typing import Any

import pytest

from signalbox.domain.events import CUSTOM, PREDEFINED_TYPES
from signalbox.domain.submissions import Submission
from signalbox.wire.collect import parse
from tests.unit.wire.cases.types import ADDRESS, LINE, TYPES, Members, Row
from tests.unit.wire.payloads import ABSENT, as_bytes, custom


def read(event: str, properties: Any, **changes: Any) -> Submission:
    return parse(as_bytes(custom(event=event, properties=properties, **changes)), {})


def reasons_of(submission: Submission) -> list[tuple[str, str]]:
    assert submission.draft is None
    return [(reason.path, reason.reason) for reason in submission.reasons]


def example(members: Members) -> dict[str, Any]:
    return {name: kind.taken[0] for name, kind in members.items()}


_ROWS = [pytest.param(event, row, id=event) for event, row in TYPES.items()]


def _columns(*, required: bool, optional: bool) -> list[Any]:
    return [
        pytest.param(event, row, name, id=f"{event}-{name}")
        for event, row in TYPES.items()
        for name in (*(row.required if required else ()), *(row.optional if optional else ()))
    ]


def test_every_type_has_its_row() -> None:
    assert {*PREDEFINED_TYPES, CUSTOM} == set(TYPES)


@pytest.mark.parametrize(("event", "row"), _ROWS)
def test_what_is_required_is_enough(event: str, row: Row) -> None:
    draft = read(event, example(row.required)).draft

    assert draft is not None
    assert draft.event_type == ("custom_e" if event == CUSTOM else event)


@pytest.mark.parametrize(("event", "row"), _ROWS)
def test_all_that_is_published_and_more_is_taken_and_kept(event: str, row: Row) -> None:
    properties = {**example(row.required), **example(row.optional), "unknown": [{"a": 1}]}

    draft = read(event, properties).draft

    assert draft is not None
    assert json.loads(draft.body)["properties"] == properties


@pytest.mark.parametrize(("event", "row"), _ROWS)
def test_all_that_is_missing_is_named(event: str, row: Row) -> None:
    submission = read(event, {})

    assert [(reason.path, reason.reason) for reason in submission.reasons] == [
        (f"/properties/{name}", "required") for name in row.required
    ]


@pytest.mark.parametrize(("event", "row", "name"), _columns(required=True, optional=False))
def test_a_member_that_is_required_cannot_be_null(event: str, row: Row, name: str) -> None:
    submission = read(event, {**example(row.required), name: None})

    ((path, reason),) = reasons_of(submission)
    expected = row.required[name].expected
    assert (path, reason) == (f"/properties/{name}", "expected a string" if row.required[name] is ADDRESS else expected)


@pytest.mark.parametrize(("event", "row", "name"), _columns(required=False, optional=True))
def test_a_member_that_is_not_required_can_be_null(event: str, row: Row, name: str) -> None:
    assert read(event, {**example(row.required), name: None}).draft is not None


@pytest.mark.parametrize(("event", "row", "name"), _columns(required=True, optional=True))
def test_a_member_takes_what_it_is_for(event: str, row: Row, name: str) -> None:
    kind = {**row.required, **row.optional}[name]

    for value in kind.taken:
        assert read(event, {**example(row.required), name: value}).reasons == (), value


@pytest.mark.parametrize(("event", "row", "name"), _columns(required=True, optional=True))
def test_a_member_takes_nothing_else(event: str, row: Row, name: str) -> None:
    kind = {**row.required, **row.optional}[name]

    for value in kind.refused:
        submission = read(event, {**example(row.required), name: value})
        assert reasons_of(submission) == [(f"/properties/{name}", kind.expected)], value


@pytest.mark.parametrize("event", ["add_to_cart", "cart", "update_cart", "complete_transaction"])
def test_each_line_of_a_cart_is_a_product_with_its_quantity(event: str) -> None:
    lines = [LINE, {}, {**LINE, "quantity": "2", "price": "1"}, "x"]

    submission = read(event, {**example(TYPES[event].required), "cartItems": lines})

    assert sorted(reasons_of(submission)) == [
        ("/properties/cartItems/1/productId", "required"),
        ("/properties/cartItems/1/quantity", "required"),
        ("/properties/cartItems/1/variant", "required"),
        ("/properties/cartItems/2/price", "expected a number"),
        ("/properties/cartItems/2/quantity", "expected a number"),
        ("/properties/cartItems/3", "expected an object"),
    ]


@pytest.mark.parametrize(("category", "reasons"), [
    ("a", []),
    ("a/b/c/d/e", []),
    ("a/b/c/d/e/f", [("/properties/category", "expected at most 5 levels, divided by /")]),
])  # fmt: skip
def test_a_category_has_up_to_five_levels(category: str, reasons: list[tuple[str, str]]) -> None:
    submission = read("product_view", {"productId": "p", "category": category})

    assert [(reason.path, reason.reason) for reason in submission.reasons] == reasons


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("term", 5, "expected a string"),
        ("searchItems", "x", "expected an object or an array of objects"),
        ("searchItems", [1], "expected an object or an array of objects"),
    ],
)
def test_what_a_search_has_at_the_top_is_checked_as_well(name: str, value: Any, reason: str) -> None:
    submission = read("search", ABSENT, **{name: value})

    assert reasons_of(submission) == [(f"/{name}", reason)]


@pytest.mark.parametrize(
    ("properties", "top", "normalised"),
    [
        (ABSENT, {}, None),
        ({}, {}, {}),
        (None, {"term": "shoes"}, {"term": "shoes"}),
        (ABSENT, {"term": "shoes", "searchItems": {"a": 1}}, {"term": "shoes", "searchItems": {"a": 1}}),
        ({"term": "hats"}, {"searchItems": [{"a": 1}]}, {"term": "hats", "searchItems": [{"a": 1}]}),
        ({"term": None, "x": 1}, {"term": "shoes"}, {"term": "shoes", "x": 1}),
    ],
)
def test_a_search_is_stored_with_its_members_in_properties(
    properties: Any, top: dict[str, Any], normalised: dict[str, Any] | None
) -> None:
    draft = read("search", properties, **top).draft

    assert draft is not None
    stored = json.loads(draft.body)
    assert stored.get("properties") == normalised
    assert not top.keys() & stored.keys()


def test_what_a_search_has_in_properties_stands_before_what_it_has_at_the_top() -> None:
    draft = read("search", {"term": "inner"}, term="outer").draft

    assert draft is not None
    stored = json.loads(draft.body)
    assert (stored["properties"], stored["term"]) == ({"term": "inner"}, "outer")


@pytest.mark.parametrize("traits", [ABSENT, None, {}, {"email": None}])
def test_somebody_who_registers_is_known_by_that_address(traits: Any) -> None:
    draft = read("registration", {"email": " Ana@EXAMPLE.org"}, traits=traits).draft

    assert draft is not None
    assert draft.email == "Ana@example.org"


def test_the_traits_say_who_it_is_before_a_registration_does() -> None:
    draft = read("registration", {"email": "new@example.org"}, traits={"email": "ana@example.org"}).draft

    assert draft is not None
    assert draft.email == "ana@example.org"


def test_the_address_of_another_event_names_nobody() -> None:
    properties = {"userId": "u", "isLoggedIn": True, "email": "ana@example.org"}

    draft = read("authentication", properties, traits=ABSENT).draft

    assert draft is not None
    assert draft.email is None
