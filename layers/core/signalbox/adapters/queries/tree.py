"""The second guard of a query: DuckDB's own parse tree held against the allow-lists, inside the child.

The compiler judges what sqlglot understood; this judges what will run, so that a difference between the two
parsers opens nothing.
"""

from typing import Any

from signalbox.adapters.queries.rules import FORBIDDEN_FUNCTIONS, TABLE_FUNCTIONS, TABLES

# Kinds of queries, of what may stand in FROM, and of what orders and cuts a result.
KINDS = frozenset({
    "SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE",
    "BASE_TABLE", "TABLE_FUNCTION", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "PIVOT", "COLUMN_DATA",
    "ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER",
    "ASCENDING", "DESCENDING", "ORDER_DEFAULT",
})  # fmt: skip

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
        raise Refused("sql_error", tree["error_message"].split("\n", 1)[0])
    if len(tree["statements"]) != 1:
        raise Refused("sql_error", "it is more than one statement")
    nodes = _objects_in(tree)
    aliases = {each["key"].lower() for node in nodes for each in node.get("cte_map", {}).get("map", ())}
    for taken in aliases & taken_names:
        raise Refused("sql_error", f"the name {taken} after WITH is taken; choose another")
    for node in nodes:
        _check_kind(node)
        _check_table(node, aliases)
        _check_function(node)


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
    return found


def _check_kind(node: Node) -> None:
    kind = node.get("type")
    is_expression = "class" in node
    if isinstance(kind, str) and not is_expression and kind not in KINDS and not kind.endswith("_TYPE_INFO"):
        raise Refused("sql_error", f"it may not use {kind.lower().replace('_', ' ')}")


def _check_table(node: Node, aliases: set[str]) -> None:
    if node.get("type") == "BASE_TABLE":
        is_plain = not node["schema_name"] and not node["catalog_name"]
        if not is_plain or node["table_name"].lower() not in TABLES | aliases:
            raise Refused("sql_error", f"there is no table {node['table_name']} for it")
    if (
        node.get("type") == "TABLE_FUNCTION"
        and node["function"].get("function_name", "").lower() not in TABLE_FUNCTIONS
    ):
        raise Refused("sql_error", f"it may not read from {node['function'].get('function_name', 'this function')}")


def _check_function(node: Node) -> None:
    function = str(node.get("function_name", "")).lower()
    if function in FORBIDDEN_FUNCTIONS:
        raise Refused("sql_error", f"it may not call {function}")
