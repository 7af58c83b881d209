"""What a form's conditions mean in the engine, and that none of their values is ever more to it than a value."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import sqlglot
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlglot.tokenizer_core import TokenType

from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.events import Event
from signalbox.domain.queries import QueryRows
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
    Root,
)
from signalbox.domain.recipes.writing import write
from tests.triggers.conftest import make_event, query, run
from tests.triggers.recipes.models import meets

TYPE = "product_view"
TRAPS = (
    "'", "''", '"', '""', "\\", "\\'", "--", "/*", "*/", ";", "$", "$$", "$1", "?", "*", "**", "[*]", "[0]", "0", "#",
    "@", ".", "a.b", "/", "~", "~0", "~1", "-", "%", "_", "{", "}", "{0}", "{text}", "' OR true --", "item", "key",
    "{cursor_start_time}", "{cursor_end_time}", "'{cursor_start_time}'", "CAST('{cursor_start_time}' AS TIMESTAMP)",
    "') OR true; DROP TABLE contacts; --", "null", "true", "1e3", "NaN", "é", "e\u0301", "日本", "\u2028", " a ",
)  # fmt: skip
letters = st.characters(exclude_categories=("Cs", "Cc"))
texts = st.one_of(
    st.sampled_from(TRAPS),
    st.text(letters, min_size=1, max_size=20),
    st.lists(st.sampled_from(TRAPS), min_size=1, max_size=4).map("".join),
)
# Each example starts the engine, so that making a failing one smaller would take minutes.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
thorough = settings(deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])


def product_view(event_id: str, properties: Mapping[str, Any], event_type: str = TYPE) -> Event:
    return make_event(event_id, event_type=event_type, body={"properties": properties})


def matches(recipes: Sequence[Recipe], events: Sequence[Event]) -> list[set[str]]:
    """Give the event_ids that each recipe finds."""
    compiled = [QueryCompiler().compile(write(recipe).sql) for recipe in recipes]
    answers = run(DuckDBEngine(), events, [query(sql, f"{place}") for place, sql in enumerate(compiled)])
    return [ids_in(answers[f"{place}"]) for place in range(len(recipes))]


def ids_in(answer: object) -> set[str]:
    assert isinstance(answer, QueryRows), answer
    return {str(row["event_id"]) for row in answer.rows}


def views_where(*members: Condition | AnyItem | Group) -> EventRecipe:
    return EventRecipe(EventSelector((TYPE,), Group(members)))


def uses_of(names: tuple[str, ...], value: str) -> list[Recipe]:
    """Put names and a value wherever a form takes any."""
    path = Path(names)
    comparisons = (Comparison.EQUALS, Comparison.CONTAINS, Comparison.STARTS_WITH)
    item = Group((Condition(Path((value,), Root.ITEM), Comparison.EQUALS, value),))
    return [
        *(views_where(Condition(path, comparison, value)) for comparison in comparisons),
        views_where(Condition(path, Comparison.ONE_OF, (value, "other"))),
        EventRecipe(EventSelector((value,))),
        views_where(AnyItem(Path(("list", *names)), item)),
    ]


def nested(names: tuple[str, ...], value: object) -> dict[str, Any]:
    for name in reversed(names):
        value = {name: value}
    assert isinstance(value, dict)
    return value


@settings(parent=thorough, max_examples=40)
@given(names=st.lists(texts, min_size=1, max_size=3).map(tuple), value=texts)
@example(names=("{cursor_start_time}",), value="{cursor_start_time}")
@example(names=("~1", "'"), value="{cursor_end_time}")
def test_any_name_and_any_text_find_the_event_that_holds_them_and_no_other(names: tuple[str, ...], value: str) -> None:
    items = nested(("list", *names), [{"x": value}, {value: value}])
    events = [
        product_view("held", nested(names, value) | items),
        product_view("another", nested(names, f"\x01{value[1:]}") | nested(("list", *names), [{value: "\x01"}])),
        product_view("elsewhere", nested(tuple(f"{name}\x01" for name in names), value)),
        product_view("of_the_type", {}, event_type=value),
    ]

    found = matches(uses_of(names, value), events)

    assert found == [{"held"}] * 4 + [{"of_the_type"}, {"held"}]


def shape_of(recipe: Recipe) -> str:
    """Give the statement's tokens with its texts left blank, a text in two parts as one."""
    tokens = sqlglot.tokenize(write(recipe).sql, dialect="duckdb")
    shape = " ".join("''" if each.token_type is TokenType.STRING else each.text for each in tokens)
    return shape.replace("( '' || '' )", "''")


@settings(parent=thorough, max_examples=300)
@given(names=st.lists(texts, min_size=1, max_size=3).map(tuple), value=texts)
@example(names=("{cursor_start_time}",), value="{cursor_end_time}")
def test_no_value_changes_the_shape_of_the_statement(names: tuple[str, ...], value: str) -> None:
    plain, pointer = uses_of(("plain",), "value"), uses_of(("not plain",), "not plain")

    shapes = [shape_of(recipe) for recipe in uses_of(names, value)]

    for shape, *expected in zip(shapes, map(shape_of, plain), map(shape_of, pointer), strict=True):
        assert shape in expected


