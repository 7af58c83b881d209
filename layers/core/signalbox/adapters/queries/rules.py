"""What a trigger's SQL may name; the compiler and the engine's child both hold queries against it.

Functions are an allow-list: `FUNCTIONS`, in functions.py beside this file. The compiler holds what it has written
against it through calls.py, the child holds DuckDB's own tree against it.
Source: spec triggers-and-flows, section 1.
"""

from signalbox.adapters.queries.functions import FUNCTIONS, TABLE_FUNCTIONS, TYPES

__all__ = [
    "CONTACT_TABLE",
    "EVENT_TABLE",
    "FUNCTIONS",
    "MAX_COLUMNS",
    "REQUIRED_COLUMNS",
    "TABLES",
    "TABLE_FUNCTIONS",
    "TYPES",
]

EVENT_TABLE = "event_triggers"
CONTACT_TABLE = "contacts"
TABLES = frozenset({EVENT_TABLE, CONTACT_TABLE})

REQUIRED_COLUMNS = ("identity", "event_id")

MAX_COLUMNS = 200
"""Columns of one answer; an event has sixteen, and each column becomes a name in every row."""
