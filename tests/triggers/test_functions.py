"""The allow-lists of functions and types against the DuckDB that is installed: what is new in it stays refused."""

from pathlib import Path

import duckdb
import pytest

from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.adapters.queries.functions import FUNCTIONS, TABLE_FUNCTIONS, TYPES
from signalbox.domain.errors import Invalid

REFUSED = Path(__file__).with_name("hostile") / "refused_functions.txt"
UNLISTED = ("__internal_", "collate_", "icu_collate_")


def names_in_duckdb(column: str, function: str) -> set[str]:
    rows = duckdb.connect().execute(f"SELECT DISTINCT lower({column}) FROM {function}()").fetchall()  # noqa: S608 - constants
    return {name for (name,) in rows}


def test_every_function_of_the_installed_duckdb_was_read_by_somebody() -> None:
    known = FUNCTIONS | TABLE_FUNCTIONS | set(REFUSED.read_text().partition("\n\n")[2].split())

    found = {name for name in names_in_duckdb("function_name", "duckdb_functions") if not name.startswith(UNLISTED)}

    assert {name for name in found if not known.issuperset(name.split())} == set()


def test_nothing_is_both_allowed_and_refused_or_unknown_to_duckdb() -> None:
    refused = set(REFUSED.read_text().partition("\n\n")[2].split())
    allowed = FUNCTIONS | TABLE_FUNCTIONS

    there = names_in_duckdb("function_name", "duckdb_functions")

    assert allowed & refused == set()
    assert allowed - there == set()
    assert TYPES - names_in_duckdb("type_name", "duckdb_types") == set()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("lenght(email)", "may not call lenght(); did you mean length()?"),
        ("strftme(ts, '%Y')", "may not call strftme(); did you mean strftime()?"),
        ("getenv('HOME')", "may not call getenv()"),
        ("lower(upper(no_such(email)))", "may not call no_such()"),
        ("email::regclass", "may not use the type regclass"),
    ],
)
def test_unknown_function_is_refused_at_save_by_its_name_and_its_nearest_neighbour(call: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        QueryCompiler().compile(f"SELECT identity, event_id, {call} AS x FROM event_triggers")  # noqa: S608 - a constant

    assert refused.value.reasons[0].reason == words


@pytest.mark.parametrize("unit", [".lower()", "[1]", "->'a'", "::INT", " AND true", " || email"])
def test_a_long_chain_is_looked_at_in_time_that_grows_with_its_length(unit: str) -> None:
    sql = f"SELECT identity, event_id, email{unit * (15_000 // len(unit))} AS x FROM event_triggers"  # noqa: S608 - a constant

    # Answered or refused: a parser of quadratic time would need minutes for it and the suite's patience.
    try:
        compiled = QueryCompiler().compile(sql)
    except Invalid as refused:
        compiled = refused.reasons[0].path

    assert compiled
