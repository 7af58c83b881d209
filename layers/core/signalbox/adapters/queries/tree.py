"""The second guard of a query: DuckDB's own parse tree held against the allow-lists, inside the child.

The compiler judges what sqlglot understood; this judges what will run, so that a difference between the two
parsers opens nothing.
"""

from typing import Any

from signalbox.adapters.queries.rules import CONTACT_TABLE, FUNCTIONS, TABLE_FUNCTIONS, TABLES, TYPES

# Kinds of queries, of what may stand in FROM, and of what orders and cuts a result.
KINDS = frozenset({
    "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE",
    "BASE_TABLE", "TABLE_FUNCTION", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "PIVOT", "COLUMN_DATA",
    "ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER",
    "ASCENDING", "DESCENDING", "ORDER_DEFAULT",
})  # fmt: skip
# Kinds of expressions; not among them are parameters and what DuckDB makes itself while it binds.
CLASSES = frozenset({
    "BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA",
    "OPERATOR", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "TYPE", "WINDOW",
})  # fmt: skip
MAX_NODES = 200_000
"""Far more than 20,000 characters of SQL become; planning takes time for each."""

type Node = dict[str, Any]


class Refused(Exception):
    """The query gets no answer; `fault` is one of the product's query faults."""

    def __init__(self, fault: str, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault
        self.detail = detail


def check(tree: Node, taken_names: frozenset[str]) -> None:
    """Refuse whatever is not one SELECT over the tables a query may read.

    `tree` is what json_serialize_sql gives; `taken_names` are the tables DuckDB itself offers: a WITH name
    may not be one of them, or it would lend its permission to the real one wherever it is out of scope.
    """
    if tree["error"]:
        raise Refused("sql_error", parser_words(tree["error_message"]))
    if len(tree["statements"]) != 1:
        raise Refused("sql_error", "it is more than one statement")
    nodes = _objects_in(tree)
    aliases = {each["key"].lower() for node in nodes for each in node.get("cte_map", {}).get("map", ())}
    for taken in aliases & taken_names:
        raise Refused("sql_error", f"the name {taken} after WITH is taken; choose another")
    for node in nodes:
        _check_kind(node)
        _check_table(node, aliases)
        _check_expression(node)


def names_contacts(tree: Node) -> bool:
    """Tell whether a query that was checked reads the table of the contacts, or something it calls by that name."""
    return any(
        node.get("type") == "BASE_TABLE" and node["table_name"].lower() == CONTACT_TABLE for node in _objects_in(tree)
    )


def parser_words(message: str) -> str:
    """Cut a message of DuckDB's parser to what it says to an author."""
    if "expression depth" in message:
        return "it is nested too deeply; split it with WITH"
    if "Only SELECT statements" in message:
        return "it is not a SELECT statement"
    return message.split("\n", 1)[0]


def _objects_in(tree: Node) -> list[Node]:
    """List every object of the tree, without recursion, since the author decides how deep it is."""
    found: list[Node] = []
    waiting: list[Any] = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found.append(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        if len(found) > MAX_NODES:
            raise Refused("sql_error", "it is too long")
    return found


def _check_kind(node: Node) -> None:
    kind = node.get("type")
    is_expression = "class" in node
    if isinstance(kind, str) and not is_expression and kind not in KINDS and not kind.endswith("_TYPE_INFO"):
        raise Refused("sql_error", f"it may not use {kind.lower().replace('_', ' ')}")
    if node.get("sample") is not None:
        raise Refused("sql_error", "it may not sample: run again, it would find other rows")


def _check_table(node: Node, aliases: set[str]) -> None:
    if node.get("type") == "BASE_TABLE":
        is_plain = not node["schema_name"] and not node["catalog_name"] and not node.get("at_clause")
        if not is_plain or node["table_name"].lower() not in TABLES | aliases:
            raise Refused("sql_error", f"there is no table {node['table_name']} for it")
    if (
        node.get("type") == "TABLE_FUNCTION"
        and node["function"].get("function_name", "").lower() not in TABLE_FUNCTIONS
    ):
        raise Refused("sql_error", f"it may not read from {node['function'].get('function_name', 'this function')}")


def _check_expression(node: Node) -> None:
    kind = node.get("class")
    if kind is not None and kind not in CLASSES:
        raise Refused("sql_error", f"it may not use a {str(kind).lower().replace('_', ' ')}")
    name = node.get("function_name")
    if name is not None and str(name).lower() not in FUNCTIONS | TABLE_FUNCTIONS:
        raise Refused("sql_error", f"it may not call {name}")
    if node.get("export_state"):
        raise Refused("sql_error", "it may not export the state of an aggregate")
    if kind == "TYPE" and (node["schema"] or node["catalog"] or node["type_name"].lower() not in TYPES):
        raise Refused("sql_error", f"there is no type {node['type_name']} for it")