@settings(parent=thorough, max_examples=15)
@given(name=texts, key=texts)
def test_clock_is_kept_by_any_name_and_any_text(name: str, key: str) -> None:
    event = make_event("e1", at_ms=-1, event_type="add_to_cart", body={"properties": {name: key}})
    start = ClockEvents(EventSelector(("add_to_cart",)), Path((name,)))
    sql = QueryCompiler().compile(write(AbsenceRecipe((start,), (), timedelta(minutes=5))).sql)

    answer = run(DuckDBEngine(), [event], [query(sql)])["q"]

    assert isinstance(answer, QueryRows), answer
    assert [row["key"] for row in answer.rows] == [key]


scalars = st.one_of(
    st.sampled_from(["red", "Red", "reddish", "", "3", "03", "3.0", "-0.5", "nan", "true", "not a date"]),
    st.sampled_from(
        ["2026-03-01", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00+02:00", "2026-03-01T09:59:59.999-00:01"]
    ),
    st.sampled_from([True, False, None, 0, 3, -1, 10**27, 3.5, 99.99]),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=5,
)
bodies = st.fixed_dictionaries({}, optional=dict.fromkeys("abc", values))
numbers = st.sampled_from([0, 3, -1, 10**27, Decimal("3.5"), Decimal("-0.5"), Decimal("99.99")])
instants = st.sampled_from([datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (0, 10, 12)])
wanted_texts = st.sampled_from(["red", "3", "", "true", "2026-03-01", "[", '{"a"'])


def conditions(root: Root) -> st.SearchStrategy[Condition]:
    paths = st.builds(Path, st.lists(st.sampled_from("abc"), min_size=1, max_size=2).map(tuple), st.just(root))
    itself = st.just(Path((), Root.ITEM)) if root is Root.ITEM else st.nothing()
    of: dict[tuple[Comparison, ...], st.SearchStrategy[Any]] = {
        (Comparison.EXISTS, Comparison.MISSING, Comparison.IS_TRUE, Comparison.IS_FALSE): st.none(),
        (Comparison.EQUALS, Comparison.NOT_EQUALS): wanted_texts | numbers | instants,
        (Comparison.GREATER_THAN, Comparison.LESS_THAN, Comparison.AT_LEAST, Comparison.AT_MOST): numbers | instants,
        (Comparison.CONTAINS, Comparison.STARTS_WITH): wanted_texts.filter(bool),
        (Comparison.ONE_OF,): st.lists(numbers, min_size=1).map(tuple) | st.lists(wanted_texts, min_size=1).map(tuple),
    }
    kinds = [st.builds(Condition, paths | itself, st.sampled_from(names), wanted) for names, wanted in of.items()]
    return st.one_of(kinds)


def groups(root: Root, depth: int) -> st.SearchStrategy[Group]:
    members: st.SearchStrategy[Any] = conditions(root)
    if depth:
        lists = st.builds(Path, st.sampled_from("abc").map(lambda name: (name,)), st.just(root))
        members |= st.builds(AnyItem, lists, groups(Root.ITEM, depth - 1)) | groups(root, depth - 1)
    return st.builds(Group, st.lists(members, min_size=1, max_size=3).map(tuple), st.sampled_from(Joint))


@settings(parent=thorough, max_examples=40)
@given(
    groups=st.lists(groups(Root.PROPERTIES, depth=2), min_size=5, max_size=15),
    bodies=st.lists(bodies, min_size=5, max_size=15),
)
def test_conditions_mean_what_the_form_says(groups: list[Group], bodies: list[dict[str, Any]]) -> None:
    events = [product_view(f"e{place}", properties) for place, properties in enumerate(bodies)]

    found = matches([views_where(group) for group in groups], events)

    for group, ids in zip(groups, found, strict=True):
        assert ids == {f"e{place}" for place, body in enumerate(bodies) if meets(group, {"properties": body})}, group


def test_number_of_as_many_digits_as_a_form_takes_is_compared_exactly() -> None:
    just_below, wanted = Decimal("1234567890123456.7890123455"), Decimal("1234567890123456.7890123456")
    event = make_event(event_type=TYPE, body=f'{{"properties":{{"text":"{wanted}","id":9007199254740993}}}}')
    equal = (
        ("text", wanted, True),
        ("text", just_below, False),
        ("id", 9007199254740993, True),
        ("id", 9007199254740992, False),
    )

    found = matches(
        [views_where(Condition(Path((name,)), Comparison.EQUALS, number)) for name, number, _ in equal], [event]
    )

    assert [bool(ids) for ids in found] == [holds for _, _, holds in equal]


def test_instant_is_compared_by_its_offset_and_without_one_is_utc() -> None:
    ten = datetime(2026, 3, 1, 10, tzinfo=UTC)
    written = (
        "2026-03-01T12:00:00+02:00",
        "2026-03-01T10:00:00Z",
        "2026-03-01T10:00:00.000",
        "2026-03-01 05:30:00-04:30",
    )
    views = [product_view(at, {"at": at}) for at in (*written, "2026-03-01T10:00:00+02:00", "10:00", "")]
    at_ten = views_where(Condition(Path(("at",)), Comparison.EQUALS, ten.astimezone(timezone(timedelta(hours=-5)))))

    (found,) = matches([at_ten], views)

    assert found == set(written)
